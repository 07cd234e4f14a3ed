"""Dates as the sources give them: a year, a month or a day."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

from cbec_portal.quotation import quoted
from cbec_portal.widths import half_width
from cbec_portal.years import YEARS
from zones.rules.values import WrongValueError, gettext_noop

#: So many days are kept as they are written: more than there are edges of policies.
MOST_DAYS = 8192

_FORM = re.compile(r"(?P<year>[0-9]{4})(-(?P<month>[0-9]{2})(-(?P<day>[0-9]{2}))?)?")


class NotADateError(WrongValueError):
    """A text that is no date."""


class PartialDate(str):
    """An ISO 8601 date that may be cut short: ``2025``, ``2025-04`` or ``2025-04-25``.

    It prints as it was written. What begins on it counts from its first day, what holds through it
    lasts to its last. It sorts and stores as text.

    Raises:
        NotADateError: the text is not such a date, names a day that does not exist, or lies in no
            year of these rules.
    """

    __slots__ = ()

    def __new__(cls, text: str | date) -> PartialDate:
        written = text.isoformat() if isinstance(text, date) else str(text)
        if _FORM.fullmatch(written) is None:
            told = gettext_noop("%(text)s is not a date: write 2025, 2025-04 or 2025-04-25")
            raise NotADateError(told, text=quoted(written[:40]))
        refuse_odd_year(int(written[:4]), written)
        try:
            date.fromisoformat(first_day_text(written))
        except ValueError:
            told = gettext_noop("%(text)s is not a day of the calendar")
            raise NotADateError(told, text=quoted(written)) from None
        return super().__new__(cls, written)

    @property
    def first_day(self) -> date:
        """Return the first day of the date, from which what begins on it counts."""
        return date.fromisoformat(first_day_text(self))

    @property
    def last_day(self) -> date:
        """Return the last day of the date, to whose end what ends on it lasts."""
        return date.fromisoformat(last_day_text(self))

    @property
    def precision(self) -> str:
        """Return how precise the date is: ``year``, ``month`` or ``day``."""
        return {4: "year", 7: "month"}.get(len(self), "day")


def partial_date(text: str) -> PartialDate:
    """Read a date that may be cut short, as somebody typed it, in digits of any width.

    Raises:
        NotADateError: it is none.
    """
    return PartialDate(half_width(text).strip())


def whole_day(text: str) -> date:
    """Read a day as somebody typed it, in digits of any width.

    Raises:
        NotADateError: it is none, or cut short.
    """
    found = partial_date(text)
    if found.precision != "day":
        raise NotADateError(
            gettext_noop("%(text)s is not a day such as 2025-04-25"), text=quoted(text[:80])
        )
    return found.first_day


def refuse_odd_year(year: int, written: object) -> None:
    """Refuse a year in which no date of these rules can lie.

    Raises:
        NotADateError: it is such a year.
    """
    if year not in YEARS:
        told = gettext_noop(
            "%(text)s is not a date between %(first)s and %(last)s; leave an unknown end empty"
        )
        raise NotADateError(told, text=quoted(str(written)), first=YEARS[0], last=YEARS[-1])


def ends_too_early(first: str | None, last: str | None) -> bool:
    """Return whether a last day lies before the first.

    It does not where either is missing or no date: that is wrong in another way.
    """
    start, end = _read(first), _read(last)
    return bool(start and end and end.last_day < start.first_day)


def is_gone_at_once(first: str | None, without: str | None) -> bool:
    """Return whether the first day without something is not after its first day.

    It counts as after where either is missing or no date: that is wrong in another way.
    """
    start, end = _read(first), _read(without)
    return bool(start and end and end.first_day <= start.first_day)


def _read(written: str | None) -> PartialDate | None:
    if not written or isinstance(written, PartialDate):
        return written or None
    try:
        return PartialDate(written)
    except ValueError:
        return None


def first_day_text(written: str) -> str:
    """Return the first day of a date that may be cut short, as ISO text."""
    return f"{written}-01-01"[:10]


def last_day_text(written: str) -> str:
    """Return the last day of a date that may be cut short, as ISO text."""
    if len(written) == 4:
        return f"{written}-12-31"
    if len(written) == 7:
        return f"{written}-{monthrange(int(written[:4]), int(written[5:]))[1]}"
    return written


def edge_day(edge: str) -> date:
    """Return the first day of an edge as ``edge_as_written`` writes it.

    Examples:
        >>> edge_day("2019-12"), edge_day("after 2019")
        (datetime.date(2019, 12, 1), datetime.date(2020, 1, 1))
    """
    side, _, written = edge.rpartition(" ")
    return day_of(day_after(last_day_text(written)) if side == "after" else first_day_text(written))


@lru_cache(MOST_DAYS)
def day_of(text: str) -> date:
    """Return the day that a whole date names; the same few are read for thousands of cells.

    Examples:
        >>> day_of("2019-12-31")
        datetime.date(2019, 12, 31)
    """
    return date.fromisoformat(text)


@lru_cache(MOST_DAYS)
def day_after(text: str) -> str:
    """Return the day after one, both as texts.

    Examples:
        >>> day_after("2019-12-31")
        '2020-01-01'
    """
    return (day_of(text) + timedelta(days=1)).isoformat()


def edge_as_written(written: str | None, day: str) -> str:
    """Return a day from which something holds, or no longer holds, as its date is written.

    The text is no finer than the date that the day comes from: it is that date, or *after* it where
    it is a last day.

    Args:
        written: a date that may be cut short.
        day: ISO text of a day reckoned from that date, or from something else.
    """
    if written and first_day_text(written) == day:
        return written
    if written and len(written) < len(day):
        following = date.fromisoformat(last_day_text(written)) + timedelta(days=1)
        if following.isoformat() == day:
            return f"after {written}"
    return day
