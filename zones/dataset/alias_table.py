"""The table of former keys, and rows of files that still use them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy

from cbec_portal.quotation import quoted
from zones.dataset.columns import text
from zones.dataset.model_table import refused_words
from zones.dataset.naming import Naming
from zones.dataset.table import Cells, Changes, Key, Load, Table, TableRow, model_of
from zones.dataset.table_registry import registry, table_named
from zones.models import Alias, Topic
from zones.models.former_keys import every_renamed, key_scope_of, keys_of_kind, row_named
from zones.models.keys import Keyed, renamable_models
from zones.models.scopes import BODIES
from zones.rules.cell_tests import CellTest, read_test
from zones.rules.operation import IN_OPERATION, records_of_operation
from zones.services.key_changes import key_for, rename


def kinds_of_tables() -> Mapping[str, str]:
    """Return the kinds of the rows that can be renamed and have keys of their own, by table."""
    return _renamable(tuple(registry)).alone


def tables_of_kinds() -> Mapping[str, str]:
    """Return the tables of the kinds of rows that can be renamed."""
    return _renamable(tuple(registry)).tables


def kind_of_table(name: str) -> str:
    """Return the kind of the rows of a table, if they can be renamed."""
    return next((kind for kind, own in tables_of_kinds().items() if own == name), "")


class _Renamable(NamedTuple):
    """The tables whose rows can be renamed: the kinds of those whose keys stand alone; of those
    told apart within another row the kind, and the two columns of the key; and the table of each.
    """

    alone: Mapping[str, str]
    within: Mapping[str, tuple[str, str, str]]
    tables: Mapping[str, str]


# Asked for each row whose former keys are looked for, while no app adds a table any more.
@lru_cache(4)
def _renamable(tables: tuple[Table, ...]) -> _Renamable:
    known = renamable_models()
    alone: dict[str, str] = {}
    within: dict[str, tuple[str, str, str]] = {}
    for table in tables:
        kind = model_of(table)._meta.model_name or ""
        if kind in known and keys_of_kind(kind).scope:
            whole, part = table.key
            within[table.name] = kind, whole, part
        elif kind in known:
            alone[table.name] = kind
    kinds = alone | {name: kind for name, (kind, *_columns) in within.items()}
    return _Renamable(alone, within, {kind: name for name, kind in kinds.items()})


class Aliases(Table):
    """Former keys of rows, and the keys of today. What leads somewhere leads there for ever.

    A row that bears its key still leads to itself: a set that writes another key of today there
    gives it that key. A load does not, for nobody has seen it as what it changes.
    """

    name = "aliases"
    title = "Former keys of rows"
    named_by = Alias
    key = ("kind", "former")
    #: What leads somewhere leads there for ever, so nothing here is ever undone.
    changes_by = ()
    #: Those that an input of everything lacks lead on.
    keeps_absent = True
    columns = (
        text("kind", pgettext_lazy("field", "kind of row"), required=True),
        text("former", pgettext_lazy("field", "former key"), required=True),
        text("current", pgettext_lazy("field", "key of today"), required=True),
    )

    @property
    def may_name(self) -> Collection[str]:
        """Return every table whose rows can be renamed."""
        return tuple(tables_of_kinds().values())

    def naming(self, column: str, cells: Mapping[str, str]) -> Naming | None:
        """Return that a key of today names a row of its kind."""
        table = tables_of_kinds().get(cells.get("kind", "")) if column == "current" else None
        if table is None or _gives_key(cells):
            return None
        keys = keys_of_kind(cells["kind"])
        return Naming(table, joint=keys.joint if keys.scope else "")

    def current(self) -> Iterable[Cells]:
        """Yield former keys with those of today, by kind."""
        for (kind, former), current in sorted(every_renamed().items()):
            yield {"kind": kind, "former": former, "current": current}

    def known(self, keys: Iterable[Key]) -> dict[Key, Cells]:
        """Return the rows of these keys as they are now; of one that a row bears, that it leads to
        that row.
        """
        wanted = list(keys)
        former = {self.key_of(cells): cells for cells in self.current()} if wanted else {}
        found = {}
        for key in wanted:
            if key in former:
                found[key] = former[key]
            elif key[0] in renamable_models() and row_named(*key) is not None:
                found[key] = {"kind": key[0], "former": key[1], "current": key[1]}
        return found

    def known_beside(self, keys: Iterable[Key]) -> dict[Key, Cells]:
        """Return the rows of these keys: none hinders another."""
        return self.known(keys)

    def check(self, changes: Changes, load: Load) -> None:
        """Note what is wrong with former keys, and with keys that rows would get."""
        self._read(changes, load)

    def stays(self, absent: Iterable[Key]) -> Mapping[Key, str]:
        """Return why none is taken out."""
        return dict.fromkeys(absent, gettext("A former key leads on for ever."))

    def write(self, changes: Changes, load: Load) -> None:
        """Leave the rows to ``finish``, for all rows that they name must be there first."""

    def take_out(self, absent: Mapping[Key, Cells], load: Load) -> None:
        """Leave the rows where they are, for a former key never leads to nowhere."""

    def finish(self, load: Load) -> None:
        """Note the former keys that are new, and which rows get other keys."""
        found, load.renamed = self._read(load.changes[self.name], load)
        load.problems.refuse_any()
        Alias.objects.bulk_create(found)

    def _read(self, changes: Changes, load: Load) -> tuple[list[Alias], list[tuple[Any, str]]]:
        """The former keys that are new; and the rows that get other keys, each with that."""
        renamed: dict[tuple[str, int], tuple[Any, str]] = {}
        for key, row in changes.checked:
            if key not in changes.before or not row.has(*self.key, "current"):
                continue
            known = changes.before[key]["current"]
            current = row.cells["current"]
            taken = row_named(key[0], current)
            if load.gives_keys and taken is not None and taken != row_named(key[0], known):
                told = {"key": current, "row": str(taken)}
                why = gettext("%(key)s is the key of %(row)s: choose one that nothing has.") % told
                self.refuse(load, row, "current", why)
            elif not load.gives_keys or taken is not None:
                why = gettext("is not %s, to which this leads for ever") % known
                self.refuse(load, row, "current", why)
            elif (own := row_named(key[0], known)) is not None:
                self._rename(own, row, load, renamed)
        new = (row for key, row in changes.checked if key not in changes.before)
        return [one for row in new if (one := self._alias(row, load))], list(renamed.values())

    def _rename(
        self,
        own: Keyed,
        row: TableRow,
        load: Load,
        renamed: dict[tuple[str, int], tuple[Any, str]],
    ) -> None:
        """Note that a row gets another key, or what is wrong with that."""
        kind, former, current = (row.cells[name] for name in ("kind", "former", "current"))
        keys = keys_of_kind(kind)
        key: Key = (current,)
        if keys.scope:
            whole, _joint, part = current.partition(keys.joint)
            key = whole, part
            if whole != former.partition(keys.joint)[0] or not part:
                why = gettext("%(one)s lies within another row than %(other)s")
                told = {"one": quoted(current), "other": quoted(former)}
                self.refuse(load, row, "current", why % told)
                return
        if self._leaves(kind, own, load, key[-1]):
            self._refuse_leaving(row, load)
            return
        if self._is_aside(kind, former, load):
            why = gettext("%s was taken out: write it again first.") % former
            self.refuse(load, row, "former", why)
            return
        if (words := _pairs_anew(own, key[-1])) is not None:
            self.refuse(load, row, "current", words)
            return
        new = load.changes.get(tables_of_kinds().get(kind, ""), Changes()).added
        taken = any(
            type(other) is type(own) and called == key[-1] and _within(other) == _within(own)
            for other, called in renamed.values()
        )
        if key in new or taken:
            why = gettext("%s is there already.") % current
            self.refuse(load, row, "current", why)
        elif (kind, own.pk) in renamed:
            why = gettext("The change set gives this row another key already.")
            self.refuse(load, row, "current", why)
        else:
            try:
                key_for(own, key[-1])
            except ValidationError as wrong:
                self.refuse(load, row, "current", "; ".join(wrong.messages))
                return
            renamed[kind, own.pk] = own, key[-1]

    @staticmethod
    def _is_aside(kind: str, key: str, load: Load) -> bool:
        """Whether the row of a key was taken out before: earlier revisions alone know it."""
        if (name := tables_of_kinds().get(kind)) is None:
            return False
        table, keys = table_named(name), keys_of_kind(kind)
        if not table.is_set_aside:
            return False
        parts = tuple(key.split(keys.joint, 1)) if keys.scope else (key,)
        # One that the same load writes again is there once that is published.
        is_back = parts in load.changes.get(name, Changes()).added
        return not is_back and parts in load.once(f"{name} set aside", table.set_aside)

    @staticmethod
    def _missing(kind: str, key: str, load: Load) -> str:
        """Why a key leads to no row that is stored; nothing where the same load brings that."""
        keys = keys_of_kind(kind)
        parts = tuple(key.split(keys.joint, 1)) if keys.scope else (key,)
        brought = load.changes.get(tables_of_kinds().get(kind, ""), Changes())
        if parts in brought.added:
            return ""
        if parts in (own for own, _row in brought.refused):
            return refused_words(kind, key)
        return gettext("there is no %(what)s %(key)s") % {"what": kind, "key": quoted(key)}

    @staticmethod
    def _leaves(kind: str, own: Keyed, load: Load, called: str = "") -> bool:
        """Whether a load takes the row out that a key leads to."""
        keys = keys_of_kind(kind)
        part = str(getattr(own, keys.renamable))
        whole = getattr(getattr(own, keys.scope), key_scope_of(kind).key) if keys.scope else ""
        if kind in tables_of_kinds():
            gone = load.changes.get(tables_of_kinds()[kind], Changes()).absent
            return load.withdraw and ((whole, part) if keys.scope else (part,)) in gone
        return any(
            _drops(table, columns, whole, {part, called}, load)
            for table in registry
            if (columns := [cell for of, *_, cell in table.keys_within if of == kind])
        )

    def _refuse_leaving(self, row: TableRow, load: Load) -> None:
        why = gettext("%s is taken out at the same time, so a former key would lead to nothing.")
        self.refuse(load, row, "current", why % row.cells["former"])

    def _alias(self, row: TableRow, load: Load) -> Alias | None:
        kind, former, current = (row.cells[name] for name in ("kind", "former", "current"))
        if not row.has("kind"):
            return None
        if kind not in renamable_models():
            kinds = ", ".join(sorted(renamable_models()))
            why = gettext("%(text)s is not one of: %(options)s")
            self.refuse(load, row, "kind", why % {"text": quoted(kind), "options": kinds})
            return None
        target = row_named(kind, current) if row.has("current") else None
        joint, scope = keys_of_kind(kind).joint, keys_of_kind(kind).scope
        if target is None and row.has("current"):
            if why := self._missing(kind, current, load):
                self.refuse(load, row, "current", why)
        elif target is not None and self._leaves(kind, target, load):
            self._refuse_leaving(row, load)
        if not row.has("former"):
            return None
        if row_named(kind, former) is not None:
            why = gettext("%(key)s is the key of a %(kind)s")
            self.refuse(load, row, "former", why % {"key": quoted(former), "kind": kind})
            return None
        if row.has("current") and scope and _whole(former, joint) != _whole(current, joint):
            why = gettext("%(one)s lies within another row than %(other)s")
            told = {"one": quoted(former), "other": quoted(current)}
            self.refuse(load, row, "former", why % told)
            return None
        own = former.partition(joint)[2] if scope else former
        within = getattr(target, f"{scope}_id") if scope and target else 0
        alias = Alias(kind=kind, within=within, former=own, target=target.pk if target else 0)
        try:
            alias.clean_fields()
        except ValidationError as wrong:
            self.refuse(load, row, "former", "; ".join(wrong.messages))
        return alias if target else None


def give_keys(load: Load) -> None:
    """Give rows the keys that a load says, once all else of it is published: drafts are named by
    the keys that they were written with.

    Raises:
        ValidationError: one cannot be the key of its row.
    """
    for row, key in load.renamed:
        rename(row, key)


def _drops(table: Table, columns: list[str], whole: str, called: set[str], load: Load) -> bool:
    """Whether a load leaves out what is told in cells of another row: of that, or with it."""
    own = load.changes.get(table.name, Changes())
    row = own.rows.get((whole,))
    dropped = row and all(called.isdisjoint(row.cells[cell].split(";")) for cell in columns)
    return bool(dropped) or (load.withdraw and (whole,) in own.absent)


def _pairs_anew(own: Keyed, key: str) -> str | None:
    """Why a topic cannot be called so by which another would become its record of operation, or it
    that of another: a key changes no answer. None where it can.
    """
    if not isinstance(own, Topic):
        return None
    ever = dict(Topic.objects.values_list("slug", "pk"))
    ever |= dict(Alias.objects.filter(kind="topic").values_list("former", "target"))
    pairs = _operations(ever)
    if _operations({**ever, key: own.pk}) == pairs:
        return None
    why = gettext("%(key)s would pair topics: what ends in “%(end)s” records operation.")
    return why % {"key": key, "end": IN_OPERATION}


def _operations(ever: Mapping[str, int]) -> set[tuple[int, int]]:
    return {(ever[standing], record) for standing, record in records_of_operation(ever).items()}


def _whole(key: str, joint: str) -> str:
    """The key of the row within which another lies, of the key of that."""
    return key.partition(joint)[0]


def _within(row: Keyed) -> Any:
    scope = keys_of_kind(str(row._meta.model_name)).scope
    return getattr(row, f"{scope}_id") if scope else None


def _gives_key(cells: Mapping[str, str]) -> bool:
    """Whether a row of former keys is that of a key which a row bears, and says another."""
    kind, former = cells.get("kind", ""), cells.get("former", "")
    is_other = kind in renamable_models() and cells.get("current", former) != former
    return is_other and row_named(kind, former) is not None


#: The kinds of rows that a policy's scope names, by its kind of scope.
SCOPES: dict[str, str] = {kind: own.model._meta.model_name for kind, own in BODIES.items()}


class SuccessorKeys:
    """The keys of today of former ones, by kind."""

    def __init__(self) -> None:
        self._keys: dict[str, dict[str, str]] = {}
        for (kind, former), current in every_renamed().items():
            self._keys.setdefault(kind, {})[former] = current

    def __bool__(self) -> bool:
        return bool(self._keys)

    def key(self, kind: str, key: str) -> str:
        """Return the key of today, which is the key itself where no row was renamed from it."""
        return self._keys.get(kind, {}).get(key, key)

    def within(self, kind: str, whole: str, key: str) -> str:
        """Return the key of today of what lies within another row.

        That row is named by its own key of today.
        """
        if kind not in self._keys:
            return key
        joint = keys_of_kind(kind).joint
        return self.key(kind, f"{whole}{joint}{key}").removeprefix(f"{whole}{joint}")

    def test(self, cell: str, whole: str, part: str) -> str:
        """Return a test such as ``topic=choice`` or ``question!=choice`` in the keys of today.

        What is no such test is left as it is.
        """
        found = read_test(cell)
        if found is None:
            return cell
        if found.is_of_programme:
            return str(found._replace(value=self.key("programme", found.value)))
        subject = self.key(whole, found.subject)
        return str(CellTest(subject, found.operator, self.within(part, subject, found.value)))


class KeysEver:
    """The keys that rows had before they were renamed, by tables of the dataset."""

    def __init__(self) -> None:
        self._former: dict[tuple[str, str], list[str]] = {}
        for (kind, former), current in every_renamed().items():
            self._former.setdefault((kind, current), []).append(former)

    def of(self, table: Table, key: Key) -> set[Key]:
        """Return every key under which a row may be noted: that of today, and each with a former
        part.
        """
        cells = dict(zip(table.key, key, strict=True))
        kinds = _kinds(table)
        if "scope_kind" in cells:
            kinds["scope_code"] = SCOPES.get(cells["scope_kind"], "")
        parts = [
            [cell, *self._former.get((kinds.get(name, ""), cell), ())]
            for name, cell in cells.items()
        ]
        for kind, whole, part in _pairs(table):
            if whole in cells and part in cells:
                before = f"{cells[whole]}{keys_of_kind(kind).joint}"
                former = self._former.get((kind, f"{before}{cells[part]}"), ())
                place = table.key.index(part)
                parts[place] += [own.removeprefix(before) for own in former]
        return set(product(*parts))


def with_keys_of_today(table: Table, renamed: SuccessorKeys) -> Callable[[Cells], Cells]:
    """Return a function that gives a row of the table keys of today for its former ones.

    Of a row it may be given some of the cells alone, such as those of its key.
    """
    if not renamed:
        return lambda cells: cells
    kinds, lists, pairs = _kinds(table), _lists(table), _pairs(table)

    def put(cells: Cells) -> Cells:
        now = dict(cells)
        for column, kind in kinds.items():
            if column in now:
                now[column] = renamed.key(kind, cells[column])
        for kind, whole, part in pairs:
            if now.get(whole) and now.get(part):
                parts = now[part].split(";")
                now[part] = ";".join(renamed.within(kind, now[whole], one) for one in parts)
        if "scope_code" in cells:
            now["scope_code"] = renamed.key(
                SCOPES.get(cells.get("scope_kind", ""), ""), cells["scope_code"]
            )
        for column, kind in lists.items():
            if listed := cells.get(column):
                now[column] = ";".join(renamed.key(kind, one) for one in listed.split(";"))
        for column, (whole, part) in table.tests.items():
            if cells.get(column):
                now[column] = renamed.test(cells[column], whole, part)
        return _alias_of_today(now, renamed) if table.name == Aliases.name else now

    return put


def with_keys_as_written(table: Table, renamed: SuccessorKeys) -> Callable[[Cells], Cells]:
    """Return a function as :func:`with_keys_of_today` does, for what somebody writes at the desk:
    the key that a row is to get stays as it is written, though it, or another, bore it before.
    """
    put = with_keys_of_today(table, renamed)
    if table.name != Aliases.name:
        return put

    def as_written(cells: Cells) -> Cells:
        within = alias_within_today(cells, renamed)
        return within if _gives_key(within) else put(cells)

    return as_written


def _alias_of_today(cells: Cells, renamed: SuccessorKeys) -> Cells:
    """A row of former keys that lead on to what is called otherwise since, or lies in what is."""
    kind = cells.get("kind", "")
    if kind not in renamable_models() or "current" not in cells:
        return cells
    cells = alias_within_today(cells, renamed)
    return cells | {"current": renamed.key(kind, cells["current"])}


def alias_within_today(cells: Cells, renamed: SuccessorKeys) -> Cells:
    """Return a row of former keys, or its key, which lies in what is called otherwise since."""
    kind = cells.get("kind", "")
    if kind not in renamable_models() or not keys_of_kind(kind).scope:
        return cells
    scope, joint = key_scope_of(kind).kind, keys_of_kind(kind).joint
    told = dict(cells)
    for name in {"former", "current"} & cells.keys():
        whole, found, own = cells[name].partition(joint)
        told[name] = f"{renamed.key(scope, whole)}{found}{own}"
    return told


def _pairs(table: Table) -> list[tuple[str, str, str]]:
    """The columns of a table that hold keys within others: kind, the other's column, its own."""
    within = _renamable(tuple(registry)).within
    found = [within[table.name]] if table.name in within else []
    for foreign in table.foreign_keys:
        if foreign.table in within and len(foreign.columns) == 2:
            found.append((within[foreign.table][0], *foreign.columns))
    return [*found, *table.keys_within]


def _lists(table: Table) -> dict[str, str]:
    """The columns of a table that list keys which may be former ones, with the kind of rows."""
    kinds = kinds_of_tables()
    return {
        column: kinds[named.table]
        for column, named in table.names.items()
        if named.table in kinds and named.many and not (named.within or named.called)
    }


def _kinds(table: Table) -> dict[str, str]:
    """The columns of a table that hold keys which may be former ones, with the kind of row."""
    tables = {one.name: one for one in (*registry, *registry.history)}
    kinds = kinds_of_tables()
    found = {table.key[0]: kinds[table.name]} if table.name in kinds else {}
    for column, named in table.names.items():
        if named.table in kinds and not (named.many or named.within or named.called):
            found[column] = kinds[named.table]
    for foreign in table.foreign_keys:
        other = tables.get(foreign.table)
        of_other = _kinds(other) if other and other is not table else {}
        for column, key in zip(foreign.columns, foreign.keys, strict=True):
            if key in of_other:
                found[column] = of_other[key]
    return found
