"""The slider of days: where it stops, as few numbers as tell it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any

EPOCH = date(1970, 1, 1)


def day_slider(stops: Sequence[date], day: date, question: str) -> dict[str, Any]:
    """Return what the slider's template needs.

    Args:
        stops: the days at which it stops, in order; one is the day asked about.
        day: the day asked about.
        question: the page's question without its day, as a query string.
    """
    return {
        "stops": " ".join(map(str, _days_apart(stops))),
        "last_stop": len(stops) - 1,
        "stop": stops.index(day),
        "undated": question,
    }


def _days_apart(days: Sequence[date]) -> list[int]:
    """Days as the days since each one before, the first as the days since 1970, to send fewer."""
    ordinals = [EPOCH.toordinal(), *(day.toordinal() for day in days)]
    return [later - earlier for earlier, later in pairwise(ordinals)]
