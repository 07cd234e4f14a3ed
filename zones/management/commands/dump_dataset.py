"""Writes the dataset as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError, CommandParser

from zones.dataset.dump import dump_dataset


class Command(BaseCommand):
    """The command ``dump_dataset DIR``: the tables as known now, or ``--history`` as ever known."""

    help = "Write every table and its description into a folder."
    # Of the rest, addresses and all that answers them, it needs nothing.
    requires_system_checks = [Tags.models]

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder and how much to write."""
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--history",
            action="store_true",
            help="every revision, version and draft, to restore all that was ever answerable",
        )

    def handle(self, **options: Any) -> None:
        """Write the tables to the folder.

        Raises:
            CommandError: the folder cannot be written.
        """
        try:
            dump_dataset(options["folder"], history=options["history"])
        except OSError as wrong:
            told = f"{wrong.filename} cannot be written: {wrong.strerror}."
            raise CommandError(told) from None
        self.stdout.write(f"Written to {options['folder']}.")
