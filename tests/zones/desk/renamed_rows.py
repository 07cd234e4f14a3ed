"""Rows that get another key, and sets that name them by the former one."""

from __future__ import annotations

from typing import Any

from tests.zones.bodies import OF_MEMBERS, let_there_be_some
from tests.zones.desk.acts import proposed, published, said
from tests.zones.desk.test_every_table import tomorrow
from zones.dataset.table_registry import registry
from zones.models import ChangeSet
from zones.models.former_keys import key_scope_of, keys_of_kind, row_named
from zones.models.keys import renamable_models
from zones.services.key_changes import rename

KINDS = sorted(renamable_models())


def names_of(kind: str) -> tuple[Any, str, str, str]:
    """A row of a kind: it, its key and another in full, and the own part of that other."""
    model, keys = renamable_models()[kind], keys_of_kind(kind)
    let_there_be_some(model)
    row: Any = model._default_manager.first()
    new = {"iso_3166_2": "CN-XX", "code": "9998", "number": "98"}.get(keys.renamable, "of-tomorrow")
    new = "9.99" if kind == "requirement" else new
    whole = (
        f"{getattr(getattr(row, keys.scope), key_scope_of(kind).key)}{keys.joint}"
        if (keys.scope)
        else ""
    )
    return row, f"{whole}{getattr(row, keys.renamable)}", f"{whole}{new}", new


RENAMED = [
    ("province", "CN-XX", "CN-XY"),
    ("customsdistrict", "0001", "0002"),
    ("city", "tomorrow", "later"),
    *((own.model._meta.model_name, "tomorrow", "later") for own in OF_MEMBERS),
    ("programme", "tomorrow", "later"),
    ("issuer", "tomorrow", "later"),
    ("source", "tomorrow-2026", "later-2026"),
    ("batch", "later.1", "7"),
    ("focusarea", "tomorrow", "later"),
    ("choice", "tomorrow-chosen:two", "second"),
    ("topic", "tomorrow-chosen", "later-chosen"),
    ("topic", "tomorrow-listed", "later-listed"),
    ("indicator", "tomorrow", "later"),
    ("intakechoice", "tomorrow:yes", "indeed"),
    ("intakequestion", "tomorrow", "later"),
    ("template", "tomorrow", "later"),
]
TABLES = [own.name for own in registry]


def proposed_together(name: str) -> tuple[str, ...]:
    """The tables of which rows are proposed with those of a table: a topic of choices has some."""
    return ("topics", "choices") if name in ("topics", "choices") else (name,)


def proposed_on_published(name: str, analyst: Any, reviewer: Any) -> ChangeSet:
    """A set with the new rows of a table; those of all tables before it are published."""
    new, names = tomorrow(), proposed_together(name)
    earlier = [own for own in TABLES[: TABLES.index(name)] if own not in ("aliases", *names)]
    if drafts := [said(own, cells) for own in earlier for cells in new[own]]:
        published(analyst, reviewer, *drafts)
    return proposed(analyst, *(said(one, cells) for one in names for cells in new[one]))


def rename_all() -> int:
    """Give another key to each of the rows that are there; tell how many."""
    renamed = 0
    for kind, former, key in RENAMED:
        if (row := row_named(kind, former)) is not None:
            rename(row, key)
            renamed += 1
    return renamed
