"""Loads a dataset, all of it or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from zones.dataset.loading import Report, load_dataset
from zones.dataset.problems import Refused
from zones.services.publishing import DATASET


class Command(BaseCommand):
    """``load_dataset DIR``: say what is new or changed, refuse what is wrong, publish the rest."""

    help = "Load the tables of a folder, all of it or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder and how to load it."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would change")
        parser.add_argument("--replace", action="store_true", help="withdraw rows that are absent")
        parser.add_argument("--author", default=DATASET)
        parser.add_argument("--publisher", default=DATASET)
        parser.add_argument("--summary", default="", help="what this revision brings")

    def handle(self, **options: Any) -> None:
        """Load and report.

        Raises:
            CommandError: the data are refused; each problem is listed.
        """
        try:
            report = load_dataset(
                options["folder"],
                dry_run=options["dry_run"],
                replace=options["replace"],
                author=options["author"],
                publisher=options["publisher"],
                summary=options["summary"],
                progress=self._progress if options["verbosity"] else lambda _: None,
            )
        except Refused as refused:
            listed = "\n".join(map(str, refused.problems))
            raise CommandError(f"{listed}\nRefused; nothing was changed.") from None
        self._say(report, options)

    def _progress(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _say(self, report: Report, options: dict[str, Any]) -> None:
        for name, changes in report.changes.items() if options["dry_run"] else ():
            for word, rows in (("added", changes.added), ("corrected", changes.corrected)):
                for key, row in rows.items():
                    self.stdout.write(f"{name}.csv, line {row.line}: {word} {' '.join(key)}")
        would = "Would be " if options["dry_run"] else ""
        self.stdout.write(
            f"{would}{report.added} added, {report.corrected} corrected, "
            f"{report.unchanged} unchanged."
        )
        if report.revision and not options["dry_run"]:
            self.stdout.write(f"Published as revision {report.revision.number}.")
