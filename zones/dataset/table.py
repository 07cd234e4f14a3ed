"""A table of the dataset: its columns, its rows as they are now, and how changes are written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import ChainMap, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from zones.dataset.columns import TableColumn
from zones.dataset.naming import Naming, RowName
from zones.dataset.problems import Problems, words_of
from zones.models import Edit
from zones.models.fields import LARGEST_SMALL, refuse_to_come
from zones.services.publication import Publication

Key = tuple[str, ...]
Cells = dict[str, str]

BATCH = 500


class WrongCellError(ValueError):
    """What is wrong with a cell that only the other cells of its row can tell."""

    def __init__(self, column: str, why: str) -> None:
        self.column = column
        super().__init__(why)


class WrongRowError(ValueError):
    """Everything that is wrong with the cells of a row, each by its column."""

    def __init__(self, wrong: Sequence[tuple[str | None, str]]) -> None:
        self.wrong = wrong
        super().__init__("; ".join(f"{column}: {why}" for column, why in wrong))


class Note(NamedTuple):
    """A cell that was read otherwise than it is written."""

    line: int
    column: str
    written: str
    read: str


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

    ``change`` is what a new version says of itself, where whoever wrote the row has said it.
    """

    line: int
    cells: Cells
    values: dict[str, Any]
    change: str = ""


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
    unchanged: int = 0
    #: Cells of the file that were read otherwise than they are written.
    notes: list[Note] = field(default_factory=list)
    #: Whether all rows of the file could be read.
    whole: bool = True

    @property
    def rows(self) -> Mapping[Key, TableRow]:
        """Return all rows to be written, as a view: it may be asked for each of many rows."""
        return ChainMap(self.corrected, self.added)  # which yields those of the last map first

    def keep(self, key: Key) -> None:
        """Leave a row as it is here, whatever the file says of it."""
        for of_file in (self.added, self.corrected, self.absent):
            of_file.pop(key, None)
        self.kept.append(key)

    def __bool__(self) -> bool:
        return bool(self.added or self.corrected)


