"""Which days can be asked about, and how somebody may write them."""

from __future__ import annotations

import re
from datetime import date

from django.utils.translation import gettext as _

from cbec_portal.china_time import today_in_china
from cbec_portal.day_words import printed_date
from cbec_portal.refusals import ParameterError, shown
from cbec_portal.widths import half_width

EARLIEST_DAY = date(2000, 1, 1)
YEARS_AHEAD = 5


def latest_day(today: date | None = None) -> date:
    """Return the latest day of law that can be asked about: five years after today in China.

    From a leap day it is counted as from the day before, which every year has.
    """
    today = today or today_in_china()
    day = 28 if (today.month, today.day) == (2, 29) else today.day
    return date(today.year + YEARS_AHEAD, today.month, day)


def parse_day(name: str, text: str) -> date:
    """Read a day of law, written YYYY-MM-DD.

    Raises:
        ParameterError: it is no real date, or none that the portal can answer about.
    """
    day = parse_calendar_day(name, text)
    latest = latest_day()
    if not EARLIEST_DAY <= day <= latest:
        raise ParameterError(
            name,
            f"“{day}” is not between {EARLIEST_DAY} and {latest}.",
            value=text,
            words=_("“%(text)s” is not a day from %(first)s to %(last)s.")
            % {"text": shown(text), "first": EARLIEST_DAY, "last": latest},
        )
    return day


def parse_calendar_day(name: str, text: str) -> date:
    """Read any real date written YYYY-MM-DD, or as pages print days, in digits of any width.

    Raises:
        ParameterError: it is none.
    """
    written = half_width(text).strip()
    written = printed_date(written) or written
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", written):
        try:
            return date.fromisoformat(written)
        except ValueError:
            raise ParameterError(
                name,
                f"“{shown(text)}” is not a day of the calendar.",
                value=text,
                words=_("“%s” is not a day of the calendar.") % shown(text),
            ) from None
    raise ParameterError(
        name,
        f"“{shown(text)}” is not a real date written YYYY-MM-DD.",
        value=text,
        words=_("“%s” is not a real date; a day is written like 2019-12-31.") % shown(text),
    )
