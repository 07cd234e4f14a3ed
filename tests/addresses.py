"""Every public page, list and question, found by walking the router, so that new ones are tried."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

#: What a part of a path is a row of, and a row of it to ask for.
ROWS = {
    "batches": "comprehensive.5",
    "cities": "xiongan",
    "customs-districts": "2900",
    "focus-areas": "transactions",
    "places": "Suihua:CN-HL:1900",
    "policies": "import-single-transaction-limit.nation.CN.2019-01-01",
    "programmes": "comprehensive",
    "provinces": "CN-ZJ",
    "revisions": "1",
    "sources": "sc-2025-40",
    "statistics": "1",
    "templates": "import-1210-seller",
    "topics": "bonded-import-1210",
    "zones": "comprehensive.hangzhou",
}
#: What a question needs before it answers, where that is anything, by the name of its address.
NEEDED = {
    "api-compare": "cities=hangzhou,xiongan",
    "compare": "cities=hangzhou,xiongan",
    "api-preview": "city=hangzhou",
    "preview": "city=hangzhou",
    "search": "q=hang",
}
#: Questions that have no rows to give more or fewer of.
WITHOUT_LIMIT = {"api-compare", "api-profiles", "api-preview"}
PUBLIC = ("zones.view", "checklists.viewsets.templates", "checklists.views.templates")
_PLACEHOLDER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


def public_addresses() -> list[str]:
    """Addresses of everything public, with what it needs, asking lists for all they have."""
    return sorted(_asked(path, name) for path, name in _public(get_resolver(), "/"))


def _public(resolver: URLResolver, before: str) -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        path = before + str(pattern.pattern).lstrip("^").rstrip("$")
        if isinstance(pattern, URLResolver):
            yield from _public(pattern, path)
        elif isinstance(pattern, URLPattern) and _module(pattern).startswith(PUBLIC):
            yield _filled(path), pattern.name or ""


def _module(pattern: URLPattern) -> str:
    return str(getattr(pattern.callback, "__module__", ""))


def _filled(path: str) -> str:
    """A path with a row in each of its places."""
    parts = _PLACEHOLDER.sub(lambda found: f"<{found[1] or found[2]}>", path).split("/")
    for place, part in enumerate(parts):
        if part.startswith("<"):
            parts[place] = ROWS["topics" if part == "<topic_slug>" else parts[place - 1]]
    return "/".join(parts)


def _asked(path: str, name: str) -> str:
    asked = NEEDED.get(name, "")
    is_list = path.startswith("/api/") and path.count("/") == 4 and name not in WITHOUT_LIMIT
    return f"{path}?{asked or ('limit=1000' if is_list else '')}".rstrip("?")
