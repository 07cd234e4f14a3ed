"""Taking back what a revision did: a set that proposes what was there before, reviewed like any."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from zones.dataset.applied_rows import key_of_text, key_text
from zones.dataset.load_summaries import told
from zones.dataset.policy_table import Policies
from zones.dataset.table import BATCH
from zones.dataset.table_registry import table_named
from zones.dataset.zone_tables import Zones
from zones.desk.proposals import open_set, put_in
from zones.desk.revision_effect import whole_row
from zones.models import AppliedRow, ChangeSet, Policy, ProposedRow, Revision, Zone
from zones.models.revisions import Version
from zones.rules.vocabulary import Change, Proposal

#: Tables of versions, whose rows go on under the identity that was withdrawn.
VERSIONS: dict[str, type[Version]] = {Policies.name: Policy, Zones.name: Zone}


@transaction.atomic
def propose_undo(revision: Revision, person: Any) -> ChangeSet:
    """Propose to take back what a revision did, row by row.

    Rows that it wrote are taken out, rows that it took out are written again, and cells that it
    changed are set back. What the revision left there is the base of each row: where later work
    rests on it, that is a conflict like any other, settled cell by cell. We were wrong, so rows are
    corrected or withdrawn; the law did not move. The reason names what is taken back, for whoever
    proposes it to say more.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        ValidationError: nothing was noted of what the revision did.
    """
    title = title_of_undo(revision.number)
    taken_back, _language = told(revision.summary.partition("\n")[0])
    reason = _("What is undone: %(title)s") % {"title": taken_back}
    change_set = open_set(person, title, reason, undoes=revision)
    applied = AppliedRow.objects.filter(revision=revision).order_by("pk")
    rows = [own for one in applied if (own := _reversed(one, change_set))]
    if not rows:
        words = _("Nothing was noted of what revision %s did, so it cannot be undone.")
        raise ValidationError(words % revision.number, code="unnoted")
    _say_corrected(rows)
    put_in(change_set, person, rows)
    return change_set


def title_of_undo(number: int | None) -> str:
    """Return what a set is called that takes back the revision of a number."""
    return _("Undo of revision %(number)s") % {"number": number}


def _reversed(applied: AppliedRow, change_set: ChangeSet) -> ProposedRow | None:
    """The row that takes back what became of one, if that is anything."""
    table = table_named(applied.table)
    before, after = (whole_row(table, cells) for cells in (applied.before, applied.after))
    row = ProposedRow(
        change_set=change_set,
        table=table.name,
        # A row whose key was corrected is found by the key that it has since.
        key=key_text(table.key_of(after) if after else key_of_text(applied.key)),
        base_revision=applied.revision_id or 0,
        before=after,
        version=0,
    )
    if before is None:
        row.proposal = Proposal.TAKE_OUT
    else:
        known = after or {}
        row.cells = {name: cell for name, cell in before.items() if cell != known.get(name)}
    return row if row.cells or before is None else None


def _say_corrected(rows: Iterable[ProposedRow]) -> None:
    """Let rows say that we were wrong, unless nothing of theirs was withdrawn that could be."""
    again: dict[str, dict[str, ProposedRow]] = {}
    for row in rows:
        if row.proposal == Proposal.WRITE:
            row.change = Change.CORRECTED.value
            if row.before is None and row.table in VERSIONS:
                row.change = ""
                again.setdefault(row.table, {})[".".join(key_of_text(row.key))] = row
    for table, own in again.items():
        wanted = list(own)
        for start in range(0, len(wanted), BATCH):
            versions: Any = VERSIONS[table]._default_manager
            gone = versions.current().filter(change=Change.WITHDRAWN.value).order_by()
            batch = gone.filter(identity__in=wanted[start : start + BATCH])
            for identity in batch.values_list("identity", flat=True):
                own[identity].change = Change.CORRECTED.value
