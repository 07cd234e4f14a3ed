"""What a revision did, told of its rows as sets are judged: each as it was before, and after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from zones.dataset.applied_rows import key_of_text, key_text
from zones.dataset.place_tables import Cities
from zones.dataset.table import Cells, Table
from zones.dataset.table_registry import table_named
from zones.desk.current_keys import keys_of_today
from zones.desk.judgement import Judgement, RowJudgement
from zones.models import AppliedRow, ChangeSet, ProposedRow, Revision
from zones.rules.vocabulary import Fate, SetState


def applied_judgement(revision: Revision) -> Judgement:
    """Return what became of each row by a revision."""
    applied = AppliedRow.objects.filter(revision=revision).order_by("pk")
    rows = [_judged(*row) for row in applied.values_list("table", "key", *_CELLS)]
    return Judgement(rows, published_as=revision.pk)


_CELLS = ("before", "after")


def _judged(name: str, text: str, before: Cells | None, after: Cells | None) -> RowJudgement:
    table = table_named(name)
    fate = Fate.CHANGED if before and after else Fate.TAKEN_OUT if before else Fate.NEW
    own = ProposedRow(table=name, key=text)
    cells = whole_row(table, before), whole_row(table, after)
    return RowJudgement(own, table, key_of_text(text), fate, *cells)


def whole_row(table: Table, cells: Cells | None) -> Cells | None:
    """Return a row as it was noted once, with every column of today."""
    if cells is None:
        return None
    return {column.name: cells.get(column.name, column.until_then) for column in table.columns}


def cities_that_came(found: Judgement) -> set[str]:
    """Return the keys of the cities that are new."""
    new = (one for one in found.rows if one.table.name == Cities.name and one.fate == Fate.NEW)
    return {one.key[0] for one in new}


class Undoing(NamedTuple):
    """A set that was published to take a revision back: of how many of its rows nothing stayed as
    the revision had left them, of how many that it wrote or took out.
    """

    change_set: ChangeSet
    rows: int
    of: int


def undone_by(revision: Revision) -> list[Undoing]:
    """Return the sets that were published to take a revision back, the first of them first."""
    sets = ChangeSet.objects.filter(undoes=revision, state=SetState.PUBLISHED)
    published = list(sets.order_by("revision"))
    if not published:
        return []
    left = [one for one in applied_judgement(revision).rows if one.moved or one.after is None]
    found = []
    for one in published:
        applied = applied_judgement(Revision(pk=one.revision_id)).rows
        found.append(Undoing(one, _count_undone(left, applied), len(left)))
    return found


def _count_undone(left: Sequence[RowJudgement], applied: Sequence[RowJudgement]) -> int:
    """How many rows that a revision left so another took back, whatever they are called by now."""
    noted = {own for one in left for own in _names_after(one)}
    noted |= {own for one in applied for own in _names_before(one)}
    today = keys_of_today(noted)
    by_name = {name: one for one in applied for own in _names_before(one) for name in today[own]}
    undone = 0
    for one in left:
        names = (name for own in _names_after(one) for name in today[own])
        back = next((by_name[name] for name in names if name in by_name), None)
        undone += back is not None and _is_taken_back(one, back)
    return undone


def _names_after(one: RowJudgement) -> list[tuple[str, str]]:
    return [(one.table.name, key_text(one.table.key_of(one.after) if one.after else one.key))]


def _names_before(one: RowJudgement) -> list[tuple[str, str]]:
    return [(one.table.name, key_text(one.table.key_of(one.before) if one.before else one.key))]


def _is_taken_back(one: RowJudgement, back: RowJudgement) -> bool:
    """Whether nothing of a row stayed as a revision had left it."""
    if one.before is None or one.after is None:
        return (back.after is None) == (one.before is None)
    after = back.after
    # The day of a verification is that of whoever verified last, be it the same.
    moved = {name: own for name, (_was, own) in one.moved.items() if name != "verified_on"}
    return after is None or all(after[name] != own for name, own in moved.items())
