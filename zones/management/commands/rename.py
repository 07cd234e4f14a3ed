"""Gives a row another key; the former one goes on leading to it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from zones.models.keys import keys_of, renamable_models
from zones.services.renaming import rename


class Command(BaseCommand):
    """``rename city hangzhou hang-zhou``: from then on addresses and files may say either."""

    help = "Give a row another key; its former one leads to it for ever."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the kind of row, its key and the new one."""
        parser.add_argument("kind", choices=sorted(renamable_models()))
        parser.add_argument("former")
        parser.add_argument("key")

    def handle(self, **options: Any) -> None:
        """Rename.

        Raises:
            CommandError: there is no such row, or the new key cannot be its key.
        """
        model = renamable_models()[options["kind"]]
        name = keys_of(model).renamable  # type: ignore[union-attr]  # those that can be renamed
        row = model._default_manager.filter(**{name: options["former"]}).first()
        if row is None:
            raise CommandError(f"There is no {options['kind']} {options['former']!r}.")
        try:
            rename(row, options["key"])
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        self.stdout.write(f"{options['former']} leads to {options['key']} from now on.")
