"""Reading pasted text and uploaded files into rows of cells: CSV in any usual coding, and XLSX.

What a file may be is declared here once, and asked before it is parsed. A file is read as it stands
or refused in words: nothing in it is worked out, fetched or run.
"""

from __future__ import annotations

import csv
import io
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from django.utils.translation import gettext as _

from cbec_portal.posted_texts import NO_TEXT
from zones.dataset.csv_files import LONGEST_CELL, blank_words, long_cell_words, trailing_words
from zones.dataset.formula_cells import FormulaError, begins_as_formula, kept_code
from zones.dataset.row_origins import ESCAPED, FORMULA_SIGNS, unescaped

MOST_BYTES = 10_000_000
MOST_ROWS = 10_000
#: Lines of a text, blank ones and those within cells among them: twenty to a row.
MOST_LINES = 200_000
MOST_COLUMNS = 400
MOST_CELLS = 250_000
#: Where a line has so many separators, no sheet is behind it.
MOST_SEPARATORS = 20_000
#: Of two codings the one is broken that loses so much less of what is not ASCII.
FEW = 4

#: A spreadsheet's first bytes: a zip container, or the container of old and of encrypted ones.
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
#: How files begin that are no text, by whatever name they come: documents, pictures, archives.
_NO_TEXT_BEGINS = (
    b"%PDF-",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
)
#: Texts hold none of these; where one sign in so many is one, it is none.
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
SIGNS_A_CONTROL = 50
_SEPARATOR_TOLD = re.compile(r'"?sep=([\t;,])"? *(?:\r\n|\r|\n)?', re.IGNORECASE)
_SEPARATORS = "\t;,"
_SEPARATING = (b"\t", b";", b",", b"\n", b"\r")


class UnreadableFileError(ValueError):
    """A file that cannot be read as a grid, and why."""


class GridLine(NamedTuple):
    """One line of a grid that is not blank: its number in the file, and its cells."""

    number: int
    cells: Sequence[str]


class CellNote(NamedTuple):
    """A cell that was read otherwise than it is written; columns are counted from 0."""

    line: int
    column: int
    written: str
    read: str


class WrongCell(NamedTuple):
    """A cell that cannot be read, and why; without a column it is about the whole line."""

    line: int
    column: int | None
    why: str


@dataclass
class Sheet:
    """The lines of a grid, its head first, and what was seen in reading them."""

    name: str
    lines: list[GridLine] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    cell_notes: list[CellNote] = field(default_factory=list)
    #: The places of cells that a workbook holds as the first day of a month: by line, and by column
    #: counted from 0. A spreadsheet makes such of a month.
    first_days: set[tuple[int, int]] = field(default_factory=set)
    wrong: list[WrongCell] = field(default_factory=list)
    #: Blank lines that were passed over.
    blank: int = 0
    #: Lines of a text with empty cells behind the last that the head has.
    trailing: int = 0
    cells: int = 0

    def leave_out(self, number: int) -> int:
        """Leave out the line of a number, with all that was said of it, and return its place; 0,
        which is that of the head, where there is no such line.
        """
        lines = enumerate(self.lines[1:], start=1)
        if at := next((place for place, line in lines if line.number == number), 0):
            del self.lines[at]
            self.wrong = [one for one in self.wrong if one.line != number]
            self.cell_notes = [one for one in self.cell_notes if one.line != number]
        return at

    def add(self, number: int, cells: Sequence[str]) -> None:
        """Add a line, unless it is blank.

        Raises:
            UnreadableFileError: that is more than a grid may hold.
        """
        if not any(cells):
            self.blank += 1
            return
        filled = max(place for place, cell in enumerate(cells, start=1) if cell)
        if filled > MOST_COLUMNS:
            words = _("Line %(line)s has %(found)s cells; at most %(most)s are read.")
            told = {"line": number, "found": filled, "most": MOST_COLUMNS}
            raise UnreadableFileError(words % told)
        if (longest := max(map(len, cells))) > LONGEST_CELL:
            column = self.column_at([len(cell) for cell in cells].index(longest))
            raise UnreadableFileError(long_cell_words(number, column, longest))
        if len(self.lines) > MOST_ROWS:
            raise UnreadableFileError(too_many_rows())
        self.cells += filled
        if self.cells > MOST_CELLS:
            words = _("The grid has more than %s cells: hand it in in parts.")
            raise UnreadableFileError(words % MOST_CELLS)
        cells = self._as_texts(number, cells)
        # Empty cells beyond the head are those that a spreadsheet puts behind every line.
        width = len(self.lines[0].cells) if self.lines else filled
        self.lines.append(GridLine(number, tuple(cells[: max(width, filled)])))

    def _as_texts(self, number: int, cells: Sequence[str]) -> Sequence[str]:
        """The cells of a line; what no text has is refused there, and stands as what was lost."""
        if not NO_TEXT.search("".join(cells)):
            return cells
        found = list(cells)
        for column, cell in enumerate(cells):
            if strange := NO_TEXT.search(cell):
                words = _("holds a character that no text has (U+%(code)s)")
                why = words % {"code": f"{ord(strange[0]):04X}"}
                self.wrong.append(WrongCell(number, column, why))
                found[column] = NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", cell)
        return found

    def column_at(self, place: int) -> str:
        """Return what the head says above a place, else which column it is."""
        head = self.lines[0].cells if self.lines else ()
        return head[place][:40] if place < len(head) and head[place] else str(place + 1)

    def formula(self, line: int, column: int, cell: str) -> str:
        """Return what a cell that begins as a formula says; note how it was read, or why not."""
        try:
            read = kept_code(cell)
        except FormulaError as refused:
            self.wrong.append(WrongCell(line, column, str(refused)))
            return cell
        self.cell_notes.append(CellNote(line, column, cell, read))
        return read

    def finish(self) -> Sheet:
        """Say what was passed over.

        Raises:
            UnreadableFileError: there is nothing in it.
        """
        if not self.lines:
            raise UnreadableFileError(_("There is nothing in it."))
        if self.blank:
            self.notes.append(blank_words(self.blank))
        if self.trailing:
            self.notes.append(trailing_words(self.trailing))
        return self


