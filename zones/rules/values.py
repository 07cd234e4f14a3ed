"""What a cell may hold, wherever it is typed: plain text, keys, numbers, web addresses.

Forms, the loader and the API read a cell by these functions, so that what one of them takes the
others take too. Each gives the one normal form of what was typed, or says what is wrong with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple
from urllib.parse import urlsplit

from cbec_portal.decimals import number_text
from cbec_portal.quotation import quoted
from cbec_portal.widths import half_width


def gettext_noop(message: str) -> str:
    """Mark a text for translation, which is done where it is shown: rules know no framework."""
    return message


class WrongValueError(ValueError):
    """A value that breaks a rule. ``message`` says which, in words that can be translated.

    Among the details may be options, which whoever translates puts into one line.
    """

    def __init__(self, message: str, **details: object) -> None:
        self.message, self.details = message, details
        super().__init__(message % details)


class Options(tuple[tuple[str, str], ...]):
    """What could have been written: each by what it is called, and by its key."""

    __slots__ = ()

    def __str__(self) -> str:
        return "; ".join(words if key in ("", words) else f"{words} ({key})" for words, key in self)


#: What nobody sees and what breaks tables, feeds and the order of reading: control characters,
#: format characters (among them those that turn the direction of writing), separators of lines
#: that are no line feeds, halves of surrogate pairs, code points that are no characters, and those
#: of which each office says for itself what they are.
_HIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U000e0000-\U000e007f\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
    + "".join(f"{chr(p * 0x10000 + 0xFFFE)}{chr(p * 0x10000 + 0xFFFF)}" for p in range(1, 17))
    + "]"
)


#: What stands for bytes that were no text where somebody decoded them.
_LOST = "\N{REPLACEMENT CHARACTER}"


def refuse_lost(text: str) -> None:
    """Refuse a text of which some was lost, because it came as bytes that were no text.

    Raises:
        WrongValueError: it is one.
    """
    if _LOST in text:
        message = gettext_noop("holds bytes that are no text (U+%(code)s)")
        raise WrongValueError(message, code=f"{ord(_LOST):04X}")


def plain_text(text: str, *, lines: bool, longest: int | None = None) -> str:
    """Return text without blanks at its ends, its line breaks as line feeds.

    Raises:
        WrongValueError: it is too long, has a line break where ``lines`` are not allowed, or holds
            a character that nobody can see, or one that stands for bytes that were no text.
    """
    refuse_lost(text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    # Most texts are printable from end to end, which is quick to see; a blank of another width is
    # not, nor a line feed.
    if not text.isprintable():
        if hidden := _HIDDEN.search(text):
            message = gettext_noop("holds a character that nobody can see (U+%(code)s)")
            if unicodedata.category(hidden[0]) == "Cc":
                message = gettext_noop("holds a control character (U+%(code)s)")
            if unicodedata.category(hidden[0]) == "Co":
                message = gettext_noop("holds a character that no text has (U+%(code)s)")
            raise WrongValueError(message, code=f"{ord(hidden[0]):04X}")
        text = text.strip()
        if not lines and "\n" in text:
            raise WrongValueError(gettext_noop("has a line break"))
    text = text.strip()
    if longest is not None and len(text) > longest:
        message = gettext_noop("has %(length)s characters; at most %(longest)s fit")
        raise WrongValueError(message, length=len(text), longest=longest)
    return text


class KeyForm(NamedTuple):
    """The form of a natural key, and how it is told. What is kept may be of a stricter form."""

    pattern: str
    message: str
    is_list: bool = False
    stored: str = ""

    def fits(self, text: str) -> bool:
        """Return whether a text is of this form."""
        return re.fullmatch(self.pattern, text) is not None

    def read(self, text: str) -> str:
        """Return a key as it is kept.

        Raises:
            WrongValueError: it is not of this form.
        """
        key = text.strip()
        if not self.fits(key):
            raise WrongValueError(self.message, text=quoted(key[:80]))
        return ";".join(listed(key)) if self.is_list else key


SLUG = KeyForm(
    "[a-z0-9]+(-[a-z0-9]+)*",
    gettext_noop(
        "%(text)s is no key: write small letters and digits, with single hyphens between them"
    ),
)
PROVINCE_CODE = KeyForm("CN-[A-Z]{2}", gettext_noop("%(text)s is not a code such as CN-ZJ"))
DIVISION_CODE = KeyForm(
    "[0-9]{6}", gettext_noop("%(text)s is not a code of six digits such as 330100")
)
DISTRICT_CODE = KeyForm(
    "[0-9]{4}", gettext_noop("%(text)s is not a code of four digits such as 2900")
)
DUTY_NUMBER = KeyForm(
    "([1-9]|10)[.][1-9][0-9]?[a-z]?", gettext_noop("%(text)s is not a number such as 4.2 or 4.2a")
)
TRADE_MODES = KeyForm(
    "[0-9]{4}( *; *[0-9]{4})* *;?",
    gettext_noop("%(text)s is not a list of codes such as 1210;9610"),
    is_list=True,
    stored="[0-9]{4}(;[0-9]{4})*",
)
IDENTITY = KeyForm(
    "[A-Za-z0-9][A-Za-z0-9_-]*([.][A-Za-z0-9_-]+)*",
    gettext_noop("%(text)s is no identity such as comprehensive.hangzhou"),
)


def web_address(text: str, *, longest: int | None = None) -> str:
    """Return the address of a page on the web.

    Raises:
        WrongValueError: it is not one, is too long, or carries the name of a user.
    """
    address = plain_text(text, lines=False, longest=longest)
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in {"http", "https"} or not host or len(address.split()) != 1:
        message = gettext_noop("%(text)s is not a web address such as https://www.gov.cn/")
        raise WrongValueError(message, text=quoted(address[:80]))
    if parts.username is not None or parts.password is not None:
        raise WrongValueError(
            gettext_noop("an address with a user's name or password in it is not kept")
        )
    if not re.fullmatch(r"[^\s<>\"{}|\\^`]+", host) or ".." in host or host.startswith("."):
        message = gettext_noop("%(text)s is not a web address such as https://www.gov.cn/")
        raise WrongValueError(message, text=quoted(address[:80]))
    return address


#: Every database keeps this many digits of a number exactly, and so many after the point.
DIGITS, DECIMALS = 15, 4
_NUMBER = re.compile(r"[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)")
_OTHER_NUMBER = re.compile(r"[+-]?[0-9][0-9.,_ ]*(e[+-]?[0-9]+)?", re.IGNORECASE)


def number(text: str) -> Decimal:
    """Return a number in its normal form: no idle zeros, no plus, no ``-0``.

    Full-width digits are read. Separators of thousands and exponents are refused, since ``1,000``
    is a thousand to one reader and one to another.

    Raises:
        WrongValueError: it is no plain number, or does not fit the columns of numbers.
    """
    written = half_width(text).strip()
    if _NUMBER.fullmatch(written) is None:
        message = gettext_noop(
            "%(text)s is not a number: write digits and a point, as 6000 or 26.37"
        )
        if _OTHER_NUMBER.fullmatch(written):
            message = gettext_noop(
                "%(text)s is not a plain number: write digits and a point, as 6000 or 26.37"
            )
        raise WrongValueError(message, text=quoted(text[:80]))
    value = Decimal(number_text(Decimal(written)))
    _sign, digits, exponent = value.as_tuple()
    whole = len(digits) + exponent if isinstance(exponent, int) else DIGITS + 1
    if not isinstance(exponent, int) or exponent < -DECIMALS or max(whole, len(digits)) > DIGITS:
        message = gettext_noop(
            "%(text)s is not a plain number of at most fifteen digits and four decimals"
        )
        raise WrongValueError(message, text=quoted(text[:80]))
    return value


def plain_number(value: Decimal) -> int | float:
    """Return a number as JSON has it."""
    return int(value) if value == value.to_integral_value() else float(value)


def grouped_number(value: Decimal) -> str:
    """Return a number as it is read, by thousands."""
    return grouped_text(number_text(value))


def grouped_text(text: str) -> str:
    """Return a number that is written with the decimals that it keeps as it is read, by thousands.

    >>> grouped_text("5000.00"), grouped_text("-0.5")
    ('5,000.00', '-0.5')
    """
    sign = "-" if text.startswith("-") else ""
    whole, point, part = text.removeprefix("-").partition(".")
    return f"{sign}{int(whole):,}{point}{part}"


def whole_number(text: str, *, least: int, most: int) -> int:
    """Return a whole number, whatever its idle zeros.

    Raises:
        WrongValueError: it is none, or out of bounds.
    """
    try:
        value = number(text)
    except WrongValueError:
        value = Decimal("0.5")
    if value != int(value) or not least <= value <= most:
        message = gettext_noop("%(text)s is not a whole number from %(least)s to %(most)s")
        raise WrongValueError(message, text=quoted(text[:80]), least=least, most=most)
    return int(value)


def boolean(text: str) -> bool:
    """Return yes or no, written ``true`` or ``false`` in letters of any height and width.

    Raises:
        WrongValueError: it is neither.
    """
    match half_width(text).strip().lower():
        case "true":
            return True
        case "false":
            return False
    message = gettext_noop("%(text)s is neither yes (true) nor no (false)")
    raise WrongValueError(message, text=quoted(text[:80]))


def option(text: str, options: Mapping[str, object]) -> str:
    """Return one of some options, each with what people call it, in letters of any width.

    Raises:
        WrongValueError: it is none of them.
    """
    word = half_width(text).strip()
    if word not in options:
        there = Options((str(words), key) for key, words in options.items() if key or words)
        raise WrongValueError(
            gettext_noop("%(text)s is not one of: %(options)s"),
            text=quoted(text[:80]),
            options=there,
        )
    return word


def listed(text: str) -> list[str]:
    """Return the parts of a list separated by semicolons of either width, without blanks around."""
    return [part.strip() for part in text.replace("；", ";").split(";") if part.strip()]


def same_list(one: str, other: str) -> bool:
    """Return whether two lists hold the same, in whatever order."""
    return sorted(listed(one)) == sorted(listed(other))


def same_number(one: str, other: str) -> bool:
    """Return whether two texts are the same number."""
    return bool(one and other) and Decimal(one) == Decimal(other)


def first_twice(texts: Iterable[str]) -> str | None:
    """Return the first text that stands twice."""
    seen: set[str] = set()
    for text in texts:
        if text in seen:
            return text
        seen.add(text)
    return None
