"""Tables for people: sheets with heads and widths, which a workbook or a CSV file holds."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from cbec_portal.api.renderers import cell, harmless

Value = bool | int | float | str | date | None


class TableSheet(NamedTuple):
    """A sheet of a workbook: a frozen, filterable head and rows below it.

    ``widths`` are those of the columns in characters: with them texts are broken to fit, and the
    sheet is printed lengthwise with its head on each page. ``fixed`` columns stay in view.
    """

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Value]]
    widths: Sequence[float] = ()
    fixed: int = 0


def csv_of(sheet: TableSheet) -> bytes:
    """Return a sheet as CSV in UTF-8, with the mark by which spreadsheets know it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([harmless(head) for head in sheet.heads])
    writer.writerows([cell(value) for value in row] for row in sheet.rows)
    return BOM_UTF8 + text.getvalue().encode()