def too_many_rows() -> str:
    """Say that a grid has more rows than are read."""
    return _("The grid has more than %s rows: hand it in in parts.") % MOST_ROWS


def read_upload(name: str, content: bytes) -> Sheet:
    """Read an uploaded file by what it is, whatever it is called.

    Raises:
        UnreadableFileError: it is no grid, or larger than one may be.
    """
    if len(content) > MOST_BYTES:
        words = _("The file has %(size)s bytes; at most %(most)s are read.")
        raise UnreadableFileError(words % {"size": len(content), "most": MOST_BYTES})
    if content.startswith(OLE):
        raise UnreadableFileError(
            _("This is an old spreadsheet, or one with a password: save it as .xlsx without one.")
        )
    if content.startswith(ZIP):
        from zones.desk.grid_workbooks import read_workbook  # it is seldom needed

        return read_workbook(name, content)
    if content.startswith(_NO_TEXT_BEGINS):
        raise UnreadableFileError(_no_text())
    text, coding = _decoded(content)
    controls = len(_CONTROL.findall(text))
    if controls > FEW and controls * SIGNS_A_CONTROL > len(text):
        raise UnreadableFileError(_no_text())
    sheet = read_text(text, name=name)
    if coding:
        sheet.notes.insert(0, _("Read as %s.") % coding)
    return sheet


def _decoded(content: bytes) -> tuple[str, str]:
    """The text of a file, and its coding where that is not plain UTF-8."""
    for mark, coding in (
        (BOM_UTF8, "utf-8"),
        (BOM_UTF32_LE, "utf-32-le"),
        (BOM_UTF32_BE, "utf-32-be"),
        (BOM_UTF16_LE, "utf-16-le"),
        (BOM_UTF16_BE, "utf-16-be"),
    ):
        if content.startswith(mark):
            told = "" if coding == "utf-8" else coding[:6].upper()
            return _strict(content[len(mark) :], coding), told
    if unmarked := _unmarked(content):
        return _strict(content, unmarked), "UTF-16"
    try:
        return content.decode("utf-8"), ""
    except UnicodeDecodeError as wrong:
        lost = content.decode("utf-8", errors="replace")
        beyond = sum(not c.isascii() for c in lost)
        if lost.count("\N{REPLACEMENT CHARACTER}") * FEW < beyond:
            words = _("This is UTF-8 text that is broken at byte %s: save it once more.")
            raise UnreadableFileError(words % wrong.start) from None
    return _strict(content, "gb18030"), "GB18030"


def _unmarked(content: bytes) -> str:
    """Which UTF-16 it is that has no mark, if it is: there signs and digits have a zero each, on
    one side, so at least as many as separate cells and lines. Fewer are zeros in a text of another
    coding.
    """
    low, high = content[1::2].count(0), content[0::2].count(0)
    separating = sum(map(content.count, _SEPARATING))
    if (
        max(low, high) < max(separating, 1)
        or len(content) % 2
        or min(low, high) * FEW > max(low, high)
    ):
        return ""
    return "utf-16-le" if low > high else "utf-16-be"


def _strict(content: bytes, coding: str) -> str:
    try:
        return content.decode(coding)
    except UnicodeDecodeError as wrong:
        words = _("This is neither UTF-8, GB18030 nor UTF-16 text (byte %s).")
        raise UnreadableFileError(words % wrong.start) from None


