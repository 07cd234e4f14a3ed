"""Fills a new database: its tables and the data."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from cbec_portal.database_state import database_name, prepare


class Command(BaseCommand):
    """The command ``prepare``, which makes the tables and loads fixtures/, if need be."""

    help = "Make the tables of a new database and load fixtures/ into it."
    requires_system_checks: list[str] = []

    def handle(self, **_: Any) -> None:
        """Make the tables and load the data, where that was not done yet.

        Raises:
            CommandError: the data are not whole, or the database is of a newer version.
        """
        prepare(say=self.stdout.write)
        self.stdout.write(f"The database {database_name()} is ready.")
