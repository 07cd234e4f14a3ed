"""What keeps rows from being taken out: rows that still name them, published or of the same load.

Rows that the load writes or takes out itself count as they will be by then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from functools import cached_property, partial
from itertools import islice
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext as _

from cbec_portal.languages import active_language
from zones.dataset.model_table import ModelTable
from zones.dataset.naming import RowName, labelled, names_in, rows_named, tables_named
from zones.dataset.problems import RowMention
from zones.dataset.table import Changes, Key, Load, Table
from zones.dataset.table_registry import registry, table_named
from zones.models import Coverage, Placement, Policy, Zone
from zones.models.keys import Keyed, keys_of
from zones.models.revisions import Recorded

#: So many rows are told that name another.
TOLD = 3


class HeldBy(Enum):
    """What keeps a row from being taken out."""

    #: Rows that are left, and name it.
    ROWS = "rows"
    #: What earlier revisions say alone: it stays for them, and nothing names it from then on.
    FORMER = "former"
    #: What rests on the row of which it is part.
    WHOLE = "whole"
    #: That such rows are never taken out.
    KIND = "kind"
    #: What is no part of the dataset.
    OTHERS = "others"


class Hindrance(NamedTuple):
    """Why a row is not taken out: what keeps it, in words, and the rows that those name."""

    by: HeldBy
    why: str
    rows: tuple[RowMention, ...] = ()


class Leans(NamedTuple):
    """A row of a model that refers to another: it may be a version that holds no longer."""

    model: type[models.Model]
    pk: int
    is_former: bool = False

    @property
    def _rank(self) -> tuple[bool, bool]:
        return self.model in _named_models(), not self.is_former

    def tells_more(self, other: Leans) -> bool:
        """Return whether people would rather be told of this: of a row with a key, that holds."""
        return self._rank > other._rank


class BlockingReferences:
    """What refers to rows that a load takes out, so that they cannot go.

    It takes a query for each kind of reference. Of rows that are set aside from ``now`` on, what
    earlier revisions said of them stays, and the tables tell what is said of them now: beside both
    there is what is no part of the dataset.
    """

    def __init__(self, load: Load, *, now: bool = False) -> None:
        self._load, self._now = load, now

    def of(
        self,
        model: type[models.Model],
        pks: Collection[int],
        without: type[models.Model] | None = None,
    ) -> dict[int, Leans]:
        """Return by id a row that refers to a row of a model, but for those of another model."""
        found: dict[int, Leans] = {}
        stays = _stays_if_used(model)
        for relation in model._meta.get_fields(include_hidden=True):
            on_delete = getattr(relation, "on_delete", None)
            if on_delete is models.SET_NULL and stays and not self._now:
                on_delete = models.PROTECT
            if not relation.auto_created or on_delete not in (models.PROTECT, models.CASCADE):
                continue
            own: Any = relation
            if own.related_model is without or (self._now and _is_told(own.related_model)):
                continue
            rows = own.related_model._base_manager.filter(**{f"{own.field.name}__in": pks})
            versions = any(field.name == "replaced_in" for field in own.related_model._meta.fields)
            since = "replaced_in" if versions else "pk"
            told = rows.order_by("pk").values_list("pk", own.field.attname, since)
            whole = {pk: (of, versions and replaced is not None) for pk, of, replaced in told}
            if whole and on_delete is models.PROTECT:
                left = whole.keys() - self._touched(own.related_model)
                for pk in sorted(left):
                    leans = Leans(own.related_model, pk, whole[pk][1])
                    if (before := found.get(whole[pk][0])) is None or leans.tells_more(before):
                        found[whole[pk][0]] = leans
            elif whole:
                parts = self.of(own.related_model, whole.keys())
                found |= {whole[pk][0]: leans for pk, leans in parts.items()}
        return found

    def _touched(self, model: type[models.Model]) -> set[int]:
        found: set[int] = set()
        for table in registry:
            own = self._load.changes.get(table.name)
            if own is None or not isinstance(table, ModelTable):
                continue
            if table.model is model or model in table.part_models:
                # What is set aside is there still, and refers to what it did.
                gone = () if table.is_set_aside else own.absent
                whole = {row.pk for row in table.by_key([*gone, *own.corrected]).values()}
                path = table.part_models.get(model, "pk")
                parts = model._base_manager.filter(**{f"{path}__in": whole}).order_by()
                found |= set(parts.values_list("pk", flat=True))
        return found


class TakenOut:
    """The rows that a load takes out, and what still names them."""

    def __init__(self, load: Load) -> None:
        self._load = load
        #: Whether rows of a table may name what goes, or is gone, by the name of the table.
        self._leading: dict[str, bool] = {}
        self.gone: dict[str, set[Key]] = {
            name: set(changes.absent)
            for name, changes in load.changes.items()
            if changes.absent and load.withdraw
        }

    def __bool__(self) -> bool:
        return bool(self.gone) or any(map(self._aside, _set_aside()))

    def named_by(self, table: Table, cells: Mapping[str, str]) -> RowName | None:
        """Return the first row that goes, or is gone, of those that a row names, if any does."""
        if not self._names_what_goes(table):
            return None
        named = rows_named(table, cells)
        return next((one for one in named if self._goes(one) or self.is_aside(one)), None)

    def _names_what_goes(self, table: Table) -> bool:
        """Whether rows of a table may name what goes, or is gone."""
        if table.name not in self._leading:
            aside = (name for name in _set_aside() if self._aside(name))
            going = {*self.gone, *aside}
            self._leading[table.name] = not tables_named(table).isdisjoint(going)
        return self._leading[table.name]

    def is_aside(self, named: RowName) -> bool:
        """Return whether a row was taken out before, so that earlier revisions alone know it."""
        return named.key in self._aside(named.table)

    def _aside(self, name: str) -> set[Key]:
        """Rows of a table that were taken out before, and that the load does not write again."""
        if name not in _set_aside():
            return set()
        gone = self._load.once(f"{name} set aside", table_named(name).set_aside)
        return gone - self._load.changes.get(name, Changes()).rows.keys()

    def label(self, name: str, key: Key) -> str:
        """Return what a row of a table is called that goes, or went before, with its key."""
        cells = self._load.changes.get(name, Changes()).absent.get(key)
        if cells is None:
            table = table_named(name)
            row = table.by_key([key]).get(key) if isinstance(table, ModelTable) else None
            cells = table.cells(row) if isinstance(table, ModelTable) and row is not None else {}
        return labelled(key, tuple(islice(names_in(cells), 1)), active_language())

    def _goes(self, named: RowName) -> bool:
        return named.key in self.gone.get(named.table, ())

    def hindered(self, table: Table) -> dict[Key, Hindrance]:
        """Return what keeps rows of a table from being taken out, by their keys."""
        absent = self.gone.get(table.name, set())
        found = {
            key: _named(rows) for (name, key), rows in self._left.items() if name == table.name
        }
        if isinstance(table, ModelTable) and (rows := table.by_key(absent - found.keys())):
            found |= self._leant_on(table, rows)
        kept = table.stays(absent).items()
        return {**found, **{key: Hindrance(HeldBy.KIND, why) for key, why in kept}}

    @cached_property
    def set_free(self) -> set[tuple[str, Key]]:
        """Return the rows that other rows named until this load takes out or corrects those."""
        found: set[tuple[str, Key]] = set()
        for table in registry:
            own = self._load.changes.get(table.name)
            if own is None or tables_named(table).isdisjoint(self.gone):
                continue
            before = [own.before[key] for key in own.corrected if key in own.before]
            for cells in (*own.absent.values(), *before):
                found |= {(one.table, one.key) for one in rows_named(table, cells)}
        return found

    @cached_property
    def _left(self) -> dict[tuple[str, Key], list[RowMention]]:
        """The rows that the load leaves and that name what goes, by that."""
        found: dict[tuple[str, Key], list[RowMention]] = {}
        for table in registry:
            if tables_named(table).isdisjoint(self.gone):
                continue
            own = self._load.changes.get(table.name, Changes())
            naming = self._load.once(f"{table.name} by what they name", partial(_naming, table))
            for name, keys in self.gone.items():
                for gone in keys:
                    for key in naming.get((name, gone), ()):
                        if key not in own.absent and key not in own.rows:
                            found.setdefault((name, gone), []).append(_told(table, key))
        return found

    def _leant_on(self, table: ModelTable, rows: Mapping[Key, Any]) -> dict[Key, Hindrance]:
        """What refers to rows, by the references of their models."""
        leaning = BlockingReferences(self._load, now=table.is_set_aside)
        by_pk = {row.pk: key for key, row in rows.items()}
        told = _refer(leaning.of(table.model, by_pk))
        found = {by_pk[pk]: hindrance for pk, hindrance in told.items()}
        keys = keys_of(table.model) if issubclass(table.model, Keyed) else None
        if keys and keys.within:
            # Of what is part of another row none goes while something rests on that.
            wholes = {row.pk: getattr(row, keys.within) for row in rows.values()}
            of_model = type(next(iter(wholes.values())))
            pks = {whole.pk for whole in wholes.values()}
            resting = _refer(leaning.of(of_model, pks, without=table.model))
            part = _("It is part of %(whole)s. %(why)s")
            for key, row in rows.items():
                if key not in found and (one := resting.get(wholes[row.pk].pk)):
                    words = part % {"whole": wholes[row.pk], "why": one.why}
                    found[key] = Hindrance(HeldBy.WHOLE, words, one.rows)
        return found


def _set_aside() -> set[str]:
    """The names of the tables of which rows are set aside where others are deleted."""
    return {table.name for table in registry if table.is_set_aside}


def _naming(table: Table) -> dict[tuple[str, Key], list[Key]]:
    """The rows of a table that name others, by the table and the key of what they name."""
    found: dict[tuple[str, Key], list[Key]] = {}
    for cells in table.current():
        key = table.key_of(cells)
        for named in rows_named(table, cells):
            found.setdefault((named.table, named.key), []).append(key)
    return found


def _stays_if_used(model: type[models.Model]) -> bool:
    """Whether whatever refers to a row keeps it, though it could do without: see `Keys`."""
    keys = keys_of(model) if issubclass(model, Keyed) else None
    return keys is not None and not keys.public


def _is_told(model: type[models.Model]) -> bool:
    return model in _named_models() or issubclass(model, Recorded)


def _named_models() -> set[type[models.Model]]:
    """Models of which a row is one of the dataset, or part of one."""
    tables = [table for table in registry if isinstance(table, ModelTable)]
    parts = (part for own in tables for part in (*own.part_models, *own.version_models))
    return {Policy, Zone, Coverage, Placement, *(table.model for table in tables), *parts}


def refuse_left(tables: Iterable[Table], load: Load) -> None:
    """Note which rows that a load takes out are still named by rows that it leaves or writes."""
    taken = TakenOut(load)
    for table in tables if taken else ():
        for row in load.changes[table.name].rows.values():
            if named := taken.named_by(table, row.cells):
                told = _("The files leave out %s, to which it refers.")
                told = (
                    _("%s was taken out: write it again first.") if taken.is_aside(named) else told
                )
                why = told % taken.label(named.table, named.key)
                table.refuse(load, row, named.column, why)
        for key, own in taken.hindered(table).items() if table.name in taken.gone else ():
            name = taken.label(table.name, key)
            load.problems.add(table.file, None, None, f"{name}: {own.why}")


def _named(rows: list[RowMention]) -> Hindrance:
    told = ", ".join(one.called for one in rows[:TOLD])
    words, more = _("It is still named by %(rows)s, so it stays."), len(rows) - TOLD
    if more > 0:
        words = _("It is still named by %(rows)s and %(count)s more, so it stays.")
    return Hindrance(HeldBy.ROWS, words % {"rows": told, "count": more}, tuple(rows[:TOLD]))


def _refer(leaning: Mapping[int, Leans]) -> dict[int, Hindrance]:
    """What rows are called that refer to others, by the ids of those; nothing but their kind where
    that is private. Those of one model are read together.
    """
    of_model: dict[type[models.Model], set[int]] = defaultdict(set)
    for one in leaning.values():
        of_model[one.model].add(one.pk)
    named = {model: _rows_of(model, pks) for model, pks in of_model.items()}
    return {pk: _refers(one, named[one.model].get(one.pk)) for pk, one in leaning.items()}


def _refers(one: Leans, row: tuple[Table, Key] | None) -> Hindrance:
    if row is None:
        told = {"what": one.model._meta.verbose_name_plural}
        return Hindrance(HeldBy.OTHERS, _("%(what)s refer to it, so it stays.") % told)
    table, key = row
    own = _told(table, key)
    if _keeps_what_was(one.model, table):
        # What it says now was looked for in the cells of rows: this is what it said.
        words = _("A former version of %(row)s names it for ever, so it stays.")
        return Hindrance(HeldBy.FORMER, words % {"row": own.called}, (own,))
    return _named([own])


def _keeps_what_was(model: type[models.Model], table: Table) -> bool:
    """Whether a model keeps what rows of a table said before, beside what they say now."""
    if table.is_set_aside or issubclass(model, Recorded):
        return True
    return model in {Policy, Zone, Coverage, Placement}


def _told(table: Table, key: Key) -> RowMention:
    return RowMention(table.name, key, f"{' '.join(key)} ({table.label})")


def _rows_of(model: type[models.Model], pks: Collection[int]) -> dict[int, tuple[Table, Key]]:
    """The tables and keys of rows of a model, by their ids, if they are of the dataset."""
    tables: dict[str, Any] = {table.name: table for table in registry}
    rows: Any = model._base_manager.filter(pk__in=pks)
    if model is Policy:
        own = tables["policies"]
        return {int(row["pk"]): (own, own.key_of(row)) for row in own.cells(rows, "pk")}
    if model is Zone:
        told = rows.values_list("pk", "batch__programme__slug", "city__slug")
        return {pk: (tables["zones"], (programme, city)) for pk, programme, city in told}
    if model is Placement:
        return {
            pk: (tables["cities"], (city,)) for pk, city in rows.values_list("pk", "city__slug")
        }
    if model is Coverage:
        own = tables["zone_coverage"]
        there = rows.select_related("zone__batch__programme", "zone__city", "city")
        return {row.pk: (own, own.key_of(own.cells(row))) for row in there}
    for own in registry:
        if not isinstance(own, ModelTable):
            continue
        if model is own.model:
            there = own.queryset().filter(pk__in=pks)
            return {row.pk: (own, own.key_of(own.cells(row))) for row in there}
        if path := {**own.part_models, **own.version_models}.get(model):
            wholes = dict(rows.values_list("pk", path))
            of_wholes = _rows_of(own.model, set(wholes.values()))
            return {pk: of_wholes[whole] for pk, whole in wholes.items()}
    return {}
