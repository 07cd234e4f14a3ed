"""The day, month or year that a question names among its words."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from cbec_portal.widths import half_width
from cbec_portal.years import YEARS
from zones.rules.partial_dates import first_day_text, last_day_text

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
_YEAR, _DAY_OF_MONTH = r"(?P<year>\d{4})", r"(?P<day>\d{1,2})"
#: What may stand around a day without changing which is meant.
_BEFORE = r"(?:(?:\bas (?:of|at)|\bat the end of|\bend of|\bon|\bin|\bby|截至|截止到?|在)\s*)?"
_ENGLISH_DAY = rf"{_DAY_OF_MONTH}(?:st|nd|rd|th)?"
#: Ways to write a day, the fullest first. A year alone is one of those in which the rules lie that
#: people ask about: 1210 and 2900 are codes, and 2000 is a limit. A number behind it, or a bracket
#: around it, makes it that of a document.
_FORMS = tuple(
    re.compile(rf"{_BEFORE}{form}")
    for form in (
        rf"(?<!\d){_YEAR}([-/.])(?P<month>\d{{1,2}})\2{_DAY_OF_MONTH}(?![\d-])",
        rf"(?<!\d){_YEAR}\s*年\s*(?P<month>\d{{1,2}})\s*月\s*{_DAY_OF_MONTH}\s*[日号]",
        rf"(?<!\d){_YEAR}\s*年\s*(?P<month>\d{{1,2}})\s*月(?:底|末|份)?",
        rf"(?<!\d){_YEAR}\s*年(?:度|底|末|终)?(?!\s*(?:第|\d+\s*号))",
        rf"\b{_ENGLISH_DAY}\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}\b",
        rf"\b{_MONTH}\s+{_ENGLISH_DAY},?\s+{_YEAR}\b",
        rf"\b{_MONTH},?\s+{_YEAR}\b",
        rf"(?<!\d){_YEAR}[-/.](?P<month>0[1-9]|1[0-2])(?![\d-])",
        rf"(?<![\d-]){_YEAR}(?P<month>0[1-9]|1[0-2])(?P<day>[0-3]\d)(?!\d)",
        r"(?<![\w(（〔\[.-])(?P<year>20[1-4]\d)(?![\w)）〕\].-])",
    )
)
#: What stands between two days that are compared, what may stand around both, and two years so
#: compared, which need no sign that they are years.
_BETWEEN = (
    r"(?:[-–—/]|\b(?:vs?\.?|versus|against|and|or|to|with|compared (?:to|with))(?![a-z])"
    r"|和|与|跟|同|及|比|对比|相比|比较|到|至)"
)
_COMPARING = re.compile(rf"\s*{_BETWEEN}\s*")
_TWO_YEARS = re.compile(
    rf"(?<![a-z\d(（〔\[.-])(20[1-4]\d)(\s*{_BETWEEN}\s*)(20[1-4]\d)(?![a-z\d)）〕\]年.-])"
)
_BEFORE_TWO = re.compile(r"\b(?:between|from|compare|compared|comparing)\s*$|(?:对比|比较|从)\s*$")
_AFTER_TWO = re.compile(
    r"^\s*(?:compared|comparison|(?:的|有何|有什么)?(?:对比|比较|相比|区别|差异|不同|变化))"
)
_DIGITS_ZH = {sign: str(digit) for digit, sign in enumerate("〇一二三四五六七八九")} | {"零": "0"}
_CHINESE_YEAR = re.compile(r"[〇零一二三四五六七八九]{4}(?=年)")
_NUMERAL = "[一二三四五六七八九十]"
_CHINESE_DAY = re.compile(rf"(?<=年){_NUMERAL}{{1,2}}(?=月)|(?<=月){_NUMERAL}{{1,3}}(?=[日号])")


class SaidDay(NamedTuple):
    """The day that a question names, and the question without it."""

    day: date
    rest: str


def day_said(text: str, today: date) -> SaidDay | None:
    """Return the day that a question names among its words; none where it names none, or several.

    Of a year or a month its last day is meant, today of those that are not over.

    >>> day_said("hangzhou 1210 2018", date(2026, 11, 30))
    SaidDay(day=datetime.date(2018, 12, 31), rest='hangzhou 1210')
    """
    said = _in_digits(half_width(text).lower())
    for form in _FORMS:
        places = list(form.finditer(said))
        if len(places) > 1:
            return None
        if places and (written := _written(places[0])):
            before, after = said[: places[0].start()], said[places[0].end() :]
            rest = " ".join(f"{before} {after}".split())
            return SaidDay(_day(written, today), rest)
    return None


class SaidDays(NamedTuple):
    """The two days that a question sets side by side, the earlier first, and the question without
    them.
    """

    days: tuple[date, date]
    rest: str


def days_compared(text: str, today: date) -> SaidDays | None:
    """Return the two days that a question sets side by side, by a word between them that compares;
    none where it does not.

    >>> days_compared("hangzhou 2018 vs 2019", date(2026, 11, 30)).rest
    'hangzhou'
    """
    said = _TWO_YEARS.sub(r"\1年\2\3年", _in_digits(half_width(text).lower()))
    for form in _FORMS:
        places = list(form.finditer(said))
        if len(places) != 2:
            if places:
                return None
            continue
        first, second = places
        between = said[first.end() : second.start()]
        if not _COMPARING.fullmatch(between):
            return None
        written = [_written(one) for one in places]
        if not all(written):
            return None
        days = sorted({_day(one, today) for one in written})
        before = _BEFORE_TWO.sub("", said[: first.start()])
        after = _AFTER_TWO.sub("", said[second.end() :])
        rest = " ".join(f"{before} {after}".split())
        return SaidDays((days[0], days[1]), rest) if len(days) == 2 else None
    return None


def _in_digits(text: str) -> str:
    """A text with the Chinese numerals of its days in digits."""
    text = _CHINESE_YEAR.sub(lambda found: "".join(map(_DIGITS_ZH.__getitem__, found[0])), text)
    return _CHINESE_DAY.sub(lambda found: str(_counted(found[0])), text)


def _counted(numeral: str) -> int:
    """A Chinese numeral below a hundred."""
    tens, ten, ones = numeral.rpartition("十")
    return (int(_DIGITS_ZH[tens[-1:] or "一"]) * 10 if ten else 0) + int(
        _DIGITS_ZH[ones[-1:] or "零"]
    )


def _written(found: re.Match[str]) -> str:
    """A date as it is written in digits, perhaps cut short; blank where it is no day."""
    parts = found.groupdict()
    year = int(parts["year"])
    if year not in YEARS:
        return ""
    month = parts.get("month") or (parts.get("name") and _MONTHS.index(parts["name"]) + 1)
    written = "-".join(
        [f"{year:04}", *(f"{int(one):02}" for one in (month, parts.get("day")) if one)]
    )
    try:
        date.fromisoformat(first_day_text(written))
    except ValueError:
        return ""
    return written


def _day(written: str, today: date) -> date:
    first = date.fromisoformat(first_day_text(written))
    last = date.fromisoformat(last_day_text(written))
    return today if first <= today < last else last
