"""Published rows that contradict each other wait in the research queue."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("zones", "0034_second_readings")]

    operations = [
        migrations.RemoveConstraint(
            model_name="researchmark",
            name="zones_researchmark_kind_is_known",
        ),
        migrations.AlterField(
            model_name="researchmark",
            name="kind",
            field=models.CharField(
                choices=[
                    ("not-researched", "not researched"),
                    ("unverified", "unverified"),
                    ("outdated", "to be read again"),
                    ("repealed", "rests on a repealed document"),
                    ("no-address", "document without official address"),
                    ("dead-link", "dead link"),
                    ("caveat", "note to the reader"),
                    ("offered", "offered by a team"),
                    ("reported", "reported by a reader"),
                    ("diverged", "two readings diverge"),
                    ("conflict", "proposal in conflict"),
                    ("contradiction", "published rows contradict each other"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="researchmark",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "not-researched",
                            "unverified",
                            "outdated",
                            "repealed",
                            "no-address",
                            "dead-link",
                            "caveat",
                            "offered",
                            "reported",
                            "diverged",
                            "conflict",
                            "contradiction",
                        ],
                    )
                ),
                name="zones_researchmark_kind_is_known",
                violation_error_message=(
                    "kind must be one of: not-researched, unverified, outdated, repealed, "
                    "no-address, dead-link, caveat, offered, reported, diverged, conflict, "
                    "contradiction."
                ),
            ),
        ),
    ]
