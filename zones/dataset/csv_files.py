"""Reading CSV files that may be anything at all."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import NamedTuple, TextIO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zones.dataset.columns import TableColumn
from zones.dataset.formula_cells import (
    FormulaError,
    begins_as_formula,
    kept_code,
    without_apostrophe,
)
from zones.dataset.problems import Problems
from zones.dataset.row_origins import MADE_FROM, unescaped
from zones.models.fields import LONGEST

LONGEST_HEADER = 10_000
#: A text longer than any column takes, but short enough to be shown with what is wrong.
LONGEST_CELL = 2 * LONGEST
# A longer one is refused by its line and column, and not by the reader, which knows no column.
csv.field_size_limit(10_000_000)


class FileLine(NamedTuple):
    """A row of a file: the number of its line, and the cells that it gives, by column.

    Of a line that is short ``lacks`` says how many cells it has, and how many the header.
    """

    number: int
    cells: dict[str, str]
    lacks: tuple[int, ...] = ()
    #: The cells that were read otherwise than they are written: the column, and both.
    read: tuple[tuple[str, str, str], ...] = ()


class FileForm(NamedTuple):
    """What a file may be: the columns of its table, those that its header needs, and whether it is
    of a history, which is whole and in the one form that a dump writes.
    """

    columns: Sequence[TableColumn]
    needed: Sequence[str]
    is_history: bool = False

    def may_lack(self, column: TableColumn) -> bool:
        """Return whether the header may leave a column out: at the desk, all but the key."""
        if self.is_history:
            return column.added_later
        return column.added_later or column.name not in self.needed


def blank_words(lines: int) -> str:
    """Return how many blank lines were passed over."""
    words = ngettext("%s blank line was passed over.", "%s blank lines were passed over.", lines)
    return words % lines


def trailing_words(lines: int) -> str:
    """Return on how many lines empty cells behind those of the head were passed over."""
    words = ngettext(
        "%s line has empty cells behind the last column, which were passed over.",
        "%s lines have empty cells behind the last column, which were passed over.",
        lines,
    )
    return words % lines


def short_words(line: int, lacks: Sequence[int], *, is_known: bool) -> str:
    """Return what becomes of the cells that a line lacks: of a new row there are none to stay."""
    if not is_known:
        words = _("Line %(line)s is a new row: the cells that it lacks are empty.")
        return words % {"line": line}
    words = _("Line %(line)s has %(found)s of %(wanted)s cells: the others stay as they are.")
    return words % {"line": line, "found": lacks[0], "wanted": lacks[1]}


def long_cell_words(line: int, column: str, length: int) -> str:
    """Return that a cell is longer than any that is read, and where it stands."""
    words = _(
        "Line %(line)s, column %(column)s: the cell has %(found)s characters; at most %(most)s "
        "are read."
    )
    told = {"line": line, "column": column, "found": length, "most": LONGEST_CELL}
    return words % told


def missing_columns(path: Path, form: FileForm) -> tuple[str, ...]:
    """Return the columns that a file may lack and does."""
    if not path.is_file():
        return ()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = _header(_first_line(file, form)[0], form)
            return tuple(c.name for c in form.columns if c.name not in header and form.may_lack(c))
    except (OSError, UnicodeDecodeError, csv.Error):
        return ()  # reading its rows says what is wrong


def read_rows(
    path: Path, form: FileForm, problems: Problems, said: list[str]
) -> Iterator[FileLine]:
    """Yield the rows of a file, one by one; note what cannot be read as a problem, and what was
    passed over among what is ``said``.

    Rows of an export of the desk say beside their cells what they were made from.
    """
    if path.exists() and not path.is_file():
        problems.add(path.name, None, None, "is no file")
        return
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _rows(file, path.name, form, problems, said)
    except UnicodeDecodeError as wrong:
        why = f"is not UTF-8 text (byte {wrong.start}: {wrong.reason}); save it as UTF-8"
        problems.add(path.name, None, None, why)
    except OSError as wrong:
        problems.add(path.name, None, None, f"cannot be read: {wrong.strerror}")


def _first_line(file: TextIO, form: FileForm) -> tuple[str, int]:
    """The line of the header, and how many blank ones stand before it."""
    blank = 0
    while line := file.readline(LONGEST_HEADER):
        if form.is_history or line.strip(", \t\r\n"):
            return line, blank
        blank += 1
    return "", blank


def _header(line: str, form: FileForm) -> list[str]:
    """The columns that a header names, without what is empty behind the last."""
    names = next(csv.reader([line]), [])
    if form.is_history:
        return names
    filled = max((place for place, name in enumerate(names, start=1) if name.strip()), default=0)
    return [name.strip() for name in names[:filled]]


def _rows(
    file: TextIO, name: str, form: FileForm, problems: Problems, said: list[str]
) -> Iterator[FileLine]:
    first, blank = _first_line(file, form)
    header = _header(first, form)
    if why := _wrong_header(header, form):
        problems.add(name, blank + 1, None, why)
        return
    is_export = MADE_FROM in header
    reader = csv.reader(chain([first], file), strict=True)
    before, trailing = blank, 0
    try:
        trailing += len(next(reader)) > len(header)
        last = reader.line_num
        for cells in reader:
            # A row of several lines is found by its first.
            line, last = before + last + 1, reader.line_num
            own = cells[: len(header)]
            if not form.is_history:
                if not "".join(cells).strip():
                    blank += 1
                    continue
                trailing += len(cells) > len(header)
            if why := _wrong_cells(cells, header, form):
                problems.add(name, line, None, why)
                continue
            lacks = (len(own), len(header)) if len(own) < len(header) else ()
            given = dict(zip(header, own, strict=False))
            given.pop("", None)
            if form.is_history:
                yield FileLine(line, given, lacks)
                continue
            read, wrong = _read_out(given, is_export=is_export)
            for column, why in wrong:
                problems.add(name, line, column, why)
            if not wrong:
                yield FileLine(line, given, lacks, tuple(read))
    except csv.Error as wrong:
        problems.add(name, before + reader.line_num, None, f"is not CSV: {wrong}")
    said += [blank_words(blank)] if blank else []
    said += [trailing_words(trailing)] if trailing else []


def _read_out(
    given: dict[str, str], *, is_export: bool
) -> tuple[list[tuple[str, str, str]], list[tuple[str, str]]]:
    """Take out of the cells of a line what spreadsheets put around them; return which were read
    otherwise than they are written, and which cannot be read, with why.
    """
    read, wrong = [], []
    for column, cell in given.items():
        if len(cell) > LONGEST_CELL:
            why = f"has {len(cell)} characters; at most {LONGEST_CELL} are read"
            wrong.append((column, why))
        elif begins_as_formula(cell):
            try:
                given[column] = kept_code(cell)
                read.append((column, cell.strip(), given[column]))
            except FormulaError as refused:
                wrong.append((column, str(refused)))
        elif cell[:1] == "'":
            given[column] = unescaped(cell) if is_export else without_apostrophe(cell)
    return read, wrong


def _wrong_cells(cells: Sequence[str], header: Sequence[str], form: FileForm) -> str:
    """Why cells of a line stand under no name of a header, or nothing where all do."""
    if form.is_history and len(cells) != len(header):
        return f"has {len(cells)} cells; the header has {len(header)}"
    named = {at for at, name in enumerate(header) if name}
    unnamed = [
        f"column {at + 1} has no name in the header, and the cell holds “{cell.strip()[:40]}”"
        for at, cell in enumerate(cells)
        if at not in named and cell.strip()
    ]
    return "; ".join(unnamed[:3])


def _wrong_header(header: Sequence[str], form: FileForm) -> str:
    """Why a header is not that of its table, or nothing where it is. Of a history, which has all
    columns in one order, they are all told; else those alone with which something is wrong.
    """
    names = [column.name for column in form.columns]
    beside = () if form.is_history else (MADE_FROM,)
    told = header if form.is_history else list(filter(None, header))
    unknown = [name[:40] for name in told if name not in (*names, *beside)][:10]
    missing = [c.name for c in form.columns if c.name not in header and not form.may_lack(c)]
    twice = [name[:40] for name in dict.fromkeys(told) if told.count(name) > 1][:10]
    in_order = [name for name in names if name in header]
    parts = [
        f"lacks the column {', '.join(missing)}" if missing else "",
        f"has the unknown column {', '.join(_with_near(unknown, header, names))}"
        if unknown
        else "",
        f"has the column {', '.join(twice)} twice" if twice else "",
        "has its columns in another order"
        if form.is_history and not (missing or unknown or twice) and list(header) != in_order
        else "",
    ]
    why = " and ".join(filter(None, parts))
    if not why:
        return ""
    return (
        f"the header {why}; it must be: {','.join(names)}"
        if form.is_history
        else (f"the header {why}")
    )


def _with_near(unknown: Sequence[str], header: Sequence[str], names: Sequence[str]) -> list[str]:
    """Names of no column, each with that of a column that comes near and that the header lacks."""
    left = [name for name in names if name not in header]
    near = ((name, get_close_matches(name.casefold(), left, n=1)) for name in unknown)
    return [f"{name} (is {own[0]} meant?)" if own else name for name, own in near]
