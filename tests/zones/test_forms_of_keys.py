"""The database keeps every key to its form, by whatever way it is written."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import DataError, IntegrityError, connection, models, transaction

from zones.models import Policy, Zone
from zones.models.aliases import Alias
from zones.models.fields import CodeField, KeyField

pytestmark = pytest.mark.django_db

#: Copies say what their templates and requirements said then, which had the form.
COPIES = {"checklists.Item", "checklists.RequirementVersion"}


def kept_keys() -> list[tuple[type[models.Model], str]]:
    """Every field that holds keys, and the identities."""
    found = [
        (model, field.name)
        for app in ("zones", "checklists")
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, KeyField | CodeField) and model._meta.label not in COPIES
    ]
    return [*found, (Policy, "identity"), (Zone, "identity")]


KEYS = kept_keys()
BAD = [
    "lu'an!",
    "an ji",
    "a/b",
    "a?b",
    "a#",
    "杭州",
    "a\n",
    "\na",
    "..",
    "-",
    " ",
    "a\u202e",
    "x" * 200,
]


def test_the_walk_finds_every_key() -> None:
    found = {(model.__name__, name) for model, name in KEYS}
    assert {("City", "adcode"), ("Source", "slug"), ("Requirement", "number")} <= found
    assert len(found) >= 20


def draft_of(model: type[models.Model]) -> Any:
    """An unsaved row like another, under no key yet."""
    row: Any = model._default_manager.order_by("pk").first()
    if row is None:
        assert model is Alias
        return Alias(kind="city", target=1)
    row.pk = None
    row._state.adding = True
    if hasattr(row, "recorded_in"):
        row.recorded_in, row.version = None, 77
    for field in model._meta.concrete_fields:
        if field.name == "position":
            row.position = 7000
    return row


@pytest.mark.parametrize(("model", "name"), KEYS, ids=str)
def test_a_key_of_another_form_is_refused_by_the_database(
    model: type[models.Model], name: str
) -> None:
    rows = model._default_manager
    for bad in BAD:
        row = draft_of(model)
        setattr(row, name, bad)
        refusal = (IntegrityError, DataError)
        with pytest.raises(refusal) as refused, transaction.atomic():
            rows.bulk_create([row])
        told = str(refused.value)
        assert "has_its_form" in told or "too long" in told, (bad, told)
    if model is Alias:
        return
    row = draft_of(model)
    # What nothing rests on can be renamed, but not to anything.
    if name == "identity":
        row.save()
    else:
        row = rows.order_by("pk").first()
    for bad in BAD:
        with pytest.raises((IntegrityError, DataError)), transaction.atomic():
            rows.filter(pk=row.pk).update(**{name: bad})
    column = connection.ops.quote_name(model._meta.get_field(name).column)
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        connection.cursor().execute(
            f"UPDATE {model._meta.db_table} SET {column} = 'a b' WHERE id = %s",
            [row.pk],
        )
