"""Lanes of answers, drawn to be taken along as a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cbec_portal.day_words import day_in_words
from cbec_portal.drawings import few_lines, one_line
from zones.pages.lane_pictures import A_YEAR, ABSENT, SIGNS, UNKNOWN, Axis, ShownLane
from zones.pages.pictures import FINE_LETTER, LETTER, Picture, PictureKey

#: How wide a month of a lane is, how high its bars are, and how wide the heads beside them.
MONTH, BAR, HEADS = 4, 26, 330
HEAD_LINE, LANE_GAP = 16, 10


class DrawnBar(NamedTuple):
    """A bar of a lane: its corner and width, how it looks, what it says in full and in its room,
    and what is drawn on its edge where its first day is not known exactly.
    """

    x: int
    y: int
    width: int
    looks: str
    told: str
    words: str
    edge: SafeString


class DrawnLanes(NamedTuple):
    """Lanes as drawn: their bars, the words of their heads, the years, and the day across."""

    bars: list[DrawnBar]
    heads: list[tuple[int, str, str]]
    years: list[tuple[int, int]]
    cursor: int
    height: int
    bar_height: int = BAR


def lanes_picture(title: str, context: dict[str, Any], further: str = "") -> Picture | None:
    """Return lanes of answers as the page shows them; none where it shows none.

    Args:
        title: what the picture is called.
        context: that of a page with lanes.
        further: what is said of lanes that are not drawn.
    """
    parts: Sequence[dict[str, Any]] = context["lanes"]
    if not parts:
        return None
    axis: Axis = context["axis"]
    bars: list[DrawnBar] = []
    heads: list[tuple[int, str, str]] = []
    y = 0
    for part in parts:
        if part.get("name"):
            y += HEAD_LINE + LANE_GAP
            heads.append((y - LANE_GAP, "last", part["name"]))
        for lane in part["lanes"]:
            words = few_lines(lane.head, int((HEADS - 12) / LETTER), 2)
            high = max(BAR, HEAD_LINE * len(words))
            first = y + (high - HEAD_LINE * len(words)) // 2 + 12
            heads += [
                (first + place * HEAD_LINE, "shown", line) for place, line in enumerate(words)
            ]
            bars += _drawn_bars(lane, y + (high - BAR) // 2)
            y += high + LANE_GAP
    drawn = DrawnLanes(
        bars,
        heads,
        [(place * A_YEAR * MONTH, year) for place, year in enumerate(axis.years)],
        round(axis.cursor * MONTH),
        y,
    )
    return Picture(
        title,
        _("What was answered from when until when, %(first)s to %(last)s")
        % {"first": axis.years[0], "last": axis.years[-1]},
        "zones/drawings/lanes.html",
        drawn,
        -HEADS,
        -20,
        HEADS + axis.months * MONTH,
        20 + y,
        [*_lane_keys(context["day"]), *([PictureKey(SafeString(""), further)] if further else [])],
    )


def _drawn_bars(lane: ShownLane, y: int) -> Iterator[DrawnBar]:
    months = 0
    for bar in lane.bars:
        width = bar.months * MONTH
        sign = SIGNS.get(bar.looks, "")
        room = int((width - 8) / FINE_LETTER)
        # Less room than that of a letter and the mark of what is left out says nothing.
        words = one_line(f"{sign}{bar.words}", room) if room > 3 else ""
        x = months * MONTH
        edge = _loose_edge(x, y, y + BAR) if bar.is_loose else SafeString("")
        yield DrawnBar(x, y, width, bar.looks, bar.told, words, edge)
        months += bar.months


def _loose_edge(x: int, top: int, foot: int) -> SafeString:
    markup = '<line class="loose" x1="{0}" y1="{1}" x2="{0}" y2="{2}"/>'
    return format_html(markup, x, top, foot)


def _lane_keys(day: date) -> list[PictureKey]:
    """What the looks of bars mean, as the legend of the page has them."""

    def bars(*looks: str) -> SafeString:
        wide = 30 // len(looks)
        markup = '<rect class="bar {}" x="{}" y="-7" width="{}" height="14"/>{}'
        return SafeString(
            "".join(
                format_html(markup, look, place * wide, wide, _bar_sign(look))
                for place, look in enumerate(looks)
            )
        )

    cursor = SafeString('<line class="cursor" x1="15" y1="-8" x2="15" y2="8"/>')
    return [
        PictureKey(bars("shade-1", "shade-3"), _("answers, the later the darker")),
        PictureKey(bars("no"), pgettext("value", "no")),
        PictureKey(bars(ABSENT), _("no such rule, or not applicable")),
        PictureKey(bars(UNKNOWN), _("not known")),
        PictureKey(_loose_edge(15, -7, 7), _("first day not known exactly")),
        PictureKey(cursor, day_in_words(day)),
    ]


def _bar_sign(looks: str) -> SafeString:
    sign = SIGNS.get(looks, "").strip()
    return (
        format_html('<text class="middle" x="15" y="4">{}</text>', sign) if sign else SafeString("")
    )
