"""What else turns when answers or rows do: other apps add what they know, which zones does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple


class Turn(NamedTuple):
    """An answer that becomes another in cities, from a day to a day: inclusive, in ISO form.

    No last day means that no end is recorded.
    """

    topic: str
    first: str
    last: str | None
    cities: Sequence[str]

    def holds_on(self, day: str) -> bool:
        """Return whether it becomes another on a day."""
        return self.first <= day and (self.last is None or self.last >= day)


class RowTurn(NamedTuple):
    """A row of the dataset that becomes another, comes or goes: its cells before and after.

    ``moved`` are the cells that become others: what the column is called, before and after.
    """

    table: str
    key: tuple[str, ...]
    before: Mapping[str, str] | None
    after: Mapping[str, str] | None
    moved: Mapping[str, tuple[str, str, str]]


class Impact(NamedTuple):
    """What a change set turns: answers, and rows of whatever tables."""

    answers: Sequence[Turn]
    rows: Sequence[RowTurn] = ()


class Dependent(NamedTuple):
    """Things of one kind that turn: in words, and how many.

    Nobody learns from it whose checklists there are, only that some turn.
    """

    words: str
    number: int


#: Tells what turns with answers and rows.
DependentReader = Callable[[Impact], list[Dependent]]

_readers: list[DependentReader] = []


def add(reader: DependentReader) -> None:
    """Add someone who knows of things that depend on answers; twice is once."""
    if reader not in _readers:
        _readers.append(reader)


def dependents_of(turned: Impact) -> list[Dependent]:
    """Return what turns with answers and rows, kind by kind; nothing of kinds that do not."""
    return [own for read in _readers for own in read(turned) if own.number]
