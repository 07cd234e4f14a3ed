"""Reading CSV files that may be anything at all."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TextIO

from zones.dataset.columns import TableColumn
from zones.dataset.problems import Problems
from zones.dataset.row_origins import MADE_FROM, unescaped

LONGEST_HEADER = 10_000
csv.field_size_limit(100_000)

#: Line number and cells by column name.
Line = tuple[int, dict[str, str]]


def missing_columns(
    path: Path, columns: tuple[TableColumn, ...], *, is_history: bool
) -> tuple[str, ...]:
    """Return the columns that a file may lack and does."""
    if not path.is_file():
        return ()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = next(csv.reader([file.readline(LONGEST_HEADER)]), [])
            return tuple(_lacking(header, columns, is_history))
    except (OSError, UnicodeDecodeError, csv.Error):
        return ()  # reading its rows says what is wrong


def _lacking(
    header: list[str], columns: tuple[TableColumn, ...], is_history: bool
) -> dict[str, str]:
    """Those columns, with what their cells say of new rows.

    They may be left out that need not be filled, as at the desk; of a history, which is whole, only
    those that were added later.
    """
    return {
        c.name: c.until_then
        for c in columns
        if c.name not in header and (c.added_later or not (c.required or is_history))
    }


def read_rows(
    path: Path, columns: tuple[TableColumn, ...], problems: Problems, *, is_history: bool = False
) -> Iterator[Line]:
    """Yield the rows of a file, one by one; note what cannot be read as a problem.

    Rows of an export of the desk say beside their cells what they were made from.
    """
    if path.exists() and not path.is_file():
        problems.add(path.name, None, None, "is no file")
        return
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _rows(file, path.name, columns, problems, is_history)
    except UnicodeDecodeError as wrong:
        why = f"is not UTF-8 text (byte {wrong.start}: {wrong.reason}); save it as UTF-8"
        problems.add(path.name, None, None, why)
    except OSError as wrong:
        problems.add(path.name, None, None, f"cannot be read: {wrong.strerror}")


def _rows(
    file: TextIO,
    name: str,
    columns: tuple[TableColumn, ...],
    problems: Problems,
    is_history: bool,
) -> Iterator[Line]:
    first = file.readline(LONGEST_HEADER)
    header = next(csv.reader([first]), [])
    lacking = _lacking(header, columns, is_history)
    expected = [column.name for column in columns if column.name not in lacking]
    is_export = not is_history and header[-1:] == [MADE_FROM]
    if is_export:
        expected.append(MADE_FROM)
    if header != expected:
        whole = [c.name for c in columns if c.name in header or not c.added_later]
        problems.add(name, 1, None, _wrong_header(header, whole))
        return
    reader = csv.reader(chain([first], file), strict=True)
    try:
        next(reader)
        last = reader.line_num
        for cells in reader:
            # A row of several lines is found by its first.
            line, last = last + 1, reader.line_num
            if len(cells) == len(expected):
                cells = list(map(unescaped, cells)) if is_export else cells
                yield line, dict(zip(expected, cells, strict=True)) | lacking
            else:
                why = f"has {len(cells)} cells; the header has {len(expected)}"
                problems.add(name, line, None, why)
    except csv.Error as wrong:
        problems.add(name, reader.line_num, None, f"is not CSV: {wrong}")


def _wrong_header(header: list[str], expected: list[str]) -> str:
    missing = [name for name in expected if name not in header]
    unknown = [name[:40] for name in header if name not in expected][:10]
    parts = [
        f"lacks the column {', '.join(missing)}" if missing else "",
        f"has the unknown column {', '.join(unknown)}" if unknown else "",
    ]
    said = " and ".join(filter(None, parts)) or "has its columns in another order"
    return f"the header {said}; it must be: {','.join(expected)}"
