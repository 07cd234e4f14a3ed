"""A table of the dataset: its columns, its rows as they are now, and how changes are written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import ChainMap, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, ClassVar, NamedTuple, TypeVar

from django.core.exceptions import ValidationError
from django.db import models

from zones.dataset.columns import TableColumn
from zones.dataset.naming import Naming, RowName
from zones.dataset.problems import Problems, words_of
from zones.models.fields import refuse_to_come
from zones.services.publication import Publication

Key = tuple[str, ...]
Cells = dict[str, str]
T = TypeVar("T")

BATCH = 500


class RefusedCell(NamedTuple):
    """What is wrong with a cell: its column, and why."""

    column: str
    why: str


class Note(NamedTuple):
    """A cell that was read otherwise than it is written; perhaps as it was exported, of which a
    spreadsheet made something else.
    """

    line: int
    column: str
    written: str
    read: str
    as_exported: bool = False


class Base(NamedTuple):
    """What a file was made from: a revision, and the last edit of rows without versions; either
    is empty where it was never here.
    """

    revision: int | None
    edit: int | None


class ForeignKey(NamedTuple):
    """Columns that name a row of another table."""

    columns: tuple[str, ...]
    table: str
    keys: tuple[str, ...]


@dataclass
class TableRow:
    """A row to be written: where it stood, its cells in normal form and its values.

    ``change`` is what a new version says of itself, where whoever wrote the row has said it. Of
    ``unread`` columns the cells are wrong, each as ``wrong`` tells: they stand as they are written,
    and nothing is told of the row that rests on one of them.
    """

    line: int
    cells: Cells
    values: dict[str, Any]
    change: str = ""
    wrong: list[RefusedCell] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    #: Whether another row has its key: it is refused, and never taken for the row of that key.
    is_double: bool = False
    #: Columns of which its line says nothing: they stand as they are known.
    unsaid: frozenset[str] = frozenset()

    def bears(self, key: Sequence[str]) -> bool:
        """Return whether it can be told which row it is, by the columns of the key."""
        return not self.is_double and self.has(*key)

    def has(self, *columns: str) -> bool:
        """Return whether all of these columns could be read."""
        return not self.unread or self.unread.isdisjoint(columns)

    def refuse(self, wrong: Iterable[RefusedCell]) -> None:
        """Note what is wrong with cells of which nothing is told yet."""
        for one in wrong:
            if one.column not in self.unread:
                self.wrong.append(one)
                self.unread.add(one.column)

    def refuse_first(self, wrong: Sequence[RefusedCell]) -> None:
        """Note what is wrong with cells, in the place of what was told of them."""
        told = {one.column for one in wrong}
        self.wrong = [*wrong, *(one for one in self.wrong if one.column not in told)]
        self.unread |= told


#: Brings the cells of a row into their normal form, and returns which cannot be.
Spell = Callable[[TableRow], Sequence[RefusedCell]]


class RowConflict(NamedTuple):
    """A row that was changed both here and in a file since that was made: the line it stands on, if
    on one, what it said then, what it says in the file, and that in words.
    """

    line: int | None
    was: Cells | None
    mine: Cells | None
    why: str


@dataclass
class Changes:
    """What a file brings to its table, by natural key, and what it lacks."""

    added: dict[Key, TableRow] = field(default_factory=dict)
    corrected: dict[Key, TableRow] = field(default_factory=dict)
    absent: dict[Key, Cells] = field(default_factory=dict)
    before: dict[Key, Cells] = field(default_factory=dict)
    #: Columns that the file was written without.
    lacking: tuple[str, ...] = ()
    kept: list[Key] = field(default_factory=list)
    #: What rows say that they were made from, of an export of the desk.
    made_from: dict[Key, str] = field(default_factory=dict)
    unchanged: int = 0
    #: Cells of the file that were read otherwise than they are written.
    notes: list[Note] = field(default_factory=list)
    #: What else was read otherwise than it stands in the file, line by line or in all.
    said: list[str] = field(default_factory=list)
    #: Rows that are refused already. They are checked with the others, so that all that is wrong
    #: with a row is told at once, and are never written.
    refused: list[tuple[Key, TableRow]] = field(default_factory=list)
    #: Rows that were changed both here and in the file. They are checked as refused ones are.
    conflicts: dict[Key, RowConflict] = field(default_factory=dict)
    #: The lines of the file of which it is known which row they are, or would be.
    lines: dict[int, Key] = field(default_factory=dict)

    @property
    def rows(self) -> Mapping[Key, TableRow]:
        """Return all rows to be written, as a view: it may be asked for each of many rows."""
        return ChainMap(self.corrected, self.added)  # which yields those of the last map first

    @property
    def checked(self) -> Iterator[tuple[Key, TableRow]]:
        """Return all rows of which it is told what is wrong with them, those refused already last:
        what two rows cannot both have, those lack.
        """
        return chain(self.rows.items(), self.refused)

    def keep(self, key: Key) -> None:
        """Leave a row as it is here, whatever the file says of it."""
        for of_file in (self.added, self.corrected, self.absent):
            of_file.pop(key, None)
        self.kept.append(key)

    def set_in_conflict(self, key: Key, conflict: RowConflict, row: TableRow | None) -> None:
        """Let a row be in conflict, and write nothing of it; with the row it is still checked."""
        for of_file in (self.added, self.corrected, self.absent):
            of_file.pop(key, None)
        self.conflicts[key] = conflict
        if row is not None:
            self.refused.append((key, row))

    def __bool__(self) -> bool:
        return bool(self.added or self.corrected or self.refused)


@dataclass
class Load:
    """One loading: the problems so far and what will be published at its end.

    With ``withdraw`` rows that the input lacks are taken out; with ``is_history`` placements come
    from recorded versions, not from the cities as they are now. ``former`` is what rows without
    versions said before. ``drafts`` are versions that were saved, by the key of their row, for the
    rows of other tables that are part of them. ``promised`` are rows that a load would
    write, where it is only checked: others may refer to them. Where somebody reviewed what it
    brings it ``gives_keys``: ``renamed`` are rows that get another, each with that, in the end.
    """

    problems: Problems
    changes: dict[str, Changes] = field(default_factory=dict)
    publication: Publication = field(default_factory=Publication)
    withdraw: bool = False
    is_history: bool = False
    former: list[tuple[str, list[str], Cells | None]] = field(default_factory=list)
    drafts: dict[Key, Any] = field(default_factory=dict)
    promised: dict[type[models.Model], list[Any]] = field(default_factory=lambda: defaultdict(list))
    gives_keys: bool = False
    renamed: list[tuple[Any, str]] = field(default_factory=list)
    _read: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, read: Callable[[], T]) -> T:
        """Return what is known before the load writes anything, read when it is asked for first."""
        if name not in self._read:
            self._read[name] = read()
        found: T = self._read[name]
        return found

    def cells(self, table: str, *columns: str) -> set[str]:
        """Return what the rows that a table brings say in some columns."""
        rows = self.changes.get(table, Changes()).checked
        return {row.cells[column] for _key, row in rows for column in columns}

    def promise(self, model: type[models.Model], rows: Iterable[Any]) -> None:
        """Let others refer to rows that are not stored, by ids that none has."""
        for row in rows:
            self.promised[model].append(row)
            row.pk = -len(self.promised[model])


class Table(ABC):
    """Base of all tables. Subclasses give ``current`` and ``write``."""

    name: ClassVar[str]
    title: ClassVar[str]
    columns: ClassVar[tuple[TableColumn, ...]]
    key: ClassVar[tuple[str, ...]]
    foreign_keys: ClassVar[tuple[ForeignKey, ...]] = ()
    #: What columns name beside those that the foreign keys say.
    names: ClassVar[Mapping[str, Naming]] = {}
    #: Whether versions name rows for ever, so that those are never deleted.
    names_for_ever: ClassVar[bool] = False
    #: What happens to rows that an input of everything lacks.
    taken_out: ClassVar[str] = "withdrawn"
    #: What tells which rows were changed since a file was made: its revision, its edit, or both.
    changes_by: ClassVar[tuple[str, ...]] = ("revision",)
    #: Whether such rows stay whatever the input lacks.
    keeps_absent: ClassVar[bool] = False
    #: Columns that list parts of the row, by the table that holds those.
    lists: ClassVar[Mapping[str, str]] = {}
    #: Columns of the key in which a row is corrected and still the same row.
    movable: ClassVar[tuple[str, ...]] = ()
    #: Columns, beside the key, that are those of one row only unless they are empty.
    unique: ClassVar[tuple[tuple[str, ...], ...]] = ()
    #: Columns that hold keys of rows that lie in the row which another column names: the kind of
    #: these, that column, and the one that holds them.
    keys_within: ClassVar[tuple[tuple[str, str, str], ...]] = ()
    #: Columns that hold a test, with the kinds of what is tested and of what it is tested for.
    tests: ClassVar[Mapping[str, tuple[str, str]]] = {}
    #: Columns that say when a row ends and by what, which are asked of whoever ends one.
    ends_by: ClassVar[tuple[str, ...]] = ()
    #: Whether the day by which a row ends is the first without it, not the last on which it holds.
    ends_before: ClassVar[bool] = False
    #: Columns with the first day and the last on which a row holds that rests on a document.
    holds_between: ClassVar[tuple[str, str] | None] = None
    #: The table in whose rows its rows lie, each in that which the first part of its key names.
    lies_in: ClassVar[str] = ""
    #: Columns that say what the source says, not in which words: its answer, days and address.
    decisive: ClassVar[tuple[str, ...]] = ()

    #: Whether a row that is taken out is none only from that revision on, and stays what it was to
    #: earlier ones: what these said of it hinders nothing, and it may be written again.
    is_set_aside: ClassVar[bool] = False
    #: Whether a dump has the table though there is no row of it.
    is_written_empty: ClassVar[bool] = True
    #: Options of columns that may be chosen only where there are rows of the table: a kind of scope
    #: whose bodies they are.
    opened_options: ClassVar[frozenset[tuple[str, str]]] = frozenset()

    #: The model whose name the table bears.
    named_by: ClassVar[type[models.Model]]

    @property
    def label(self) -> str:
        """Return what the table is called, in the language that is active."""
        return str(model_of(self)._meta.verbose_name_plural)

    @property
    def label_of_one(self) -> str:
        """Return what one row of it is called, in the language that is active."""
        return str(model_of(self)._meta.verbose_name)

    @property
    def may_name(self) -> Collection[str]:
        """Return further tables whose rows a row may name, by other cells of it."""
        return ()

    @property
    def file(self) -> str:
        """Return the name of the table's file."""
        return f"{self.name}.csv"

    @abstractmethod
    def current(self) -> Iterable[Cells]:
        """Return the rows as they are now, in canonical order."""

    def keys_now(self) -> Iterable[Key]:
        """Return the keys of the rows as they are now."""
        return map(self.key_of, self.current())

    def ever(self) -> Iterable[Cells]:
        """Return the rows of a dump with its history: those as well that only earlier revisions
        know, where they stand in no table of versions.
        """
        return self.current()

    def set_aside(self) -> set[Key]:
        """Return the keys of rows that only earlier revisions know."""
        return set()

    def moved_keys(self, _gone: Collection[Key]) -> dict[Key, Key]:
        """Return the keys that rows bear now by those that they had, of keys that none has now."""
        return {}

    def known(self, keys: Iterable[Key]) -> dict[Key, Cells]:
        """Return the rows of these keys as they are now."""
        wanted = list(keys)
        rows = self.known_beside(wanted)
        return {key: rows[key] for key in wanted if key in rows}

    def known_beside(self, keys: Iterable[Key]) -> dict[Key, Cells]:
        """Return the rows of these keys as they are now, and those that may hinder them."""
        return {self.key_of(cells): cells for cells in self.current()}

    def read(self, line: int, cells: Cells, spell: Spell = lambda _row: ()) -> TableRow:
        """Return a row with each cell in its normal form, as far as it can be read; what hangs on
        other rows, too. It tells which cells are not what their columns take.
        """
        values, normal = {}, {}
        wrong: list[RefusedCell] = []
        for column in self.columns:
            try:
                value = values[column.name] = column.value_of(cells[column.name])
                normal[column.name] = value if type(value) is str else column.cell_of(value)
            except ValueError as refused:
                wrong.append(RefusedCell(column.name, words_of(refused)))
        if wrong:  # what cannot be read stands as it is written
            normal = {own.name: normal.get(own.name, cells[own.name]) for own in self.columns}
        row = TableRow(line, normal, values)
        row.refuse(wrong)
        row.refuse(spell(row))
        return row

    def fields_of(self, columns: Iterable[str]) -> set[str]:
        """Return the fields of the model in which these columns are kept."""
        return {name for column in columns for name in self._fields_by_column.get(column, ())}

    @cached_property
    def _fields_by_column(self) -> Mapping[str, Sequence[str]]:
        kept = {own.name for own in model_of(self)._meta.concrete_fields}
        found: dict[str, list[str]] = defaultdict(list)
        for name, column in self.named_fields.items():
            found[column].append(name)
        for own in self.columns:
            if (name := own.path.split("__")[0]) in kept:
                found[own.name].append(name)
        return found

    def days_to_come(self, row: TableRow, known: Cells | None) -> Iterator[tuple[str, str]]:
        """Yield the columns that a row changes to days that must have come and have not, with why.

        Such is the day of a reading.
        """
        for column in self.columns:
            value = row.values.get(column.name) if column.past else None
            if value is None or (known and known[column.name] == row.cells[column.name]):
                continue
            try:
                refuse_to_come(value)
            except ValidationError as wrong:
                yield column.name, " ".join(wrong.messages)

    def check(self, changes: Changes, load: Load) -> None:  # noqa: B027 (some have no more rules)
        """Note what is wrong with new and corrected rows, and write nothing."""

    def keep_parts(self, changes: Changes, load: Load) -> Mapping[Key, str]:
        """Let rows keep parts that nothing names from now on, but earlier revisions name for ever;
        return why, by the keys of the rows. It is asked of sets that take a revision back.
        """
        return {}

    def stays(self, absent: Iterable[Key]) -> Mapping[Key, str]:
        """Return in words why rows are never taken out, beside what still names them."""
        return {}

    @abstractmethod
    def write(self, changes: Changes, load: Load) -> None:
        """Write new and corrected rows, or note them for publication."""

    @abstractmethod
    def take_out(self, absent: Mapping[Key, Cells], load: Load) -> None:
        """Delete or withdraw rows that the data no longer hold."""

    def moved_since(self, base: Base) -> Mapping[Key, Cells | None]:
        """Return the rows that were changed here since, as they were then.

        Those that were not there have no cells.
        """
        return {}

    def finish(self, load: Load) -> None:  # noqa: B027 (most tables have nothing left to do)
        """Check or write what needs other tables first."""

    @cached_property
    def _columns_by_name(self) -> Mapping[str, TableColumn]:
        return {column.name: column for column in self.columns}

    def column_named(self, name: str) -> TableColumn | None:
        """Return the column of a name, if the table has it."""
        return self._columns_by_name.get(name)

    def key_of(self, cells: Mapping[str, str]) -> Key:
        """Return the natural key of a row."""
        return tuple([cells[name] for name in self.key])

    def naming(self, column: str, cells: Mapping[str, str]) -> Naming | None:
        """Return what a column names, where its foreign keys do not say so."""
        return self.names.get(column)

    def named_beside(self, cells: Mapping[str, str]) -> Iterable[RowName]:
        """Return the rows of other tables that a row names in ways of its own."""
        return ()

    def speller(self, others: Mapping[str, Changes]) -> Spell:
        """Return a function that brings cells into their normal form, if it hangs on other rows.

        ``others`` of the same load say what those rows will be. The function returns which cannot
        be brought into it.
        """
        return lambda _row: ()

    def says_the_same(self, row: TableRow, known: Cells) -> bool:
        """Return whether a row differs from what is known in spelling alone, or not at all.

        Cells that are the same are taken over as they are known, so that correcting one cell does
        not spell another anew.
        """
        for column in self.columns:
            name = column.name
            if column.same and column.same(row.cells[name], known[name]):
                row.cells[name] = known[name]
                row.values[name] = column.value_of(known[name])
        return row.cells == known

    def refuse_invalid(self, load: Load, row: TableRow, wrong: ValidationError) -> None:
        """Note what a model refuses, beside the columns it is about."""
        told = wrong.message_dict if hasattr(wrong, "error_dict") else {"": wrong.messages}
        for about, messages in told.items():
            own = (c.name for c in self.columns if c.path.split("__")[0] == about)
            named = self.named_fields.get(about) or next(own, None)
            self.refuse(load, row, named, "; ".join(messages))

    #: The columns of fields that no column names.
    named_fields: ClassVar[Mapping[str, str]] = {}

    def refuse(self, load: Load, row: TableRow | None, column: str | None, why: str) -> None:
        """Note a problem with a row."""
        load.problems.add(self.file, row.line if row else None, column, why)


def needed_of(table: Table) -> list[str]:
    """Return the columns without which no row of a table is known."""
    columns = {column.name: column for column in table.columns}
    return [name for name in table.key if columns[name].required]


def model_of(table: Table) -> type[models.Model]:
    """Return the model whose rows a table writes."""
    own: type[models.Model] = getattr(table, "model", None) or table.named_by
    return own
