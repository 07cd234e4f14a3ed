"""Cells as people and spreadsheets write them, and the one way in which the dataset writes them.

What can be read in one way alone is read so. What can be read in two is refused, with both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from math import prod

from django.utils.translation import gettext as _

from cbec_portal.day_words import iso_date, month_named, printed_date
from cbec_portal.decimals import number_text
from cbec_portal.languages import active_language, is_chinese
from cbec_portal.punctuation import by_semicolons
from cbec_portal.quotation import quoted
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
_YEAR_LAST = re.compile(r"(?P<one>[0-9]{1,2})([-/.])(?P<two>[0-9]{1,2})\2(?P<year>[0-9]{4})")
_RUN_TOGETHER = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{1,2}")
_MIDNIGHT = re.compile(r"[ T]0{1,2}:00(:00)?(\.0+)?$")
_SERIAL = re.compile(r"[1-9][0-9]{4}(\.0+)?")
_MONTH_AND_TWO = re.compile(r"(?P<month>[a-z]{3,})[- ](?P<two>[0-9]{2})", re.I)
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")
#: Three digits behind a point, with an idle zero that the dataset never writes: many group so.
_GROUPED_OR_FINE = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{2}0")
_SPACED = re.compile(r"[+-]?[0-9]{1,3}(?:[ \u00a0\u202f'][0-9]{3})+(?:\.[0-9]*)?")
#: Days that a spreadsheet counts from, by the two ways of counting.
_EPOCHS = (date(1899, 12, 30), date(1904, 1, 1))


#: How units are written that are one: the first is what whoever writes it otherwise is told.
UNITS = (
    ("CNY", "RMB", "yuan", "renminbi", "元", "人民币", "人民币元", "元人民币", "¥", "￥"),
    ("USD", "US$", "$", "dollar", "US dollar", "美元", "美金"),
    ("EUR", "€", "euro", "欧元"),
    ("HKD", "HK$", "港元", "港币"),
    ("%", "percent", "per cent", "pct", "个百分点"),
    ("hours", "hour", "hr", "h", "小时", "个小时", "时"),
    ("minutes", "minute", "min", "分钟"),
    ("days", "day", "d", "日", "天", "个自然日", "自然日"),
    ("working days", "working day", "workday", "工作日", "个工作日"),
    ("weeks", "week", "周", "星期"),
    ("months", "month", "月", "个月"),
    ("years", "year", "年"),
)
#: What stands before a unit in Chinese and multiplies.
_MANY = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
#: What stands there for many in short: whoever reads it asks whether it is meant so.
_SHORT = re.compile(r"(k|w|thousand|mn|mio|million|bn|billion)(?![A-Za-z])\.?\s*(?P<unit>.*)", re.I)
_SHORT_MANY = {
    **dict.fromkeys(("k", "thousand"), 1000),
    "w": 10_000,
    **dict.fromkeys(("mn", "mio", "million"), 1_000_000),
    **dict.fromkeys(("bn", "billion"), 1_000_000_000),
}
_FIGURE = r"[+-]?[0-9](?:[0-9.,' \u00a0\u202f]*[0-9.])?"
_MEASURED = re.compile(
    rf"(?P<before>[^0-9+.,-]*)(?P<figure>{_FIGURE})\s*(?P<many>[十百千]?(?:万亿|[万亿])?)(?P<unit>[^0-9+-]*)"
)
#: What may stand behind a unit: 26,000 CNY is so many for each person and year, if that is asked.
_EACH = re.compile(r"\s+per\s+|[/／]", re.I)


class UnreadError(ValueError):
    """A cell that must be written otherwise, with what would be right in words.

    ``readings`` are those things that it can mean which a cell can say: as words tell each, and as
    it is to be written.
    """

    readings: tuple[tuple[str, str], ...] = ()


class OtherUnitError(UnreadError):
    """A number in another unit than its topic's."""


class TwoReadingsError(UnreadError):
    """A cell that can be read in more than one way, with all of them in words."""


def two_readings(
    text: str, readings: Collection[str], cells: Mapping[str, str] | None = None
) -> TwoReadingsError:
    """Return the refusal of a cell that can mean several things.

    Args:
        text: what it says.
        readings: what it can mean.
        cells: how those of them are written that words tell otherwise; nothing where they say how.
    """
    words = _("%(text)s can mean several things (%(readings)s): write the one that is meant.")
    told = dict.fromkeys(readings)
    # What rows are called holds commas itself.
    joined = _(", ").join(told) if cells is None else by_semicolons(told)
    found = TwoReadingsError(words % {"text": quoted(text[:80]), "readings": joined})
    written = dict(zip(readings, readings, strict=True)) if cells is None else cells
    found.readings = tuple(written.items())
    return found


