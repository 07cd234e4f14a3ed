"""What the files of a folder say, held against what is known now. Nothing is written here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from django.utils.translation import gettext

from zones.dataset.alias_table import SuccessorKeys, with_keys_of_today
from zones.dataset.csv_files import FileForm, missing_columns, read_rows, short_words
from zones.dataset.description import PACKAGE, Origin, description_of
from zones.dataset.history_tables import HistoryTable
from zones.dataset.merge import Stamp, base_of, merge, own_loads, refuse_unknown, stamp
from zones.dataset.problems import Problem, Problems, Refused, RowMention
from zones.dataset.row_origins import (
    MADE_FROM,
    Bases,
    as_exported,
    merge_rows,
    months_written,
)
from zones.dataset.table import (
    Cells,
    Changes,
    Key,
    Load,
    Note,
    RefusedCell,
    Spell,
    Table,
    TableRow,
    needed_of,
)
from zones.dataset.table_registry import registry
from zones.dataset.written_cells import ReadLine, reading
from zones.services.forecast import Progress

#: Files that may lie beside the tables.
BESIDE = {PACKAGE, "README.md", "LICENSE.md"}


@dataclass
class Differences:
    """What a folder brings, table by table, and when that was found."""

    stamp: Stamp
    origin: Origin | None = None
    tables: list[Table] = field(default_factory=list)
    history: list[HistoryTable] = field(default_factory=list)
    left_alone: list[Table] = field(default_factory=list)
    changes: dict[str, Changes] = field(default_factory=dict)

    def brings(self, *, replace: bool) -> bool:
        """Return whether anything is to be written, or with ``replace`` to be taken out."""
        lost = replace and any(change.absent for change in self.changes.values())
        another = any(self.changes[table.name].absent for table in self.history)
        return lost or another or any(self.changes.values())


def compare(
    folder: Path, problems: Problems, progress: Progress, *, replace: bool = False
) -> Differences:
    """Read the files and hold them against the tables.

    Raises:
        Refused: there is no such folder, a file is no table, or too much in them is wrong.
    """
    found = Differences(stamp())
    tables, said = _tables_in(folder, problems)
    found.origin = said
    base = base_of(said, found.stamp.base)
    own = own_loads(folder) if base else {}
    renamed = SuccessorKeys()
    is_history = any(isinstance(table, HistoryTable) for table in tables)
    for table in tables:
        kept = found.history if isinstance(table, HistoryTable) else found.tables
        kept.append(table)  # type: ignore[arg-type]  # each to its own list
        changes = _changes(table, folder, problems, found.changes, renamed, is_history=is_history)
        if changes.made_from:
            merge_rows(table, changes, problems, renamed, table.speller(found.changes), replace)
        elif base and table.changes_by:
            since = own.get(table.name, base)
            if None in (getattr(since, name) for name in table.changes_by):
                refuse_unknown(table, changes, problems, replace=replace)
            else:
                merge(table, changes, since, renamed, replace=replace)
        refuse_doubles(table, changes, problems, replace=replace)
        found.changes[table.name] = changes
        count = len(changes.lines)
        progress(f"{table.file}: {count} {'line' if count == 1 else 'lines'} read")
    if not found.history:
        found.left_alone = [table for table in registry if table not in found.tables]
    return found


def _tables_in(folder: Path, problems: Problems) -> tuple[list[Table], Origin | None]:
    """The tables that a folder holds, and what they were made from, if it says so."""
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
    needed = [table for table in registry.history if is_history and not table.is_optional]
    for missing in [table for table in needed if table not in tables]:
        problems.add(missing.file, None, None, "is missing: a history is whole or it is none")
    if not tables:
        problems.add(folder.name, None, None, "holds no table of the dataset")
    described = description_of(folder, problems, [table.file for table in possible])
    problems.refuse_any()
    return tables, described.origin if described else None


def _changes(
    table: Table,
    folder: Path,
    problems: Problems,
    others: dict[str, Changes],
    renamed: SuccessorKeys,
    *,
    is_history: bool,
) -> Changes:
    there = table.ever() if is_history else table.current()
    known = {table.key_of(cells): cells for cells in there}
    form = FileForm(table.columns, needed_of(table), is_history)
    lacking = missing_columns(folder / table.file, form)
    changes = Changes(before=known, lacking=lacking)
    seen: dict[Key, int] = {}
    doubled: set[Key] = set()
    read = None if is_history else reading.of(table, partial(_brought, others))
    for row in _rows(table, folder / table.file, form, problems, others, changes, renamed, read):
        for column, why in row.wrong:
            problems.add(table.file, row.line, column, why)
        if row.wrong and is_history:
            continue
        key = changes.lines[row.line] = table.key_of(row.cells)
        if row.has(*table.key) and key in seen:
            why = gettext("%(key)s stands on line %(line)s already")
            why %= {"key": " ".join(key), "line": seen[key]}
            problems.add(table.file, row.line, ", ".join(table.key), why)
            if not is_history and key not in doubled:
                doubled.add(key)  # nobody but who wrote them knows which of them is wrong
                why = gettext("%(key)s stands on line %(line)s as well")
                why %= {"key": " ".join(key), "line": row.line}
                problems.add(table.file, seen[key], ", ".join(table.key), why)
            if row.cells == known.get(key):  # nothing else is wrong with what is known
                continue
            row.is_double = True
        seen.setdefault(key, row.line)
        if row.unread or row.is_double:
            changes.refused.append((key, row))
        else:
            _sort_in(table, changes, key, row, known.get(key))
        if not is_history:
            for column, why in table.days_to_come(row, known.get(key)):
                problems.add(table.file, row.line, column, why)
    if not table.keeps_absent:
        changes.absent = {key: cells for key, cells in known.items() if key not in seen}
    return changes


def _rows(
    table: Table,
    path: Path,
    form: FileForm,
    problems: Problems,
    others: dict[str, Changes],
    changes: Changes,
    renamed: SuccessorKeys,
    read: ReadLine | None,
) -> Iterator[TableRow]:
    """The rows as far as they can be read, each cell in its normal form, however people wrote it.

    What a file, or a line that is short, was written without stays as it is known. A row whose
    every cell is what is known is in that form, and its values are not asked for.
    """
    spell, put = table.speller(others), with_keys_of_today(table, renamed)
    bases: Bases | None = None
    for line, told, lacks, otherwise in read_rows(path, form, problems, changes.said):
        changes.notes += [Note(line, *one) for one in otherwise]
        made_from = told.pop(MADE_FROM, "")
        unsaid = {c.name: c.until_then for c in table.columns if c.name not in told}
        cells = put(told | unsaid)
        if read and made_from and (months := months_written(table, cells)):
            bases = bases or Bases(table, changes.before, renamed)
            key = table.key_of(read(line, cells | months).cells)
            for name, month in as_exported(bases, made_from, key, months).items():
                changes.notes.append(Note(line, name, cells[name], month, as_exported=True))
                cells[name] = month
        if made_from:
            changes.made_from[table.key_of(cells)] = made_from
        same = _as_known(line, cells, unsaid, changes, table, spell)
        wrong: list[RefusedCell] = []
        if read and not same:
            cells, notes, wrong = read(line, cells)
            changes.notes += notes
            same = _as_known(line, cells, unsaid, changes, table, spell) if notes else None
        if lacks:
            is_known = table.key_of(cells) in changes.before
            changes.said.append(short_words(line, lacks, is_known=is_known))
        if same:
            yield same
            continue
        row = table.read(line, cells, spell)
        row.unsaid = frozenset(unsaid)
        row.refuse_first(wrong)
        if row.has(*table.key):
            changes.made_from |= {table.key_of(row.cells): made_from} if made_from else {}
        yield row


def _as_known(
    line: int,
    cells: Cells,
    unsaid: Collection[str],
    changes: Changes,
    table: Table,
    spell: Spell,
) -> TableRow | None:
    """A row whose cells are what is known, once those are that it was written without."""
    known = changes.before.get(table.key_of(cells))
    if known:
        cells.update({name: known[name] for name in unsaid})
    if known == cells and _stands(row := TableRow(line, cells, {}), spell):
        return row
    return None


def _brought(others: Mapping[str, Changes], name: str) -> Iterator[Cells]:
    """The rows of a table that the same load writes, if it was read before."""
    return (row.cells for _key, row in others.get(name, Changes()).checked)


def _stands(row: TableRow, spell: Spell) -> bool:
    """Whether other rows of the load leave a row as it is."""
    before = dict(row.cells)
    return not spell(row) and row.cells == before


def _sort_in(table: Table, changes: Changes, key: Key, row: TableRow, known: Cells | None) -> None:
    if known is None:
        changes.added[key] = row
    elif known == row.cells or table.says_the_same(row, known):
        changes.unchanged += 1
    else:
        changes.corrected[key] = row


def refuse_doubles(table: Table, changes: Changes, problems: Problems, *, replace: bool) -> None:
    """Refuse rows whose further keys are those of other rows, in the file or known."""
    for names in table.unique if changes else ():
        taken: dict[Key, list[Key]] = defaultdict(list)
        rows = dict(changes.rows)
        for key, row in changes.refused:
            if row.bears(table.key) and row.has(*names):
                rows.setdefault(key, row)
        after = {**changes.before, **{key: row.cells for key, row in rows.items()}}
        for key, cells in after.items():
            own = tuple(cells[name] for name in names)
            if any(own) and not (replace and key in changes.absent):
                taken[own].append(key)
        refused: list[tuple[Key, list[Key], Key, TableRow]] = []
        for own, keys in taken.items():
            # Of rows that are all new here the first has the key; known ones have it anyway.
            new = sorted((key for key in keys if key in rows), key=lambda k: k not in changes.rows)
            told = new if len(new) < len(keys) else new[1:]
            refused += [(own, keys, key, rows[key]) for key in told]
        for key, row in changes.refused:
            own = tuple(row.cells[name] for name in names)
            if row.is_double and row.has(*table.key, *names) and any(own):
                keys = taken.get(own, [])
                refused += [(own, [*keys, key], key, row)] if {*keys} - {key} else []
        for own, keys, key, row in refused:
            why = gettext("%(text)s stands in the rows %(keys)s")
            why %= {"text": " ".join(own), "keys": ", ".join(map(" ".join, dict.fromkeys(keys)))}
            others = [RowMention(table.name, k, " ".join(k)) for k in keys if k != key]
            problems.add(table.file, row.line, names[-1], why, others)


def refuse_all(
    found: Differences, problems: Problems, *, replace: bool, with_conflicts: bool = True
) -> None:
    """Refuse what is wrong with the files, all at once: what cannot be read, what was changed both
    here and in them, and what the tables say of the rows as far as they can be.

    A set holds rows in conflict until they are settled: without ``with_conflicts`` they are left.

    Raises:
        Refused: something is wrong.
    """
    for table in found.tables if with_conflicts else ():
        for conflict in found.changes[table.name].conflicts.values():
            problems.found.append(Problem(table.file, conflict.line, None, conflict.why))
    if problems.found and not found.history:
        load = Load(problems, found.changes, withdraw=replace)
        for table in found.tables:
            table.check(found.changes[table.name], load)
        places = {table.file: place for place, table in enumerate(found.tables)}
        problems.found.sort(key=lambda one: (places.get(one.file, -1), one.line or 0))
    problems.refuse_any()
