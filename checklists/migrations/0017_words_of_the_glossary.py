"""Certainty is called what the glossary calls it, and duties are called requirements."""

from django.db import migrations, models
from django.db.models import Q

CERTAINTY = [
    ("primary", "official text read"),
    ("secondary", "reported"),
    ("unverified", "unverified"),
]
TESTED = ["=", "!="]


class Migration(migrations.Migration):
    dependencies = [("checklists", "0016_constraints_follow_the_names")]

    operations = [
        *(
            migrations.AlterField(
                model, "verification", models.CharField(choices=CERTAINTY, max_length=10)
            )
            for model in ("item", "requirement")
        ),
        migrations.AlterConstraint(
            "item",
            "checklists_item_not_applicable_has_a_reason",
            models.CheckConstraint(
                condition=~Q(status="not-applicable") | ~Q(reason=""),
                name="checklists_item_not_applicable_has_a_reason",
                violation_error_message="Say why the requirement is not applicable.",
            ),
        ),
        migrations.AlterConstraint(
            "requirement",
            "checklists_requirement_has_one_test_at_most",
            models.CheckConstraint(
                condition=Q(
                    test_operator="", tested_topic__isnull=True, tested_programme__isnull=True
                )
                | Q(
                    test_operator__in=TESTED,
                    tested_topic__isnull=False,
                    tested_programme__isnull=True,
                )
                | Q(
                    test_operator__in=TESTED,
                    tested_topic__isnull=True,
                    tested_programme__isnull=False,
                ),
                name="checklists_requirement_has_one_test_at_most",
                violation_error_message="A requirement has one test on the city at most.",
            ),
        ),
    ]
