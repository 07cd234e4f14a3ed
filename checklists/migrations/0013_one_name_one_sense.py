"""A settled round is a signed period, a ground a basis, a notice a notification."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SUBJECTS = ["moved", "coming", "due", "overdue", "assigned", "shared", "evidence"]
SUBJECTS += ["finding-expires"]
SAID_ONCE = "checklists_proof_is_said_once"


def belongs(model, name, related, *, kind=models.ForeignKey, kept=False, **more):
    """The field by which rows belong to others, under the name that those know it by."""
    deletion = django.db.models.deletion
    to, on_delete = f"checklists.{name}", deletion.PROTECT if kept else deletion.CASCADE
    return migrations.AlterField(model, name, kind(to, on_delete, related_name=related, **more))


class Migration(migrations.Migration):
    """Tables and columns follow the names; constraints and what is signed keep theirs."""

    dependencies = [
        ("checklists", "0012_keys_have_their_form"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameModel("Round", "SignedPeriod"),
        migrations.RenameModel("Ground", "ItemBasis"),
        migrations.RenameModel("GateGround", "GateBasis"),
        migrations.RenameModel("Notice", "Notification"),
        migrations.RenameField("item", "round", "period"),
        # A constraint knows the name of its columns, so it goes and comes back.
        migrations.RemoveConstraint("proof", SAID_ONCE),
        migrations.RenameField("proof", "round", "period"),
        migrations.AddConstraint(
            "proof", models.UniqueConstraint(fields=("period", "evidence"), name=SAID_ONCE)
        ),
        migrations.AlterModelOptions("proof", {"ordering": ["period", "pk"]}),
        belongs("gatebasis", "place", "gate_basis", kind=models.OneToOneField),
        belongs("itembasis", "item", "bases"),
        belongs("itembasis", "place", "bases"),
        belongs("notification", "checklist", "notifications"),
        belongs("notification", "item", "notifications", blank=True, null=True),
        migrations.AlterField(
            "notification",
            "user",
            models.ForeignKey(
                settings.AUTH_USER_MODEL,
                django.db.models.deletion.CASCADE,
                related_name="notifications",
            ),
        ),
        belongs("signedperiod", "item", "signed_periods", kept=True),
        migrations.RemoveConstraint("notification", "checklists_notice_subject_is_known"),
        migrations.AddConstraint(
            "notification",
            models.CheckConstraint(
                condition=models.Q(("subject__in", SUBJECTS)),
                name="checklists_notification_subject_is_known",
                violation_error_message=f"subject must be one of: {', '.join(SUBJECTS)}.",
            ),
        ),
    ]
