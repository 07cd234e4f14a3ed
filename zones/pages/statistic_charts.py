"""Figures by year as plain numbers, which templates draw as SVG.

Every figure is a mark of its own: its shape says the indicator, its filling the release. A line
joins only figures of neighbouring years that are of one indicator and one release, so it never runs
across the break of 2020 nor from a first figure to a revised one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.translation import gettext, gettext_lazy

from cbec_portal.punctuation import bracketed
from zones.pages.charts import NARROW, fewer, nearer, rounded_up, scale_to
from zones.selectors.published_statistics import Figure, Figures

WIDTH, HEIGHT = 640, 200
#: How wide a letter of the words beside a mark is, and how far words stand above others.
LETTER, LINE = 9, 16
#: Where words stand in a chart, and the words.
Placed = tuple[int, int, str]

#: From the figures of this year on customs counts every kind of trade, by surveys.
BREAK = 2020


class Mark(NamedTuple):
    """One figure in a chart. Coordinates are in units of the picture."""

    x: int
    y: int
    shape: str
    release: str
    label: str


class Segment(NamedTuple):
    """A line between two figures."""

    x1: int
    y1: int
    x2: int
    y2: int


class FigureChart(NamedTuple):
    """Marks and lines, the years along the foot, the scale, and where the break is, if shown."""

    marks: list[Mark]
    segments: list[Segment]
    years: list[tuple[int, int]]
    scale: list[tuple[int, str]]
    cut: int | None
    shapes: list[tuple[str, str]]
    releases: list[tuple[str, str]]
    ends: list[Placed]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def narrow(self) -> FigureChart:
        """Return the chart as it is drawn for a phone."""
        return self._replace(
            marks=[mark._replace(x=nearer(mark.x)) for mark in self.marks],
            segments=[Segment(nearer(a), b, nearer(c), d) for a, b, c, d in self.segments],
            years=fewer([(nearer(x), year) for x, year in self.years]),
            cut=None if self.cut is None else nearer(self.cut),
            ends=raised([(nearer(x), y, words) for x, y, words in self.ends]),
            width=NARROW,
        )


SHAPES = ("circle", "square", "triangle")
#: How the marks of a release look, in words.
RELEASES = {
    "first": gettext_lazy("filled: first release"),
    "revised": gettext_lazy("hollow: revised"),
    "derived": gettext_lazy("dashed: derived"),
}


def figure_chart(
    shown: Iterable[Figures], *, years: Sequence[int] | None = None
) -> FigureChart | None:
    """Return the national figures of some indicators side by side; none where there are none.

    Args:
        years: the years along the foot, all from the first to the last figure if not given.
    """
    series = [
        (own.name, [r for r in own.rows if r.place is None and (not years or r.year in years)])
        for own in shown
    ]
    rows = [row for _, own in series for row in own]
    if not rows:
        return None
    span = years or range(min(r.year for r in rows), max(r.year for r in rows) + 1)
    released = {row.release for row in rows}
    top = rounded_up(max(row.value for row in rows))

    def x(year: float) -> int:
        return round((year - span[0] + 0.5) * WIDTH / len(span))

    def y(value: float) -> int:
        return HEIGHT - round(value * HEIGHT / top)

    shaped = list(zip(SHAPES, series, strict=False))
    return FigureChart(
        [
            Mark(x(row.year), y(row.value), shape, row.release, _label(row))
            for shape, (_, own) in shaped
            for row in own
        ],
        [
            Segment(x(a.year), y(a.value), x(b.year), y(b.value))
            for _, own in series
            for a, b in _neighbours(own)
        ],
        [(x(year), year) for year in span],
        scale_to(top, HEIGHT),
        x(BREAK - 0.5) if span[0] < BREAK <= span[-1] else None,
        [(shape, name) for shape, (name, own) in shaped if own],
        [(name, str(words)) for name, words in RELEASES.items() if name in released],
        raised(
            (x(last.year), max(y(last.value) - 12, 0), last.written)
            for _, own in shaped
            if (last := max(own[1], key=lambda row: row.year, default=None))
        ),
    )


def raised(ends: Iterable[Placed]) -> list[Placed]:
    """Return words beside marks, each above those that it would lie upon."""
    placed: list[Placed] = []
    for x, y, words in sorted(ends):
        for x_before, y_before, before in placed:
            near = abs(x - x_before) < LETTER * (len(words) + len(before)) / 2
            if near and abs(y - y_before) < LINE:
                y = y_before - LINE
        placed.append((x, y, words))
    return placed


def _neighbours(rows: list[Figure]) -> Iterable[tuple[Figure, Figure]]:
    by_release: dict[str, list[Figure]] = {}
    for row in rows:
        by_release.setdefault(row.release, []).append(row)
    for release, own in by_release.items():
        if release != "derived":
            yield from ((a, b) for a, b in itertools.pairwise(own) if b.year == a.year + 1)


def _label(row: Figure) -> str:
    return bracketed(f"{row.year}{gettext(': ')}{row.written}", row.release_words)
