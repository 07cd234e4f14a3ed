"""What stands in the cells of a table that was taken along."""

from __future__ import annotations

import csv
import io
from typing import Any

from openpyxl import load_workbook

TABLES = ("text/csv", "application/vnd.openxmlformats")


def is_table(answer: Any) -> bool:
    """Whether an answer is a table, as CSV or as a workbook."""
    return str(answer.headers["Content-Type"]).startswith(TABLES)


def texts_of(answer: Any) -> list[str]:
    """The texts of all cells of a table, and the names of its sheets."""
    if answer.headers["Content-Type"].startswith("text/csv"):
        text = answer.content.decode("utf-8-sig")
        return [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    book = load_workbook(io.BytesIO(answer.content))
    cells = (value for sheet in book for row in sheet.iter_rows(values_only=True) for value in row)
    return [*book.sheetnames, *(value for value in cells if isinstance(value, str))]
