"""Addresses that name rows by former keys are answered with where they are now."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.http.response import HttpResponseBase

from zones.models.aliases import current_keys

#: What follows a part of a path, in order: the kinds of the rows it names.
OF_PATHS = {
    "cities": ("city", "topic"),
    "customs-districts": ("customsdistrict",),
    "focus-areas": ("focusarea",),
    "indicators": ("indicator",),
    "issuers": ("issuer",),
    "programmes": ("programme",),
    "provinces": ("province",),
    "sources": ("source",),
    "templates": ("template",),
    "topics": ("topic",),
}
#: The kinds of the rows that parameters name.
OF_PARAMETERS = {
    "batch": "programme",
    "cities": "city",
    "city": "city",
    "covers": "city",
    "customs_district": "customsdistrict",
    "focus_area": "focusarea",
    "indicator": "indicator",
    "issuer": "issuer",
    "policy": "topic",
    "programme": "programme",
    "province": "province",
    "source": "source",
    "successor": "city",
    "template": "template",
    "topic": "topic",
    "topics": "topic",
}
#: What parts the keys in one parameter: several, a day of their own, a value, a number.
_BETWEEN = re.compile(r"([,@:.])")
REFUSED = {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND}

#: Kind and key.
Named = tuple[str, str]


class FormerKeys:
    """Middleware: what was not found, or refused, is looked for under the keys of today."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or lead to where the answer is."""
        response = self.get_response(request)
        if response.status_code not in REFUSED or request.method not in {"GET", "HEAD"}:
            return response
        return _redirect(request) or response


def _redirect(request: HttpRequest) -> HttpResponse | None:
    named = {*_in_path(request.path_info), *_in_parameters(request.GET)}
    now = current_keys(named) if named else {}
    if not now:
        return None
    parts = request.path_info.split("/")
    for place, name in _places(parts):
        parts[place] = now.get(name, parts[place])
    address = quote("/".join(parts))
    if query := _renamed(request.GET, now).urlencode(safe=",:@"):
        address = f"{address}?{query}"
    response = HttpResponsePermanentRedirect(address)
    # A key may come back to its old form: a browser must not know better for ever.
    response["Cache-Control"] = "max-age=3600"
    return response


def _places(parts: list[str]) -> Iterator[tuple[int, Named]]:
    """The places in a path that name a row, and which."""
    for place, part in enumerate(parts):
        for behind, kind in enumerate(OF_PATHS.get(part, ()), start=1):
            if len(parts) > place + behind:
                yield place + behind, (kind, parts[place + behind])


def _in_path(path: str) -> Iterable[Named]:
    return [name for _, name in _places(path.split("/"))]


def _in_parameters(query: QueryDict) -> Iterator[Named]:
    for parameter, values in query.lists():
        kind = OF_PARAMETERS.get(parameter)
        for value in values if kind else ():
            for key in (value, *_BETWEEN.split(value)):
                yield kind or "", key


def _renamed(query: QueryDict, now: Mapping[Named, str]) -> QueryDict:
    renamed = query.copy()
    for parameter, values in query.lists():
        kind = OF_PARAMETERS.get(parameter, "")
        renamed.setlist(parameter, [_with_keys(kind, value, now) for value in values])
    return renamed


def _with_keys(kind: str, value: str, now: Mapping[Named, str]) -> str:
    whole = now.get((kind, value))
    return whole or "".join(now.get((kind, key), key) for key in _BETWEEN.split(value))
