"""A write has a mark: versions are counted once more where a database is set back."""

from django.db import migrations, models

import checklists.models.versions


def marked(model):
    """The column, with one mark for all rows that are there; none of their states had one."""
    field = models.CharField(
        max_length=16, default=checklists.models.versions.fresh_mark, editable=False
    )
    return migrations.AddField(model, "mark", field)


class Migration(migrations.Migration):
    dependencies = [("checklists", "0013_one_name_one_sense")]

    operations = [marked("checklist"), marked("item")]
