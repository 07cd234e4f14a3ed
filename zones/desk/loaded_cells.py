"""Files of the dataset are read cell by cell as grids are, so that a row fares alike in both."""

from __future__ import annotations

from collections.abc import Mapping

from zones.dataset.table import Cells, Key, RefusedCell, Table
from zones.dataset.table_registry import table_named
from zones.dataset.written_cells import Beside, ReadCells, ReadLine
from zones.desk.grid import CellReader
from zones.desk.grid_names import GridWords
from zones.desk.grid_rows import GridRow
from zones.desk.new_rows import NewRows


def reader_of(table: Table, beside: Beside) -> ReadLine:
    """Return what reads the lines of a table's file, among rows that the same load brings."""
    cells = CellReader(table, GridWords(LoadedRows(beside)))

    def read(line: int, given: Cells) -> ReadCells:
        row = GridRow(line)
        cells.read(row, given, table.file)
        wrong = [RefusedCell(problem.of, problem.why) for problem in row.problems]
        return ReadCells(row.cells, row.notes, wrong)

    return read


class LoadedRows(NewRows):
    """The rows that a load brings, found in it as known ones are; each table is asked for once."""

    def __init__(self, beside: Beside) -> None:
        super().__init__()
        self._beside = beside
        self._of: dict[str, dict[Key, Cells]] = {}

    def of(self, table: str) -> Mapping[Key, Cells]:
        """Return the rows of a table by their keys."""
        if table not in self._of:
            own = table_named(table)
            self._of[table] = {own.key_of(cells): dict(cells) for cells in self._beside(table)}
        return self._of[table]
