"""Gives a row another key; the former one goes on leading to it."""

from __future__ import annotations

from typing import Any

from django.core.checks import Tags
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from zones.models.former_keys import row_named
from zones.models.keys import renamable_models
from zones.services.key_changes import rename


class Command(BaseCommand):
    """The command ``rename city hangzhou hang-zhou``; addresses and files may say either then.

    What is told apart within another row is named with it and given its own part anew:
    ``rename batch comprehensive.5 6``, ``rename requirement import-1210-seller:4.2 4.9``.
    """

    help = "Give a row another key; its former one leads to it for ever."
    # Of the rest, addresses and all that answers them, it needs nothing.
    requires_system_checks = [Tags.models]

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the kind of row, its key and the new one."""
        parser.add_argument("kind", choices=sorted(renamable_models()))
        parser.add_argument("former")
        parser.add_argument("key")

    def handle(self, **options: Any) -> None:
        """Give the row its new key.

        Raises:
            CommandError: there is no such row, or the new key cannot be its key.
        """
        row = row_named(options["kind"], options["former"])
        if row is None:
            raise CommandError(f"There is no {options['kind']} {options['former']!r}.")
        try:
            rename(row, options["key"])
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        self.stdout.write(f"{options['former']} leads to {options['key']} from now on.")
