"""How long something still holds, or since when it has not, in the reader's words."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from functools import lru_cache

from django.utils.translation import gettext, gettext_lazy, ngettext, override

from cbec_portal.china_time import today_in_china
from cbec_portal.day_words import day_in_words

MOST_KEPT = 1024


def ends_words(last: str, days: int, language: str) -> str:
    """Return when an answer ends: from today, where the day asked about is today, else from that.

    Args:
        last: its last day, as ISO text.
        days: how many days that is after the day asked about.
    """
    asked = date.fromisoformat(last) - timedelta(days=days)
    return _ends_in(days, language) if asked == today_in_china() else _ends_after(days, language)


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


@lru_cache(MOST_KEPT)
def _ends_in(days: int, language: str) -> str:
    with override(language):
        if not days:
            return gettext("ends today")
        return ngettext("ends in %(days)s day", "ends in %(days)s days", days) % {"days": days}


@lru_cache(MOST_KEPT)
def _ends_after(days: int, language: str) -> str:
    with override(language):
        if not days:
            return gettext("ends on this day")
        words = ngettext(
            "ends %(days)s day after this day", "ends %(days)s days after this day", days
        )
        return words % {"days": days}
