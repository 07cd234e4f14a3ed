"""What headers of requests say of bodies: read in UTF-8 alone, and refused where it is no header.

Django reads a body in whatever encoding its header names, those that make no text of bytes
included, and halves of a pair from those of programming languages. Headers whose parameters are
encoded (RFC 2231) fail in it before any answer can be made.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, multipartparser
from django.http import request as django_request
from django.utils.http import parse_header_parameters

#: The name of a parameter that is encoded or cut in pieces, the only ones that cannot be read.
ENCODED = re.compile(r"\*[0-9]*\*?\s*=")


class UnreadableHeaderError(BadRequest):
    """A header that cannot be read, or names an encoding that is not read."""


def header_parameters(line: str) -> tuple[str, dict[str, str]]:
    """Return what a header says, and its parameters.

    Raises:
        UnreadableHeaderError: they cannot be read, or are no text.
    """
    try:
        said, parameters = parse_header_parameters(line)
        "".join(parameters.values()).encode()
    # Pieces of one parameter that are numbered in part cannot be sorted.
    except (LookupError, TypeError, ValueError) as wrong:
        raise UnreadableHeaderError("The parameters of a header cannot be read.") from wrong
    if "\0" in parameters.get("charset", ""):
        raise UnreadableHeaderError("A header names an encoding that is no name.")
    return said, parameters


def take() -> None:
    """Let Django make a request of any header, for the middleware to refuse it, and refuse forms
    whose parts have one that cannot be read.
    """
    django_request.parse_header_parameters = _of_a_request  # type: ignore[attr-defined]  # not in the stubs
    multipartparser.parse_header_parameters = _of_a_part  # type: ignore[attr-defined]  # not in the stubs


def _of_a_request(line: str) -> tuple[str, dict[str, str]]:
    """What a header says, without the encoding: Django would read the address in it at once."""
    try:
        said, parameters = header_parameters(line)
    except UnreadableHeaderError:
        return "", {}
    parameters.pop("charset", None)
    return said, parameters


def _of_a_part(line: str) -> tuple[str, dict[str, str]]:
    try:
        return header_parameters(line)
    except UnreadableHeaderError as wrong:
        raise multipartparser.MultiPartParserError(str(wrong)) from wrong


class ReadableHeaders:
    """Refuses a request whose headers cannot be read, or whose body is not in UTF-8, before
    anything reads its address or body.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer what can be read.

        Raises:
            UnreadableHeaderError: it cannot be.
        """
        if ENCODED.search(request.META.get("HTTP_ACCEPT", "")):
            for wanted in request.META["HTTP_ACCEPT"].split(","):
                header_parameters(wanted)
        _said, parameters = header_parameters(request.META.get("CONTENT_TYPE", ""))
        if (charset := parameters.get("charset", "")) and not _is_utf8(charset):
            raise UnreadableHeaderError("The body must be in UTF-8; its header says otherwise.")
        return self.get_response(request)


def _is_utf8(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name == "utf-8"
    except LookupError:
        return False
