"""The last day of a duty is the last of its month or year where it is written cut short."""

from django.db import migrations, models

import zones.models.fields


class Migration(migrations.Migration):
    """A stored column cannot be given another meaning, so it is taken away and made anew."""

    dependencies = [("checklists", "0010_plain_cells"), ("zones", "0008_last_days")]

    operations = [
        migrations.RemoveConstraint("requirement", "checklists_requirement_ends_after_its_start"),
        migrations.RemoveField("requirement", "effective_to_day"),
        migrations.AddField(
            "requirement",
            "effective_to_day",
            models.GeneratedField(
                db_persist=True,
                expression=zones.models.fields.LastDay(models.F("effective_to")),
                output_field=models.CharField(max_length=10, null=True),
            ),
        ),
        migrations.AddConstraint(
            "requirement",
            models.CheckConstraint(
                condition=models.Q(("effective_to__isnull", True))
                | models.Q(("effective_from__isnull", True))
                | models.Q(("effective_to_day__gte", models.F("effective_from_day"))),
                name="checklists_requirement_ends_after_its_start",
            ),
        ),
    ]
