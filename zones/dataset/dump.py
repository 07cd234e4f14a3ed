"""Writing the dataset back as files: load, then dump, gives the same bytes."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Set
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connections, transaction

from zones.dataset.description import PACKAGE, Origin
from zones.dataset.formula_cells import no_formula
from zones.dataset.merge import origin
from zones.dataset.table import Cells, Table
from zones.dataset.table_registry import registry

LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}


def dump_dataset(folder: Path, *, history: bool = False) -> None:
    """Write every table and the data package that describes them.

    With ``history`` the tables of policies, zones and placements hold every version ever published
    and every draft, from which a load into an empty database restores all revisions.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with one_state():
        _write_all(folder, history)


@contextmanager
def one_state() -> Iterator[None]:
    """Read all tables as they are at one moment, however many write meanwhile.

    Whoever is in a transaction already reads as that does.
    """
    own: Any = connections["default"]
    if own.in_atomic_block:
        yield
        return
    mode = getattr(own, "transaction_mode", None)
    if own.vendor == "sqlite":
        own.transaction_mode = "DEFERRED"  # one that begins IMMEDIATE keeps all others from writing
    try:
        with transaction.atomic():
            if own.vendor == "postgresql":
                # READ COMMITTED would see, table by table, what others publish meanwhile, and a
                # file would refer to rows that another file lacks.
                with own.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        if own.vendor == "sqlite":
            own.transaction_mode = mode


def _write_all(folder: Path, history: bool) -> None:
    every: list[Table] = registry.with_history() if history else list(registry)
    tables = [table for table in every if table.is_written_empty or any(table.ever())]
    closed = {option for table in every if table not in tables for option in table.opened_options}
    for table in tables:
        _write_table(table, folder / table.file, history)
        closed |= _unused(table, history)
    package = data_package(tables, origin(), closed)
    text = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
    (folder / PACKAGE).write_text(text, encoding="utf-8", newline="\n")


def data_package(
    tables: Iterable[Table], made_from: Origin, closed: Set[tuple[str, str]] = frozenset()
) -> dict[str, Any]:
    """Return the Frictionless description of the tables: types, keys, licence.

    Options of columns that are ``closed`` are left out: no row can say them.

    It says what the tables were made from, so that what others change meanwhile is not undone when
    they are loaded.
    """
    return {
        "name": "cbec-pilot-rules",
        "title": "Cross-border e-commerce rules of Chinese pilot cities",
        "description": (
            "Pilot zones, policies by topic and scope with their sources, trade statistics and "
            "compliance checklists. Working material, not legal advice."
        ),
        "licenses": [LICENCE],
        "sources": [
            {"title": "Official texts and public reports named row by row; see sources.csv"}
        ],
        **made_from.members(),
        "resources": [_resource(table, closed) for table in tables],
    }


def _rows(table: Table, history: bool) -> Iterable[Cells]:
    return table.ever() if history else table.current()


def _unused(table: Table, history: bool) -> set[tuple[str, str]]:
    """The options that no row has, of columns of which only those are named that some have."""
    columns = [column for column in table.columns if column.told_once_used]
    unused = {(column.name, option) for column in columns for option in column.options}
    for cells in _rows(table, history) if unused else ():
        unused -= {(column.name, cells[column.name]) for column in columns}
    return unused


def _write_table(table: Table, path: Path, history: bool) -> None:
    rows = _rows(table, history)
    with path.open("w", encoding="utf-8", newline="") as file:
        names = [column.name for column in table.columns]
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        written = str if history else no_formula
        writer.writerows([written(cells[name]) for name in names] for cells in rows)


def _resource(table: Table, closed: Set[tuple[str, str]]) -> dict[str, Any]:
    return {
        "name": table.name.replace("_", "-"),
        "title": table.title,
        "type": "table",
        "path": table.file,
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [_field(column, closed) for column in table.columns],
            **_primary_key(table),
            "foreignKeys": [
                {
                    "fields": list(key.columns),
                    "reference": {
                        "resource": key.table.replace("_", "-"),
                        "fields": list(key.keys),
                    },
                }
                for key in table.foreign_keys
            ],
        },
    }


def _primary_key(table: Table) -> dict[str, Any]:
    """The key, unless part of it may be empty."""
    required = {column.name for column in table.columns if column.required}
    return {"primaryKey": list(table.key)} if required >= set(table.key) else {}


def _field(column: Any, closed: Set[tuple[str, str]]) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if options := [own for own in column.options if (column.name, own) not in closed]:
        constraints["enum"] = options
    field = {"name": column.name, "type": column.type}
    return field | ({"constraints": constraints} if constraints else {})