@dataclass
class Load:
    """One loading: the problems so far and what will be published at its end.

    With ``withdraw`` rows that the input lacks are taken out; with ``is_history`` placements come
    from recorded versions, not from the cities as they are now. ``former`` is what rows without
    versions said before. ``drafts`` are versions that were saved, by the key of their row, for the
    rows of other tables that are part of them. ``promised`` are rows that a load would write, where
    it is only checked: others may refer to them.
    """

    problems: Problems
    changes: dict[str, Changes] = field(default_factory=dict)
    publication: Publication = field(default_factory=Publication)
    withdraw: bool = False
    is_history: bool = False
    former: list[tuple[str, list[str], Cells | None]] = field(default_factory=list)
    drafts: dict[Key, Any] = field(default_factory=dict)
    promised: dict[type[models.Model], list[Any]] = field(default_factory=lambda: defaultdict(list))

    def cells(self, table: str, *columns: str) -> set[str]:
        """Return what the rows that a table brings say in some columns."""
        rows = self.changes.get(table, Changes()).rows.values()
        return {row.cells[column] for row in rows for column in columns}

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
    #: Further tables whose rows a row may name, by other cells of it.
    may_name: ClassVar[Collection[str]] = ()
    #: Whether versions name rows for ever, so that those are never deleted.
    names_for_ever: ClassVar[bool] = False
    #: What happens to rows that an input of everything lacks.
    taken_out: ClassVar[str] = "withdrawn"
    #: What tells which rows were changed since a file was made: its revision, its edit, or both.
    changes_by: ClassVar[tuple[str, ...]] = ("revision",)
    #: Whether such rows stay whatever the input lacks.
    keeps_absent: ClassVar[bool] = False
    #: Columns of the key in which a row is corrected and still the same row.
    movable: ClassVar[tuple[str, ...]] = ()
    #: Columns, beside the key, that are those of one row only unless they are empty.
    unique: ClassVar[tuple[tuple[str, ...], ...]] = ()
    #: Columns that say what the source says, not in which words: its answer, days and address.
    decisive: ClassVar[tuple[str, ...]] = ()

    #: Whether a row that is taken out is none only from that revision on, and stays what it was to
    #: earlier ones: what these said of it hinders nothing, and it may be written again.
    is_set_aside: ClassVar[bool] = False

    #: The model whose name the table bears.
    named_by: ClassVar[type[models.Model]]

    @property
    def label(self) -> str:
        """Return what the table is called, in the language that is active."""
        return str(model_of(self)._meta.verbose_name_plural)

    @property
    def file(self) -> str:
        """Return the name of the table's file."""
        return f"{self.name}.csv"

    @abstractmethod
    def current(self) -> Iterable[Cells]:
        """Return the rows as they are now, in canonical order."""

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

    def read(
        self, line: int, cells: Cells, spell: Callable[[TableRow], None] = lambda _row: None
    ) -> TableRow:
        """Return a row with each cell in its normal form; what hangs on other rows, too.

        Raises:
            WrongRowError: cells are not what their columns take.
        """
        values, normal = {}, {}
        wrong: list[tuple[str | None, str]] = []
        for column in self.columns:
            try:
                value = values[column.name] = column.value_of(cells[column.name])
                normal[column.name] = value if type(value) is str else column.cell_of(value)
            except ValueError as refused:
                wrong.append((column.name, words_of(refused)))
        told = {column for column, _why in wrong}
        if wrong:  # what cannot be read stands as it is written
            normal = {own.name: normal.get(own.name, cells[own.name]) for own in self.columns}
        row = TableRow(line, normal, values)
        try:
            spell(row)
        except ValueError as refused:
            column_told = getattr(refused, "column", None)
            if column_told is None or column_told not in told:
                wrong.append((column_told, words_of(refused)))
        if wrong:
            raise WrongRowError(wrong)
        return row

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

    def speller(self, others: Mapping[str, Changes]) -> Callable[[TableRow], None]:
        """Return a function that brings cells into their normal form, if it hangs on other rows.

        ``others`` of the same load say what those rows will be. The function raises WrongCellError.
        """
        return lambda _row: None

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


def _stays(key: Key) -> str:
    why = _("%(key)s is absent, but others refer to it: it stays")
    return why % {"key": " ".join(key)}


class Lookup:
    """Rows of a model by natural key, read once and only where one is asked for.

    ``among`` says what the first parts of the keys will be: rows of others are read only once one
    of them is asked for all the same.
    """

    def __init__(
        self,
        model: type[models.Model],
        *paths: str,
        load: Load | None = None,
        among: Iterable[str] | None = None,
    ) -> None:
        self.model, self.paths, self.load = model, paths, load
        self._among = None if among is None else set(among)

    @cached_property
    def _rows(self) -> dict[Key, Any]:
        related = {path.rsplit("__", 1)[0] for path in self.paths if "__" in path}
        stored = self.model._default_manager.select_related(*related)
        if self._among is not None:
            stored = narrowed(stored, self.paths[0], self._among)
        promised = self.load.promised.get(self.model, ()) if self.load else ()
        return {
            tuple(str(self._follow(row, path)) for path in self.paths): row
            for row in (*stored, *promised)
        }

    @staticmethod
    def _follow(row: Any, path: str) -> Any:
        for part in path.split("__"):
            row = getattr(row, part)
        return row

    def __getitem__(self, key: str | Key) -> Any:
        """The row.

        Raises:
            ValueError: there is none.
        """
        wanted = (key,) if isinstance(key, str) else key
        if self._among is not None and wanted not in self._rows:
            self._among = None
            del self._rows
        try:
            return self._rows[wanted]
        except KeyError:
            name = self.model._meta.verbose_name
            why = _("there is no %(what)s %(key)s")
            raise ValueError(why % {"what": name, "key": f"{' '.join(wanted)!r}"}) from None


