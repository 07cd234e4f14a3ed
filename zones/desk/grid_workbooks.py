"""Reading a workbook of Excel as a grid: its values, as they are shown, and no formula.

Its parts are read in one pass from beginning to end, so that whoever makes a file decides neither
how much memory it takes nor how long.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from posixpath import join, normpath
from typing import NamedTuple
from xml.parsers import expat

from django.utils.translation import gettext as _

from cbec_portal.decimals import number_text
from zones.desk.grid_files import (
    LONGEST_CELL,
    CellNote,
    Sheet,
    UnreadableFileError,
    WrongCell,
    formula_words,
)

MOST_PARTS = 500
#: What a sheet, its texts and any other part may have unpacked.
MOST_OF_A_SHEET = 60_000_000
MOST_OF_TEXTS = 20_000_000
MOST_OF_OTHERS = 4_000_000
#: Cells of any kind, empty ones too, which formats alone can make; and texts, and formats.
MOST_SEEN = 1_000_000
MOST_TEXTS = 400_000
MOST_FORMATS = 70_000
READ_AT_ONCE = 65_536

WORKBOOK, TEXTS, STYLES = "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"

_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_PLACE = re.compile(r"([A-Z]{1,3})[0-9]{0,7}")
#: Formats that have a number alone, as a file may name them: of days, and of months.
_OF_DAYS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_OF_MONTHS = {17, 27, 36, 50, 52, 57}
_PERCENT = {9, 10}
_SECONDS_OF_A_DAY = 86_400


#: What reading a file raises that is not what it says it is.
_BROKEN = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, RuntimeError),
    *(expat.ExpatError, LookupError, ValueError, ArithmeticError),
)


class _Format(NamedTuple):
    """What numbers of a format are."""

    shown: str = ""
    is_date: bool = False
    is_month: bool = False
    is_percent: bool = False
    #: So many digits are shown at least, as of codes with zeros at their beginning.
    digits: int = 0


class _Book(NamedTuple):
    """What all sheets of a workbook share."""

    sheets: list[tuple[str, str]]
    texts: list[str]
    formats: list[_Format]
    epoch: date


Attributes = dict[str, str]


def read_workbook(name: str, content: bytes) -> Sheet:
    """Read the first sheet of a workbook that holds anything.

    Raises:
        UnreadableFileError: it is no workbook, or larger than one may be.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return _read(name, parts)
    except UnreadableFileError:
        raise
    except _BROKEN as wrong:
        words = _("This workbook cannot be read (%s): save it once more as .xlsx.")
        raise UnreadableFileError(words % type(wrong).__name__) from wrong


def _read(name: str, parts: zipfile.ZipFile) -> Sheet:
    members = parts.infolist()
    names = {member.filename for member in members}
    if WORKBOOK not in names:
        raise UnreadableFileError(
            _("This is no workbook of the form .xlsx: save it as one, or as CSV.")
        )
    if len(members) > MOST_PARTS or len(names) < len(members):
        raise UnreadableFileError(_("This workbook has more parts than one of a grid has."))
    book = _Book(
        _sheets(parts),
        _texts(parts) if TEXTS in names else [],
        _formats(parts) if STYLES in names else [],
        _epoch(parts),
    )
    first: Sheet | None = None
    for title, path in book.sheets:
        sheet = Sheet(f"{name}: {title}"[:200])
        _SheetReader(book, sheet).read(parts, path, is_first=first is None)
        if first is None and sheet.lines:
            first = sheet
        elif sheet.lines and first is not None:
            first.notes.append(_("Only the first sheet was read: %s.") % first.name)
            break
    if first is None:
        raise UnreadableFileError(_("There is nothing in it."))
    return first.finish()


