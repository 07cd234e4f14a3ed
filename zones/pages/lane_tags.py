"""The lanes of answers as markup: there are many bars, each a cell as wide as it lasted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from django import template
from django.utils.safestring import SafeString

from cbec_portal.punctuation import enumerated
from zones.pages.lane_pictures import SIGNS, Bar, ShownLane

register = template.Library()

#: How a bar looks besides, by whether its first day is not known exactly.
LOOSE = {True: " loose", False: ""}


@register.simple_tag
def lane_rows(lanes: Iterable[ShownLane], months: int, heads_above: bool = False) -> SafeString:
    """Return lanes as rows: the head of each above it, for where there is no room beside, and its
    bars, each with a link to the answer that tells its days.

    Args:
        lanes: the lanes.
        months: over how many columns they go.
        heads_above: whether heads always stand above.
    """
    return SafeString(
        "".join(
            f'\n<tr class="lane-label"><th scope="row" colspan="{months}">{_head(lane)}</th></tr>'
            f'\n<tr class="lane">{"" if heads_above else _beside(lane)}{_bars(lane.bars)}</tr>'
            for lane in lanes
        )
    )


def _beside(lane: ShownLane) -> str:
    return f'<th scope="row" class="lane-name">{escape(lane.head)}</th>'


def _head(lane: ShownLane) -> str:
    head = escape(lane.head)
    if not lane.cities:
        return head
    named = enumerated(
        f'<a href="{escape(link)}">{escape(name)}</a>' if link else escape(name)
        for name, link in lane.cities
    )
    return f"<details><summary>{head}</summary><p>{named}</p></details>"


def _bars(bars: Sequence[Bar]) -> str:
    return "".join(
        f'<td colspan="{bar.months}" class="{bar.looks}{LOOSE[bar.is_loose]}">'
        f'<a href="{escape(bar.link)}" title="{escape(bar.told)}">'
        f"{SIGNS.get(bar.looks, '')}{escape(bar.words)}</a></td>"
        for bar in bars
    )
