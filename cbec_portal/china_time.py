"""The one place that asks the clock. Days are China's days, whatever zone a machine keeps."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

CHINA = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return this moment."""
    return timezone.now()


def today_in_china() -> date:
    """Return the day it is in China."""
    return china_day(now())


def china_day(moment: datetime) -> date:
    """Return the day in China on which a moment falls: the day of a revision, say.

    Raises:
        ValueError: the moment does not say its offset from UTC, so that its day is anybody's guess.
    """
    return in_china(moment).date()


def in_china(moment: datetime) -> datetime:
    """Return a moment as a clock in China shows it.

    Raises:
        ValueError: the moment does not say its offset from UTC.
    """
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} does not say its offset from UTC")
    return moment.astimezone(CHINA)


def start_of(day: date) -> datetime:
    """Return the moment at which a day begins in China."""
    return datetime.combine(day, time(), CHINA)
