"""Django's connection to SQLite, which knows the file that it opened."""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3 import base

from cbec_portal import database_files


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that leaves a file when another is in its place, and rests while none is."""

    _opened: database_files.File | None = None
    _is_lost = False

    def get_new_connection(self, conn_params: Any) -> Any:
        """Open the file with nothing beside it that belongs to another.

        Raises:
            sqlite3.OperationalError: it cannot be opened, or is gone while the portal serves.
        """
        if self.is_in_memory_db():
            return super().get_new_connection(conn_params)
        with database_files.opening(conn_params["database"]) as opening:
            conn = super().get_new_connection({**conn_params, "database": opening.address})
        self._opened, self._is_lost = opening.opened, False
        return conn

    def _cursor(self, name: Any = None) -> Any:
        """What everything runs on, but for nothing on a file that is gone.

        Raises:
            OperationalError: it is gone, or cannot be opened.
        """
        if self._is_lost:
            with self.wrap_database_errors:
                raise database_files.cannot_open(f"{self.settings_dict['NAME']} is gone")
        return super()._cursor(name)  # type: ignore[misc]  # as the types know nothing of it

    def look(self) -> None:
        """Look whether the file is still in its place, and leave it where another is there.

        A connection to one that is gone stays open: what was written is in that file alone, which
        may be put back.
        """
        if self.connection is None or self.in_atomic_block or self._opened is None:
            return
        is_there = database_files.is_at(self.settings_dict["NAME"], self._opened)
        self._is_lost = is_there is None
        if is_there is False:
            self.close()
