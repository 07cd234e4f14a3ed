"""Triggers by which the database itself refuses a write, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

Step = Callable[[object, BaseDatabaseSchemaEditor], None]


class Guard(NamedTuple):
    """Refuses an event on a table where a condition on the rows OLD and NEW holds."""

    name: str
    event: str
    table: str
    condition: str
    message: str

    def add(self, editor: BaseDatabaseSchemaEditor) -> None:
        """Create the trigger."""
        if editor.connection.vendor == "postgresql":
            going_on = "OLD" if self.event == "DELETE" else "NEW"
            editor.execute(
                f"CREATE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF {self.condition} THEN RAISE EXCEPTION '{self.message}' "
                f"USING ERRCODE = '23514'; END IF; RETURN {going_on}; END $$"
            )
            editor.execute(
                f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} "
                f"FOR EACH ROW EXECUTE FUNCTION {self.name}()"
            )
        else:
            editor.execute(
                f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} FOR EACH ROW "
                f"WHEN {self.condition} BEGIN SELECT RAISE(ABORT, '{self.message}'); END"
            )

    def drop(self, editor: BaseDatabaseSchemaEditor) -> None:
        """Take the trigger away."""
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP TRIGGER {self.name} ON {self.table}")
            editor.execute(f"DROP FUNCTION {self.name}()")
        else:
            editor.execute(f"DROP TRIGGER {self.name}")


def lifting(guards: Iterable[Guard]) -> migrations.RunPython:
    """The step of a migration that takes guards away, before their table is made anew."""
    add, drop = _steps(guards)
    return migrations.RunPython(drop, add)


def guarding(guards: Iterable[Guard]) -> migrations.RunPython:
    """The step of a migration that adds guards."""
    add, drop = _steps(guards)
    return migrations.RunPython(add, drop)


def _steps(guards: Iterable[Guard]) -> tuple[Step, Step]:
    every = list(guards)

    def add(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
        for guard in every:
            guard.add(editor)

    def drop(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
        for guard in every:
            guard.drop(editor)

    return add, drop
