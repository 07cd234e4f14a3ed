"""The last day of a policy is the last of its month or year where it is written cut short.

A stored column cannot be given another meaning, so it is taken away and made anew.
"""

from django.db import migrations, models

import zones.models.fields


class Migration(migrations.Migration):
    """Policies; the constraint on first and last day goes with the column."""

    dependencies = [("zones", "0007_edits")]

    operations = [
        migrations.RemoveConstraint("policy", "zones_policy_ends_after_its_start"),
        migrations.RemoveField("policy", "effective_to_day"),
        migrations.AddField(
            "policy",
            "effective_to_day",
            models.GeneratedField(
                db_persist=True,
                expression=zones.models.fields.LastDay(models.F("effective_to")),
                output_field=models.CharField(max_length=10, null=True),
            ),
        ),
        migrations.AddConstraint(
            "policy",
            models.CheckConstraint(
                condition=models.Q(("effective_to__isnull", True))
                | models.Q(("effective_to_day__gte", models.F("effective_from_day"))),
                name="zones_policy_ends_after_its_start",
                violation_error_message="The last day of a policy is not before its first.",
            ),
        ),
        migrations.AlterField(
            "policy",
            "verified_on",
            models.DateField(blank=True, null=True, validators=[zones.models.fields.year_of_rules]),
        ),
    ]
