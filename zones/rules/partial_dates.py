"""Dates as the sources give them: a year, a month or a day."""

from __future__ import annotations

import re
from datetime import date

_FORM = re.compile(r"(?P<year>\d{4})(-(?P<month>\d{2})(-(?P<day>\d{2}))?)?")


class PartialDate(str):
    """An ISO 8601 date that may be cut short: ``2025``, ``2025-04`` or ``2025-04-25``.

    It prints as it was written and counts from its first day. It sorts and stores as text.

    Raises:
        ValueError: the text is not such a date, or names a day that does not exist.
    """

    __slots__ = ()

    def __new__(cls, text: str | date) -> PartialDate:
        written = text.isoformat() if isinstance(text, date) else str(text)
        if _FORM.fullmatch(written) is None:
            raise ValueError(f"{written!r} is not a date: write 2025, 2025-04 or 2025-04-25")
        self = super().__new__(cls, written)
        try:
            date.fromisoformat(first_day_text(written))
        except ValueError:
            raise ValueError(f"{written!r} is not a day of the calendar") from None
        return self

    @property
    def first_day(self) -> date:
        """The day from which the date counts."""
        return date.fromisoformat(first_day_text(self))

    @property
    def precision(self) -> str:
        """``year``, ``month`` or ``day``."""
        return {4: "year", 7: "month"}.get(len(self), "day")


def ends_too_early(first: str | None, last: str | None) -> bool:
    """Whether a last day lies before the first. What is no date is wrong in another way."""
    start, end = _read(first), _read(last)
    return bool(start and end and end.first_day < start.first_day)


def is_gone_at_once(first: str | None, without: str | None) -> bool:
    """Whether the first day without something is not after its first day."""
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
    """The first day of a date that may be cut short, as ISO text."""
    return f"{written}-01-01"[:10]
