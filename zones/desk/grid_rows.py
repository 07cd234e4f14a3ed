"""The rows that a grid comes to: what each proposes, how its cells were read, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from zones.dataset.problems import Problem
from zones.dataset.table import Cells, Key, Note, Table
from zones.desk.grid_files import Sheet, escaped
from zones.desk.row_drafts import RowDraft

#: By column a table, and the key of the row of another within which its rows lie, if in one.
Unresolved = dict[str, tuple[str, str | None]]


@dataclass
class GridRow:
    """A line of a grid, or a filled cell of a matrix: ``column`` is the head of that.

    ``cells`` are those that it gives, as they were read. Of a row that is made from an export the
    ``draft`` proposes those alone that are others than they were; a row that cannot be named has
    none. ``unresolved`` are the columns whose cells name nothing that there is, with the tables
    and the rows that they should lie within.
    ``is_gone`` says that the row was not edited, and is no longer there.
    """

    line: int
    column: str | None = None
    key: Key = ()
    cells: Cells = field(default_factory=dict)
    draft: RowDraft | None = None
    problems: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    unresolved: Unresolved = field(default_factory=dict)
    is_gone: bool = False
    #: That a later line has its key: it is refused for that, and judged for all else.
    doubled: list[Problem] = field(default_factory=list)
    #: What it says where no row of its own can be made of that, since its key is wanting or is that
    #: of another line: it is judged for all else that is wrong with it, and never proposed.
    apart: RowDraft | None = None
    #: Columns of such a row of which nothing is told any more.
    untold: frozenset[str] = frozenset()
    #: How many cells its line has of those that the head names, where it is short of some.
    lacks: tuple[int, ...] = ()
    #: What is wrong with the head of its column or of its line, by which of them that is.
    wrong_heads: dict[tuple[str, int], str] = field(default_factory=dict)
    #: Of a cell of a matrix: the column of policies that the head above it names.
    head_names: str = ""
    #: What is made of it for want of knowing what it was made from.
    told: list[str] = field(default_factory=list)
    #: The row that it was made from, where it has another key by now and that row stays.
    twin: Key = ()
    #: What stands beside the cells: the words of the document, and where they were read.
    beside: dict[str, str] = field(default_factory=dict)


@dataclass
class GridReading:
    """What a grid says of a table.

    ``problems`` are of the grid as a whole: while there are any, it has no rows.
    """

    table: Table
    sheet: Sheet
    rows: list[GridRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    #: Of a matrix: the kinds of places that settle names which several kinds have, and how many.
    of_several_kinds: Mapping[str, int] = field(default_factory=dict)

    @property
    def drafts(self) -> list[RowDraft]:
        """Return what the rows propose that could be read."""
        return [row.draft for row in self.rows if row.draft and not (row.problems or row.doubled)]

    @property
    def notes(self) -> list[Note]:
        """Return the cells that were read otherwise than they are written."""
        return [note for row in self.rows for note in row.notes]

    @property
    def blank(self) -> int:
        """Return how many blank lines were passed over."""
        return self.sheet.blank

    def refuse(self, line: int | None, column: str | None, why: str) -> None:
        """Note what is wrong with the grid as a whole."""
        self.problems.append(Problem(self.sheet.name, line, column, why))


def as_grid(reading: GridReading, lines: Sequence[int]) -> str:
    """Return some lines of a grid as text in its own form, its head first, to be mended in place.

    Its cells are separated by tabs, as spreadsheets copy them.
    """
    wanted = set(lines)
    head, *rows = reading.sheet.lines
    return "\n".join(
        "\t".join(map(_quoted, line.cells))
        for line in (head, *(row for row in rows if row.number in wanted))
    )


def typed_anew(
    sheet: Sheet,
    cells: Mapping[tuple[int, int], str],
    added: Mapping[str, Mapping[int, str]] | None = None,
) -> str:
    """Return a grid as text, with some of its cells as somebody typed them anew.

    Args:
        sheet: the grid.
        cells: those cells, each by the place of its line, the head's being 0, and by its own in
            that line. It is read as if it had been typed in the text.
        added: the cells of columns that stand behind the last of the head from now on, by their
            names and the places of their lines. Other lines stay short of them.
    """
    columns = added or {}
    head = sheet.lines[0].cells if sheet.lines else []
    width = max((at + 1 for at, cell in enumerate(head) if cell), default=0)
    lines = []
    for place, line in enumerate(sheet.lines):
        own = [_quoted(cell) for cell in line.cells]
        for at, cell in sorted((at, cell) for (of, at), cell in cells.items() if of == place):
            own += [""] * (at + 1 - len(own))
            own[at] = _in_quotes(cell)
        if place == 0:
            own[width:width] = columns
        elif len(own) > width or any(place in given for given in columns.values()):
            own += [""] * (width - len(own))
            own[width:width] = [_in_quotes(given.get(place, "")) for given in columns.values()]
        lines.append("\t".join(own))
    return "\n".join(lines)


def _quoted(cell: str) -> str:
    return _in_quotes(escaped(cell))


def _in_quotes(cell: str) -> str:
    if any(sign in cell for sign in '\t\r\n"'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


Shared = Mapping[str, str]
