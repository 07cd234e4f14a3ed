"""Loads a dataset, all of it or nothing."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.checks import Tags
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from zones.dataset.load import load_dataset
from zones.dataset.load_report import Report
from zones.dataset.problems import Problem, Refused
from zones.desk.fate_counts import fate_counts
from zones.desk.judgement import CellConflict, judge
from zones.desk.proposed_load import propose_folder
from zones.models import ChangeSet

#: So many lines of a long report fit on a screen.
SHOWN = 200


class Command(BaseCommand):
    """The command ``load_dataset DIR``, which refuses what is wrong, and publishes the rest."""

    help = "Load the tables of a folder, all of it or nothing."
    # Of the rest, addresses and all that answers them, it needs nothing.
    requires_system_checks = [Tags.models]

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder and how to load it."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would change")
        parser.add_argument("--replace", action="store_true", help="withdraw rows that are absent")
        parser.add_argument(
            "--allow-withdrawals",
            type=int,
            metavar="N",
            help="how many rows may go, where more than a tenth of a table would",
        )
        parser.add_argument("--report", type=Path, help="a file for every line of the report")
        parser.add_argument("--summary", default="", help="what this revision brings")
        parser.add_argument(
            "--propose",
            metavar="USERNAME",
            help="make a change set of it, by this analyst, and publish nothing",
        )
        parser.add_argument("--title", default="", help="what the change set is called")

    def handle(self, **options: Any) -> None:
        """Load the folder, and report what it brought.

        Raises:
            CommandError: the data are refused; each problem is listed.
        """
        if options["report"]:
            _refuse_unwritable(options["report"])
        if connection.vendor == "sqlite":
            # Pages in memory write the indexes in half the time, and this process ends at once.
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA cache_size = -200000")
        try:
            report = self._load(options)
        except Refused as refused:
            told = refused.problems
            if options["dry_run"] and refused.report:
                self._say_lines(refused.report, options)
                told = [one for one in told if not one.line]  # of the others it is said above
            listed = "".join(f"{one}\n" for one in told[:SHOWN])
            if len(told) > SHOWN:
                listed += f"... and {len(told) - SHOWN} more\n"
            if refused.report and _are_conflicts(refused.report):
                listed += "With --propose it becomes a change set, in which conflicts are settled. "
            raise CommandError(f"{listed}Refused; nothing was changed.") from None
        proposed = options["dry_run"] or options["propose"] is not None
        if not proposed and report.added + report.corrected + report.withdrawn:
            _count_rows()
        self._say(report, options)

    def _load(self, options: dict[str, Any]) -> Report:
        progress = self._progress if options["verbosity"] else lambda _: None
        if options["propose"] is None:
            return load_dataset(
                options["folder"],
                dry_run=options["dry_run"],
                replace=options["replace"],
                allow_withdrawals=options["allow_withdrawals"],
                summary=options["summary"],
                progress=progress,
            )
        if options["dry_run"] or not options["title"].strip():
            raise CommandError("--propose needs a --title, and is no dry run: it publishes nothing")
        try:
            person = get_user_model().objects.get_by_natural_key(options["propose"])
            change_set, report = propose_folder(
                options["folder"],
                person,
                options["title"],
                options["summary"],
                replace=options["replace"],
                allow_withdrawals=options["allow_withdrawals"],
                progress=progress,
            )
        except ObjectDoesNotExist:
            raise CommandError(f"there is no account {options['propose']!r}") from None
        except PermissionDenied as denied:
            raise CommandError(str(denied)) from None
        except ValidationError as wrong:
            raise CommandError("; ".join(wrong.messages)) from None
        if change_set:
            self._say_fates(change_set)
        else:
            self.stdout.write("It brings nothing, so there is no change set.")
        return report

    def _say_fates(self, change_set: ChangeSet) -> None:
        """Say what becomes of the rows of a set, as its page does, and why some are refused."""
        found = judge(change_set)
        count = len(found.rows)
        counted = "1 row" if count == 1 else f"{count} rows"
        fates = ", ".join(fate_counts(found.count))
        number = change_set.pk
        self.stdout.write(f"Change set {number} proposes {counted} ({fates}); none is public.")
        told = [
            f"{one.table.file} {' '.join(one.key)}: {_told(problem)}"
            for one in found.rows
            for problem in one.problems
        ]
        told += [
            f"{one.table.file} {' '.join(one.key)}: in conflict: {_told_conflict(conflict)}"
            for one in found.rows
            for conflict in one.conflicts
        ]
        told += map(_told, found.problems)
        for line in told[:SHOWN]:
            self.stdout.write(line)
        if len(told) > SHOWN:
            self.stdout.write(f"... and {len(told) - SHOWN} more: its page tells them all.")

    def _progress(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _say_lines(self, report: Report, options: dict[str, Any]) -> None:
        """Say what becomes of each line, how cells were read, and how many lines fare so."""
        dry_run = options["dry_run"] or options["propose"] is not None
        for line in report.withdrawals():
            self.stdout.write(line)
        for table in report.left_alone:
            self.stdout.write(f"{table.file} is missing: its table is left alone.")
        if options["report"]:
            lines = [
                *report.withdrawals(),
                *report.readings(),
                *report.doubles(),
                *report.details(),
            ]
            options["report"].write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        for line in islice(report.readings(), SHOWN):
            self.stdout.write(line)
        for line in islice(report.doubles(), SHOWN):
            self.stdout.write(line)
        if dry_run:
            self._say_details(report)
        if options["verbosity"] and options["propose"] is None:  # of a set its own fates are told
            for table, counts in report.counts():
                if told := fate_counts(counts.__getitem__):
                    self.stdout.write(f"{table.file}: {', '.join(told)}")

    def _say(self, report: Report, options: dict[str, Any]) -> None:
        dry_run = options["dry_run"] or options["propose"] is not None
        self._say_lines(report, options)
        if dry_run and (much := report.losing_much()):
            self.stdout.write(
                f"{'; '.join(much)}, more than a tenth: it would be refused without "
                f"--allow-withdrawals {report.withdrawn}."
            )
        would = "Would be " if dry_run else ""
        kept = f" {report.kept} kept as changed here since." if report.kept else ""
        if options["propose"] is not None:
            # What becomes of the rows of a change set is told with it: some may be refused there.
            self.stdout.write(f"{report.unchanged} unchanged.{kept}")
            return
        withdrawn = f" {report.withdrawn} withdrawn," if report.replaces else ""
        self.stdout.write(
            f"{would}{report.added} added, {report.corrected} corrected,{withdrawn} "
            f"{report.unchanged} unchanged.{kept}"
        )
        if report.revision and not dry_run:
            self.stdout.write(f"Published as revision {report.revision.number}.")

    def _say_details(self, report: Report) -> None:
        lines = report.details()
        for line in islice(lines, SHOWN):
            self.stdout.write(line)
        if left := sum(1 for _line in lines):
            self.stdout.write(f"... and {left} more lines: --report FILE writes them all.")


def _are_conflicts(report: Report) -> bool:
    """Whether all that is wrong is that rows were changed both here and in the files."""
    conflicts = {
        (table.file, one.why)
        for table in report.tables
        for one in report.changes[table.name].conflicts.values()
    }
    return all((one.file, one.why) in conflicts for one in report.problems)


def _told(problem: Problem) -> str:
    """What is wrong with a proposed row, and in which column."""
    return f"{problem.column}: {problem.why}" if problem.column else problem.why


def _told_conflict(one: CellConflict) -> str:
    """What moved here as well since a file was made, and how."""
    cells = ["nothing" if cell is None else repr(cell) for cell in (one.base, one.mine, one.live)]
    was, mine, here = cells
    column = one.column or "the row"
    return f"{column} was {was}, is {mine} in the file and {here} here"


def _count_rows() -> None:
    """Let PostgreSQL count what its tables hold, by which it plans every question.

    By itself it does so a minute later at the soonest, and until then takes each table for an
    empty one: the research queue takes several times as long.
    """
    if connection.vendor == "postgresql":
        tables = connection.introspection.django_table_names(only_existing=True)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(map(connection.ops.quote_name, tables))}")


def _refuse_unwritable(path: Path) -> None:
    """Refuse to begin what could not be reported at its end.

    Raises:
        CommandError: nothing can be written there.
    """
    try:
        path.open("a").close()
    except OSError as wrong:
        raise CommandError(
            f"{path} cannot be written: {wrong.strerror}. Nothing was done."
        ) from None
