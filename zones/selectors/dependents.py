"""What else turns when answers do: other apps add what they know, which zones does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple


class Turn(NamedTuple):
    """An answer that becomes another in a city, from a day to a day: inclusive, in ISO form.

    No last day means that no end is recorded.
    """

    city: str
    topic: str
    first: str
    last: str | None


class Dependent(NamedTuple):
    """Things of one kind that turn: in words, and how many.

    Nobody learns from it whose checklists there are, only that some turn.
    """

    words: str
    number: int


#: Tells what turns with answers.
DependentReader = Callable[[Sequence[Turn]], list[Dependent]]

_readers: list[DependentReader] = []


def add(reader: DependentReader) -> None:
    """Add someone who knows of things that depend on answers; twice is once."""
    if reader not in _readers:
        _readers.append(reader)


def dependents_of(turns: Sequence[Turn]) -> list[Dependent]:
    """Return what turns with some answers, kind by kind; nothing of kinds of which none does."""
    return [own for read in _readers for own in read(turns) if own.number]
