"""Bodies of kinds of scopes that have cities as members: rows of theirs, where there are none."""

from __future__ import annotations

from typing import Any

from zones.dataset.place_tables import MemberBodies
from zones.dataset.table import Cells
from zones.dataset.table_registry import registry
from zones.models import City
from zones.models.scopes import BODIES

TABLES = {table.name: table for table in registry if isinstance(table, MemberBodies)}


def cells_of_a_body(name: str, key: str, *cities: str) -> Cells:
    """A row of a table of such bodies."""
    own = TABLES[name].body
    named = {"name_en": "Of tomorrow", "name_zh": "明天"}
    return {own.key: key, **named, own.members: ";".join(cities)}


def let_there_be_one(model: type[Any]) -> None:
    """Write a body of a model, where it is one of such bodies and has none."""
    for own in BODIES.values():
        if own.members and own.model is model and not model.objects.exists():
            row = model.objects.create(
                **{own.key: "somewhere"}, name_en="Somewhere", name_zh="某处"
            )
            getattr(row, own.members).add(City.objects.get(slug="hangzhou"))
