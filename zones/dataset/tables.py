"""A table of the dataset: its columns, its rows as they are now, and how changes are written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

from django.db import models

from zones.dataset.columns import Column
from zones.dataset.problems import Problems
from zones.services.publishing import Publication

Key = tuple[str, ...]
Cells = dict[str, str]

BATCH = 500


class ForeignKey(NamedTuple):
    """Columns that name a row of another table."""

    columns: tuple[str, ...]
    table: str
    keys: tuple[str, ...]


@dataclass
class Row:
    """A row to be written: where it stood, its cells in normal form and its values."""

    line: int
    cells: Cells
    values: dict[str, Any]


@dataclass
class Changes:
    """What a file brings to its table, by natural key, and what it lacks."""

    added: dict[Key, Row] = field(default_factory=dict)
    corrected: dict[Key, Row] = field(default_factory=dict)
    absent: dict[Key, Cells] = field(default_factory=dict)
    before: dict[Key, Cells] = field(default_factory=dict)
    unchanged: int = 0

    @property
    def rows(self) -> dict[Key, Row]:
        """All rows to be written."""
        return self.added | self.corrected

    def __bool__(self) -> bool:
        return bool(self.added or self.corrected)


@dataclass
class Load:
    """One loading: the problems so far and what will be published at its end.

    With ``withdraw`` rows that the input lacks are taken out; with ``is_history`` placements come
    from recorded versions, not from the cities as they are now.
    """

    problems: Problems
    changes: dict[str, Changes] = field(default_factory=dict)
    publication: Publication = field(default_factory=Publication)
    withdraw: bool = False
    is_history: bool = False


class Table(ABC):
    """Base of all tables. Subclasses give ``current`` and ``write``."""

    name: ClassVar[str]
    title: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    key: ClassVar[tuple[str, ...]]
    foreign_keys: ClassVar[tuple[ForeignKey, ...]] = ()

    @property
    def file(self) -> str:
        """Name of the table's file."""
        return f"{self.name}.csv"

    @abstractmethod
    def current(self) -> Iterable[Cells]:
        """The rows as they are now, in canonical order."""

    @abstractmethod
    def write(self, changes: Changes, load: Load) -> None:
        """Write new and corrected rows, or note them for publication."""

    @abstractmethod
    def take_out(self, absent: Mapping[Key, Cells], load: Load) -> None:
        """Delete or withdraw rows that the data no longer hold."""

    def finish(self, load: Load) -> None:  # noqa: B027 (most tables have nothing left to do)
        """Check or write what needs other tables first."""

    def key_of(self, cells: Mapping[str, str]) -> Key:
        """The natural key of a row."""
        return tuple(cells[name] for name in self.key)

    def refuse(self, load: Load, row: Row | None, column: str | None, why: str) -> None:
        """Note a problem with a row."""
        load.problems.add(self.file, row.line if row else None, column, why)


class Lookup:
    """Rows of a model by natural key, read once."""

    def __init__(self, model: type[models.Model], *paths: str) -> None:
        self.model = model
        self._rows = {
            tuple(str(self._follow(row, path)) for path in paths): row
            for row in model._default_manager.select_related(
                *{path.rsplit("__", 1)[0] for path in paths if "__" in path}
            )
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
        try:
            return self._rows[wanted]
        except KeyError:
            name = self.model._meta.verbose_name
            raise ValueError(f"there is no {name} {' '.join(wanted)!r}") from None


class Reference(NamedTuple):
    """A cell with the natural key of a row that the model refers to."""

    column: str
    model: type[models.Model]
    key: str


class ModelTable(Table):
    """A table whose rows are rows of one model, found by its key."""

    model: ClassVar[type[models.Model]]
    references: ClassVar[tuple[Reference, ...]] = ()
    #: Columns that other code writes.
    derived: ClassVar[tuple[str, ...]] = ()
    #: Whether the canonical order is that of the key, whatever a database thinks of letters.
    sorted_by_key: ClassVar[bool] = False

    def queryset(self) -> models.QuerySet[Any]:
        """All rows in canonical order, with what their cells need."""
        related = [c.path.rsplit("__", 1)[0] for c in self.columns if "__" in c.path]
        return self.model._default_manager.select_related(*related)

    def current(self) -> Iterable[Cells]:
        """The model's rows."""
        rows = (self.cells(row) for row in self.queryset())
        return sorted(rows, key=self.key_of) if self.sorted_by_key else rows

    def cells(self, row: Any) -> Cells:
        """One row's cells."""
        return {column.name: column.cell_of(self._value(row, column)) for column in self.columns}

    def write(self, changes: Changes, load: Load) -> None:
        """Create and update rows."""
        lookups = {ref.column: Lookup(ref.model, ref.key) for ref in self.references}
        created: list[models.Model] = []
        stored = self._stored() if changes.corrected else {}
        for key, row in changes.rows.items():
            fields = self._fields(row, lookups, load)
            if fields is None:
                continue
            if key in changes.added:
                created.append(self.model(**fields))
            else:
                self._update(stored[key], fields)
        self.model._default_manager.bulk_create(created, batch_size=BATCH)
        self.write_children(changes, load)

    def take_out(self, absent: Mapping[Key, Cells], load: Load) -> None:
        """Delete rows, unless others refer to them."""
        for key, row in self.by_key(absent).items():
            try:
                row.delete()
            except models.ProtectedError:
                why = f"{' '.join(key)} is absent, but others refer to it: it stays"
                load.problems.add(self.file, None, None, why)

    def write_children(self, changes: Changes, load: Load) -> None:
        """Write what hangs on the rows."""

    def fields_of(self, row: Row) -> dict[str, Any]:
        """Further fields that do not stand in one column."""
        return {}

    def by_key(self, keys: Iterable[Key]) -> dict[Key, Any]:
        """Rows of the model by natural key."""
        wanted = set(keys)
        return {key: row for key, row in self._stored().items() if key in wanted}

    def _stored(self) -> dict[Key, Any]:
        paths = [column for column in self.columns if column.name in self.key]
        paths.sort(key=lambda column: self.key.index(column.name))
        return {
            tuple(column.cell_of(self._value(row, column)) for column in paths): row
            for row in self.queryset()
        }

    def _fields(self, row: Row, lookups: Mapping[str, Lookup], load: Load) -> dict[str, Any] | None:
        fields = self.fields_of(row)
        for column in self.columns:
            value = row.values[column.name]
            if column.name in self.derived:
                continue
            if column.name in lookups and value not in ("", None):
                try:
                    value = lookups[column.name][str(value)]
                except ValueError as wrong:
                    self.refuse(load, row, column.name, str(wrong))
                    return None
            elif column.name in lookups:
                value = None
            fields[column.path.split("__")[0]] = value
        return fields

    @staticmethod
    def _update(stored: models.Model, fields: dict[str, Any]) -> None:
        for name, value in fields.items():
            setattr(stored, name, value)
        stored.clean()
        stored.save()

    @staticmethod
    def _value(row: Any, column: Column) -> Any:
        value = row
        for part in column.path.split("__"):
            value = getattr(value, part) if value is not None else None
        return value
