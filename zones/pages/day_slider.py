"""The slider of days: where it stops, as few numbers as tell it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from cbec_portal.asked_days import EARLIEST_DAY, latest_day

EPOCH = date(1970, 1, 1)


def day_slider(stops: Sequence[date], day: date, question: str) -> dict[str, Any]:
    """Return what the slider's template needs: it goes by days, so that each stop is at its place
    in time, as on lanes of answers.

    Args:
        stops: the days at which it stops, in order; one is the day asked about.
        day: the day asked about.
        question: the page's question without its day, as a query string.
    """
    return {
        "stops": " ".join(map(str, _days_apart(stops))),
        "last_stop": (stops[-1] - stops[0]).days,
        "stop": (day - stops[0]).days,
        "undated": question,
    }


def _days_apart(days: Sequence[date]) -> list[int]:
    """Days as the days since each one before, the first as the days since 1970, to send fewer."""
    ordinals = [EPOCH.toordinal(), *(day.toordinal() for day in days)]
    return [later - earlier for earlier, later in pairwise(ordinals)]


def stepping(days: Iterable[date], day: date, link: Callable[[date | None], str]) -> dict[str, Any]:
    """Return what the template of steps needs: where the day can go, by the slider and by the links
    to the changes before and after it. Both are of the same days.

    Args:
        days: the days on which something changes, in any order.
        day: the day asked about.
        link: gives the page's question on a day, or without one, as a query string.
    """
    within = sorted(set(days))
    asked = within[bisect_left(within, EARLIEST_DAY) : bisect_right(within, latest_day())]
    here = bisect_left(asked, day)
    stops = asked if day in asked[here : here + 1] else [*asked[:here], day, *asked[here:]]

    def step(place: int) -> tuple[date, str] | None:
        return (stops[place], link(stops[place])) if 0 <= place < len(stops) else None

    return {
        "moves": bool(asked),
        **day_slider(stops, day, link(None)),
        "earlier": step(here - 1),
        "later": step(here + 1),
    }
