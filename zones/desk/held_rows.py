"""What a set holds already of rows that would be written anew: both are shown before they are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from zones.dataset.table_registry import table_named
from zones.desk.current_keys import call_by_today
from zones.desk.row_evidence import beside_cells
from zones.models import ChangeSet, ProposedRow, RowEdit
from zones.rules.vocabulary import Proposal


class HeldRow(NamedTuple):
    """A row of a set that would say something else: who wrote it last, and what would go.

    ``moved`` names each cell with what the set holds and what would stand there; ``takes_out`` is
    whether the set would take the row out.
    """

    writer: str
    writer_id: int | None
    moved: Mapping[str, tuple[str, str]]
    takes_out: bool

    def is_by(self, person: Any) -> bool:
        """Return whether somebody wrote it; a row restored from a dump knows names alone."""
        if self.writer_id is not None:
            return bool(self.writer_id == person.pk)
        return bool(self.writer.casefold() == person.get_username().casefold())


def held_rows(
    change_set: ChangeSet | None, there: Iterable[ProposedRow], written: Iterable[ProposedRow]
) -> dict[int, HeldRow]:
    """Return the rows of a set that others, of the same numbers, would write over, by number.

    Rows that stay as they are written are left out; however many there are, it takes one query.
    """
    old = {row.pk: row for row in there}
    moved = {
        row.pk: found
        for row in written
        if row.pk in old and (found := _moved(old[row.pk], row)) is not None
    }
    if not moved or change_set is None:
        return {}
    edits = RowEdit.objects.filter(change_set=change_set, row__isnull=False).order_by("pk")
    writers = {
        number: (name, person)
        for number, name, person in edits.values_list("row_id", "name", "person_id")
        if number in moved
    }
    return {
        number: HeldRow(name, person, cells, old[number].proposal == Proposal.TAKE_OUT)
        for number, cells in moved.items()
        for name, person in [writers.get(number, ("", None))]
    }


def written_over(
    change_set: ChangeSet | None, written: Sequence[ProposedRow]
) -> list[tuple[ProposedRow, HeldRow]]:
    """Return the rows of a set, as it holds them now, that drafted ones would write over."""
    numbers = [row.pk for row in written if row.pk]
    if change_set is None or not numbers:
        return []
    there = call_by_today(change_set.rows.filter(pk__in=numbers).order_by("pk"))
    held = held_rows(change_set, there, written)
    return [(row, held[row.pk]) for row in there if row.pk in held]


def says_again(old: ProposedRow, new: ProposedRow) -> bool:
    """Return whether a row says just what the set holds of it, so that it would bring nothing; what
    it leaves open beside its cells stays as the set says.
    """
    return (
        _moved(old, new) is None
        and (old.cells, old.before) == (new.cells, new.before)
        and new.change in ("", old.change)
        and new.copy_id in (None, old.copy_id)
    )


def mark_of_held(held: Iterable[tuple[int, HeldRow]]) -> str:
    """Return what tells rows that would be written over, by number, from others and from what they
    say later; nothing where there are none.
    """
    told = sorted(
        (number, row.takes_out, sorted((name, was) for name, (was, _said) in row.moved.items()))
        for number, row in held
    )
    return hashlib.sha256(json.dumps(told).encode()).hexdigest() if told else ""


def _moved(old: ProposedRow, new: ProposedRow) -> dict[str, tuple[str, str]] | None:
    """The cells that would be others; nothing where the row stays what it is."""
    if new.proposal == Proposal.TAKE_OUT != old.proposal:
        return {name: (cell, "") for name, cell in old.cells.items() if cell}
    was, said = _said(old), _said(new)
    moved = {
        name: (was.get(name, ""), said.get(name, ""))
        for name in was | said
        if was.get(name, "") != said.get(name, "")
    }
    return moved if moved or old.proposal != new.proposal else None


def _said(row: ProposedRow) -> dict[str, str]:
    """What a row says whole: the cells that stood there, those proposed, and what is beside."""
    beside = {name: getattr(row, name) for name in beside_cells(table_named(row.table))}
    return {**(row.before or {}), **row.cells, **beside}
