"""Rows that templates name by keys: each is called as it is today, and left out once it is gone."""

from __future__ import annotations

from django import template

from zones.rules.written_keys import WrittenKey
from zones.selectors.snapshot import Snapshot

register = template.Library()


@register.simple_tag(takes_context=True)
def written_keys(context: template.Context, kind: str, *keys: str) -> str:
    """Return the keys of today, with commas between them; nothing where one of the rows is gone."""
    snapshot: Snapshot = context["view"].snapshot
    written = [WrittenKey(kind, key) for key in keys]
    if not all(map(snapshot.is_there, written)):
        return ""
    return ",".join(map(snapshot.key_today, written))
