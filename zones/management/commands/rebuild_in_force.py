"""Checks or mends the rows in force against a resolution from scratch; checks the versions."""

from __future__ import annotations

from typing import Any

from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError, CommandParser

from zones.services.in_force_rows import rebuild
from zones.services.version_chains import broken_chains


class Command(BaseCommand):
    """The command ``rebuild_in_force``, which mends the current rows; with ``--check`` it tells."""

    help = "Resolve everything anew; with --check only report differences."
    # Of the rest, addresses and all that answers them, it needs nothing.
    requires_system_checks = [Tags.models]

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether to change anything."""
        parser.add_argument("--check", action="store_true", help="change nothing")

    def handle(self, **options: Any) -> None:
        """Resolve every topic anew, and report what differs.

        Raises:
            CommandError: with ``--check``, the table differs; versions do not follow each other,
                which nothing but a publication can mend.
        """
        differences = rebuild(check=options["check"])
        broken = broken_chains()
        for line in (*differences, *broken):
            self.stdout.write(line)
        if differences and options["check"]:
            raise CommandError(f"{len(differences)} rows in force differ.")
        if broken:
            raise CommandError(f"{len(broken)} chains of versions are broken.")
        done = "mended" if differences else "agree"
        self.stdout.write(f"The rows in force {done}.")
