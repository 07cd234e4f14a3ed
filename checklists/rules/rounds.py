"""How duties come back: a settled round of a recurring duty opens the next."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

#: Months from one round to the next, for duties that come back by the calendar.
MONTHS = {"monthly": 1, "quarterly": 3, "half-yearly": 6, "yearly": 12}

#: Duties that come back whenever something happens: their rounds have no due day of their own.
BY_EVENT = frozenset({"per shipment", "event-driven"})


def comes_back(recurrence: str) -> bool:
    """Whether settling a round opens another."""
    return recurrence in MONTHS or recurrence in BY_EVENT


def next_due(recurrence: str, due: date | None, settled_on: date) -> date | None:
    """The due day of the round after one that was settled.

    By the calendar it is one period after the due day; where there was none, or where that has
    passed already, one period after the day it was settled. Event-driven rounds have none, so
    nothing event-driven is ever overdue by itself.
    """
    months = MONTHS.get(recurrence)
    if months is None:
        return None
    if due is not None and (following := later(due, months)) > settled_on:
        return following
    return later(settled_on, months)


def later(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