def narrowed(
    rows: models.QuerySet[Any], path: str, values: Collection[str]
) -> models.QuerySet[Any]:
    """Return of rows those that have one of some keys; all, where these are too many to name.

    What is typed for a key may hold characters that no key has and no database is asked for.
    """
    keys = sorted(value for value in values if value.isprintable())
    return rows.filter(**{f"{path}__in": keys}) if len(keys) <= BATCH else rows


class Reference(NamedTuple):
    """A cell with the natural key of a row that the model refers to."""

    column: str
    model: type[models.Model]
    key: str


class ModelTable(Table):
    """A table whose rows are rows of one model, found by its key."""

    taken_out = "deleted"
    changes_by: ClassVar[tuple[str, ...]] = ("edit",)
    model: ClassVar[type[models.Model]]

    #: Models whose rows stand in cells of this table, and what of theirs names the row.
    part_models: ClassVar[Mapping[type[models.Model], str]] = {}
    #: Models of what rows said, revision by revision, and what of theirs names the row.
    version_models: ClassVar[Mapping[type[models.Model], str]] = {}
    references: ClassVar[tuple[Reference, ...]] = ()
    #: Columns that other code writes.
    derived: ClassVar[tuple[str, ...]] = ()
    #: Whether the canonical order is that of the key, whatever a database thinks of letters.
    sorted_by_key: ClassVar[bool] = False

    def queryset(self) -> models.QuerySet[Any]:
        """Return all rows in the order of the model, with what their cells need."""
        related = [c.path.rsplit("__", 1)[0] for c in self.columns if "__" in c.path]
        return self.model._default_manager.select_related(*related)

    def present(self) -> models.QuerySet[Any]:
        """Return the rows that are known now, in the order of the model."""
        return self.queryset()

    def current(self) -> Iterable[Cells]:
        """Return the cells of the rows that are known now, in canonical order."""
        rows = (self.cells(row) for row in self.present())
        return sorted(rows, key=self.key_of) if self.sorted_by_key else rows

    def known(self, keys: Iterable[Key]) -> dict[Key, Cells]:
        """Return the rows of these keys as they are now, and read no others."""
        return {key: cells for key, (cells, _row) in self._of(self.present(), keys).items()}

    def known_beside(self, keys: Iterable[Key]) -> dict[Key, Cells]:
        """Return the rows of these keys as they are now, and what others have for themselves:
        of these only the cells of the key, and those that no second row may have.
        """
        known = self.known(keys)
        if not self.unique:
            return known
        names = {*self.key, *(name for own in self.unique for name in own)}
        columns = [column for column in self.columns if column.name in names]
        rows = self.present().prefetch_related(None)
        others = (
            {own.name: own.cell_of(value) for own, value in zip(columns, row, strict=True)}
            for row in rows.values_list(*(own.path for own in columns))
        )
        return {self.key_of(cells): cells for cells in others} | known

    def cells(self, row: Any) -> Cells:
        """Return the cells of one row."""
        return {column.name: column.cell_of(self._value(row, column)) for column in self.columns}

    def write(self, changes: Changes, load: Load) -> None:
        """Create and update rows."""
        if not changes:
            return
        created, updated = self._instances(changes, load)
        load.former += [(self.name, list(key), changes.before.get(key)) for key in changes.rows]
        self._make_way(changes, load)
        for instance in updated:
            instance.save()
        self.model._default_manager.bulk_create(created, batch_size=BATCH)
        self.write_children(changes, load)

    def check(self, changes: Changes, load: Load) -> None:
        """Note what the model refuses of the rows, and promise the new ones to others."""
        if changes:
            created, _updated = self._instances(changes, load)
            load.promise(self.model, created)

    def _instances(self, changes: Changes, load: Load) -> tuple[list[Any], list[Any]]:
        """Rows of the model as they will be: those that are new, and those that change."""
        fields_of = self.fields_reader(load)
        # One that was set aside is the same row again.
        wanted = changes.rows if self.is_set_aside else changes.corrected
        stored = self.by_key(wanted)
        created: list[models.Model] = []
        updated: list[models.Model] = []
        for key, row in changes.rows.items():
            instance = stored.get(key) or self.model()
            try:
                for name, value in fields_of(row).items():
                    setattr(instance, name, value)
                instance.clean()
            except WrongCellError as wrong:
                self.refuse(load, row, wrong.column, str(wrong))
            except ValidationError as invalid:
                self.refuse_invalid(load, row, invalid)
            else:
                (created if instance.pk is None else updated).append(instance)
        return created, updated

    def _make_way(self, changes: Changes, load: Load) -> None:
        """Let rows that change places, or go, leave their place before another takes it."""
        if not any("position" in names for names in self.unique):
            return
        leaving = [
            key
            for key, row in changes.corrected.items()
            if row.cells["position"] != changes.before[key]["position"]
        ]
        leaving += changes.absent if load.withdraw else []
        rows = self.by_key(leaving) if leaving else {}
        for free, (key, row) in enumerate(rows.items()):
            place = self.model._default_manager.filter(pk=row.pk)
            try:
                with transaction.atomic():
                    place.update(position=LARGEST_SMALL - free)
            except IntegrityError:
                if key not in changes.absent:
                    raise
                load.problems.add(self.file, None, None, _stays(key))

    def take_out(self, absent: Mapping[Key, Cells], load: Load) -> None:
        """Delete rows, unless others refer to them."""
        load.former += [(self.name, list(key), cells) for key, cells in absent.items()]
        for key, row in self.by_key(absent).items():
            try:
                row.delete()
            except models.ProtectedError:
                load.problems.add(self.file, None, None, _stays(key))

    def moved_since(self, base: Base) -> Mapping[Key, Cells | None]:
        """Return the rows changed since, as they were before the first change."""
        moved: dict[Key, Cells | None] = {}
        later = Edit.objects.filter(number__gt=base.edit).order_by("number")
        for former in later.values_list("former", flat=True):
            for table, key, cells in former:
                if table == self.name:
                    moved.setdefault(tuple(key), cells)
        return moved

    def write_children(self, changes: Changes, load: Load) -> None:
        """Write what hangs on the rows."""

    def fields_reader(self, load: Load) -> Callable[[TableRow], dict[str, Any]]:
        """Return a function that gives a row's fields. It raises WrongCellError."""
        lookups = {
            ref.column: Lookup(
                ref.model, ref.key, load=load, among=load.cells(self.name, ref.column)
            )
            for ref in self.references
        }
        return lambda row: self._fields(row, lookups)

    def by_key(self, keys: Iterable[Key]) -> dict[Key, Any]:
        """Return rows of the model by natural key."""
        return {key: row for key, (_cells, row) in self._of(self.queryset(), keys).items()}

    def _of(self, rows: models.QuerySet[Any], keys: Iterable[Key]) -> dict[Key, tuple[Cells, Any]]:
        """Return of rows those with these keys, each with its cells; none is read for no key.

        The database sorts out by the first part of the key, which is a text in every table.
        """
        wanted = set(keys)
        path = next(column.path for column in self.columns if column.name == self.key[0])
        there = narrowed(rows, path, {key[0] for key in wanted}) if wanted else ()
        told = ((self.cells(row), row) for row in there)
        found = {self.key_of(cells): (cells, row) for cells, row in told}
        return {key: own for key, own in found.items() if key in wanted}

    def _fields(self, row: TableRow, lookups: Mapping[str, Lookup]) -> dict[str, Any]:
        fields = {}
        for column in self.columns:
            value = row.values[column.name]
            if column.name in self.derived:
                continue
            if column.name in lookups:
                try:
                    value = lookups[column.name][str(value)] if value not in ("", None) else None
                except ValueError as wrong:
                    raise WrongCellError(column.name, words_of(wrong)) from None
            fields[column.path.split("__")[0]] = value
        return fields

    @staticmethod
    def _value(row: Any, column: TableColumn) -> Any:
        value = row
        for part in column.path.split("__"):
            value = getattr(value, part) if value is not None else None
        return value


def model_of(table: Table) -> type[models.Model]:
    """Return the model whose rows a table writes."""
    own: type[models.Model] = getattr(table, "model", None) or table.named_by
    return own
