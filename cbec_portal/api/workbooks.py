"""Workbooks for spreadsheets. In a module of its own, since few answers need the library."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

#: What a cell of a workbook holds at most.
LONGEST_CELL = 32_767

Value = bool | int | float | str | None


def workbook_of(columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> bytes:
    """Return a workbook of one sheet with a frozen, filterable head. Text is never a formula."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("CBEC")
    sheet.freeze_panes = "A2"
    bold = Font(bold=True)
    sheet.append([_text_cell(sheet, column, bold) for column in columns])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(len(columns), 1))}{len(rows) + 1}"
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _cell(sheet: Any, value: Value) -> Any:
    """A value as it is: a cell of its own costs ten times as much and is for text alone that the
    library would take for something else."""
    if not isinstance(value, str):
        return value
    plain = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_CELL]
    return _text_cell(sheet, plain) if plain.startswith(("=", "#")) else plain


def _text_cell(sheet: Any, text: str, font: Font | None = None) -> Any:
    written = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST_CELL])
    written.data_type = "s"
    if font is not None:
        written.font = font
    return written
