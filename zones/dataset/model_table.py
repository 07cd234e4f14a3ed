"""Tables whose rows are rows of a model, and how rows of models are found by natural key."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from cbec_portal.quotation import quoted
from zones.dataset.columns import TableColumn
from zones.dataset.problems import words_of
from zones.dataset.table import (
    BATCH,
    Base,
    Cells,
    Changes,
    Key,
    Load,
    RefusedCell,
    Table,
    TableRow,
)
from zones.dataset.table_registry import table_named
from zones.models import Edit
from zones.models.fields import LARGEST_SMALL


def _stays(key: Key) -> str:
    why = _("%(key)s is absent, but others refer to it: it stays")
    return why % {"key": " ".join(key)}


def refused_words(what: str, key: str) -> str:
    """Say of a row that the input has that something is wrong with that itself."""
    why = _("%(what)s %(key)s is refused: mend that first")
    return why % {"what": what, "key": quoted(key)}


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
            name, told = str(self.model._meta.verbose_name), " ".join(wanted)
            if wanted in self._refused:
                raise ValueError(refused_words(name, told)) from None
            why = _("there is no %(what)s %(key)s")
            raise ValueError(why % {"what": name, "key": quoted(told)}) from None

    @cached_property
    def _refused(self) -> set[Key]:
        """The rows that the input has, though something is wrong with them."""
        changes = self.load.changes.items() if self.load else ()
        return {
            key
            for name, own in changes
            if getattr(table_named(name), "model", None) is self.model
            for key, _row in own.refused
        }


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


class ReadFields(NamedTuple):
    """The fields of a row, as far as its cells could be read, and which of these name nothing."""

    fields: dict[str, Any]
    wrong: list[RefusedCell]


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

    def keys_now(self) -> Iterable[Key]:
        """Return the keys of the rows as they are now, and read nothing else of them."""
        if not {*self.derived}.isdisjoint(self.key):
            return super().keys_now()
        return map(self.key_of, self._cells_of(self.key))

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
        return {self.key_of(cells): cells for cells in self._cells_of(names)} | known

    def _cells_of(self, names: Collection[str]) -> Iterator[Cells]:
        """Some cells of each row that is known now, of columns that are kept in fields."""
        columns = [column for column in self.columns if column.name in names]
        rows = self.present().prefetch_related(None)
        for row in rows.values_list(*(own.path for own in columns)):
            yield {own.name: own.cell_of(value) for own, value in zip(columns, row, strict=True)}

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
        stored = self.by_key([*wanted, *(key for key, _row in changes.refused)])
        created: list[models.Model] = []
        updated: list[models.Model] = []
        for key, row in changes.checked:
            instance = stored.get(key) or self.model()
            if self._fill(instance, row, fields_of(row), load) and changes.rows.get(key) is row:
                (created if instance.pk is None else updated).append(instance)
        return created, updated

    def _fill(self, instance: Any, row: TableRow, read: ReadFields, load: Load) -> bool:
        """Let a row of the model say what its cells do; return whether nothing is wrong with it."""
        for column, why in read.wrong:
            self.refuse(load, row, column, why)
        for name, value in read.fields.items():
            setattr(instance, name, value)
        unread = row.unread.union(one.column for one in read.wrong)
        if unread:
            instance.leave_unread(self.fields_of(unread))
        try:
            instance.clean()
        except ValidationError as invalid:
            self.refuse_invalid(load, row, invalid)
            return False
        return not unread

    def refuse_unknown(self, load: Load, row: TableRow, column: str, rows: Lookup) -> None:
        """Note each row that a cell with several keys names, and that there is not."""
        for key in row.values[column] if row.has(column) else ():
            try:
                rows[key]
            except ValueError as wrong:
                self.refuse(load, row, column, words_of(wrong))

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

    def fields_reader(self, load: Load) -> Callable[[TableRow], ReadFields]:
        """Return a function that gives a row's fields."""
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

    def _fields(self, row: TableRow, lookups: Mapping[str, Lookup]) -> ReadFields:
        read = ReadFields({}, [])
        for column in self.columns:
            if column.name in self.derived or column.name in row.unread:
                continue
            value = row.values[column.name]
            if column.name in lookups:
                try:
                    value = lookups[column.name][str(value)] if value not in ("", None) else None
                except ValueError as wrong:
                    read.wrong.append(RefusedCell(column.name, words_of(wrong)))
                    continue
            read.fields[column.path.split("__")[0]] = value
        return read

    @staticmethod
    def _value(row: Any, column: TableColumn) -> Any:
        value = row
        for part in column.path.split("__"):
            value = getattr(value, part) if value is not None else None
        return value
