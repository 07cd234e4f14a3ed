"""What else turns with a change set: other apps add what they know, which zones does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from zones.desk.effect import Effect
from zones.desk.judgement import Judgement


class Dependent(NamedTuple):
    """Things of one kind that a set turns: in words, and how many.

    Nobody learns from it whose checklists there are, only that some turn.
    """

    words: str
    number: int


#: Tells of the effect of a set, and of its rows, what turns with it.
DependentReader = Callable[[Effect, Judgement], list[Dependent]]

_readers: list[DependentReader] = []


def add(reader: DependentReader) -> None:
    """Add someone who knows of things that depend on answers; twice is once."""
    if reader not in _readers:
        _readers.append(reader)


def dependents_of(effect: Effect, found: Judgement) -> list[Dependent]:
    """Return what turns with a set, kind by kind; nothing of kinds of which none does."""
    return [own for read in _readers for own in read(effect, found) if own.number]
