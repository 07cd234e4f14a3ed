"""How much is researched: of how many cells somebody looked what holds there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from zones.rules.vocabulary import State


class Completeness(NamedTuple):
    """Of how many cells it is known or was sought what holds, of how many nobody looked."""

    researched: int = 0
    none_found: int = 0
    not_researched: int = 0

    @property
    def cells(self) -> int:
        """Return how many cells there are; those that were sought in vain are researched."""
        return self.researched + self.not_researched

    @property
    def percent(self) -> int | None:
        """Return how much is researched, rounded down: 100 is said of nothing with a gap, and
        nothing of no cells.
        """
        return 100 * self.researched // self.cells if self.cells else None

    def __add__(self, other: object) -> Completeness:
        """Return the completeness of both together."""
        if not isinstance(other, Completeness):
            return NotImplemented
        return Completeness(*(one + more for one, more in zip(self, other, strict=True)))


def completeness(states: Iterable[State]) -> Completeness:
    """Count the states of some cells. *None found* says that somebody looked, in vain."""
    seen = list(states)
    gaps = seen.count(State.NOT_RESEARCHED)
    return Completeness(len(seen) - gaps, seen.count(State.NONE_FOUND), gaps)
