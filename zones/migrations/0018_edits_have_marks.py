"""An edit has a mark: numbers are counted once more where a database is set back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("zones", "0017_nothing_comes_first")]

    operations = [
        migrations.AddField(
            "edit",
            "mark",
            models.CharField(blank=True, default="", editable=False, max_length=16),
            preserve_default=False,
        ),
    ]
