"""What the database itself refuses, on SQLite and PostgreSQL alike, declared beside the models.

A model names its guards in ``guards``. They are written as triggers for the columns that a table
has: a new column is guarded without a word, unless it is named as free. Every session of a schema
editor takes them off and puts them on again (see :mod:`zones.models.schema_editors`), so migrations
need not know of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from django.apps import apps
from django.db import migrations, models

#: Table to the columns that are stored in it and not computed.
Columns = Mapping[str, list[str]]


class Guard(NamedTuple):
    """Refuses an event on a table where a condition on the rows OLD and NEW holds."""

    name: str
    event: str
    table: str
    condition: str
    message: str


class Declaration(Protocol):
    """What a model says of its guards."""

    def guards(self, model: type[models.Model], columns: Columns) -> Iterator[Guard]:
        """Yield the triggers that keep to it, for a table with these columns."""


@dataclass(frozen=True)
class Frozen:
    """Rows that are neither edited nor deleted, all of them or those of which ``where`` holds.

    ``where`` is SQL about ``{row}``. Columns named in ``free`` may change; those in ``once`` may be
    filled in, once, after which nothing changes any more.
    """

    message: str
    where: str = ""
    free: tuple[str, ...] = ()
    once: tuple[str, ...] = ()

    def guards(self, model: type[models.Model], columns: Columns) -> Iterator[Guard]:
        """Yield a trigger on edits, and one on deletes."""
        table = model._meta.db_table
        own = [name for name in columns[table] if name not in {*self.free, *self.once}]
        frozen = self.where.format(row="OLD")
        # Not ``=``: of two empty cells that says nothing, and an edit that empties one would pass.
        same = [f'NEW."{name}" IS NOT DISTINCT FROM OLD."{name}"' for name in own]
        open_still = [f'OLD."{name}" IS NULL' for name in self.once]
        edited = f"NOT ({' AND '.join([*same, *open_still])})"
        condition = f"{frozen} AND {edited}" if frozen else edited
        yield Guard(f"{table}_frozen", "UPDATE", table, condition, self.message)
        yield Guard(f"{table}_kept", "DELETE", table, frozen or "1 = 1", self.message)


@dataclass(frozen=True)
class FrozenWith:
    """Rows that are part of another row, and frozen with it."""

    message: str
    #: The column that names the other row.
    column: str
    whole: str
    #: SQL about ``{row}`` of the other table.
    where: str

    def guards(self, model: type[models.Model], columns: Columns) -> Iterator[Guard]:
        """Yield a trigger each on adding, editing and deleting."""
        table = model._meta.db_table
        # Both, for an edit can take a part out of a frozen whole, and put one into another.
        old, new = (
            f"EXISTS (SELECT 1 FROM {self.whole} WHERE id = {row}.{self.column}"  # noqa: S608
            f" AND {self.where.format(row=self.whole)})"
            for row in ("OLD", "NEW")
        )
        for name, event, condition in (
            ("added", "INSERT", new),
            ("edited", "UPDATE", f"{old} OR {new}"),
            ("kept", "DELETE", old),
        ):
            yield Guard(f"{table}_{name}", event, table, condition, self.message)


@dataclass(frozen=True)
class Never:
    """Rows of which some SQL about NEW holds, beside other tables, are never written."""

    name: str
    where: str
    message: str

    def guards(self, model: type[models.Model], columns: Columns) -> Iterator[Guard]:
        """Yield a trigger on adding, and one on editing."""
        table = model._meta.db_table
        for event in ("INSERT", "UPDATE"):
            name = f"{table}_{self.name}_{event.lower()}"
            yield Guard(name, event, table, self.where, self.message)


def declared(columns: Columns) -> dict[str, Guard]:
    """Return every guard that the models declare, by name, for the tables that there are."""
    return {
        guard.name: guard
        for model in apps.get_models()
        if model._meta.db_table in columns
        for declaration in declarations(model)
        for guard in declaration.guards(model, columns)
    }


def declared_for(vendor: str, columns: Columns) -> dict[str, Guard]:
    """Return the guards of a database, by name: those declared, and one that it alone needs.

    So that nothing goes around them: PostgreSQL can empty a table without deleting a row. SQLite
    can put a row in the place of another without deleting that, on a connection that did not ask
    for recursive triggers.
    """
    wanted = declared(columns)
    for model in apps.get_models():
        if model._meta.db_table in columns and tuple(declarations(model)):
            one = _never_emptied(model) if vendor == "postgresql" else _never_replaced(model)
            wanted[one.name] = one
    return wanted


def _never_emptied(model: type[models.Model]) -> Guard:
    table = model._meta.db_table
    message = "rows of this table are kept, so it is never emptied as a whole"
    any_row = f"EXISTS (SELECT 1 FROM {table})"  # noqa: S608 (a name of ours)
    return Guard(f"{table}_emptied", "TRUNCATE", table, any_row, message)


def _never_replaced(model: type[models.Model]) -> Guard:
    table, key = model._meta.db_table, model._meta.pk.column
    message = "a row of this table is never put in the place of another"
    same = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608 (names of ours)
    return Guard(f"{table}_replaced", "INSERT", table, same, message)


def declarations(model: type[models.Model]) -> Iterable[Declaration]:
    """Return what a model says of its guards."""
    found: Iterable[Declaration] = getattr(model, "guards", ())
    return found


def guarded_tables() -> set[str]:
    """Return the tables whose models declare guards."""
    return {model._meta.db_table for model in apps.get_models() if tuple(declarations(model))}


def guarding(_guards: Iterable[Guard]) -> migrations.RunPython:
    """Return the step of an older migration that added guards, which does nothing now.

    Guards follow the models after every migration.
    """
    return _no_step()


def lifting(_guards: Iterable[Guard]) -> migrations.RunPython:
    """Return the step of an older migration that took guards away, which does nothing now.

    Every migration does so itself.
    """
    return _no_step()


def _no_step() -> migrations.RunPython:
    nothing: Callable[[Any, Any], None] = migrations.RunPython.noop
    return migrations.RunPython(nothing, nothing)
