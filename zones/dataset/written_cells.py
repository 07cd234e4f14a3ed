"""How cells that people and spreadsheets write are brought into the form of the dataset.

The desk reads names, dates, numbers and codes as people write them, and knows what rows are called
from the reads of the portal, on which the dataset does not lean. So it says here how it reads, and
files are read in the same way as grids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from zones.dataset.table import Cells, Note, RefusedCell, Table

#: Gives the rows of a table, by its name, that the same load brings.
Beside = Callable[[str], Iterable[Mapping[str, str]]]


class ReadCells(NamedTuple):
    """The cells of a line in the form of the dataset, which of them were written otherwise, and
    which can be read in several ways, each with why that is refused.
    """

    cells: Cells
    notes: list[Note]
    wrong: list[RefusedCell]


#: Reads the cells of a line, which has a number.
ReadLine = Callable[[int, Cells], ReadCells]


class CellReading:
    """The one way of reading what is written; it is told once, when the portal starts."""

    def __init__(self) -> None:
        self._made: list[Callable[[Table, Beside], ReadLine]] = []

    def register(self, made: Callable[[Table, Beside], ReadLine]) -> None:
        """Say how the lines of a table are read, among the rows that the same load brings."""
        self._made = [made]

    def of(self, table: Table, beside: Beside) -> ReadLine:
        """Return what reads the lines of a table."""
        (made,) = self._made
        return made(table, beside)


reading = CellReading()
