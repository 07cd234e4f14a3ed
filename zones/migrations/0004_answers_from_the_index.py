"""The index of rows in force holds all that asking which policy answers needs."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("zones", "0003_used_is_frozen")]

    operations = [
        migrations.RemoveIndex(model_name="inforce", name="zones_inforce_seek"),
        migrations.AddIndex(
            model_name="inforce",
            index=models.Index(
                fields=[
                    *("city", "topic", "from_day", "recorded_in", "replaced_in"),
                    *("until_day", "policy"),
                ],
                name="zones_inforce_answer",
            ),
        ),
    ]
