"""How duties come back: a settled period of a recurring duty opens the next."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def next_due(
    months: int | None, due: date | None, settled_on: date, *, day: int | None = None
) -> date | None:
    """Return the due day of the period after one that was settled.

    By the calendar it is one period after the due day; where there was none, or where that has
    passed already, one period after the day it was settled; always on the day of the month that
    was chosen.

    Args:
        months: from one period to the next; none where it comes back by no calendar.
        due: the day on which the period was due, if it had one.
        settled_on: the day on which it was settled.
        day: the day of the month that was chosen, so that what is due on the 31st is due on the
            last of a short month and on the 31st again after it; none for that of ``due``.
    """
    if months is None:
        return None
    if due is not None and (following := later(due, months, day=day)) > settled_on:
        return following
    return later(settled_on, months, day=day)


def later(start: date, months: int, *, day: int | None = None) -> date:
    """Return the same day so many months later; the last of the month where it has no such day.

    Args:
        day: another day of the month to fall on.
    """
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(day or start.day, monthrange(year, month)[1]))
