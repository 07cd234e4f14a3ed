"""A database file that was put in the place of another is opened anew.

A connection to SQLite stays open from one request to the next. When a backup is moved into place
under running workers, it would go on with the file that is gone.
"""

from __future__ import annotations

import os
from typing import Any

from django.core.signals import request_started
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

#: Device and number of a file, which another in its place does not share.
File = tuple[int, int]

_opened = "_file_opened"


def watch() -> None:
    """Look at the files of open connections whenever a request starts."""
    connection_created.connect(_note, dispatch_uid="replaced files")
    request_started.connect(_look, dispatch_uid="replaced files")


def _note(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if connection.vendor == "sqlite":
        setattr(connection, _opened, _file_of(connection))


def _look(**_: Any) -> None:
    for connection in connections.all(initialized_only=True):
        opened: File | None = getattr(connection, _opened, None)
        if opened is None or connection.connection is None or connection.in_atomic_block:
            continue
        there = _file_of(connection)
        if there is not None and there != opened:
            connection.close()


def _file_of(connection: BaseDatabaseWrapper) -> File | None:
    """The file a database is in; none for one in memory, and where the file is gone."""
    try:
        found = os.stat(connection.settings_dict["NAME"])
    except OSError:
        return None
    return found.st_dev, found.st_ino
