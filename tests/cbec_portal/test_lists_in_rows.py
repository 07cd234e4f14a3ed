"""A list whose entries stand beside each other has no bullets: one would touch the entry before."""

from __future__ import annotations

import re

from django.conf import settings

STYLES = settings.BASE_DIR / "cbec_portal/static/cbec_portal/portal.css"
APPS = ("cbec_portal", "zones", "checklists")
LIST = re.compile(r'<(?:ul|ol|menu)\b[^>]*\bclass="([^"]*)"')


def said_of(name: str) -> str:
    """What the styles say of a class itself, whatever stands in it."""
    text = re.sub(r"/\*.*?\*/", "", STYLES.read_text("utf-8"), flags=re.S)
    alone = re.compile(rf"(?:^|[\s,])\.{re.escape(name)}(?:[:,\[][^ ]*)?$")
    return " ".join(
        body
        for head, body in re.findall(r"([^{}]+){([^{}]*)}", text)
        if any(alone.search(one.strip()) for one in head.split(","))
    )


def test_no_list_in_a_row_has_bullets() -> None:
    named = {
        frozenset(re.sub(r"{.*?}", " ", classes).split())
        for app in APPS
        for path in (settings.BASE_DIR / app).rglob("*.html")
        for classes in LIST.findall(path.read_text("utf-8"))
    }
    in_rows = {
        classes: said
        for classes in named
        if re.search("display: (?:inline-)?(?:flex|grid)", said := " ".join(map(said_of, classes)))
    }
    assert frozenset({"wrong-boxes"}) in in_rows
    assert [sorted(one) for one, said in in_rows.items() if "list-style: none" not in said] == []
