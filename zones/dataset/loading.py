"""Loading a dataset: all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from zones.dataset.history import HistoryTable
from zones.dataset.problems import Problem, Problems, Refused
from zones.dataset.reading import read_rows
from zones.dataset.registry import registry
from zones.dataset.restoring import replay
from zones.dataset.tables import Cells, Changes, Key, Load, Row, Table
from zones.models import Revision
from zones.services.locks import lock_publication
from zones.services.publishing import DATASET, Progress, publish

#: Files that may lie beside the tables.
BESIDE = {"datapackage.json", "README.md", "LICENSE.md"}


@dataclass
class Report:
    """What a load did, or would do."""

    changes: dict[str, Changes] = field(default_factory=dict)
    revision: Revision | None = None

    @property
    def added(self) -> int:
        """Number of new rows."""
        return sum(len(changes.added) for changes in self.changes.values())

    @property
    def corrected(self) -> int:
        """Number of changed rows."""
        return sum(len(changes.corrected) for changes in self.changes.values())

    @property
    def unchanged(self) -> int:
        """Number of rows that say what was known."""
        return sum(changes.unchanged for changes in self.changes.values())


def load_dataset(
    folder: Path,
    *,
    dry_run: bool = False,
    replace: bool = False,
    author: str = DATASET,
    publisher: str = DATASET,
    summary: str = "",
    progress: Progress = lambda _: None,
) -> Report:
    """Load the tables of a folder; rows absent from them stay, or with ``replace`` are withdrawn.

    Raises:
        Refused: something is wrong; nothing was changed.
    """
    problems = Problems()
    tables = _tables_in(folder, problems)
    history = [table for table in tables if isinstance(table, HistoryTable)]
    tables = [table for table in tables if not isinstance(table, HistoryTable)]
    report = Report()
    load = Load(problems, report.changes, withdraw=replace, is_history=bool(history))
    with transaction.atomic():
        # Two loads of one file must not both find that it brings something new.
        lock_publication()
        for table in tables:
            changes = report.changes[table.name] = _changes(table, folder, problems)
            progress(_told(table, changes))
            _guarded(table, problems, partial(table.write, changes, load))
        for table in tables:
            _guarded(table, problems, partial(table.finish, load))
        if replace:
            for table in reversed(tables):
                table.take_out(report.changes[table.name].absent, load)
        problems.refuse_any()
        if history:
            for table in history:
                changes = report.changes[table.name] = _changes(table, folder, problems)
                progress(_told(table, changes))
            report.revision = replay(history, load, progress)
        else:
            report.revision = _publish(load, author, publisher, summary, progress)
        if dry_run:
            transaction.set_rollback(True)
    return report


def _told(table: Table, changes: Changes) -> str:
    return (
        f"{table.file}: {len(changes.added)} new, {len(changes.corrected)} changed,"
        f" {changes.unchanged} as known"
    )


def _tables_in(folder: Path, problems: Problems) -> list[Table]:
    if not folder.is_dir():
        raise Refused([Problem(str(folder), None, None, "is not a folder")])
    names = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    is_history = any(table.file in names for table in registry.history)
    possible = registry.with_history() if is_history else list(registry)
    tables = [table for table in possible if table.file in names]
    kind = "a dataset with its history" if is_history else "the dataset"
    for name in sorted(names - {table.file for table in tables} - BESIDE):
        known = ", ".join(table.file for table in possible)
        problems.add(name, None, None, f"is not a table of {kind}, which are: {known}")
    for missing in [table for table in registry.history if is_history and table not in tables]:
        problems.add(missing.file, None, None, "is missing: a history is whole or it is none")
    if not tables:
        problems.add(folder.name, None, None, "holds no table of the dataset")
    problems.refuse_any()
    return tables


def _changes(table: Table, folder: Path, problems: Problems) -> Changes:
    known = {table.key_of(cells): cells for cells in table.current()}
    changes = Changes(before=known)
    seen: dict[Key, int] = {}
    for line, cells in read_rows(folder / table.file, table.columns, problems):
        row = _row(table, line, cells, problems)
        if row is None:
            continue
        key = table.key_of(row.cells)
        if key in seen:
            why = f"{' '.join(key)} stands on line {seen[key]} already"
            problems.add(table.file, line, ", ".join(table.key), why)
            continue
        seen[key] = line
        _sort_in(changes, key, row, known.get(key))
    changes.absent = {key: cells for key, cells in known.items() if key not in seen}
    return changes


def _sort_in(changes: Changes, key: Key, row: Row, known: Cells | None) -> None:
    if known is None:
        changes.added[key] = row
    elif known == row.cells:
        changes.unchanged += 1
    else:
        changes.corrected[key] = row


def _row(table: Table, line: int, cells: Cells, problems: Problems) -> Row | None:
    values, normal = {}, {}
    for column in table.columns:
        try:
            values[column.name] = column.value_of(cells[column.name])
        except ValueError as wrong:
            problems.add(table.file, line, column.name, str(wrong))
            return None
        normal[column.name] = column.cell_of_read(values[column.name], cells[column.name])
    return Row(line, normal, values)


def _guarded(table: Table, problems: Problems, act: Callable[[], None]) -> None:
    """Turn what the database or a model refuses into a problem of the table."""
    try:
        with transaction.atomic():
            act()
    except IntegrityError as broken:
        problems.add(table.file, None, None, f"breaks a rule of the database: {broken}")
        raise Refused(problems.found) from broken
    except ValidationError as wrong:
        problems.add(table.file, None, None, "; ".join(wrong.messages))
        raise Refused(problems.found) from wrong


def _publish(
    load: Load, author: str, publisher: str, summary: str, progress: Progress
) -> Revision | None:
    if load.publication:
        try:
            return publish(
                load.publication,
                author=author,
                publisher=publisher,
                summary=summary or _summary(load.changes),
                progress=progress,
            )
        except ValidationError as wrong:
            raise Refused([Problem("dataset", None, None, "; ".join(wrong.messages))]) from wrong
    return None


def _summary(changes: dict[str, Changes]) -> str:
    return "Dataset: " + ", ".join(
        f"{len(change.rows)} {name.replace('_', ' ')}" for name, change in changes.items() if change
    )
