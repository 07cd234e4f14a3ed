"""Writes the dataset as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from zones.dataset.dumping import dump_dataset


class Command(BaseCommand):
    """``dump_dataset DIR``: the tables as known now, with their data package."""

    help = "Write every table and its description into a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder."""
        parser.add_argument("folder", type=Path)

    def handle(self, **options: Any) -> None:
        """Write."""
        dump_dataset(options["folder"])
        self.stdout.write(f"Written to {options['folder']}.")