def _no_text() -> str:
    return _("This is no text, and no spreadsheet of the form .xlsx.")


def read_text(text: str, *, name: str = "") -> Sheet:
    """Read text whose cells are separated by tabs, semicolons or commas, as its head says.

    Raises:
        UnreadableFileError: it is no grid, or larger than one may be.
    """
    if len(text) > MOST_BYTES:
        words = _("The text has %(size)s characters; at most %(most)s are read.")
        raise UnreadableFileError(words % {"size": len(text), "most": MOST_BYTES})
    sheet = Sheet(name or _("pasted text"))
    text = text.removeprefix("\ufeff")
    told = _SEPARATOR_TOLD.match(text)
    first = 1 if told else 0
    body = text[told.end() :] if told else text
    separator = told[1] if told else _separator_of(body)
    reader = csv.reader(_lines(body, separator), delimiter=separator, strict=True)
    last = 0
    try:
        for cells in reader:
            # A row of several lines is found by its first.
            number, last = first + last + 1, reader.line_num
            # A blank line may have very many separators, whose cells nobody looks at.
            filled = cells if "".join(cells).strip() else ()
            plain = [_plain(sheet, number, *cell) for cell in enumerate(filled)]
            sheet.add(number, plain)
            sheet.trailing += bool(plain) and len(plain) > len(sheet.lines[-1].cells)
    except csv.Error as wrong:
        if opened := _open_quote(islice(_lines(body, separator), last, None), separator):
            words = _(
                "Line %(line)s, column %(column)s: the quotation mark that begins the cell is not "
                "closed before the next cell. Close it, or leave it out."
            )
            place, column = opened
            where = {"line": first + last + 1 + place, "column": sheet.column_at(column)}
            raise UnreadableFileError(words % where) from None
        words = _("Line %(line)s cannot be read: %(why)s")
        told_why = {"line": first + reader.line_num, "why": wrong}
        raise UnreadableFileError(words % told_why) from None
    return sheet.finish()


def _open_quote(lines: Iterable[str], separator: str) -> tuple[int, int] | None:
    """Where the quotation mark stands that opens a cell which cannot be read: in which of the lines
    of its row, and in which cell, both counted from 0.
    """
    column, opened, is_begun, is_closed = 0, None, False, False
    for place, line in enumerate(lines):
        for sign in line:
            if opened and not is_closed:
                is_closed = sign == '"'
            elif opened and sign == '"':
                is_closed = False  # it stands twice, for one that is part of the text
            elif sign == separator:
                column, opened, is_begun, is_closed = column + 1, None, False, False
            elif opened:
                return None if sign in "\r\n" else opened
            elif sign in "\r\n":
                return None
            elif sign == '"' and not is_begun:
                opened = place, column
            else:
                is_begun = True
    return None if is_closed else opened


def _lines(text: str, separator: str) -> Iterator[str]:
    for number, line in enumerate(io.StringIO(text, newline=""), start=1):
        if number > MOST_LINES:
            words = _("It has more than %s lines, blank ones among them: hand it in in parts.")
            raise UnreadableFileError(words % MOST_LINES)
        if line.count(separator) > MOST_SEPARATORS:
            words = _("Line %(line)s has %(found)s cells; at most %(most)s are read.")
            told = {"line": number, "found": line.count(separator), "most": MOST_COLUMNS}
            raise UnreadableFileError(words % told)
        yield line


def _separator_of(text: str) -> str:
    """The sign that separates the cells of the head; what is one in quotes separates nothing."""
    found = re.search(r"\S[^\r\n]*", text)
    head = re.sub(r'"[^"]*"', "", found[0]) if found else ""
    there = [sign for sign in _SEPARATORS if sign in head]
    if "\t" in there:
        return "\t"
    if len(there) > 1:
        raise UnreadableFileError(
            _("The head has commas and semicolons: separate its cells by one of them.")
        )
    if there or found is None:
        return there[0] if there else ","
    # A matrix of one column has but the tab before that: its corner is empty.
    begins = max(text.rfind(sign, 0, found.start()) for sign in "\r\n") + 1
    return "\t" if "\t" in text[begins : found.start()] else ","


def _plain(sheet: Sheet, line: int, column: int, cell: str) -> str:
    """A cell without what spreadsheets put around it."""
    cell = cell.strip()
    return sheet.formula(line, column, cell) if begins_as_formula(cell) else unescaped(cell)


def escaped(cell: str) -> str:
    """Return a cell so that a spreadsheet takes it for no formula, and it is read back as it is."""
    if cell[:1] in ("'", *FORMULA_SIGNS) and not re.fullmatch(r"[+-]?[0-9.]+", cell):
        return f"'{cell}" if cell[0] != "'" or ESCAPED.match(cell) else cell
    return cell
