"""Beside the number of the edition stands a text that no other edition ever had."""

from django.db import migrations, models

import zones.models.revisions


class Migration(migrations.Migration):
    dependencies = [("zones", "0004_answers_from_the_index")]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="timeline",
            field=models.CharField(
                default=zones.models.revisions.fresh_timeline, editable=False, max_length=16
            ),
        ),
    ]
