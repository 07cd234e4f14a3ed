"""What others than whoever brought it let evidence serve is borrowed, as it would be today."""

from django.db import migrations
from django.db.models import Exists, F, Max, OuterRef


def borrow(apps, _schema_editor):
    """What others attached, and what they found with it, stays with the versions there are.

    Where whoever brought it attached it as well, their newer versions go on to reach both.
    """
    newest = {
        row["evidence"]: row["newest"]
        for row in apps.get_model("checklists", "EvidenceVersion")
        .objects.order_by()
        .values("evidence")
        .annotate(newest=Max("number"))
    }
    attachments = apps.get_model("checklists", "Attachment").objects
    lent = attachments.filter(through=None).exclude(attached_by=F("evidence__owner"))
    for key, evidence in lent.values_list("pk", "evidence"):
        attachments.filter(pk=key).update(through=newest.get(evidence, 0))
    findings = apps.get_model("checklists", "Finding").objects
    found = findings.filter(evidence__isnull=False, evidence_through=None)
    for key, evidence in found.exclude(author=F("evidence__owner")).values_list("pk", "evidence"):
        findings.filter(pk=key).update(evidence_through=newest.get(evidence, 0))


def sign_as_borrowed(apps, _schema_editor):
    """A round that was signed with what others attached takes no right from whoever brought it."""
    attachments = apps.get_model("checklists", "Attachment").objects
    lent = attachments.filter(
        evidence=OuterRef("evidence"), item=OuterRef("period__item"), through__isnull=False
    )
    proofs = apps.get_model("checklists", "Proof").objects
    keys = list(proofs.filter(Exists(lent), borrowed=False).values_list("pk", flat=True))
    for start in range(0, len(keys), 500):
        proofs.filter(pk__in=keys[start : start + 500]).update(borrowed=True)


class Migration(migrations.Migration):
    """Rows alone; no table changes."""

    dependencies = [("checklists", "0021_keys_can_change")]
    operations = [
        migrations.RunPython(borrow, migrations.RunPython.noop),
        migrations.RunPython(sign_as_borrowed, migrations.RunPython.noop),
    ]
