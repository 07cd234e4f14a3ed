"""What a topic is on a day: two of all cities are known to answer it differently, or all are known
to answer it alike, or neither is known.

Between two days of change nothing moves, so what is told of one day holds for all of them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from zones.rules.comparison import Answer
from zones.rules.intervals import Interval
from zones.rules.vocabulary import Layer

#: So many different answers tell that a topic varies.
ENOUGH = 2


def varies(answers: Iterable[Answer]) -> bool:
    """Return whether two of all cities are known to answer a topic differently."""
    return len({answer for answer in answers if answer.is_known}) > 1


class AnswerSpan(NamedTuple):
    """An answer, during which days it holds, and in how many cities."""

    answer: Answer
    span: Interval
    cities: int


class Stretch(NamedTuple):
    """Days on which nothing moves: what is known then, as far as it counts; of how many cities it
    is known, and of how many there is a record at all.
    """

    known: tuple[Answer, ...] = ()
    cities_known: int = 0
    cities: int = 0


class Variation:
    """How one topic varies over time."""

    def __init__(self, answered: Iterable[AnswerSpan] = ()) -> None:
        self._starts: list[date] = []
        self._stretches: list[Stretch] = [Stretch()]
        cities: Counter[Answer] = Counter()
        moves = sorted(_moves(answered), key=lambda move: move[0])
        for day, own in groupby(moves, key=lambda move: move[0]):
            for _, answer, more in own:
                cities[answer] += more
            there = +cities
            known = {answer: count for answer, count in there.items() if answer.is_known}
            counted = Stretch(tuple(known)[:ENOUGH], sum(known.values()), there.total())
            self._starts.append(day)
            self._stretches.append(counted)

    @property
    def days(self) -> Sequence[date]:
        """Return the days on which something moves, earliest first."""
        return self._starts

    def layer(self, day: date, *, cities: int, absent: Answer) -> Layer:
        """Return what the topic is on a day: local, partly known or national.

        Args:
            day: the day asked about.
            cities: how many cities there are.
            absent: what those answer of which there is no record.
        """
        known, cities_known, recorded = self._stretches[bisect_right(self._starts, day)]
        lacking = cities - recorded
        if varies([*known, absent] if lacking else known):
            return Layer.LOCAL
        if lacking and absent.is_known:
            cities_known += lacking
        return Layer.NATIONAL if cities_known == cities else Layer.PARTLY_KNOWN


def _moves(answered: Iterable[AnswerSpan]) -> Iterable[tuple[date, Answer, int]]:
    """The days on which answers begin and end, with how many cities have them more."""
    for answer, span, cities in answered:
        yield span.start, answer, cities
        yield span.stop, answer, -cities
