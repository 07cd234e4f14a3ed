"""What else turns when answers or rows do: other apps add what they know, which zones does not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
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

    ``moved`` are the columns whose cells become others, and ``changes`` these in words, from what
    to what: of the first rows of a table, as many as are told one by one.
    """

    table: str
    key: tuple[str, ...]
    before: Mapping[str, str] | None
    after: Mapping[str, str] | None
    moved: Collection[str]
    changes: str = ""


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

#: Tells of the revision of a number what turned with answers and rows, as it was then.
PastReader = Callable[[Impact, int], list[Dependent]]

#: So many rows of a table are told one by one.
TOLD = 20

_readers: dict[DependentReader, frozenset[str]] = {}
_past_readers: dict[PastReader, None] = {}
_told: set[str] = set()


def add(
    reader: DependentReader, tables: Iterable[str] = (), *, tells_words_of: Iterable[str] = ()
) -> None:
    """Add someone who knows of things that depend on answers, and on rows of some tables, and of
    some of them tells every row with its words, from what to what; twice is once.
    """
    _readers[reader] = frozenset(tables)
    _told.update(tells_words_of)


def tables_told() -> frozenset[str]:
    """Return the names of the tables of whose rows somebody tells from what to what they become."""
    return frozenset(_told)


def tables_asked() -> frozenset[str]:
    """Return the names of the tables of whose rows anybody tells what depends on them."""
    return frozenset().union(*_readers.values())


def dependents_of(turned: Impact) -> list[Dependent]:
    """Return what turns with answers and rows, kind by kind; nothing of kinds that do not."""
    return [own for read in _readers for own in read(turned) if own.number]


def add_past(reader: PastReader) -> None:
    """Add someone who knows what depended on answers and rows when a revision turned them."""
    _past_readers[reader] = None


def past_dependents_of(turned: Impact, revision: int) -> list[Dependent]:
    """Return what turned with the answers and rows of a revision, as far as it is still known."""
    return [own for read in _past_readers for own in read(turned, revision) if own.number]
