"""The database refuses to change or delete what was signed, handed in or logged."""

from django.db import migrations

from zones.models.guards import Guard, guarding

GUARDS = [
    Guard(f"{table}_{'kept' if event == 'DELETE' else 'frozen'}", event, table, "1 = 1", message)
    for table, message in (
        ("checklists_round", "a signed round never changes"),
        ("checklists_logentry", "the log never changes"),
        ("checklists_evidenceversion", "a version of evidence never changes"),
    )
    for event in ("UPDATE", "DELETE")
]


class Migration(migrations.Migration):
    """Triggers on rounds, versions of evidence and the log."""

    dependencies = [("checklists", "0002_checklists"), ("zones", "0003_used_is_frozen")]
    operations = [guarding(GUARDS)]
