"""The words, dates and source of a duty, as a requirement has them and an item keeps them."""

from __future__ import annotations

from typing import Any

from checklists.models import Item, Requirement, Wording

#: The columns an item keeps of a requirement.
WORDING = [field.attname for field in Wording._meta.concrete_fields if field.name != "evidence_url"]


def wording_of(row: Requirement | Item) -> dict[str, Any]:
    """Return the words, dates and source of a duty, by column; no query."""
    return {name: getattr(row, name) for name in WORDING}
