"""Strict reading of a question's parameters, for API views and HTML pages alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from difflib import get_close_matches
from typing import overload

from django.http import QueryDict
from django.utils.translation import gettext as _

from cbec_portal.asked_days import parse_day
from cbec_portal.china_time import today_in_china
from cbec_portal.refusals import LONGEST_NAME_SHOWN, ParameterError, Refusal, shown
from cbec_portal.widths import half_width

LONGEST_VALUE = 2000
MOST_VALUES = 1000
MOST_NAMED = 10  # mistakes named in one answer
MOST_OPTIONS_SHOWN = 100
NAMELESS = "parameter without a name"


class Parameters:
    """The parameters of one question; whatever is not `known` is refused by name.

    Where HTML forms ask, a blank value counts as not given, because they send blanks. Where
    programs ask, with ``blanks=False``, it is refused: it is a filter that someone meant.
    """

    def __init__(self, query: QueryDict, known: Iterable[str], *, blanks: bool = True) -> None:
        self.query = query
        self.known = frozenset(known)
        blank = [] if blanks else self._blank()
        if errors := [*self._unknown(), *self._unreadable(), *blank]:
            raise ParameterError.several(errors)

    def __contains__(self, name: str) -> bool:
        return bool(self._given(name))

    @overload
    def one(self, name: str) -> str | None: ...
    @overload
    def one(self, name: str, default: str) -> str: ...
    @overload
    def one(self, name: str, default: None) -> str | None: ...
    def one(self, name: str, default: str | None = None) -> str | None:
        """Return the only value, else `default`.

        Raises:
            ParameterError: the parameter is given twice.
        """
        values = self._given(name)
        if len(values) > 1:
            raise ParameterError(
                name,
                f"“{name}” can be given only once.",
                words=_("Only one can be given here; several were."),
            )
        return values[0] if values else default

    def repeated(self, name: str) -> list[str]:
        """Return every value of a repeated parameter, commas kept as they are."""
        return self._given(name)

    def many(self, name: str) -> list[str]:
        """Return every value, repeated or comma-separated, each once, in the order asked."""
        return split_values(self._given(name))

    @overload
    def choice(self, name: str, options: Iterable[str]) -> str | None: ...
    @overload
    def choice(self, name: str, options: Iterable[str], default: str) -> str: ...
    @overload
    def choice(self, name: str, options: Iterable[str], default: None) -> str | None: ...
    def choice(self, name: str, options: Iterable[str], default: str | None = None) -> str | None:
        """Return the only value, which is one of the options, else `default`.

        Raises:
            ParameterError: it is none of them, or is given twice.
        """
        value = self.one(name)
        if value is None:
            return default
        return checked_options(name, [value], options)[0]

    def choices(self, name: str, options: Iterable[str]) -> list[str]:
        """Return every value, each of which is one of the options.

        Raises:
            ParameterError: some are none of them.
        """
        return checked_options(name, self.many(name), options)

    @overload
    def day(self, name: str = "as_of") -> date: ...
    @overload
    def day(self, name: str = "as_of", *, default: date) -> date: ...
    @overload
    def day(self, name: str = "as_of", *, default: None) -> date | None: ...
    def day(self, name: str = "as_of", **default: date | None) -> date | None:
        """Return the day asked for, else `default`, else today in China.

        Raises:
            ParameterError: it is no day that the portal can answer about, or is given twice.
        """
        if (text := self.one(name)) is not None:
            return parse_day(name, text)
        return default["default"] if default else today_in_china()

    @overload
    def whole_number(self, name: str, minimum: int, maximum: int) -> int | None: ...
    @overload
    def whole_number(self, name: str, minimum: int, maximum: int, default: int) -> int: ...
    @overload
    def whole_number(self, name: str, minimum: int, maximum: int, default: None) -> int | None: ...
    def whole_number(
        self, name: str, minimum: int, maximum: int, default: int | None = None
    ) -> int | None:
        """Return the whole number asked for, else `default`.

        Raises:
            ParameterError: it is none from `minimum` to `maximum`, or is given twice.
        """
        text = self.one(name)
        if text is None:
            return default
        number = whole_number(text)
        if number is None or not minimum <= number <= maximum:
            raise ParameterError(
                name,
                f"“{shown(text)}” is not a whole number from {minimum} to {maximum}.",
                value=text,
                words=_("“%(text)s” is not a whole number from %(minimum)d to %(maximum)d.")
                % {"text": shown(text), "minimum": minimum, "maximum": maximum},
            )
        return number

    def _given(self, name: str) -> list[str]:
        return [text for value in self.query.getlist(name) if (text := value.strip())]

    def _unknown(self) -> Iterator[Refusal]:
        unknown = [name for name in self.query if name not in self.known]
        for name in unknown[:MOST_NAMED]:
            if name.strip():
                detail = unknown_words("parameter", name, self.known, given=self.query)
                words = _("This page knows no “%s”; it was left out.") % shown(name)
            else:
                detail = "A value is given to a parameter without a name, as in “?=x”."
                words = _("A value without a name was left out.")
            yield Refusal(shown(name) if name.strip() else NAMELESS, detail, words=words)

    def _blank(self) -> Iterator[Refusal]:
        for name, values in self.query.lists():
            if name.strip() and not all(split_values([value]) for value in values):
                detail = f"“{shown(name)}” is blank; give it a value or leave it out."
                yield Refusal(shown(name), detail)

    def _unreadable(self) -> Iterator[Refusal]:
        for name, values in self.query.lists():
            if any("\0" in value for value in values):
                words = _("What was given holds a character that no text can hold.")
                yield Refusal(shown(name), "A value holds a NUL character.", words=words)
            if long := [value for value in values if len(value) > LONGEST_VALUE]:
                detail = f"A value is longer than {LONGEST_VALUE} characters."
                told = {"text": shown(long[0]), "most": LONGEST_VALUE}
                words = _("“%(text)s” is longer than %(most)d characters.") % told
                yield Refusal(shown(name), detail, words=words)
            if sum(value.count(",") + 1 for value in values) > MOST_VALUES:
                detail = f"More than {MOST_VALUES} values are given."
                words = _("More than %d values were given.") % MOST_VALUES
                yield Refusal(shown(name), detail, words=words)


def whole_number(text: str) -> int | None:
    """Return a whole number as somebody wrote it, in digits of any width, or none if it is none."""
    written = half_width(text).strip()
    return int(written) if re.fullmatch(r"-?[0-9]{1,18}", written) else None


def split_values(values: Iterable[str]) -> list[str]:
    """Return what stands between commas, without blanks around it, each once and in its order."""
    pieces = (piece.strip() for value in values for piece in value.split(","))
    return list(dict.fromkeys(filter(None, pieces)))


def checked_options(name: str, values: list[str], options: Iterable[str]) -> list[str]:
    """Return the values, each of which is one of the options.

    Raises:
        ParameterError: some are none of them; it names each, as far as that is worth it.
    """
    valid = list(options)
    if unknown := [value for value in values if value not in valid]:
        raise ParameterError.several(
            _unknown_value(name, value, valid, values) for value in unknown[:MOST_NAMED]
        )
    return values


def _unknown_value(name: str, value: str, valid: list[str], given: list[str]) -> Refusal:
    return Refusal(
        name,
        unknown_words("value", value, valid, given=given),
        value,
        _("“%s” is not a known value here.") % shown(value),
        _nearest(value, valid, given),
    )


def unknown_words(kind: str, text: str, valid: Iterable[str], *, given: Iterable[str] = ()) -> str:
    """Return what to say of an unknown word: what is nearest to it, and what is valid.

    So: “proviince” is not a known parameter. Did you mean “province”? Valid: ... What is given
    already is not suggested.
    """
    options = sorted(valid)
    words = f"“{shown(text)}” is not a known {kind}."
    if close := _nearest(text, options, given):
        words += f" Did you mean “{close[0]}”?"
    listed = ", ".join(options[:MOST_OPTIONS_SHOWN]) or "none"
    more = len(options) - MOST_OPTIONS_SHOWN
    return f"{words} Valid: {listed}{f' and {more} more' if more > 0 else ''}."


def _nearest(text: str, valid: Iterable[str], given: Iterable[str]) -> list[str]:
    there = frozenset(given)
    fresh = [option for option in valid if option not in there]
    return get_close_matches(text[:LONGEST_NAME_SHOWN], fresh, n=1)
