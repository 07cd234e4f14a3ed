"""Schema editors that take the guards off before they change tables and put them on afterwards.

Tables change under triggers badly: SQLite makes a table anew and loses its triggers, or stumbles
over those of others that name it; PostgreSQL leaves functions that know the old columns. So each
session, of a migration or otherwise, has them off, in its own transaction: if it fails, they are as
they were.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from zones.models.triggers import put_on, take_off


class GuardsAside:
    """A schema editor with the guards off while it works. What had none gets none."""

    connection: BaseDatabaseWrapper
    collect_sql: bool
    deferred_sql: list[Any]
    _guarded = False

    def __enter__(self) -> Any:
        entered = super().__enter__()  # type: ignore[misc]
        if not self.collect_sql:
            self._guarded = take_off(self.connection)
        return entered

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if exc_type is None and not self.collect_sql:
            deferred, self.deferred_sql = self.deferred_sql, []
            for statement in deferred:
                self.execute(statement, None)
            # What the very first migrations made is not wanted between them.
            take_off(self.connection)
            if self._guarded:
                put_on(self.connection)
        super().__exit__(exc_type, exc, traceback)  # type: ignore[misc]

    def execute(self, sql: Any, params: Any = ()) -> None:
        """Execute a statement.

        What an old migration takes away by name may be gone.
        """
        if isinstance(sql, str):
            for what in ("DROP TRIGGER ", "DROP FUNCTION "):
                if sql.startswith(what) and not sql.startswith(f"{what}IF EXISTS"):
                    sql = sql.replace(what, f"{what}IF EXISTS ", 1)
        super().execute(sql, params)  # type: ignore[misc]


def set_guards_aside(connection: BaseDatabaseWrapper) -> None:
    """Let the schema editors of a connection set the guards aside while they work."""
    editor: type[BaseDatabaseSchemaEditor] | None = connection.SchemaEditorClass
    if editor is not None and not issubclass(editor, GuardsAside):
        connection.SchemaEditorClass = type("SchemaEditor", (GuardsAside, editor), {})
