"""Document numbers as people write them, taken apart: issuer or series, form, year and number.

商财发〔2018〕486号 is the 486th of its series in 2018, 海关总署公告2018年第194号 an announcement of
its issuer, 国务院令第768号 a decree, whose number has no year. Any part but the number may be left
out, and parts stand in any order; what is said must fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from zones.rules.names import joined, plain

#: Forms of documents that are numbered as such, by the words that say so.
ANNOUNCEMENT, DECREE = "announcement", "decree"
_FORMS_ZH = {"公告": ANNOUNCEMENT, "令": DECREE}
_FORMS_EN = {
    **dict.fromkeys(("announcement", "announcements", "bulletin", "gonggao"), ANNOUNCEMENT),
    **dict.fromkeys(("decree", "order", "ling"), DECREE),
}
#: A longer text is no number, be its document's title beside it.
LONGEST = 300
#: Words that say nothing of which document it is.
_SMALL_EN = frozenset(
    (
        *("a", "and", "by", "china", "chinas", "chinese", "circular", "di", "doc", "document"),
        *("for", "from", "hao", "in", "letter", "nian", "niandi", "no", "nos", "notice", "nr"),
        *("number", "of", "on", "prc", "s", "the", "wen", "year"),
    )
)
_SMALL_ZH = frozenset({"文", "文件", "通知", "年"})
#: Words that say that a number is one, where nothing else does.
_SAYING_EN = frozenset({"no", "nr", "number", "hao"})
#: Series and offices that English calls otherwise than their issuers are called.
_IN_ENGLISH = {"主席": frozenset({"president", "presidents", "presidential"})}
#: How the State Council's decrees are cited for short.
_FOR_SHORT = {"国令": "国务院令"}

_DIGITS_ZH = "零一二三四五六七八九"
_NUMERAL = rf"[〇○{_DIGITS_ZH}十百千]+"
#: A numeral numbers a document where 号 follows, or 第 goes before at the end of its number.
_IN_CHINESE = re.compile(
    rf"(?P<year>[〇○{_DIGITS_ZH}]{{4}}(?=年))|{_NUMERAL}(?=号)|(?<=[令告年]第){_NUMERAL}(?!\S)"
)
_OTHERS = re.compile(
    rf"等\s*(?:\d+|{_NUMERAL})?\s*[个家]?\s*(?:部门|部委|单位)"
    r"|\band (?:\w+ )?others?(?: (?:departments|ministries|authorities|agencies))?\b"
)
_NUMBER = re.compile(r"(?:第\s*)?(\d+)\s*(年度?|号)?")
_YEAR = re.compile(r"(?:19[5-9]|20\d)\d")


class SaidNumber(NamedTuple):
    """One way to read a text as a number: the number, the year if there is one, other words."""

    number: int
    year: int | None
    words: str


# What is typed is held against every document that there is, and so is read as often.
@lru_cache(4096)
def read_number(text: str) -> tuple[SaidNumber, ...]:
    """Return the ways in which a text can be read as the number of a document; none if in none.

    >>> read_number("国函201544")[0]
    SaidNumber(number=44, year=2015, words='国函')
    """
    if len(text) > LONGEST:
        return ()
    return tuple(dict.fromkeys(_read(_OTHERS.sub(" ", _in_digits(plain(text))))))


def names_others(number: str) -> bool:
    """Return whether a number says that others issued its document too, and not who: 等13部门."""
    return bool(_OTHERS.search(_in_digits(plain(number))))


def telling_words(name: str) -> frozenset[str]:
    """Return the words of a name in English that tell it from others."""
    return frozenset(_parts(plain(name))[2])


def _in_digits(words: str) -> str:
    """A text with the numerals of numbers and years in digits: 第二十三号 is 第23号."""

    def digits(found: re.Match[str]) -> str:
        numeral = re.sub("[〇○]", "零", found[0])
        if found["year"] or not re.search("[十百千]", numeral):
            return "".join(str(_DIGITS_ZH.index(one)) for one in numeral)
        return str(_counted(numeral))

    text = words
    for short, full in _FOR_SHORT.items():
        text = re.sub(rf"^{short}(?=\s*(?:第|\d|$))", full, text)
    return _IN_CHINESE.sub(digits, text)


def _counted(numeral: str) -> int:
    total, one = 0, 0
    for sign in numeral:
        if unit := {"十": 10, "百": 100, "千": 1000}.get(sign):
            total, one = total + (one or 1) * unit, 0
        else:
            one = _DIGITS_ZH.index(sign)
    return total + one


def _read(text: str) -> Iterator[SaidNumber]:
    groups = list(_NUMBER.finditer(text))
    if not groups:
        return
    for first, last in zip(groups[-2:], groups[-1:], strict=False):
        if first is last:
            break
        rest = _without(text, (first, last))
        for year, number in ((first, last), (last, first)):
            if _YEAR.fullmatch(year[1]) and not _is_numbered(year) and not _is_year(number):
                yield SaidNumber(int(number[1]), int(year[1]), rest)
    own = groups[-1]
    rest = _without(text, (own,))
    if _YEAR.match(own[1]) and len(own[1]) > 4 and not _is_year(own):
        yield SaidNumber(int(own[1][4:]), int(own[1][:4]), rest)
    if not _is_year(own) and (_is_numbered(own) or _says_something(rest)):
        yield SaidNumber(int(own[1]), None, rest)


def _is_year(found: re.Match[str]) -> bool:
    return (found[2] or "").startswith("年")


def _is_numbered(found: re.Match[str]) -> bool:
    return (found[2] or "").startswith("号") or found[0].startswith("第")


def _says_something(words: str) -> bool:
    return any(word not in _SMALL_EN or word in _SAYING_EN for word in words.split())


def _without(text: str, groups: Sequence[re.Match[str]]) -> str:
    """A text without its numbers."""
    for found in reversed(groups):
        text = f"{text[: found.start()]} {text[found.end() :]}"
    return " ".join(text.split())


class NumberedDocument(NamedTuple):
    """A document by what its number may be called: its own number taken apart, and by whom.

    ``sounds`` are how its series is spoken, ``titles`` what may stand beside its number.
    """

    own: SaidNumber
    form: str
    series: str
    issuers_zh: tuple[str, ...]
    words_en: frozenset[str]
    sounds: frozenset[str]
    titles: tuple[str, ...]
    issued: int | None

    def is_called(self, said: SaidNumber) -> bool:
        """Return whether a reading of a text can mean this document."""
        if said.number != self.own.number or not self._is_of(said.year):
            return False
        words = f" {said.words} "
        for title in self.titles:
            words = words.replace(f" {title} ", " ")
        form, chinese, english = _parts(words)
        if form and form != self.form:
            return False
        return self._has_chinese(chinese) and self._has_english(english)

    def is_of_series(self, said: SaidNumber) -> bool:
        """Return whether a reading names the very series of this document."""
        return bool(self.series) and _parts(said.words)[1] == self.series

    def _is_of(self, year: int | None) -> bool:
        # A decree has no year in its number, and is cited with that in which it was issued.
        return year is None or year == (self.own.year or self.issued)

    def _has_chinese(self, words: str) -> bool:
        # Of announcements and decrees the series is the issuer itself, which may be cut short too.
        bodies = (*self.issuers_zh, *((self.series,) if self.form else ()))
        return _is_made_of(words, self.series, bodies)

    def _has_english(self, words: tuple[str, ...]) -> bool:
        return self.words_en.issuperset(words) or "".join(words) in self.sounds


def may_be_one(number: str, other: str) -> bool:
    """Return whether two numbers are one, written otherwise, or without the issuer or the year."""
    if joined(number) == joined(other):
        return True
    return _is_written_as(number, other) or _is_written_as(other, number)


def _is_written_as(number: str, other: str) -> bool:
    document = _by_number_alone(number)
    return document is not None and any(map(document.is_called, read_number(other)))


# The number of each document is held against whatever is typed; it is another only if the data are.
@lru_cache(4096)
def _by_number_alone(number: str) -> NumberedDocument | None:
    return numbered_document(number)


def numbered_document(
    number: str,
    *,
    issuers_en: Iterable[str] = (),
    issuers_zh: Iterable[str] = (),
    titles: Iterable[str] = (),
    issued: int | None = None,
    spoken: Callable[[str], str] = str,
) -> NumberedDocument | None:
    """Return a document by its number taken apart; nothing where it has none of this kind.

    Args:
        number: the number as the document has it.
        issuers_en: names and abbreviations of its issuers.
        issuers_zh: their names in Chinese.
        titles: its titles.
        issued: the year in which it was issued.
        spoken: how Chinese sounds.
    """
    read = read_number(number)
    if not read:
        return None
    form, series, english = _parts(read[0].words)
    if not form and not series and not english:
        form = ANNOUNCEMENT  # 2016年第40号 alone numbers announcements
    said = {word for name in issuers_en for word in plain(name).split()}
    return NumberedDocument(
        own=read[0],
        form=form,
        series=series,
        issuers_zh=tuple(map(joined, issuers_zh)),
        words_en=frozenset(said | {*english} | _IN_ENGLISH.get(series, frozenset())),
        sounds=frozenset(spoken(f"{series}{after}") for after in ("", *_FORMS_ZH)),
        titles=tuple(filter(None, map(plain, titles))),
        issued=issued,
    )


def _parts(words: str) -> tuple[str, str, tuple[str, ...]]:
    """The form that words say, the Chinese beside it and the telling words of English."""
    form, english = "", []
    chinese = "".join(
        word for word in words.split() if not word.isascii() and word not in _SMALL_ZH
    )
    for said, own in _FORMS_ZH.items():
        if chinese.endswith(said) or chinese.startswith(said):
            form = own
            chinese = chinese.removesuffix(said).removeprefix(said)
            break
    for word in words.split():
        if own := _FORMS_EN.get(word, ""):
            form = own
        elif word.isascii() and word not in _SMALL_EN:
            english.append(word)
    return form, chinese, tuple(english)


# Many documents are of the same issuers and series: the same words are held against them each time.
@lru_cache(4096)
def _is_made_of(words: str, series: str, bodies: tuple[str, ...]) -> bool:
    """Whether Chinese words are nothing but a series and issuers, in full or for short.

    A short form has characters of the name in its order, as 税务总局 and 发改委 have.
    """
    if not words:
        return True
    parts = ((words[:end], words[end:]) for end in range(len(words), 1, -1))
    return any(
        (part == series or any(_is_short_for(part, body) for body in bodies))
        and _is_made_of(rest, series, bodies)
        for part, rest in parts
    )


def _is_short_for(short: str, name: str) -> bool:
    left = iter(name)
    return all(character in left for character in short)
