"""How long until something begins or ends, or since when it has not held, in the reader's words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from django.utils.translation import gettext_lazy, ngettext, override

from cbec_portal.china_time import today_in_china
from cbec_portal.day_words import day_in_words
from zones.rules.partial_dates import edge_day

MOST_KEPT = 1024
#: From so many on, a span is told in the next larger unit.
WEEKS_FROM_DAYS, MONTHS_FROM, YEARS_FROM_MONTHS = 14, 2, 24
WHOLE_DAY = len("2026-01-01")


def _is_whole(written: str) -> bool:
    """Return whether a date is known to the day; *after 2019*, as long as one, is none."""
    return len(written) == WHOLE_DAY and written[:1].isdigit()


def ends_words(last: str, days: int, language: str) -> str:
    """Return when an answer ends: from today, where the day asked about is today, else from that.

    Args:
        last: its last day, as ISO text.
        days: how many days that is after the day asked about.
    """
    asked = date.fromisoformat(last) - timedelta(days=days)
    return _told("ends", asked, date.fromisoformat(last), language)


def begins_words(first: str, asked: date, language: str) -> str:
    """Return when something begins, counted from the day asked about; blank where it has begun or
    its first day is not known to the day.
    """
    if not _is_whole(first) or date.fromisoformat(first) <= asked:
        return ""
    return _told("begins", asked, date.fromisoformat(first), language)


def coming_words(first: str | None, last: str | None, asked: date, language: str) -> str:
    """Return what of a policy is still to come on a day: that it begins, else that it ends; blank
    where it has ended, has no end, or the date is not known to the day.

    Args:
        first: its first day, or the edge from which it holds, as it is written.
        last: its last day as it is written, if it has one.
        asked: the day asked about.
        language: the reader's.
    """
    if first and edge_day(first) > asked:
        return begins_words(first, asked, language)
    if not last or not _is_whole(last) or date.fromisoformat(last) < asked:
        return ""
    return _told("ends", asked, date.fromisoformat(last), language)


def comes_words(written: str, asked: date, language: str) -> str:
    """Return how long it is from a day until one that is still to come; blank where it has come or
    is not known to the day.
    """
    if not _is_whole(written) or date.fromisoformat(written) <= asked:
        return ""
    return _told("comes", asked, date.fromisoformat(written), language)


def ended_words(until_written: str) -> str:
    """Return that what answered last has ended, no finer than its last day is written."""
    return str(ENDED[len(until_written)]) % {"day": day_in_words(until_written)}


#: By the length of the last day as it is written; what is longer is *before* another day.
ENDED = defaultdict(
    lambda: gettext_lazy("an earlier policy ended %(day)s"),
    {
        4: gettext_lazy("an earlier policy ended with the year %(day)s"),
        7: gettext_lazy("an earlier policy ended at the end of %(day)s"),
        10: gettext_lazy("an earlier policy ended on %(day)s"),
    },
)

#: What comes, by whether it is told from another day than today.
WORDS = {
    ("ends", False): gettext_lazy("ends in %(span)s"),
    ("ends", True): gettext_lazy("ends %(span)s after this day"),
    ("begins", False): gettext_lazy("begins in %(span)s"),
    ("begins", True): gettext_lazy("begins %(span)s after this day"),
    ("comes", False): gettext_lazy("in %(span)s"),
    ("comes", True): gettext_lazy("%(span)s after this day"),
}
#: What ends on the very day.
LAST_DAY = {False: gettext_lazy("ends today"), True: gettext_lazy("ends on this day")}
#: The units of a span with their words.
UNITS: dict[str, Callable[[int], str]] = {
    "days": lambda count: ngettext("%(count)s day", "%(count)s days", count),
    "weeks": lambda count: ngettext("%(count)s week", "%(count)s weeks", count),
    "months": lambda count: ngettext("%(count)s month", "%(count)s months", count),
    "years": lambda count: ngettext("%(count)s year", "%(count)s years", count),
}


def span_of(asked: date, day: date) -> tuple[int, str]:
    """Return how long it is from a day to a later one, in whole units of which there are few.

    Examples:
        >>> span_of(date(2026, 11, 30), date(2026, 12, 21))
        (3, 'weeks')
        >>> span_of(date(2026, 11, 30), date(2027, 12, 31))
        (13, 'months')
    """
    days = (day - asked).days
    months = 12 * (day.year - asked.year) + day.month - asked.month - (day.day < asked.day)
    if months >= YEARS_FROM_MONTHS:
        return months // 12, "years"
    if months >= MONTHS_FROM:
        return months, "months"
    return (days, "days") if days < WEEKS_FROM_DAYS else (days // 7, "weeks")


def _told(what: str, asked: date, day: date, language: str) -> str:
    return _written(what, asked != today_in_china(), *span_of(asked, day), language)


@lru_cache(MOST_KEPT)
def _written(what: str, from_another: bool, count: int, unit: str, language: str) -> str:
    with override(language):
        if not count:
            return str(LAST_DAY[from_another])
        return str(WORDS[what, from_another]) % {"span": UNITS[unit](count) % {"count": count}}
