"""A dry run of what takes long: on a copy, where the database has but one writer."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connections, transaction


@contextmanager
def rehearsal() -> Iterator[None]:
    """Undo at the end of the block what it does to the database, and keep nobody from writing.

    On SQLite the block works on a copy in the folder of local files, since whoever writes keeps all
    others from it. PostgreSQL locks the rows alone that are written. Whoever is in a transaction
    already keeps the others from it anyway.
    """
    own = connections["default"]
    if own.vendor != "sqlite" or own.in_atomic_block:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        return
    own.ensure_connection()
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR, suffix=".upload") as folder:
        there = own.copy()
        there.settings_dict["NAME"] = str(Path(folder) / "rehearsal.sqlite3")
        there.ensure_connection()
        own.connection.backup(there.connection)
        # Everything asks for the connection by this name, which is this thread's own.
        connections["default"] = there
        try:
            yield
        finally:
            connections["default"] = own
            there.close()
