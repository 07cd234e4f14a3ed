"""Cells that name no row: rows of sets, grids and the API say so as the boxes of forms do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from zones.dataset.naming import naming_of, rows_in
from zones.dataset.problems import Offer
from zones.dataset.table import Cells, Key, Table
from zones.dataset.table_registry import table_named
from zones.desk.new_rows import NewRows
from zones.desk.pickers import UnknownPickError, not_found
from zones.rules.values import listed

if TYPE_CHECKING:
    from zones.desk.judgement import RowJudgement

#: For so many names it is looked for rows that come near.
MOST_LOOKED_FOR = 50
#: The choices of a topic are few: whoever reads a cell that is none names them all.
_TOLD_ELSEWHERE = ("choices",)


def tell_unknown(rows: Iterable[RowJudgement]) -> None:
    """Let what is wrong with a cell that names nothing say so, and which rows come near.

    However many cells do, what is known is asked once for each table that they name.
    """
    judged = list(rows)
    brought = {(own.table.name, own.applied_key) for own in judged}
    told: dict[tuple[str, Key], UnknownPickError] = {}
    wrong = list(_wrong_cells(judged))
    unknown = _unknown({one for *_where, named in wrong for one in named})
    beside = NewRows()
    done: set[tuple[int, str | None, tuple[str, Key]]] = set()
    for own, place, all_named in wrong:
        # Of a cell with several names each is told, in their order.
        cell = id(own), own.problems[place].column
        left = (one for one in all_named if one in unknown and (*cell, one) not in done)
        if (named := next(left, None)) is None or named in brought:
            continue
        done.add((*cell, named))
        if named not in told:
            table, key = named
            within = key[0] if len(key) > 1 else None
            looks = len(told) < MOST_LOOKED_FOR
            told[named] = not_found(table, key[-1], within=within, brought=beside, looks=looks)
        problem = own.problems[place]
        cells = {**(own.before or {}), **(own.said or own.row.cells)}
        own.problems[place] = replace(
            problem,
            why=str(told[named]),
            rows=(),
            offers=offered_rows(told[named], own.table, problem.column or "", cells),
        )


def offered_rows(
    unknown: UnknownPickError, table: Table, column: str, cells: Cells
) -> tuple[Offer, ...]:
    """Return what a cell may have meant that names no row: the other rows that it names stay."""
    named, cell = naming_of(table, column, cells), cells.get(column, "")
    if named is None:
        return ()

    def written(own: str) -> str:
        parts = listed(cell) if named.many else [cell]
        ends = [part.rpartition(named.joint)[2] if named.joint else part for part in parts]
        wrong = zip(parts, ends, strict=True)
        kept = [own if end == unknown.typed else part for part, end in wrong]
        return ";".join(kept) if named.many else own

    return tuple(Offer(pick.label, written(named.cell_of(pick.key))) for pick in unknown.candidates)


def _wrong_cells(
    judged: Iterable[RowJudgement],
) -> Iterator[tuple[RowJudgement, int, list[tuple[str, Key]]]]:
    """The problems of cells that name rows: the row, their place in it, and what the cell names,
    up to what was taken out, of which that is said already.
    """
    aside: dict[str, Container[Key]] = {}
    for own in judged:
        cells = {**(own.before or {}), **(own.said or own.row.cells)}
        for place, problem in enumerate(own.problems):
            found = []
            for named in _named(own.table, problem.column, cells):
                table = table_named(named[0])
                if table.is_set_aside and table.name not in aside:
                    aside[table.name] = table.set_aside()
                if named[1] in aside.get(table.name, ()):
                    break
                found.append(named)
            if found:
                yield own, place, found


def _named(table: Table, column: str | None, cells: Cells) -> list[tuple[str, Key]]:
    """The rows that a cell names; none where it says what they are called."""
    cell = cells.get(column or "", "")
    named = naming_of(table, column, cells) if column and cell else None
    if column is None or named is None or named.called or named.table in _TOLD_ELSEWHERE:
        return []
    return [(row.table, row.key) for row in rows_in(column, cell, named, cells)]


def _unknown(named: Iterable[tuple[str, Key]]) -> set[tuple[str, Key]]:
    """Those of rows that nobody knows, by table and key."""
    keys: dict[str, list[Key]] = defaultdict(list)
    for table, key in named:
        keys[table].append(key)
    known = {name: table_named(name).known(own) for name, own in keys.items()}
    return {(name, key) for name, own in keys.items() for key in own if key not in known[name]}
