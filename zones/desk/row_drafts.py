"""Rows as somebody proposes them, beside what the portal knows now; none is saved here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cbec_portal.posted_texts import NO_TEXT
from cbec_portal.punctuation import enumerated
from zones.dataset.applied_rows import key_of_text, key_text
from zones.dataset.table import Cells, Key, Table
from zones.dataset.table_registry import table_named
from zones.desk.current_keys import call_by_today, follow
from zones.desk.row_evidence import evidence_of, verifying
from zones.models import ChangeSet, ProposedRow, Revision, SourceCopy
from zones.rules.vocabulary import Proposal

#: An index of PostgreSQL keeps no longer keys, whatever their letters; those of rows are shorter.
LONGEST_KEY = 600


class RowDraft(NamedTuple):
    """One row as somebody proposes it.

    ``key`` names the row that it changes; without one it is new. ``cells`` are those that are
    proposed: of a row that is there, those left out stay as they are. A row that was written beside
    an older state ``has_base``: the row as it was then, or nothing if it was not there.
    """

    table: Table
    key: Key | None
    cells: Mapping[str, str]
    proposal: Proposal = Proposal.WRITE
    change: str = ""
    quote: str = ""
    quote_en: str = ""
    read_at: str = ""
    copy: SourceCopy | None = None
    base: Cells | None = None
    has_base: bool = False
    clause: str = ""
    clause_zh: str = ""

    def before(self, live: Cells | None) -> Cells | None:
        """Return the row beside which this was written, given what it is now."""
        return self.base if self.has_base else live


def drafted(change_set: ChangeSet | None, drafts: Iterable[RowDraft]) -> list[ProposedRow]:
    """Return drafts as rows of a set, each beside what the portal knows now, and save none.

    A row that the set holds already is that row, saying what the draft says beside what it said.

    Raises:
        ValidationError: a row cannot be named.
    """
    own = list(drafts)
    there = _rows_there(change_set) if change_set else {}
    known, newest = _known(own), _newest()
    rows: dict[tuple[str, str], ProposedRow] = {}
    said: set[int] = set()
    for draft in own:
        key = key_of_draft(draft)
        named = draft.table.name, key_text(key)
        row = rows.get(named) or there.get(named)
        if row is not None and named not in rows and row.pk in said:
            row = None  # the set would hold one row twice, which is refused where it is judged
        if row is None:
            row = ProposedRow(change_set=change_set, table=named[0], key=named[1], version=0)
            row.before, row.base_revision = draft.before(known[named[0]].get(key)), newest
        elif draft.base and row.before:
            row.before |= {name: draft.base[name] for name in draft.cells}
        else:
            row = based(row, draft, known[named[0]].get(key))
        said |= {row.pk} if row.pk else set()
        rows[named] = said_by(row, draft, whole=False)
    return list(rows.values())


def drafted_apart(change_set: ChangeSet | None, drafts: Iterable[RowDraft]) -> list[ProposedRow]:
    """Return drafts as rows of no set, each by itself, whose keys may be wanting, too long, or
    those of others: they can be judged, and never be saved.

    What the set says already of a row of that key counts as said here as well.
    """
    own = list(drafts)
    there = _rows_there(change_set) if change_set and own else {}
    by_table: dict[str, list[Key]] = {}
    for draft in own:
        by_table.setdefault(draft.table.name, []).append(_own_key(draft))
    known = {name: table_named(name).known(keys) for name, keys in by_table.items()}
    found = []
    for draft in own:
        named = draft.table.name, key_text(_own_key(draft))
        held = there.get(named)
        row = ProposedRow(table=named[0], key=named[1], version=0)
        row.is_apart = True
        if held is None or held.proposal == Proposal.TAKE_OUT:
            row.before = draft.before(known[named[0]].get(_own_key(draft)))
        else:
            row.before, row.cells = held.before, dict(held.cells)
        found.append(said_by(row, draft, whole=False))
    return found


def redrafted(rows: Iterable[ProposedRow], drafts: Iterable[RowDraft]) -> list[ProposedRow]:
    """Return rows of a set, each saying what a draft says and nothing else, and save none."""
    pairs = list(zip(rows, drafts, strict=True))
    known = _known(draft for _row, draft in pairs if draft.key)
    return [
        said_by(
            based(row, draft, known[row.table].get(draft.key) if draft.key else None),
            draft,
            whole=True,
        )
        for row, draft in pairs
    ]


def said_by(row: ProposedRow, draft: RowDraft, *, whole: bool) -> ProposedRow:
    """Let a row say what a draft says; with ``whole`` nothing else, and save nothing."""
    before = verifying(row)
    names = {column.name for column in draft.table.columns}
    cells = {name: cell for name, cell in draft.cells.items() if name in names}
    known: Cells = row.before or {}
    said = cells if whole else row.cells | cells
    row.cells = {
        name: cell for name, cell in said.items() if row.before is None or cell != known.get(name)
    }
    if whole or draft.change or row.proposal != draft.proposal:
        row.change = draft.change
    row.proposal = draft.proposal
    beside = {name: getattr(draft, name) for name in evidence_of(draft.table)}
    if whole or draft.copy or any(beside.values()):
        for name, cell in beside.items():
            setattr(row, name, cell)
        row.copy = draft.copy
    row.sent_back = False
    row.is_verified_anew = row.is_verified_anew or verifying(row) != before
    follow_cells(row, draft.table)
    return row


def based(row: ProposedRow, draft: RowDraft, live: Cells | None) -> ProposedRow:
    """Note what stands now in cells that are proposed for the first time.

    Those proposed before keep what stood there then.
    """
    if row.before is not None and live is not None:
        new = draft.cells.keys() - row.cells.keys()
        row.before = {**row.before, **{name: live[name] for name in new if name in live}}
    return row


def follow_cells(row: ProposedRow, table: Table) -> None:
    """Let the key of a new row be what its cells make, as far as they say it."""
    if row.before is None and row.proposal == Proposal.WRITE:
        parts = zip(table.key, key_of_text(row.key), strict=True)
        row.key = key_text(tuple(row.cells.get(name, part) for name, part in parts))


def key_of_draft(draft: RowDraft) -> Key:
    """Return the key of a row that is there, or that which the cells of a new one make.

    A new row that lacks part of its key can be written down, and is refused when it is judged.
    """
    key = _own_key(draft)
    if NO_TEXT.search("".join((*key, *draft.cells.values()))):
        raise ValidationError(_("It holds characters that no text has."), code="no-text")
    if words := wrong_length_of(key):
        raise ValidationError(words, code="long")
    if not any(key):
        labels = {column.name: str(column.label) for column in draft.table.columns}
        named = enumerated(labels[name] for name in draft.table.key)
        words = _("A row of %(table)s is named by: %(columns)s.")
        told = {"table": draft.table.label, "columns": named}
        raise ValidationError(words % told, code="unnamed")
    return key


def wrong_length_of(key: Key) -> str:
    """Return why what names a row cannot be kept, or nothing where it can."""
    is_long = len(key_text(key)) > LONGEST_KEY
    return _("What names the row is too long to be kept.") if is_long else ""


def _own_key(draft: RowDraft) -> Key:
    return draft.key or tuple(draft.cells.get(part, "") for part in draft.table.key)


def _rows_there(change_set: ChangeSet) -> dict[tuple[str, str], ProposedRow]:
    """The rows of a set by the keys under which they are known now, and by those that they had
    before they moved.
    """
    rows = call_by_today(change_set.rows.all())
    former = {(row.table, row.key): row for row in rows}
    follow(rows)
    return former | {(row.table, row.key): row for row in rows}


def _known(drafts: Iterable[RowDraft]) -> dict[str, dict[Key, Cells]]:
    """What the portal knows now of the rows that are proposed, one query a table."""
    by_table: dict[str, list[RowDraft]] = {}
    for draft in drafts:
        by_table.setdefault(draft.table.name, []).append(draft)
    return {
        name: own[0].table.known([key_of_draft(draft) for draft in own])
        for name, own in by_table.items()
    }


def _newest() -> int:
    return Revision.objects.order_by("-number").values_list("number", flat=True).first() or 0
