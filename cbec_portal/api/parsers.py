"""JSON bodies, read strictly: whatever could not be stored or written again is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from cbec_portal.refusals import ParameterError, shown

DEEPEST = 20
#: A name within a body is told no longer.
LONGEST_PART = 40
#: What a body in UTF-8 cannot hold, though JSON can escape it.
HALVES = re.compile("[\\ud800-\\udfff]")
#: What every database and every JSON reader holds as a whole number.
LARGEST = 2**63 - 1


class StrictJSONParser(JSONParser):
    """JSON as RFC 8259 has it, in UTF-8: no lone surrogates, no NUL, no whole number beyond
    64 bits, not nested without end.
    """

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the value that a body holds.

        Raises:
            ParseError: it is no such JSON.
            ParameterError: an object of it has a member twice, of which one would be lost.
        """
        try:
            body = stream.read()
            value = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError(_not_json(body, error)) from error
        _check(value)
        # The quick reader keeps the last of two members of a name, and says nothing.
        json.loads(body, object_pairs_hook=_once, parse_int=str, parse_float=str)
        return value


def _not_json(body: bytes, error: orjson.JSONDecodeError) -> str:
    """What is wrong with a body that is no JSON, and where."""
    if not body.strip():
        return "The body is empty, where JSON is wanted."
    if not error.doc:
        return "The body is not a text in UTF-8, as JSON is."
    try:
        half = _place_of_half(json.loads(body, parse_int=str, parse_float=str))
    except (ValueError, RecursionError):
        half = None
    if half is not None:
        return f"The body holds half a character (a lone surrogate){_at(half)}."
    return f"The body is not JSON: {error.msg}, at line {error.lineno}, column {error.colno}."


def _once(pairs: list[tuple[str, Any]]) -> None:
    seen: set[str] = set()
    for name, _value in pairs:
        if name in seen:
            raise ParameterError(
                name,
                f"“{shown(name)}” can be given only once.",
                words=_("Only one can be given here; several were."),
            )
        seen.add(name)


def _place_of_half(value: Any, place: tuple[str, ...] = ()) -> tuple[str, ...] | None:
    """The names and numbers that lead to the first text with half a character, if there is one."""
    match value:
        case str():
            return place if HALVES.search(value) else None
        case dict():
            for name, inner in value.items():
                if HALVES.search(name):
                    return place
                if (found := _place_of_half(inner, (*place, name))) is not None:
                    return found
        case list():
            for number, inner in enumerate(value):
                if (found := _place_of_half(inner, (*place, str(number)))) is not None:
                    return found
    return None


def _at(place: tuple[str, ...]) -> str:
    """Where in a body something is, as a JSON pointer (RFC 6901); nothing of the whole of it."""
    parts = (part[:LONGEST_PART].replace("~", "~0").replace("/", "~1") for part in place)
    return ", at " + "".join(f"/{part}" for part in parts) if place else ""


def _check(value: Any, place: tuple[str, ...] = ()) -> None:
    if len(place) > DEEPEST:
        raise ParseError(f"The body is nested more than {DEEPEST} levels deep.")
    match value:
        case str():
            if "\0" in value:
                raise ParseError(f"The body holds a NUL character{_at(place)}.")
        case int() if value > LARGEST:
            raise ParseError(f"The body holds a number larger than {LARGEST}{_at(place)}.")
        case dict():
            for name, inner in value.items():
                if "\0" in name:
                    raise ParseError(f"The body holds a NUL character{_at(place)}.")
                _check(inner, (*place, name))
        case list():
            for number, inner in enumerate(value):
                _check(inner, (*place, str(number)))
