"""Bodies of kinds of scopes that have cities as members: rows of theirs, where there are none."""

from __future__ import annotations

from typing import Any

from zones.dataset.place_tables import MemberBodies
from zones.dataset.table import Cells
from zones.dataset.table_registry import registry
from zones.models import City, Policy
from zones.rules.vocabulary import Change, ScopeKind
from zones.services.publication import Publication, publish

TABLES = {table.name: table for table in registry if isinstance(table, MemberBodies)}
OF_MEMBERS = [table.body for table in TABLES.values()]


def cells_of_a_body(name: str, key: str, *cities: str) -> Cells:
    """A row of a table of such bodies."""
    own = TABLES[name].body
    named = {"name_en": "Of tomorrow", "name_zh": "明天"}
    return {own.key: key, **named, own.members: ";".join(cities)}


def let_there_be_some(model: type[Any]) -> None:
    """Write two bodies of a model, where it is one of such bodies and has none."""
    for own in OF_MEMBERS:
        if own.model is model and not model.objects.exists():
            for key, name in (("elsewhere", "别处"), ("somewhere", "某处")):
                row = model.objects.create(**{own.key: key}, name_en=key.capitalize(), name_zh=name)
                getattr(row, own.members).add(City.objects.get(slug="hangzhou"))


def let_some_be_used(model: type[Any]) -> None:
    """Publish a policy that binds a body of a model, where it is one of such bodies."""
    for own in OF_MEMBERS:
        if own.model is model:
            let_there_be_some(model)
            like: Any = Policy.objects.current().filter(scope_kind=ScopeKind.CITY).first()
            like.pk, like.version, like.recorded_in = None, 1, None
            like.scope_kind, like.city, like.change = own.kind, None, Change.ENACTED
            like.effective_from, like.effective_to = "2028", None
            setattr(like, own.column, model.objects.first())
            like._state.adding = True
            like.identity = like.natural_key
            like.save()
            publish(Publication([like]), author="ada", publisher="bo", summary="A body is bound")
