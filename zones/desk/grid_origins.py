"""What lines of a grid were made from: cells that a spreadsheet altered, and lines whose key became
another since they were exported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from zones.dataset.alias_table import SuccessorKeys
from zones.dataset.row_origins import (
    MOST_LOOKED_FOR,
    Bases,
    as_exported,
    months_written,
    nearest,
    unsaid,
)
from zones.dataset.table import Cells, Key, Note, Table
from zones.desk.grid_files import GridLine, Sheet
from zones.desk.grid_rows import GridRow

#: A grid is put together from so many exports at most.
MOST_BASES = 20


class GivenLine(NamedTuple):
    """A line of a grid, its row, its cells by column, and what it was made from."""

    line: GridLine
    row: GridRow
    given: Cells
    made_from: str


def read_as_exported(
    table: Table,
    sheet: Sheet,
    columns: Mapping[int, str],
    lines: Sequence[GivenLine],
    keys: Mapping[int, tuple[Key, Mapping[str, str]]],
) -> None:
    """Read the days that a spreadsheet made of months as these, where they were exported so, and
    note it. In the lines that are given back they stand as they were exported.

    Args:
        table: the table.
        sheet: the grid as it is written.
        columns: the column at each place of its head.
        lines: its lines.
        keys: by their numbers the keys that lines have if they say months, and these.
    """
    asked = [one for one in lines if one.line.number in keys]
    if not asked or len({one.made_from for one in asked}) > MOST_BASES:
        return
    known = table.known([key for key, _months in keys.values() if key])
    bases = Bases(table, known, SuccessorKeys())
    places = {name: place for place, name in columns.items()}
    for one in asked:
        key, months = keys[one.line.number]
        for name, month in as_exported(bases, one.made_from, key, months).items():
            note = Note(one.line.number, name, one.given[name], month, as_exported=True)
            one.row.notes.append(note)
            one.given[name] = month
            if (one.line.number, places[name]) in sheet.first_days:
                give_back(sheet, one.line, places[name], month)


def give_back(sheet: Sheet, line: GridLine, place: int, cell: str) -> None:
    """Let a line be given back with another cell: a text does not tell what a workbook held."""
    at = sheet.lines.index(line)
    cells = [*line.cells]
    cells[place] = cell
    sheet.lines[at] = GridLine(line.number, cells)


def months_of(
    table: Table, sheet: Sheet, columns: Mapping[int, str], line: GridLine, given: Cells
) -> dict[str, str]:
    """Return the months of which a spreadsheet may have made days of a line, by column."""
    days = {
        name: f"{given[name]} 00:00:00"
        for place, name in columns.items()
        if name in given and (line.number, place) in sheet.first_days
    }
    return months_written(table, given | days)


def tell_origins(
    table: Table, rows: Sequence[tuple[GridRow, str]], known: Mapping[Key, Cells]
) -> None:
    """Tell of lines of an export which do not say what they were made from, and which have another
    key than the row that they were made from.
    """
    if not any(made_from for _row, made_from in rows):
        return
    strays = []
    for row, made_from in rows:
        draft = row.draft
        if draft is None:
            continue
        if not made_from and row.key in known and draft.cells:
            row.told.append(unsaid())
        elif made_from and draft.has_base and draft.base is None and row.key not in known:
            strays.append(row)
    if not strays:
        return
    current = {table.key_of(cells): cells for cells in table.current()}
    keys = {row.key for row, _made_from in rows}
    for number, row in enumerate(strays):
        former = nearest(table, row.cells, current) if number < MOST_LOOKED_FOR else None
        if former is None:
            row.told.append(_("No row of this key was exported: it is a new row."))
        elif former not in keys:  # else it is a copy of a line that is there as well
            row.twin = former
