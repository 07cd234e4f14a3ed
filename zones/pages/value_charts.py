"""The values of a topic that numbers answer over time, as plain numbers that templates draw.

Cities that always answered alike are one line of steps. Where nothing is stated the line is broken:
a gap is no zero, and no value is drawn on past the day asked about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from zones.pages.charts import (
    HEIGHT,
    MOST_YEARS,
    NARROW,
    WIDTH,
    fewer,
    nearer,
    points_nearer,
    rounded_up,
    scale_to,
)
from zones.rules.intervals import Timed
from zones.rules.lanes import Lane
from zones.rules.values import grouped_number
from zones.rules.vocabulary import State

#: So many lines can be told apart; what more groups of cities answer stands in their lanes.
MOST_LINES = 5


class ValueMark(NamedTuple):
    """Where a value begins, and the value."""

    x: int
    y: int
    words: str


class ValueLine(NamedTuple):
    """One line: whose values they are, its unbroken parts, its values, and where its end is."""

    name: str
    parts: list[str]
    marks: list[ValueMark]
    end: int
    last: str


class ValueChart(NamedTuple):
    """Lines of values, the years along the foot, the scale beside it, and where the day asked
    about is, if some value comes later.
    """

    lines: list[ValueLine]
    years: list[tuple[int, int]]
    scale: list[tuple[int, str]]
    cursor: int | None = None
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def narrow(self) -> ValueChart:
        """Return the chart as it is drawn for a phone."""
        return self._replace(
            lines=[
                line._replace(
                    parts=[points_nearer(points) for points in line.parts],
                    marks=[mark._replace(x=nearer(mark.x)) for mark in line.marks],
                )
                for line in self.lines
            ],
            years=fewer([(nearer(x), year) for x, year in self.years]),
            cursor=None if self.cursor is None else nearer(self.cursor),
            width=NARROW,
        )


#: A value and the days on which it holds.
Value = Timed[Decimal]


def values_of(lane: Lane[Any]) -> list[Value]:
    """Return the numbers that a lane states, and when."""
    return [
        Timed(span, told.answer.value) for span, told in lane if told.answer.state is State.STATED
    ]


def value_chart(named: Sequence[tuple[str, Lane[Any]]], *, day: date) -> ValueChart | None:
    """Return the values of some lanes over time; none where no value ever was another.

    Args:
        named: the lanes with their names; the first of them that state something are drawn.
        day: the day asked about, the last one shown; a value that begins later is shown all the
            same, behind a line that says where the day is.
    """
    series = [(name, lane, values) for name, lane in named if (values := values_of(lane))]
    series = series[:MOST_LINES]
    told = {value for _, _, values in series for _, value in values}
    if len(told) < 2:
        return None
    begins = min(lane[0].span.start for _, lane, _ in series)
    starts = (span.start for _, _, values in series for span, _ in values)
    ends = max(day, *starts)
    days, top = (ends - begins).days + 1, rounded_up(float(max(told)))

    def x(when: date) -> int:
        return round(min((when - begins).days, days) * WIDTH / days)

    def y(value: Decimal) -> int:
        return HEIGHT - round(float(value) * HEIGHT / top)

    def parts(values: Sequence[Value]) -> Iterator[str]:
        points: list[str] = []
        for place, (span, value) in enumerate(values):
            if place and values[place - 1].span.stop < span.start:
                yield " ".join(points)
                points = []
            points += [f"{x(span.start)},{y(value)}", f"{x(span.stop)},{y(value)}"]
        yield " ".join(points)

    lines = [
        ValueLine(
            name,
            list(parts(values)),
            [ValueMark(x(span.start), y(own), grouped_number(own)) for span, own in values],
            y(values[-1].what),
            grouped_number(values[-1].what) if values[-1].span.stop > ends else "",
        )
        for name, _, values in series
    ]
    years = range(begins.year, ends.year + 1)
    each = -(-len(years) // MOST_YEARS)
    marked = [(x(date(year, 1, 1)), year) for year in years[::each]]
    return ValueChart(lines, marked, scale_to(top, HEIGHT), x(day) if day < ends else None)