def _parse(
    parts: zipfile.ZipFile,
    path: str,
    most: int,
    begin: Callable[[str, Attributes], None],
    end: Callable[[str], None] = lambda _name: None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Read a part from beginning to end, and refuse one that declares entities."""
    member = parts.getinfo(path)
    if member.file_size > most:
        words = _("A part of this workbook is too large (%s): copy its cells into a new one.")
        raise UnreadableFileError(words % path[:80])
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_declared
    parser.StartElementHandler = lambda name, told: begin(name.rpartition(" ")[2], told)
    parser.EndElementHandler = lambda name: end(name.rpartition(" ")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    with parts.open(member) as part:
        while chunk := part.read(READ_AT_ONCE):
            parser.Parse(chunk)
    parser.Parse(b"", True)


def _refuse_declared(*_what: object) -> None:
    raise UnreadableFileError(
        _("This workbook declares entities, as no spreadsheet does: it is not read.")
    )


def _sheets(parts: zipfile.ZipFile) -> list[tuple[str, str]]:
    """The sheets that are shown, in order: what they are called, and where they are."""
    found: list[tuple[str, str]] = []
    targets: dict[str, str] = {}

    def relation(name: str, told: Attributes) -> None:
        if name == "Relationship" and told.get("TargetMode") != "External":
            path = told["Target"]
            targets[told["Id"]] = path[1:] if path.startswith("/") else normpath(join("xl", path))

    def sheet(name: str, told: Attributes) -> None:
        if name == "sheet" and told.get("state", "visible") == "visible":
            own = next((value for key, value in told.items() if key.endswith(" id")), "")
            found.append((told.get("name", ""), targets[own]))

    _parse(parts, RELATIONS, MOST_OF_OTHERS, relation)
    _parse(parts, WORKBOOK, MOST_OF_OTHERS, sheet)
    return [(title, path) for title, path in found if "/worksheets/" in path]


def _epoch(parts: zipfile.ZipFile) -> date:
    """The day from which a workbook counts its days."""
    told: list[str] = []

    def begin(name: str, attributes: Attributes) -> None:
        if name == "workbookPr":
            told.append(attributes.get("date1904", "0"))

    _parse(parts, WORKBOOK, MOST_OF_OTHERS, begin)
    return date(1904, 1, 1) if told and told[0] in ("1", "true") else date(1899, 12, 30)


def _texts(parts: zipfile.ZipFile) -> list[str]:
    """The texts that cells name by their numbers, without what they sound like."""
    found: list[str] = []
    collector = _TextCollector()

    def begin(name: str, told: Attributes) -> None:
        collector.begin(name)
        if name == "si" and len(found) >= MOST_TEXTS:
            raise UnreadableFileError(_("This workbook has more texts than a grid may have."))

    def end(name: str) -> None:
        collector.end(name)
        if name == "si":
            found.append(collector.taken())

    _parse(parts, TEXTS, MOST_OF_TEXTS, begin, end, collector.text)
    return found


class _TextCollector:
    """Collects the text of ``t`` elements, but for those that tell how it sounds."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._is_text = self._is_sound = False

    def begin(self, name: str) -> None:
        """An element begins."""
        self._is_text = name == "t" and not self._is_sound
        self._is_sound = self._is_sound or name == "rPh"

    def end(self, name: str) -> None:
        """An element ends."""
        self._is_text = False
        if name == "rPh":
            self._is_sound = False

    def text(self, part: str) -> None:
        """Keep text, as much of it as a cell may have."""
        if self._is_text and self._length <= LONGEST_CELL:
            self._parts.append(part)
            self._length += len(part)

    def taken(self) -> str:
        """Return what was collected, and begin anew."""
        found = "".join(self._parts)
        self._parts, self._length = [], 0
        return found


def _formats(parts: zipfile.ZipFile) -> list[_Format]:
    """The formats that cells name by their numbers."""
    codes: dict[int, str] = {}
    found: list[_Format] = []
    within: list[str] = []

    def begin(name: str, told: Attributes) -> None:
        if name == "numFmt" and len(codes) < MOST_FORMATS:
            codes[int(told["numFmtId"])] = told["formatCode"]
        elif name == "xf" and within[-1:] == ["cellXfs"] and len(found) < MOST_FORMATS:
            number = int(told.get("numFmtId", 0))
            found.append(_format(number, codes.get(number)))
        if name in ("cellXfs", "cellStyleXfs", "dxfs"):
            within.append(name)

    def end(name: str) -> None:
        if within and name == within[-1]:
            within.pop()

    _parse(parts, STYLES, MOST_OF_OTHERS, begin, end)
    return found


def _format(number: int, code: str | None) -> _Format:
    if code is None:
        return _Format(str(number), number in _OF_DAYS, number in _OF_MONTHS, number in _PERCENT)
    plain = _QUOTED.sub("", code.partition(";")[0]).lower()
    has_day = re.search(r"[dhs]", plain) is not None
    has_month = "m" in plain
    is_date = has_day or has_month or "y" in plain
    digits = len(plain) if set(plain) == {"0"} else 0
    return _Format(code[:40], is_date, has_month and not has_day, "%" in plain, digits)


class _SheetReader:
    """Reads the cells of one sheet, line by line."""

    def __init__(self, book: _Book, sheet: Sheet) -> None:
        self.book, self.sheet = book, sheet
        self.seen = self.line = self.place = 0
        self.cells: dict[int, str] = {}
        self.told: Attributes = {}
        self.formula = self.value = ""
        self.has_formula = False
        self.within = ""
        self.inline = _TextCollector()

    def read(self, parts: zipfile.ZipFile, path: str, *, is_first: bool) -> None:
        """Read the sheet; of one that is not the first, its first line alone."""
        self.is_first = is_first
        try:
            _parse(parts, path, MOST_OF_A_SHEET, self._begin, self._end, self._text)
        except _EnoughError:
            return

    def _begin(self, name: str, told: Attributes) -> None:
        self.inline.begin(name)
        if name in ("row", "c"):
            self.seen += 1
            if self.seen > MOST_SEEN:
                raise UnreadableFileError(
                    _("The sheet is larger than a grid may be: copy its cells into a new one.")
                )
        if name == "row":
            self.line = int(told.get("r", self.line + 1))
            self.place, self.cells = -1, {}
        elif name == "c":
            found = _PLACE.fullmatch(told.get("r", ""))
            self.place = _column(found[1]) if found else self.place + 1
            self.told, self.value, self.formula = told, "", ""
            self.has_formula = False
        elif name in ("v", "f"):
            self.within = name
            self.has_formula = self.has_formula or name == "f"

    def _text(self, part: str) -> None:
        if self.within == "v":
            self.value = (self.value + part)[: LONGEST_CELL + 1]
        elif self.within == "f":
            self.formula = (self.formula + part)[:100]
        else:
            self.inline.text(part)

    def _end(self, name: str) -> None:
        self.inline.end(name)
        self.within = ""
        if name == "c":
            if cell := self._cell():
                self.cells[self.place] = cell
        elif name == "row":
            width = max(self.cells, default=-1) + 1
            self.sheet.add(self.line, [self.cells.get(at, "") for at in range(width)])
            if self.sheet.lines and not self.is_first:
                raise _EnoughError

    def _cell(self) -> str:
        kind, written = self.told.get("t", "n"), self.inline.taken()
        if self.has_formula:
            words = formula_words(f"={self.formula}")
            self.sheet.wrong.append(WrongCell(self.line, self.place, words))
            return f"={self.formula}"
        if kind == "e":
            words = _("%s is the error of a formula: write the value itself.")
            self.sheet.wrong.append(WrongCell(self.line, self.place, words % self.value))
            return self.value
        if kind == "s":
            return self.book.texts[int(self.value)].strip() if self.value else ""
        if kind == "inlineStr":
            return written.strip()
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(self.value, self.value)
        return self._number(self.value.strip()) if kind == "n" else self.value.strip()

    def _number(self, written: str) -> str:
        """A number as it is shown, as far as that says what it is."""
        if not written:
            return ""
        value = Decimal(repr(float(written)))
        if not value.is_finite():
            return written
        number = int(self.told.get("s", 0))
        form = self.book.formats[number] if number < len(self.book.formats) else _Format()
        if form.is_date and (day := self._day(value, form)):
            return day
        if form.is_percent:
            return f"{number_text(value * 100)}%"
        text = number_text(value)
        return text.zfill(form.digits) if text.isdigit() else text

    def _day(self, value: Decimal, form: _Format) -> str:
        days, part = divmod(value, 1)
        try:
            day = self.book.epoch + timedelta(days=int(days))
        except OverflowError:
            return ""
        if seconds := round(part * _SECONDS_OF_A_DAY):
            moment = datetime.combine(day, datetime.min.time()) + timedelta(seconds=seconds)
            return moment.isoformat(sep=" ")
        if not form.is_month or day.day != 1:
            return day.isoformat()
        # Whoever types a month gets its first day, which is shown as the month.
        month = day.isoformat()[:7]
        note = CellNote(self.line, self.place, f"{day.isoformat()} ({form.shown})", month)
        self.sheet.cell_notes.append(note)
        return month


class _EnoughError(Exception):
    """A sheet is known to hold something."""


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
