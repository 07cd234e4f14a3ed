"""Every public page, list and question, with a row in each of its places, so that all are tried."""

from __future__ import annotations

import re

from tests.router import PLACEHOLDER, every_address

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
#: Rows of another kind, by what alone they have: a value over time is drawn of numbers.
OTHER_ROWS = {"/pictures/values.": {"topics": "import-single-transaction-limit"}}
#: What a question needs before it answers, where that is anything, by the name of its address.
NEEDED = {
    "api-compare": "cities=hangzhou,xiongan",
    "as-if": "cities=hangzhou,xiongan",
    "compare": "cities=hangzhou,xiongan",
    "embedded-comparison": "cities=hangzhou,xiongan",
    "api-preview": "city=hangzhou",
    "preview": "city=hangzhou",
    "search": "q=hang",
    "api-search": "q=hang&limit=1000",
}
#: What the name of a table's address has behind that of its page.
OF_A_FILE = re.compile(r"-(xlsx|csv|pdf|cite-\w+|picture-\w+-\w+|card)$")
#: Questions that have no rows to give more or fewer of.
WITHOUT_LIMIT = {"api-compare", "api-distances", "api-research", "api-profiles", "api-preview"}
#: What takes seconds to be made: it is tried in tests of its own.
PRINTED = (".pdf", ".png")
#: The API of the desk, which is behind a log-in.
PRIVATE = "zones.api.viewsets.desk_views"
PUBLIC = (
    "zones.api",
    "zones.pages",
    "checklists.api.viewsets.template_views",
    "checklists.pages.template_pages",
)


def public_addresses() -> list[str]:
    """Addresses of everything public, with what it needs, asking lists for all they have."""
    public = (
        one
        for one in every_address()
        if one.module.startswith(PUBLIC)
        and not one.module.startswith(PRIVATE)
        and not one.path.endswith(PRINTED)
    )
    return sorted(_asked(_filled(one.path), one.own_name) for one in public)


def _filled(path: str) -> str:
    """A path with a row in each of its places."""
    named = PLACEHOLDER.sub(lambda found: f"<{found['name'] or found['group']}>", path)
    parts = named.split("/")
    others = next((own for mark, own in OTHER_ROWS.items() if mark in named), {})
    rows = ROWS | others
    for place, part in enumerate(parts):
        if part.startswith("<"):
            parts[place] = rows["topics" if part == "<topic_slug>" else parts[place - 1]]
    return "/".join(parts)


def _asked(path: str, name: str) -> str:
    asked = NEEDED.get(OF_A_FILE.sub("", name), "")
    is_list = path.startswith("/api/") and path.count("/") == 4 and name not in WITHOUT_LIMIT
    return f"{path}?{asked or ('limit=1000' if is_list else '')}".rstrip("?")
