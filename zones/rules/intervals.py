"""Spans of days and what holds during them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

ONE_DAY = timedelta(days=1)
FOREVER = date.max
ALWAYS = date.min


class Interval(NamedTuple):
    """The days from ``start`` up to, but without, ``stop``."""

    start: date
    stop: date

    def __bool__(self) -> bool:
        return self.start < self.stop

    def meet(self, other: Interval) -> Interval:
        """Return the days both spans have; the span is empty (false) where they have none."""
        return Interval(max(self.start, other.start), min(self.stop, other.stop))


WHOLE_TIME = Interval(ALWAYS, FOREVER)


class Timed(NamedTuple, Generic[T]):
    """Something and the span during which it holds."""

    span: Interval
    what: T


def interval_of_days(first: date | None, last: date | None) -> Interval:
    """Return a span from its first and last day; none means without end on that side."""
    return Interval(first or ALWAYS, last + ONE_DAY if last and last < FOREVER else FOREVER)


def last_day(span: Interval) -> date | None:
    """Return the last day of a span, or none where it has no end."""
    return None if span.stop == FOREVER else span.stop - timedelta(days=1)


def clip(timeline: Iterable[Timed[T]], spans: Iterable[Interval]) -> list[Timed[T]]:
    """Return a timeline seen only during some spans, in order. The spans must not overlap."""
    pieces = [
        # Mostly a span is all time, and what lies in it whole is taken as it is.
        held
        if span.start <= held.span.start and held.span.stop <= span.stop
        else Timed(held.span.meet(span), held.what)
        for span in spans
        for held in timeline
    ]
    return sorted((piece for piece in pieces if piece.span), key=lambda piece: piece.span.start)


def union(spans: Iterable[Interval]) -> list[Interval]:
    """Return the same days as spans that neither overlap nor touch, in order."""
    there = [span for span in spans if span]
    if len(there) < 2:
        return there  # as most are, of thousands
    joined: list[Interval] = []
    for span in sorted(there, key=lambda s: s.start):
        if joined and span.start <= joined[-1].stop:
            joined[-1] = Interval(joined[-1].start, max(joined[-1].stop, span.stop))
        else:
            joined.append(span)
    return joined


def without(spans: Iterable[Interval], taken: Iterable[Interval]) -> list[Interval]:
    """Return the days of some spans that are in none of others; those are in order, apart."""
    left = list(spans)
    for own in taken:
        left = [
            piece
            for span in left
            for piece in (
                (span,)
                if not span.meet(own)
                else (Interval(span.start, own.start), Interval(own.stop, span.stop))
            )
            if piece
        ]
    return left


def during(timeline: Sequence[Timed[T]], span: Interval) -> Iterator[Timed[T]]:
    """Yield what a timeline holds during a span; others of thousands are not looked at."""
    if not span:
        return
    place = bisect_right(timeline, span.start, key=lambda held: held.span.stop)
    for held in timeline[place:]:
        if held.span.start >= span.stop:
            break
        yield Timed(held.span.meet(span), held.what)


def side_by_side(timelines: Sequence[Sequence[Timed[T]]]) -> Iterator[Timed[tuple[T | None, ...]]]:
    """Walk several timelines at once, yielding what each holds between any two changes.

    Each timeline is in order and without overlaps. Days on which none holds are left out.
    """
    # Of thousands of days only what turns on each is looked at; an end comes before a start.
    turns: dict[date, list[tuple[int, T | None]]] = {}
    for index, line in enumerate(timelines):
        for (start, stop), what in line:
            turns.setdefault(start, []).append((index, what))
            turns.setdefault(stop, []).append((index, None))
    seen: list[T | None] = [None] * len(timelines)
    for first, following in pairwise(sorted(turns)):
        for index, own in turns[first]:
            seen[index] = own
        if seen.count(None) < len(seen):
            yield Timed(Interval(first, following), tuple(seen))
