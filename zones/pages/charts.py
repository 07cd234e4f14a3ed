"""Small charts as plain numbers, which templates draw as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from math import ceil, log10
from typing import NamedTuple

from zones.selectors.zone_counts import Steps, until

WIDTH, HEIGHT = 640, 180
MOST_YEARS = 8
#: How wide a chart is drawn for a phone, where its letters keep their size, and the most years
#: that stand along its foot then.
NARROW, FEW_YEARS = 246, 5
LABEL_HEIGHT = 13


class Line(NamedTuple):
    """One series: its name, its points, where its end is labelled, and its last value."""

    name: str
    points: str
    end: int
    last: int


class Chart(NamedTuple):
    """Lines of steps, the years along the foot, the scale beside it, and ticks with words."""

    lines: list[Line]
    years: list[tuple[int, int]]
    scale: list[tuple[int, str]]
    ticks: list[tuple[int, str]]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def narrow(self) -> Chart:
        """Return the chart as it is drawn for a phone."""
        return self._replace(
            lines=[line._replace(points=points_nearer(line.points)) for line in self.lines],
            years=fewer([(nearer(x), year) for x, year in self.years]),
            ticks=[(nearer(x), words) for x, words in self.ticks],
            width=NARROW,
        )


def nearer(x: int) -> int:
    """Return where along its foot a place of a chart is, drawn for a phone."""
    return round(x * NARROW / WIDTH)


def points_nearer(points: str) -> str:
    """Return the points of a line, drawn for a phone."""
    pairs = (point.split(",") for point in points.split())
    return " ".join(f"{nearer(int(x))},{y}" for x, y in pairs)


def fewer(years: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return so many of the years along a foot as have room on a phone."""
    return years[:: -(-len(years) // FEW_YEARS) or 1]


def steps_chart(
    series: Mapping[str, Steps],
    *,
    top: int,
    through: date,
    ticks: Iterable[tuple[date, str]] = (),
) -> Chart | None:
    """Return counts that change on some days, from their first year to a day; none where there are
    no steps up to it.

    Args:
        top: the highest number that any line could reach; the scale ends at a round one.
        through: the last day shown, which is the one asked about: a line ends on what is so then,
            and what comes later is not drawn as if it were.
        ticks: days to mark along the foot, with words.
    """
    series = {name: until(steps, through) for name, steps in series.items()}
    days = [day for steps in series.values() for day, _ in steps]
    if not days or not top:
        return None
    highest = rounded_up(top)
    begin = date(min(days).year, 1, 1).toordinal()
    end = through.toordinal() + 1

    def x(day: date) -> int:
        return round((day.toordinal() - begin) * WIDTH / (end - begin))

    def line(name: str, steps: Steps) -> Line:
        points, height = [(x(steps[0][0]), HEIGHT)] if steps else [], HEIGHT
        for day, count in steps:
            points.append((x(day), height))
            height = HEIGHT - round(count * HEIGHT / highest)
            points.append((x(day), height))
        points.append((WIDTH, height))
        return Line(name, " ".join(f"{a},{b}" for a, b in points), height, steps[-1][1])

    years = range(min(days).year, date.fromordinal(end - 1).year + 1)
    each = -(-len(years) // MOST_YEARS)
    return Chart(
        _apart([line(name, steps) for name, steps in series.items() if steps]),
        [(x(date(year, 1, 1)), year) for year in years[::each]],
        scale_to(highest, HEIGHT),
        [(x(day), words) for day, words in ticks],
    )


def rounded_up(value: float) -> float:
    """Return a round number not below a value, for the top of a scale."""
    step = 10 ** max(0, ceil(log10(value)) - 1)
    return float(ceil(value / step) * step)


def scale_to(top: float, height: int) -> list[tuple[int, str]]:
    """Return where the lines of a scale stand, and their numbers: none, half and all of it; no
    half where that would be no whole number.
    """
    parts = (0, 1, 2) if top % 2 == 0 else (0, 2)
    return [(height - round(height * part / 2), f"{top * part / 2:,g}") for part in parts]


def _apart(lines: list[Line]) -> list[Line]:
    """The lines, the labels of those that end close together moved up just enough."""
    below = HEIGHT + LABEL_HEIGHT
    ends: dict[str, int] = {}
    for one in sorted(lines, key=lambda one: -one.end):
        below = ends[one.name] = min(one.end, below - LABEL_HEIGHT)
    return [one._replace(end=ends[one.name]) for one in lines]
