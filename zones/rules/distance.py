"""How far apart cities lie in their rules: on how many topics two of them differ.

Only known answers can differ, and a topic of which either answer is not known is counted as one
that cannot be compared: nobody knows whether it would add to the distance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from zones.rules.comparison import Answer


class Distance(NamedTuple):
    """On how many topics two cities differ, and on how many nobody can tell."""

    differing: int
    not_comparable: int

    @property
    def at_most(self) -> int:
        """Return on how many topics they can differ at most, once everything is known."""
        return self.differing + self.not_comparable


class DistanceInDetail(NamedTuple):
    """Which topics two cities answer differently, and of which nobody can tell, by their places."""

    differing: list[int]
    not_comparable: list[int]


class Distances:
    """The distances between all of some cities.

    A city is two whole numbers used as sets of bits: the topics of which it is known what it
    answers, and what it answers there. Two cities are then compared by two operations on numbers,
    however many topics there are.
    """

    def __init__(self, rows: Iterable[Sequence[Answer]], cities: int) -> None:
        self._known, self._answers = [0] * cities, [0] * cities
        self.topics = 0
        # Of each topic, the bits of all answers to it.
        self._answers_to: list[int] = []
        bits: dict[tuple[int, Answer], int] = {}
        for row in rows:
            own = 0
            for city, answer in enumerate(row):
                if answer.is_known:
                    self._known[city] |= 1 << self.topics
                    bit = bits.setdefault((self.topics, answer), 1 << len(bits))
                    self._answers[city] |= bit
                    own |= bit
            self._answers_to.append(own)
            self.topics += 1

    def between(self, one: int, other: int) -> Distance:
        """Return the distance between two cities, by their places in the rows."""
        both = (self._known[one] & self._known[other]).bit_count()
        alike = (self._answers[one] & self._answers[other]).bit_count()
        return Distance(both - alike, self.topics - both)

    def apart(self, one: int, other: int) -> DistanceInDetail:
        """Return on which topics two cities differ, and on which nobody can tell."""
        both = self._known[one] & self._known[other]
        alike = self._answers[one] & self._answers[other]
        found = DistanceInDetail([], [])
        for topic, answers in enumerate(self._answers_to):
            if not both >> topic & 1:
                found.not_comparable.append(topic)
            elif not alike & answers:
                found.differing.append(topic)
        return found

    def unknown(self, city: int) -> list[int]:
        """Return the topics of which it is not known what a city answers, by their places."""
        return [topic for topic in range(self.topics) if not self._known[city] >> topic & 1]

    def of(self, city: int) -> list[Distance]:
        """Return the distances of a city to all, itself included, in their order."""
        known, answers, topics = self._known[city], self._answers[city], self.topics
        found = []
        for their_known, their_answers in zip(self._known, self._answers, strict=True):
            both = (known & their_known).bit_count()
            alike = (answers & their_answers).bit_count()
            found.append(Distance(both - alike, topics - both))
        return found
