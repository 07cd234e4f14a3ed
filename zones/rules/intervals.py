"""Spans of days and what holds during them."""

from __future__ import annotations

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


def side_by_side(timelines: Sequence[Sequence[Timed[T]]]) -> Iterator[Timed[tuple[T | None, ...]]]:
    """Walk several timelines at once, yielding what each holds between any two changes.

    Each timeline is in order and without overlaps. Days on which none holds are left out.
    """
    edges = sorted({e for line in timelines for h in line for e in (h.span.start, h.span.stop)})
    cursors = [0] * len(timelines)
    for start, stop in pairwise(edges):
        seen: list[T | None] = []
        for index, line in enumerate(timelines):
            while cursors[index] < len(line) and line[cursors[index]].span.stop <= start:
                cursors[index] += 1
            here = line[cursors[index]] if cursors[index] < len(line) else None
            seen.append(here.what if here is not None and here.span.start <= start else None)
        if any(what is not None for what in seen):
            yield Timed(Interval(start, stop), tuple(seen))
