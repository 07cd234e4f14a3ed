"""What rows are called, and which rows of other tables the cells of a row name: for pickers, grids,
and what cannot go.

What a data package can say stands in the foreign keys of a table; a table says the rest itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

from cbec_portal.languages import CHINESE, ENGLISH, in_language, is_chinese
from cbec_portal.punctuation import bracketed, by_commas
from zones.dataset.table_registry import registry
from zones.models.scopes import BODIES, NATION_CODE
from zones.rules.values import listed

if TYPE_CHECKING:
    from zones.dataset.table import Cells, Key, Table

#: What a row is called, part by part, in English and in Chinese.
Parts = tuple[tuple[str, str], ...]

#: Columns by which rows of any table are called.
_NAMING = ("name", "title", "label", "question", "zone_name")
_SAME_IN_BOTH = ("abbreviation", "document_number")


class Naming(NamedTuple):
    """What a column names: rows of which table, and how.

    They lie ``within`` the row that another column names, or in nothing. ``many`` stand in one cell
    by semicolons. The cell is the last part of a key, or the whole with its parts joined by a
    ``joint``; or it is what a row is ``called``, by a column of that.
    """

    table: str
    within: str = ""
    many: bool = False
    joint: str = ""
    called: str = ""
    nation: bool = False

    def cell_of(self, key: Key) -> str:
        """Return what a cell says that names the row of a key."""
        return self.joint.join(key) if self.joint else key[-1]


class RowName(NamedTuple):
    """A row that a cell names: the column, the table of the row, and its key."""

    column: str
    table: str
    key: Key


@cache
def table_of(model: Any) -> Table:
    """Return the table whose rows are rows of a model."""
    return next(table for table in registry if getattr(table, "model", None) is model)


def scope_tables() -> dict[str, str]:
    """Return the names of the tables of what scopes name, by their kind."""
    return {kind: table_of(own.model).name for kind, own in BODIES.items()}


def tables_of_places() -> set[str]:
    """Return the names of the tables of cities and of what they lie in."""
    return {table for kind, table in scope_tables().items() if BODIES[kind].is_place}


def naming_of(table: Table, column: str, cells: Mapping[str, str]) -> Naming | None:
    """Return what a column of a table names beside other cells of its row; nothing if none."""
    return table.naming(column, cells) or _of_foreign_keys(type(table), column)


@cache
def _of_foreign_keys(table: type[Table], column: str) -> Naming | None:
    """What the foreign keys of a table say that a column names: the same of all rows."""
    foreign_keys = [foreign for foreign in table.foreign_keys if column in foreign.columns]
    for foreign in sorted(foreign_keys, key=lambda foreign: len(foreign.columns)):
        whole, *rest = foreign.columns
        if not rest:
            return Naming(foreign.table)
        if column != whole:
            return Naming(foreign.table, within=whole)
        other = next(one for one in registry if one.name == foreign.table)
        return naming_of(other, foreign.keys[0], {})
    return None


def tables_named(table: Table) -> set[str]:
    """Return the names of the tables of which a row of this one may name rows."""
    named = (naming_of(table, column.name, {}) for column in table.columns)
    return {*table.may_name, *(one.table for one in named if one)}


def rows_named(table: Table, cells: Mapping[str, str]) -> Iterator[RowName]:
    """Yield the rows of other tables that a row names by their keys, each as often as it does."""
    for column in table.columns:
        if (cell := cells.get(column.name, "")) and (named := naming_of(table, column.name, cells)):
            yield from rows_in(column.name, cell, named, cells)
    yield from table.named_beside(cells)


def rows_in(column: str, cell: str, named: Naming, cells: Mapping[str, str]) -> Iterable[RowName]:
    """Yield the rows that a cell names by their keys; none where it says what a row is called."""
    if named.called:
        return
    for part in listed(cell) if named.many else [cell]:
        if named.joint:
            whole, _joint, own = part.partition(named.joint)
            yield RowName(column, named.table, (whole, own))
        elif named.within:
            yield RowName(column, named.table, (cells.get(named.within, ""), part))
        elif not (named.nation and part == NATION_CODE):
            yield RowName(column, named.table, (part,))


def names_in(cells: Cells) -> Iterator[tuple[str, str]]:
    """Yield what a row of any table is called, by the columns that say so."""
    told = SimpleNamespace(**cells)
    for name in _NAMING:
        english, chinese = in_language(told, name, ENGLISH), in_language(told, name, CHINESE)
        if english:
            yield english, chinese
    for name in _SAME_IN_BOTH:
        if cell := cells.get(name, ""):
            yield cell, cell


def called_by(parts: Parts, language: str) -> str:
    """Return what a row is called in a language, each part of it once."""
    said = (part[is_chinese(language)] for part in parts)
    return by_commas(dict.fromkeys(filter(None, said)), language)


def labelled(key: Key, parts: Parts, language: str) -> str:
    """Return what a row is called, with its key in brackets; its key where nothing names it."""
    text, called = " ".join(key), called_by(parts, language)
    return bracketed(called, text, language) if called else text