def date_text(text: str) -> str:
    """Return a date in the form of the dataset, or the text as it is if it is none; one that no
    calendar has in that form too, so that its column says so.

    Raises:
        TwoReadingsError: it can be more than one.
    """
    written = _MIDNIGHT.sub("", half_width(text).strip())
    if printed := printed_date(written):
        return printed
    if found := _YEAR_FIRST.fullmatch(written) or _RUN_TOGETHER.fullmatch(written):
        if found.groupdict().get("joint") == "." and written.endswith(".1"):
            _refuse_lost_zero(text, found)
        return iso_date(found["year"], found["month"], found["day"])
    if found := _YEAR_LAST.fullmatch(written):
        return _year_last(text, found["year"], found["one"], found["two"])
    if _SHORT_YEAR.fullmatch(written):
        words = _("%s does not say which of its numbers is the year: write it as 2019-01-31.")
        raise TwoReadingsError(words % quoted(text[:80]))
    if (found := _MONTH_AND_TWO.fullmatch(written)) and (month := month_named(found["month"])):
        day = _("day %(day)s of month %(month)s") % {"day": int(found["two"]), "month": month}
        of_year = f"20{found['two']}-{month:02}"
        raise two_readings(text, (of_year, day), {of_year: of_year})
    if _SERIAL.fullmatch(written):
        days = timedelta(days=int(float(written)))
        raise two_readings(text, [(epoch + days).isoformat() for epoch in _EPOCHS])
    return text if _is_date(text) else written if _is_date(written) else text


def month_of_spreadsheet(text: str) -> str:
    """Return the month of which a spreadsheet makes a day that it writes so, of its own accord;
    nothing where it does not.

    >>> month_of_spreadsheet("Apr-25"), month_of_spreadsheet("2025/4/1")
    ('2025-04', '2025-04')
    >>> month_of_spreadsheet("2025-04-01"), month_of_spreadsheet("2025/4/2")
    ('', '')
    """
    written = half_width(text).strip()
    is_whole = _MIDNIGHT.search(written) is not None
    day = _MIDNIGHT.sub("", written)
    if (found := _MONTH_AND_TWO.fullmatch(day)) and (month := month_named(found["month"])):
        return f"20{found['two']}-{month:02}"
    found = _YEAR_FIRST.fullmatch(day)
    if found is None or found["day"] is None or int(found["day"]) != 1:
        return ""
    is_own = found["joint"] == "/" or (found["joint"] == "-" and is_whole)
    month_text = iso_date(found["year"], found["month"], None)
    return month_text if is_own and _is_date(month_text) else ""


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
    possible = {*filter(_is_date, (iso_date(year, two, one), iso_date(year, one, two)))}
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


def without_unit(text: str, units: Collection[str]) -> str:
    """Return the number that a text gives in one of some units, by thousands if it is written so;
    the text as it is if it gives no unit.

    Args:
        text: what stands in the cell: 4 hours, 26,000元, CNY 5 000, 2.6万元, 5千元, 30%.
        units: the unit of the topic in each language.

    Raises:
        OtherUnitError: it gives another.
    """
    found = _MEASURED.fullmatch(half_width(text).strip())
    if found is None:
        return text
    before, unit = found["before"].strip(), found["unit"].strip()
    if not (before or unit or found["many"]):
        return text
    figure = found["figure"].strip()
    wanted = {form for own in filter(None, units) for form in _forms(own)}
    many = found["many"]
    if many and _folded_unit(whole := f"{many}{unit}") in wanted:
        many, unit = "", whole  # It belongs to the unit, as in 千克.
    if many:
        figure = _times(ungrouped_text(figure), prod(map(_MANY.__getitem__, many)))
    known = wanted.union(*map(_group, UNITS))
    if short := _SHORT.fullmatch(unit):
        _refuse_short(text, short, figure, known)
    for own in filter(None, (before, unit)):
        if _folded_unit(own) not in wanted:
            if own is before and _folded_unit(own) not in known:
                return text  # it is no unit: about 4 hours
            raise _other_unit(text, own, figure, units)
    return figure


def _refuse_short(text: str, found: re.Match[str], figure: str, known: Collection[str]) -> None:
    """Refuse a number of thousands or more that are not written out, before a unit or nothing."""
    if found["unit"] and _folded_unit(found["unit"]) not in known:
        return
    words = _("%(text)s: thousands and millions are written out: write %(figure)s.")
    written = _times(ungrouped_text(figure), _SHORT_MANY[found[1].lower()])
    raise UnreadError(words % {"text": quoted(text[:80]), "figure": written[:40]})


def _times(figure: str, many: int) -> str:
    try:
        return number_text(Decimal(figure) * many)
    except InvalidOperation:
        return figure


def _forms(unit: str) -> set[str]:
    """How a unit may be written: as it is, without what it is for each of, and as others say."""
    own = {_folded_unit(unit), _folded_unit(_EACH.split(unit)[0])}
    own |= {form.removesuffix("s") for form in own if form.isascii()}
    own |= {form.removeprefix("个") for form in own}
    alike = {_folded_unit(form) for group in UNITS if own & _group(group) for form in group}
    return own | alike | {f"{form}s" for form in own | alike if form.isascii()}


def _group(group: Collection[str]) -> set[str]:
    return {_folded_unit(form) for form in group}


def _folded_unit(unit: str) -> str:
    return re.sub(r"\s+", "", half_width(unit)).strip(".").lower()


def _other_unit(text: str, unit: str, figure: str, units: Collection[str]) -> OtherUnitError:
    """The refusal of a number in another unit, or in one where the topic has none."""
    told = {"text": quoted(text[:80]), "unit": quoted(unit[:40]), "figure": figure[:40]}
    own = [one for one in units if one]
    if not own:
        words = _("%(text)s: numbers of this topic have no unit: write %(figure)s.")
        return OtherUnitError(words % told)
    words = _(
        "%(text)s is in %(unit)s, and the answer in %(own)s: write the number in that unit, as the "
        "document states it."
    )
    return OtherUnitError(words % {**told, "own": own[-1 if is_chinese(active_language()) else 0]})


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
