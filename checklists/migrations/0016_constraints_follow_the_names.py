"""Constraints and an index are named by what they hold: basis, notification, signed period."""

from django.db import migrations, models

SETTLED = ("done", "not-applicable")
RENAMED = [
    (
        "itembasis",
        "checklists_ground_is_said_once",
        models.UniqueConstraint(fields=("item", "place"), name="checklists_basis_is_said_once"),
    ),
    (
        "notification",
        "checklists_notice_is_said_once",
        models.UniqueConstraint(
            fields=("user", "checklist", "subject", "occasion"),
            name="checklists_notification_is_said_once",
        ),
    ),
    (
        "signedperiod",
        "checklists_round_is_unique",
        models.UniqueConstraint(fields=("item", "number"), name="checklists_period_is_unique"),
    ),
    (
        "signedperiod",
        "checklists_round_is_settled",
        models.CheckConstraint(
            condition=models.Q(status__in=SETTLED), name="checklists_period_is_settled"
        ),
    ),
]


class Migration(migrations.Migration):
    dependencies = [("checklists", "0015_clauses_in_chinese")]

    operations = [
        *(migrations.RemoveConstraint(model, former) for model, former, _ in RENAMED),
        migrations.RenameIndex(
            "notification",
            old_name="checklists_notice_unread",
            new_name="checklists_notification_unread",
        ),
        *(migrations.AddConstraint(model, constraint) for model, _, constraint in RENAMED),
    ]
