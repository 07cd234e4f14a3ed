"""Days as people read them, and as machines do."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache

from django.conf import settings
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, override, pgettext

from cbec_portal.china_time import china_day
from cbec_portal.languages import active_language, is_chinese

MOST_KEPT = 4096

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_JOINT = r"(?:\s*-\s*|\s*,\s*|\s+)"
#: Dates as pages print them, and as people write them who name the month and the year in full.
_PRINTED = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?:(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?{_JOINT})?(?P<name>[a-z]+)\.?{_JOINT}(?P<year>[0-9]{{4}})",
        r"(?P<name>[a-z]+)\.?\s*(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?(?:\s*,\s*|\s+)(?P<year>[0-9]{4})",
        r"(?P<year>[0-9]{4})年(?:(?P<month>[0-9]{1,2})月(?:份|(?P<day>[0-9]{1,2})[日号])?)?",
    )
)

#: The format of an ISO date that may be cut short, by its length.
_FORMATS = {7: "YEAR_MONTH_FORMAT", 10: "DATE_FORMAT"}
_ISO = re.compile("[0-9]{4}(-[0-9]{2}){0,2}")
_SIDES = ("before", "after")


def day_in_words(written: date | str | None) -> str:
    """Return a date in the reader's language, no more precise than written: 31 Dec 2019, Apr 2025.

    Args:
        written: a date, ISO text that may be cut short (``2025-04``), perhaps with *before* or
            *after* in front of it, a moment, of which the day in China is told, or none, which says
            nothing.
    """
    if not written:
        return ""
    return _wording(_text(written), active_language())


def days_in_words(first: date | str | None, last: date | str | None) -> str:
    """Return from when until when in the reader's language: Apr 2025 – 31 Dec 2026.

    Args:
        first: a date as for `day_in_words`; none, where it is not known, is a question mark.
        last: a date as well; none where there is no end.
    """
    joint = "–" if is_chinese(active_language()) else " – "
    return f"{day_in_words(first) or '?'}{joint}{day_in_words(last)}".rstrip()


def printed_date(text: str) -> str:
    """Return the ISO form of a date that is written as pages print it, in either language, or with
    the name of its month in another order; nothing where it is not. No calendar need have it.
    """
    for form in _PRINTED:
        if found := form.fullmatch(text):
            parts = found.groupdict()
            month = parts["month"] if "month" in parts else month_named(parts["name"])
            return iso_date(parts["year"], month, parts["day"]) if month or "month" in parts else ""
    return ""


def month_named(name: str) -> int | None:
    """Return the number of a month by its English name, which may be cut short after its third
    letter.
    """
    called = name.lower()
    numbers = [at for at, month in enumerate(_MONTHS, start=1) if month.startswith(called)]
    return numbers[0] if len(called) > 2 and numbers else None


def iso_date(year: str, month: str | int | None, day: str | None) -> str:
    """Return a date in the form of ISO 8601, cut short where it is."""
    return "-".join([year, *(f"{int(part):02}" for part in (month, day) if part)])


def day_as_time(written: date | str | None) -> SafeString | str:
    """Return a date in the reader's language as an element that machines can read too."""
    if not written:
        return ""
    return time_in(active_language(), _text(written))


def _text(written: date | str) -> str:
    if isinstance(written, datetime):
        written = china_day(written)
    return written.isoformat() if isinstance(written, date) else str(written)


@lru_cache(MOST_KEPT)
def _wording(text: str, language: str | None) -> str:
    with override(language or settings.LANGUAGE_CODE):
        side, own = _parted(text)
        told = _alone(own)
        return _sided(side) % told if told else text


def _parted(text: str) -> tuple[str, str]:
    """On which side of a date an edge is known, or nothing, and the date."""
    side, _, own = text.rpartition(" ")
    return (side, own) if side in _SIDES else ("", text)


def _alone(text: str) -> str:
    """A date in the active language; nothing of a text that no calendar has: what is refused is
    shown as it was typed.
    """
    if not _ISO.fullmatch(text):
        return ""
    if len(text) == len("2019"):
        return pgettext("year", "%s") % text
    try:
        own = date.fromisoformat(f"{text}-01"[:10])
    except ValueError:
        return ""
    return date_format(own, _FORMATS[len(text)])


@lru_cache(MOST_KEPT)
def time_in(language: str | None, text: str) -> SafeString:
    """Return an ISO date, which may be cut short, as an element in a language."""
    with override(language or settings.LANGUAGE_CODE):
        side, own = _parted(text)
        if not (told := _alone(own)):
            return conditional_escape(text)
        alone = format_html('<time datetime="{}">{}</time>', own, told)
        return format_html(_sided(side) % "{}", alone)


def _sided(side: str) -> str:
    """How an edge is told that is known as the other side of a date."""
    return {"": "%s", "before": gettext("before %s"), "after": gettext("after %s")}[side]
