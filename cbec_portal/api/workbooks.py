"""Workbooks for spreadsheets. In a module of its own, since few answers need the library.

The library makes the workbook, its heads and its looks. The rows are written here, as plain text in
the places that the library leaves for them: it takes twenty times as long for each cell.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from html import escape
from itertools import islice
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from cbec_portal.api.sheets import TableSheet, Value

#: What a cell of a workbook holds at most.
LONGEST_CELL = 32_767
#: The parts of a workbook in which its sheets are, and what ends the rows there.
SHEETS, END_OF_ROWS = "xl/worksheets/sheet{}.xml", b"</sheetData>"
#: What a workbook says of itself, and where that says when it was written.
CORE = "docProps/core.xml"
_WHEN = re.compile(rb"<dcterms:(created|modified)\b.*?</dcterms:\1>", re.DOTALL)
#: So many rows are written at once.
ROWS_AT_ONCE = 500
#: What a title of a sheet may not hold, and how long it may be.
NO_TITLE, LONGEST_TITLE = re.compile(r"[\[\]:*?/\\]"), 31
#: The day from which spreadsheets count, and how they are told to show days.
FIRST_DAY, DAYS = date(1899, 12, 30).toordinal(), "yyyy-mm-dd"


def workbook_of(sheets: Sequence[TableSheet], title: str = "") -> bytes:
    """Return a workbook. Text is never a formula; days are days and numbers are numbers."""
    file = io.BytesIO()
    write_workbook(file, sheets, title)
    return file.getvalue()


def write_workbook(file: IO[bytes], sheets: Sequence[TableSheet], title: str = "") -> None:
    """Write a workbook into a file, its rows one after another."""
    workbook = Workbook(write_only=True)
    workbook.properties.title = _harmless(title) or None
    looks = [_begin(workbook, sheet) for sheet in sheets]
    empty = io.BytesIO()
    workbook.save(empty)
    rows = {
        SHEETS.format(number): _written(sheet, own)
        for number, (sheet, own) in enumerate(zip(sheets, looks, strict=True), start=1)
    }
    _fill(file, empty, rows)


def _begin(workbook: Workbook, sheet: TableSheet) -> Mapping[type, int]:
    """Begin a sheet with its head; how cells look there, by the type of what is in them."""
    made = workbook.create_sheet(NO_TITLE.sub(" ", sheet.title)[:LONGEST_TITLE])
    last = get_column_letter(max(len(sheet.heads), 1))
    made.freeze_panes = f"{get_column_letter(sheet.fixed + 1)}2"
    made.auto_filter.ref = f"A1:{last}{len(sheet.rows) + 1}"
    for place, width in enumerate(sheet.widths, start=1):
        made.column_dimensions[get_column_letter(place)].width = width
    aligned = Alignment(vertical="top", wrap_text=True) if sheet.widths else None
    if sheet.widths:
        made.page_setup.orientation = "landscape"
        made.page_setup.paperSize = Worksheet.PAPERSIZE_A4
        made.page_setup.fitToHeight = 0
        made.sheet_properties.pageSetUpPr.fitToPage = True
        made.print_title_rows = "1:1"
    bold = Font(bold=True)
    made.append([_head(made, head, bold, aligned) for head in sheet.heads])
    return {str: _look(made, aligned), date: _look(made, aligned, DAYS)}


def _look(sheet: Any, aligned: Alignment | None, form: str = "") -> int:
    """The number under which the workbook keeps a look of cells."""
    cell = WriteOnlyCell(sheet)
    if aligned:
        cell.alignment = aligned
    if form:
        cell.number_format = form
    return int(cell.style_id)


def _fill(file: IO[bytes], empty: io.BytesIO, rows: Mapping[str, Iterator[str]]) -> None:
    """Write a workbook with rows below the heads, by the part in which each sheet is.

    It does not say when it was written: the same answer is the same bytes, here and where the data
    were restored. What it says and of which revision stands in a sheet.
    """
    with ZipFile(empty) as made, ZipFile(file, "w", ZIP_DEFLATED) as filled:
        for name in made.namelist():
            content = made.read(name)
            part = ZipInfo(name)  # of no day but the first that there is
            part.compress_type = ZIP_DEFLATED
            if name not in rows:
                filled.writestr(part, _WHEN.sub(b"", content) if name == CORE else content)
                continue
            before, end, after = content.partition(END_OF_ROWS)
            with filled.open(part, "w") as sheet:
                sheet.write(before)
                for own in _some_at_a_time(rows[name], ROWS_AT_ONCE):
                    sheet.write("".join(own).encode())
                sheet.write(end + after)


def _some_at_a_time(pieces: Iterator[str], most: int) -> Iterator[list[str]]:
    """Yield pieces some at a time."""
    while some := list(islice(pieces, most)):
        yield some


def _written(sheet: TableSheet, looks: Mapping[type, int]) -> Iterator[str]:
    letters = [get_column_letter(place + 1) for place in range(len(sheet.heads))]
    plain = f' s="{looks[str]}"' if looks[str] else ""
    dated = f' s="{looks[date]}"'
    for number, row in enumerate(sheet.rows, start=2):
        cells = zip(letters, row, strict=True)
        written = "".join(
            _cell(f"{letter}{number}", value, plain, dated) for letter, value in cells
        )
        yield f'<row r="{number}">{written}</row>'


def _cell(place: str, value: Value, plain: str, dated: str) -> str:
    """A value as a cell. A text stands in it as text, whatever it begins with."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        text = escape(_harmless(value), quote=False)
        return (
            f'<c r="{place}"{plain} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        )
    if isinstance(value, bool):
        return f'<c r="{place}"{plain} t="b"><v>{value:d}</v></c>'
    if isinstance(value, date):
        return f'<c r="{place}"{dated}><v>{value.toordinal() - FIRST_DAY}</v></c>'
    return f'<c r="{place}"{plain}><v>{value!r}</v></c>' if math.isfinite(value) else ""


def _head(sheet: Any, text: str, font: Font, aligned: Alignment | None) -> Any:
    written = WriteOnlyCell(sheet, _harmless(text))
    written.data_type = "s"
    written.font = font
    if aligned:
        written.alignment = aligned
    return written


def _harmless(text: str) -> str:
    """A text that a workbook can hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST_CELL]
