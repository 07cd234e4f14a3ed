"""Cells that name no row: rows of sets, grids and the API say so as the boxes of forms do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from zones.dataset.naming import naming_of, rows_in
from zones.dataset.table import Cells, Key, Table
from zones.dataset.table_registry import table_named
from zones.desk.pickers import not_found_words

if TYPE_CHECKING:
    from zones.desk.judgement import RowJudgement

#: For so many names it is looked for rows that come near.
MOST_LOOKED_FOR = 50
#: The choices of a topic are few: whoever reads a cell that is none names them all.
_TOLD_ELSEWHERE = ("choices",)


def tell_unknown(rows: Iterable[RowJudgement]) -> None:
    """Let what is wrong with a cell that names nothing say so, and which rows come near."""
    judged = list(rows)
    brought = {(own.table.name, own.applied_key) for own in judged}
    words: dict[tuple[str, Key], str] = {}
    for own in judged:
        cells = {**(own.before or {}), **(own.after or own.row.cells)}
        for place, problem in enumerate(own.problems):
            named = _unknown(own.table, problem.column, cells)
            if named is None or named in brought:
                continue
            if named not in words:
                table, key = named
                within = key[0] if len(key) > 1 else None
                words[named] = not_found_words(
                    table, key[-1], within=within, looks=len(words) < MOST_LOOKED_FOR
                )
            own.problems[place] = replace(problem, why=words[named], rows=())


def _unknown(table: Table, column: str | None, cells: Cells) -> tuple[str, Key] | None:
    """The first row that a cell names and that nobody knows; nothing if there is none such."""
    cell = cells.get(column or "", "")
    named = naming_of(table, column, cells) if column and cell else None
    if column is None or named is None or named.called or named.table in _TOLD_ELSEWHERE:
        return None
    for row in rows_in(column, cell, named, cells):
        table = table_named(row.table)
        if table.is_set_aside and row.key in table.set_aside():
            return None  # that it was taken out is said already
        if row.key not in table.known([row.key]):
            return row.table, row.key
    return None
