"""Workbooks for spreadsheets. In a module of its own, since few answers need the library.

The library makes the workbook, its head and its looks. The rows are written here, as plain text in
the place that the library leaves for them: it takes twenty times as long for each cell.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

#: What a cell of a workbook holds at most.
LONGEST_CELL = 32_767
#: The part of a workbook in which its only sheet is, and what ends its rows there.
SHEET, END_OF_ROWS = "xl/worksheets/sheet1.xml", b"</sheetData>"

Value = bool | int | float | str | None


def workbook_of(columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> bytes:
    """Return a workbook of one sheet with a frozen, filterable head. Text is never a formula."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("CBEC")
    sheet.freeze_panes = "A2"
    bold = Font(bold=True)
    sheet.append([_head(sheet, column, bold) for column in columns])
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(len(columns), 1))}{len(rows) + 1}"
    file = io.BytesIO()
    workbook.save(file)
    return _with_rows(file, "".join(_written(rows, len(columns))).encode())


def _with_rows(empty: io.BytesIO, rows: bytes) -> bytes:
    """A workbook with rows below its head."""
    file = io.BytesIO()
    with ZipFile(empty) as made, ZipFile(file, "w", ZIP_DEFLATED) as filled:
        for part in made.infolist():
            content = made.read(part)
            if part.filename == SHEET:
                content = content.replace(END_OF_ROWS, rows + END_OF_ROWS, 1)
            filled.writestr(part, content)
    return file.getvalue()


def _written(rows: Iterable[Sequence[Value]], width: int) -> Iterator[str]:
    letters = [get_column_letter(place + 1) for place in range(width)]
    for number, row in enumerate(rows, start=2):
        cells = zip(letters, row, strict=True)
        written = "".join(_cell(f"{letter}{number}", value) for letter, value in cells)
        yield f'<row r="{number}">{written}</row>'


def _cell(place: str, value: Value) -> str:
    """A value as a cell. A text stands in it as text, whatever it begins with."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        text = escape(_harmless(value), quote=False)
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{value:d}</v></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>' if math.isfinite(value) else ""


def _head(sheet: Any, text: str, font: Font) -> Any:
    written = WriteOnlyCell(sheet, _harmless(text))
    written.data_type = "s"
    written.font = font
    return written


def _harmless(text: str) -> str:
    """A text that a workbook can hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST_CELL]
