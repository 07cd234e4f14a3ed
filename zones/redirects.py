"""Addresses that name rows by former keys are answered with where they are now."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.http.response import HttpResponseBase

from zones.models.former_keys import current_keys
from zones.models.scopes import BODIES

#: What follows a part of a path, in order: the kinds of the rows it names. Here and below other
#: apps say what theirs name (`add`).
OF_PATHS: dict[str, tuple[str, ...]] = {
    "batches": ("batch",),
    "cities": ("city", "topic"),
    "customs-districts": ("customsdistrict",),
    "focus-areas": ("focusarea",),
    "indicators": ("indicator",),
    "issuers": ("issuer",),
    # A place names its province and customs district itself, and is read under former keys too.
    "places": ("", "topic"),
    "programmes": ("programme",),
    "provinces": ("province",),
    "sources": ("source",),
    "topics": ("topic",),
}
#: The kinds of the rows that parameters name.
OF_PARAMETERS: dict[str, str] = {
    "batch": "programme",
    "cities": "city",
    "covers": "city",
    "focus_area": "focusarea",
    "indicator": "indicator",
    "issuer": "issuer",
    "policy": "topic",
    "source": "source",
    "successor": "city",
    "topic": "topic",
    "topics": "topic",
    **{own.column: own.model._meta.model_name for own in BODIES.values()},
}
#: The kinds of the rows that parameters name together with what those lie in: ``topic:choice``.
WITHIN_OTHERS: dict[str, str] = {"batch": "batch", "policy": "choice"}
_TOPIC = r"/topics/([^/]+)/$"
#: What parts the keys in one parameter: several, a day of their own, a value, a number.
_BETWEEN = re.compile(r"([,@:.])")
REFUSED = {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND}

#: Kind and key.
Named = tuple[str, str]


def add(
    *,
    paths: Mapping[str, tuple[str, ...]],
    parameters: Mapping[str, str],
    within: Mapping[str, str],
) -> None:
    """Let an app say what the paths and the parameters of its addresses name."""
    OF_PATHS.update(paths)
    OF_PARAMETERS.update(parameters)
    WITHIN_OTHERS.update(within)


class FormerKeys:
    """Middleware: what was not found, or refused, is looked for under the keys of today."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or lead to where the answer is."""
        # A page leaves out of its question what is wrong with it: that is what is looked for here.
        asked = request.GET
        response = self.get_response(request)
        if response.status_code not in REFUSED or request.method not in {"GET", "HEAD"}:
            return response
        return _redirect(request.path_info, asked) or response


def _redirect(path: str, asked: QueryDict) -> HttpResponse | None:
    named = {*_in_path(path), *_in_parameters(path, asked)}
    now = current_keys(named) if named else {}
    if not now:
        return None
    parts = path.split("/")
    for place, name in _places(parts):
        parts[place] = now.get(name, parts[place])
    address = quote("/".join(parts))
    if query := _renamed(path, asked, now).urlencode(safe=",:@"):
        address = f"{address}?{query}"
    response = HttpResponsePermanentRedirect(address)
    # A key may come back to its old form: a browser must not know better for ever.
    response["Cache-Control"] = "max-age=3600"
    return response


def _places(parts: list[str]) -> Iterator[tuple[int, Named]]:
    """The places in a path that name a row, and which."""
    for place, part in enumerate(parts):
        for behind, kind in enumerate(OF_PATHS.get(part, ()), start=1):
            if kind and len(parts) > place + behind:
                yield place + behind, (kind, parts[place + behind])


def _in_path(path: str) -> Iterable[Named]:
    return [name for _, name in _places(path.split("/"))]


def _in_parameters(path: str, asked: QueryDict) -> Iterator[Named]:
    for parameter, values in asked.lists():
        kind = OF_PARAMETERS.get(parameter)
        for value in values if kind else ():
            for key in (value, *_BETWEEN.split(value)):
                yield kind or "", key
            yield from _within(path, parameter, value).values()


def _within(path: str, parameter: str, value: str) -> dict[str, Named]:
    """The keys in a parameter's value that lie within others, each with the row it names.

    Commas part batches, and belong to anything else. The page of a topic takes its choices alone.
    """
    if parameter == "answer" and (topic := re.match(_TOPIC, path)):
        return {value: ("choice", f"{topic[1]}:{value}")}
    kind = WITHIN_OTHERS.get(parameter)
    if kind is None:
        return {}
    return {key: (kind, key) for key in (value.split(",") if kind == "batch" else [value])}


def _renamed(path: str, asked: QueryDict, now: Mapping[Named, str]) -> QueryDict:
    renamed = asked.copy()
    for parameter, values in asked.lists():
        kind = OF_PARAMETERS.get(parameter, "")
        keys = [_with_keys(kind, value, _within(path, parameter, value), now) for value in values]
        renamed.setlist(parameter, keys)
    return renamed


def _with_keys(kind: str, value: str, within: Mapping[str, Named], now: Mapping[Named, str]) -> str:
    """A parameter's value with the keys of today."""
    if any(name in now for name in within.values()):
        alone = not any(key == named for key, (_, named) in within.items())
        told = (now.get(name, key) for key, name in within.items())
        return ",".join(key.partition(":")[2] if alone else key for key in told)
    whole = now.get((kind, value))
    return whole or "".join(now.get((kind, key), key) for key in _BETWEEN.split(value))
