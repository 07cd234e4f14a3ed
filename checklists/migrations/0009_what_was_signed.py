"""What rounds were signed with becomes rows, and evidence that was borrowed follows no more."""

from django.db import migrations
from django.db.models import F, Max


def borrow(apps, schema_editor):
    """What serves a checklist that whoever brought it does not edit stays as it is."""
    attachments = apps.get_model("checklists", "Attachment").objects
    shares = apps.get_model("checklists", "Share").objects.filter(role="editor")
    versions = apps.get_model("checklists", "EvidenceVersion").objects
    rows = attachments.values_list("pk", "evidence", "evidence__owner", "item__checklist")
    owned = rows.exclude(item__checklist__owner=F("evidence__owner"))
    for pk, evidence, owner, checklist in owned:
        if not shares.filter(checklist=checklist, user=owner).exists():
            newest = versions.filter(evidence=evidence).aggregate(newest=Max("number"))["newest"]
            attachments.filter(pk=pk).update(through=newest)


def take_up(apps, schema_editor):
    """Make a row of each piece of evidence that a round names."""
    proofs = apps.get_model("checklists", "Proof")
    keys = dict(apps.get_model("checklists", "Evidence").objects.values_list("key", "pk"))
    by_text = {str(key): pk for key, pk in keys.items()}
    attached = apps.get_model("checklists", "Attachment").objects.exclude(through=None)
    borrowed = set(attached.values_list("item", "evidence"))
    rounds = apps.get_model("checklists", "Round").objects.order_by("pk")
    proofs.objects.bulk_create(
        proofs(
            round_id=pk,
            evidence_id=by_text[one["evidence"]],
            version=one["version"],
            borrowed=(item, by_text[one["evidence"]]) in borrowed,
        )
        for pk, item, signed in rounds.values_list("pk", "item", "signed")
        for one in signed.get("evidence", ())
        if one["evidence"] in by_text
    )


class Migration(migrations.Migration):
    """Rows for what is known already."""

    dependencies = [("checklists", "0008_evidence_follows")]
    operations = [
        migrations.RunPython(borrow, migrations.RunPython.noop),
        migrations.RunPython(take_up, migrations.RunPython.noop),
    ]
