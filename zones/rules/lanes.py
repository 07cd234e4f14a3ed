"""The answers to a topic in order of time, as one lane without gaps: where nothing answers, it says
what that comes to.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Generic, NamedTuple, TypeVar

from zones.rules.comparison import Answer
from zones.rules.intervals import Interval, Timed, clip, side_by_side

T = TypeVar("T")


class LaneAnswer(NamedTuple, Generic[T]):
    """An answer, and what first and last gives it during its days; none where nothing answers."""

    answer: Answer
    first: T | None = None
    last: T | None = None


Lane = Sequence[Timed[LaneAnswer[T]]]


def lane_of(
    held: Iterable[Timed[LaneAnswer[T]]], absent: Iterable[Timed[Answer]], whole: Interval
) -> Lane[T]:
    """Return what is answered during a span, each answer once for all its days on end.

    Args:
        held: what answers when, in order and without overlaps.
        absent: what it comes to that nothing answers, at all times of the span.
        whole: the span.
    """
    lane: list[Timed[LaneAnswer[T]]] = []
    none: list[Timed[LaneAnswer[T]]] = [Timed(span, LaneAnswer(answer)) for span, answer in absent]
    for span, (own, otherwise) in side_by_side([clip(held, [whole]), clip(none, [whole])]):
        told = own or otherwise
        if told is None:
            continue
        before = lane[-1] if lane else None
        if before and before.span.stop == span.start and before.what.answer == told.answer:
            joined = LaneAnswer(told.answer, before.what.first or told.first, told.last)
            lane[-1] = Timed(Interval(before.span.start, span.stop), joined)
        else:
            lane.append(Timed(span, told))
    return lane


def ever_changed(lane: Lane[T]) -> bool:
    """Return whether two of its answers are known and differ: a gap is no change."""
    return len({told.answer for _, told in lane if told.answer.is_known}) > 1


def columns_of(spans: Sequence[Interval], whole: Interval) -> list[int]:
    """Return over how many months each of some spans goes that follow each other and fill a whole.

    The whole begins and ends with months. Each span is rounded to whole months, and is one at
    least, so that the shortest is seen.
    """
    total = months_between(whole.start, whole.stop)
    edges = [0]
    for place, span in enumerate(spans[:-1], start=1):
        left = len(spans) - place
        rounded = round(months_between(whole.start, span.stop))
        edges.append(min(max(rounded, edges[-1] + 1), round(total) - left))
    edges.append(round(total))
    return [stop - start for start, stop in itertools.pairwise(edges)]


def months_between(start: date, day: date) -> float:
    """Return how many months lie between the first day of a month and a later day."""
    whole = 12 * (day.year - start.year) + day.month - start.month
    return whole + (day.day - 1) / 31
