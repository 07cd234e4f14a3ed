"""What other open change sets propose of a row, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from django.urls import reverse

from zones.dataset.policy_table import Policies
from zones.dataset.table import Table
from zones.desk.cell_words import CellWords
from zones.desk.other_proposals import OtherProposal
from zones.models import ChangeSet
from zones.models.labels import label
from zones.rules.vocabulary import SetState
from zones.selectors.queue_entry import QueueEntry


class Elsewhere(NamedTuple):
    """A set that proposes a row as well: where it is, which it is, whose, in which state, and what
    it says: cells with what they are called, or that the row goes.
    """

    address: str
    change_set: ChangeSet
    state: str
    cells: list[tuple[str, str]]
    takes_out: bool
    says_the_same: bool


def told_elsewhere(
    others: Iterable[OtherProposal],
    words: CellWords,
    table: Table,
    cells: Mapping[str, str] | None = None,
    *,
    beside: Mapping[str, str],
    takes_out: bool = False,
) -> Iterator[Elsewhere]:
    """Yield what other sets propose of a row.

    Args:
        others: what they propose of it.
        words: reads their cells.
        table: the table of the row.
        cells: those that are proposed here: of others nothing is told. Without them all are.
        beside: the cells of the row, by which a value is read.
        takes_out: whether the row goes by what is proposed here.
    """
    for other in others:
        whole = takes_out or other.takes_out or cells is None
        told = (
            other.cells if whole else {n: c for n, c in other.cells.items() if n in (cells or {})}
        )
        if not whole and not told:
            continue
        differing = {name: cell for name, cell in told.items() if (cells or {}).get(name) != cell}
        labels = words.columns(table)
        yield Elsewhere(
            reverse("admin:desk-set", args=[other.change_set.pk]),
            other.change_set,
            label(SetState(other.change_set.state)),
            []
            if other.takes_out
            else [
                (labels.get(name, name), words.cell(table, name, cell, {**beside, **other.cells}))
                for name, cell in differing.items()
            ],
            other.takes_out,
            other.takes_out == takes_out and not differing,
        )


def sets_proposing(entry: QueueEntry, proposed: Iterable[OtherProposal]) -> list[Elsewhere]:
    """Return the open sets that propose a row of which an entry of the queue tells, each once; of a
    cell without an answer those that propose one.
    """
    rows = {(entry.table, entry.key), *((part.table, part.key) for part in entry.parts)}
    gaps = {
        tuple(part.cells.get(name, "") for name in ("topic", "scope_kind", "scope_code"))
        for part in entry.parts
        if part.cells
    }
    found = {
        other.change_set.pk: other.change_set
        for other in proposed
        if other.change_set.pk != entry.change_set
        and (
            (other.table, other.key) in rows
            or (other.table == Policies.name and other.key[:3] in gaps)
        )
    }
    return [
        Elsewhere(
            reverse("admin:desk-set", args=[own.pk]),
            own,
            label(SetState(own.state)),
            [],
            False,
            False,
        )
        for own in found.values()
    ]
