"""Cells as people and spreadsheets write them, and the one way in which the dataset writes them.

What can be read in one way alone is read so. What can be read in two is refused, with both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date, timedelta

from django.utils.translation import gettext as _

from cbec_portal.widths import half_width
from zones.rules.partial_dates import PartialDate

#: Words for yes and no beside ``true`` and ``false``.
TRUTHS = {
    "true": "true",
    "yes": "true",
    "是": "true",
    "false": "false",
    "no": "false",
    "否": "false",
}

_YEAR_FIRST = re.compile(
    r"(?P<year>[0-9]{4})(?P<joint>[-/.])(?P<month>[0-9]{1,2})(?:(?P=joint)(?P<day>[0-9]{1,2}))?"
)
_CHINESE = re.compile(
    r"(?P<year>[0-9]{4})年(?:(?P<month>[0-9]{1,2})月(?:份|(?P<day>[0-9]{1,2})[日号])?)?"
)
_YEAR_LAST = re.compile(r"(?P<one>[0-9]{1,2})([-/.])(?P<two>[0-9]{1,2})\2(?P<year>[0-9]{4})")
_RUN_TOGETHER = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{1,2}")
_MIDNIGHT = re.compile(r"[ T]0{1,2}:00(:00)?(\.0+)?$")
_SERIAL = re.compile(r"[1-9][0-9]{4}(\.0+)?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_AND_TWO = re.compile(rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*[- ](?P<two>[0-9]{{2}})", re.I)
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")
#: Three digits behind a point, with an idle zero that the dataset never writes: many group so.
_GROUPED_OR_FINE = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{2}0")
_SPACED = re.compile(r"[+-]?[0-9]{1,3}(?:[ \u00a0\u202f'][0-9]{3})+(?:\.[0-9]*)?")
#: Days that a spreadsheet counts from, by the two ways of counting.
_EPOCHS = (date(1899, 12, 30), date(1904, 1, 1))


class TwoReadingsError(ValueError):
    """A cell that can be read in more than one way, with all of them in words."""


def two_readings(text: str, readings: Collection[str]) -> TwoReadingsError:
    """Return the refusal of a cell that can mean several things."""
    words = _("%(text)s can mean several things (%(readings)s): write the one that is meant.")
    joined = _(", ").join(dict.fromkeys(readings))
    return TwoReadingsError(words % {"text": repr(text[:80]), "readings": joined})


def date_text(text: str) -> str:
    """Return a date in the form of the dataset, or the text as it is if it is none.

    Raises:
        TwoReadingsError: it can be more than one.
    """
    written = _MIDNIGHT.sub("", half_width(text).strip())
    if found := _YEAR_FIRST.fullmatch(written) or _CHINESE.fullmatch(written):
        if found.groupdict().get("joint") == "." and written.endswith(".1"):
            _refuse_lost_zero(text, found)
        return _date(text, found["year"], found["month"], found["day"])
    if found := _RUN_TOGETHER.fullmatch(written):
        return _date(text, found["year"], found["month"], found["day"])
    if found := _YEAR_LAST.fullmatch(written):
        return _year_last(text, found["year"], found["one"], found["two"])
    if _SHORT_YEAR.fullmatch(written):
        words = _("%s does not say which of its numbers is the year: write it as 2019-01-31.")
        raise TwoReadingsError(words % repr(text[:80]))
    if found := _MONTH_AND_TWO.fullmatch(written):
        month = _MONTHS.index(found["month"].lower()) + 1
        day = _("day %(day)s of month %(month)s") % {"day": int(found["two"]), "month": month}
        raise two_readings(text, (f"20{found['two']}-{month:02}", day))
    if _SERIAL.fullmatch(written):
        days = timedelta(days=int(float(written)))
        raise two_readings(text, [(epoch + days).isoformat() for epoch in _EPOCHS])
    return text if _is_date(text) else written if _is_date(written) else text


def _date(text: str, year: str, month: str | None, day: str | None) -> str:
    parts = [year, *(f"{int(part):02}" for part in (month, day) if part)]
    written = "-".join(parts)
    return written if _is_date(written) else text


def _is_date(written: str) -> bool:
    try:
        PartialDate(written)
    except ValueError:
        return False
    return True


def _refuse_lost_zero(text: str, found: re.Match[str]) -> None:
    """Refuse a number such as 2019.1, which a spreadsheet makes of 2019.10 as well."""
    if found["day"] is None and found["month"] == "1":
        raise two_readings(text, (f"{found['year']}-01", f"{found['year']}-10"))


def _year_last(text: str, year: str, one: str, two: str) -> str:
    possible = {_date("", year, two, one), _date("", year, one, two)} - {""}
    if len(possible) > 1:
        raise two_readings(text, sorted(possible))
    return possible.pop() if possible else text


def truth_text(text: str) -> str:
    """Return yes or no in the form of the dataset, or the text as it is if it is neither."""
    return TRUTHS.get(half_width(text).strip().lower(), text)


def ungrouped_text(text: str) -> str:
    """Return a number without separators of thousands, or the text as it is if it is none.

    Raises:
        TwoReadingsError: its point may separate thousands.
    """
    written = half_width(text).strip()
    if _GROUPED_OR_FINE.fullmatch(written):
        raise two_readings(text, (written.rstrip("0").rstrip("."), written.replace(".", "")))
    if _GROUPED.fullmatch(written) or _SPACED.fullmatch(written):
        return re.sub(r"[,\s']", "", written)
    return written if re.fullmatch(r"[+-]?[0-9.]+", written) else text


def code_text(text: str, keys: Collection[str], by_bare: Callable[[str], Collection[str]]) -> str:
    """Return a key whose zeros at its beginning may be lost, or the text as it is if it is none.

    Args:
        text: what stands in the cell.
        keys: those that there are.
        by_bare: gives the keys that are this one but for zeros at their beginning.

    Raises:
        TwoReadingsError: it can be more than one.
    """
    written = half_width(text).strip()
    if not (written.isascii() and written.isdigit()) or written.startswith("0"):
        return written if written in keys else text
    possible = by_bare(written)
    if len(possible) > 1:
        raise two_readings(text, sorted(possible))
    return next(iter(possible), text)
