"""Steps of the tables taken back, as no administrator may, to try what they do to rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader


def back_to(app: str, step: str) -> None:
    """Take back every step after one, each as its file tells it."""
    executor = MigrationExecutor(connection)
    executor.loader = MigrationLoader(connection, replace_migrations=False)
    executor.migrate([(app, step)])


@contextmanager
def without(app: str, step: str) -> Iterator[None]:
    """Have one step taken back within the block alone, and the guards off.

    It is one that no later step has touched the columns of.
    """
    loader = MigrationLoader(None, replace_migrations=False)
    migration = loader.get_migration(app, step)
    before = loader.project_state((app, step), at_end=False)
    with connection.schema_editor() as editor:
        migration.unapply(before.clone(), editor)
    try:
        yield
    finally:
        with connection.schema_editor() as editor:
            migration.apply(before, editor)
        call_command("migrate", verbosity=0)
