"""Writing a table as a grid that can be edited and handed in again, with what it was made from."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Collection, Iterator, Mapping
from typing import Literal

from zones.dataset.dump import one_state
from zones.dataset.row_origins import MADE_FROM, told_origin
from zones.dataset.table import Table
from zones.desk.grid_files import escaped

Format = Literal["csv", "xlsx"]
#: The form of cells that a spreadsheet leaves as they are: no dates, no numbers, no lost zeros.
TEXT_FORM = "@"


def export_grid(
    table: Table, form: Format, only: Mapping[str, Collection[str]] | None = None
) -> bytes:
    """Return a table as it is known now.

    Args:
        table: the table.
        form: ``csv``, in UTF-8 with its mark so that spreadsheets know, or ``xlsx``.
        only: the cells that rows may have in some columns; others are left out.
    """
    with one_state():
        rows = list(_rows(table, only or {}))
    return written(table.name, rows, form)


def written(title: str, rows: list[list[str]], form: Format) -> bytes:
    """Return rows as a file that is read back as they are."""
    return _csv(rows) if form == "csv" else _xlsx(title, rows)


def _rows(table: Table, only: Mapping[str, Collection[str]]) -> Iterator[list[str]]:
    """The head, and the rows with what they are made from as the last cell."""
    names = [column.name for column in table.columns]
    yield [*names, MADE_FROM]
    made_from = told_origin()
    for cells in table.current():
        if all(cells[name] in wanted for name, wanted in only.items()):
            yield [*(cells[name] for name in names), made_from]


def _csv(rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([escaped(cell) for cell in row] for row in rows)
    return BOM_UTF8 + out.getvalue().encode()


def _xlsx(title: str, rows: list[list[str]]) -> bytes:
    import openpyxl  # it takes a quarter of a second, and few ask for it
    from openpyxl.cell import WriteOnlyCell

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for row in rows:
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, value=text or None)
            cell.data_type = "s"  # no text becomes a formula
            cell.number_format = TEXT_FORM
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
