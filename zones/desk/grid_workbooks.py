"""Reading a workbook of Excel as a grid: its values, as they are shown, and no formula.

The library reads; what comes before it bounds what a file can ask of it, so that whoever makes a
file decides neither how much memory it takes nor how long.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Sized
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from xml.parsers import expat

from django.utils.translation import gettext as _

from cbec_portal.decimals import number_text
from zones.desk.grid_files import (
    MOST_ROWS,
    CellNote,
    Sheet,
    UnreadableFileError,
    WrongCell,
    too_many_rows,
)

MOST_PARTS = 500
#: What a sheet, its texts and any other part may have unpacked, and all parts together.
MOST_OF_A_SHEET = 60_000_000
MOST_OF_TEXTS = 20_000_000
MOST_OF_OTHERS = 4_000_000
MOST_OF_ALL = 100_000_000
#: Of each element that a part may repeat, so many. Cells count empty ones too, which formats alone
#: can make.
MOST_ELEMENTS = {
    "c": 1_000_000,
    "row": 1_000_000,
    "si": 400_000,
    "xf": 70_000,
    "numFmt": 70_000,
    "sheet": 255,
}
#: Elements of whatever name: of a sheet, or of the texts; of any other part. They lie no deeper in
#: each other than so.
MOST_IN_A_SHEET = 6_000_000
MOST_IN_OTHERS = 200_000
MOST_DEPTH = 100
#: Attributes of one element; the form has none of more than some seventy.
MOST_ATTRIBUTES = 100
#: A tag, or a comment, that is cut off where a piece of a part ends is scanned once more from its
#: beginning with the next: so many bytes are scanned anew, of all parts. A tag of a megabyte takes
#: them all.
MOST_SCANNED_ANEW = 10_000_000
#: A sheet of a spreadsheet has so many lines. The library makes up all before the last that a file
#: names, whichever that is.
LAST_LINE = 1_048_576
#: Cells that are looked at, of all sheets: the library makes up those before one that a line names.
MOST_CELLS = 4_200_000
READ_AT_ONCE = 65_536

XML, RELS = ".xml", ".rels"
WORKBOOK, TEXTS = "xl/workbook.xml", "xl/sharedStrings.xml"
RELATIONS, CONTENT_TYPES = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
#: What the relations of a workbook may lead to that is not read, by the ends of their types.
NOT_READ = ("/vbaProject",)
#: What a cell that holds anything has in it.
HOLDING = ("v", "t")

_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


class _Format(NamedTuple):
    """What a format of numbers says of them."""

    #: Whether months are shown, and no days.
    is_month: bool = False
    is_percent: bool = False
    #: So many digits are shown at least, as of codes with zeros at their beginning.
    digits: int = 0


def read_workbook(name: str, content: bytes) -> Sheet:
    """Read the first sheet of a workbook that is shown and holds anything.

    Raises:
        UnreadableFileError: it is no workbook, or larger than one may be.
    """
    import openpyxl  # it takes a quarter of a second, and few ask for it

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            _refuse_too_much(parts)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        return _read(name, book)
    except UnreadableFileError:
        raise
    except Exception as wrong:
        # What a reader stumbles over in a file that is not what it says it is has no one kind.
        words = _("This workbook cannot be read (%s): save it once more as .xlsx.")
        raise UnreadableFileError(words % type(wrong).__name__) from wrong


def _refuse_too_much(parts: zipfile.ZipFile) -> None:
    members = parts.infolist()
    names = {member.filename for member in members}
    if WORKBOOK not in names:
        raise UnreadableFileError(
            _("This is no workbook of the form .xlsx: save it as one, or as CSV.")
        )
    if len(members) > MOST_PARTS or len(names) < len(members):
        raise UnreadableFileError(_("This workbook has more parts than one of a grid has."))
    too_large = _("A part of this workbook is too large (%s): copy its cells into a new one.")
    read = [member for member in members if _is_read(member.filename)]
    for member in read:
        most = {TEXTS: MOST_OF_TEXTS}.get(member.filename, MOST_OF_OTHERS)
        if "/worksheets/" in member.filename:
            most = MOST_OF_A_SHEET
        if member.file_size > most:
            raise UnreadableFileError(too_large % member.filename[:80])
    if sum(member.file_size for member in read) > MOST_OF_ALL:
        raise UnreadableFileError(too_large % WORKBOOK)
    parser = _Parser()
    for member in sorted(read, key=lambda own: own.filename not in (WORKBOOK, RELATIONS)):
        with parts.open(member) as part:
            seen = parser.refuse_odd(part, member.filename)
        # One that names a sheet a hundred times would have it read as often.
        sheets = [
            one for one in read if "sheets/" in one.filename and _is_read(one.filename, (XML,))
        ]
        if member.filename == WORKBOOK and seen["sheet"] > len(sheets):
            raise UnreadableFileError(_too_large())


def _is_read(file: str, endings: tuple[str, ...] = (XML, RELS)) -> bool:
    """Whether a part is one that the library may read, by its name; which parts those are a
    workbook says by itself, and is refused where it leads to others.
    """
    return file.lower().endswith(endings)


class _Parser:
    """Looks through the parts of one workbook before the library reads them."""

    def __init__(self) -> None:
        self.scanned_anew = 0
        #: The relations of the sheets that are shown, and what each relation leads to.
        self.shown: list[str] = []
        self.targets: dict[str, str] = {}

    def refuse_odd(self, part: Any, file: str) -> Counter[str]:
        """Refuse a part that declares entities, repeats elements that the library keeps, lays too
        many into each other, or has overlong tags; return how often it has each element.
        """
        most = MOST_IN_A_SHEET if "/worksheets/" in file or file == TEXTS else MOST_IN_OTHERS
        is_only = self._is_only_shown(file)
        seen: Counter[str] = Counter()
        depth = count = 0
        line = filled = last = 0

        def begin(name: str, told: list[str]) -> None:
            nonlocal depth, count, line, filled, last
            own = name.rpartition(" ")[2]
            seen[own] += 1
            depth += 1
            count += 1
            if seen[own] > MOST_ELEMENTS.get(own, most) or count > most or depth > MOST_DEPTH:
                raise UnreadableFileError(_too_large())
            # Each is a name and a text.
            if len(told) > 2 * MOST_ATTRIBUTES:
                raise UnreadableFileError(_overlong())
            if own == "row":
                line += 1
            elif is_only and own in HOLDING and line != last:
                last, filled = line, filled + 1
                # The head is one more.
                if filled > MOST_ROWS + 1:
                    raise UnreadableFileError(too_many_rows())
            elif told and file in (WORKBOOK, RELATIONS, CONTENT_TYPES):
                self._note(own, dict(zip(told[::2], told[1::2], strict=True)))

        def end(_name: str) -> None:
            nonlocal depth
            depth -= 1

        parser = expat.ParserCreate(namespace_separator=" ")
        parser.ordered_attributes = True
        parser.StartDoctypeDeclHandler = _refuse_declared
        parser.StartElementHandler = begin
        parser.EndElementHandler = end
        given = 0
        while chunk := part.read(READ_AT_ONCE):
            parser.Parse(chunk)
            given += len(chunk)
            self.scanned_anew += given - max(parser.CurrentByteIndex, 0)
            if self.scanned_anew > MOST_SCANNED_ANEW:
                raise UnreadableFileError(_overlong())
        parser.Parse(b"", True)
        return seen

    def _note(self, element: str, told: dict[str, str]) -> None:
        """Note which sheets there are, or which part a relation leads to; refuse one that leads the
        library to a part which was not looked through.
        """
        if element == "sheet" and told.get("state", "visible") == "visible":
            self.shown += [text for name, text in told.items() if name.endswith(" id")]
        elif element == "Relationship":
            self.targets[told.get("Id", "")] = told.get("Target", "")
            within = told.get("TargetMode") != "External"
            if within and not told.get("Type", "").endswith(NOT_READ):
                _refuse_unread(told.get("Target", ""))
        elif element == "Override" and told.get("ContentType", "").lower().endswith("xml"):
            _refuse_unread(told.get("PartName", ""))

    def _is_only_shown(self, file: str) -> bool:
        """Whether a part is the one sheet that is shown: of several, an empty one is passed over,
        and those after the first that is not may have as many lines as they like.
        """
        if len(self.shown) != 1:
            return False
        target = self.targets.get(self.shown[0], "")
        return target.removeprefix("/xl/") == file.removeprefix("xl/")


def _refuse_unread(file: str) -> None:
    if not _is_read(file):
        words = _(
            "This workbook leads to a part that a grid has not (%s): save it once more as .xlsx."
        )
        raise UnreadableFileError(words % file[:80])


def _overlong() -> str:
    return _("This workbook has tags that are longer than those of a spreadsheet: it is not read.")


def _too_large() -> str:
    return _("The sheet is larger than a grid may be: copy its cells into a new one.")


def _refuse_declared(*_what: object) -> None:
    raise UnreadableFileError(
        _("This workbook declares entities, as no spreadsheet does: it is not read.")
    )


def _read(name: str, book: Any) -> Sheet:
    first: Sheet | None = None
    work = _Work()
    for own in book.worksheets:
        if own.sheet_state != "visible":
            continue
        sheet = Sheet(f"{name}: {own.title}"[:200])
        # What a sheet says of its size need not be so.
        own.reset_dimensions()
        _read_rows(own, sheet, work, is_first=first is None)
        if first is None and sheet.lines:
            first = sheet
        elif sheet.lines and first is not None:
            first.notes.append(_("Only the first sheet was read: %s.") % first.name)
            break
    if first is None:
        raise UnreadableFileError(_("There is nothing in it."))
    return first.finish()


class _Work:
    """What was looked at of all sheets, which a file may name more often than it has them."""

    def __init__(self) -> None:
        self.lines = self.cells = 0

    def add(self, row: Sized) -> None:
        """Count a line.

        Raises:
            UnreadableFileError: all lines and cells are more than a spreadsheet has.
        """
        self.lines += 1
        self.cells += len(row)
        if self.lines > LAST_LINE:
            raise UnreadableFileError(_("The sheet names lines that no spreadsheet has."))
        if self.cells > MOST_CELLS:
            raise UnreadableFileError(_too_large())


def _read_rows(own: Any, sheet: Sheet, work: _Work, *, is_first: bool) -> None:
    """Read a sheet line by line; of one that is not the first, its first line alone."""
    formats: dict[str, _Format] = {}
    for line, row in enumerate(own.iter_rows(), start=1):
        work.add(row)
        cells = [_cell(sheet, line, place, cell, formats) for place, cell in enumerate(row)]
        while cells and not cells[-1]:
            cells.pop()
        sheet.add(line, cells)
        if sheet.lines and not is_first:
            return


def _cell(sheet: Sheet, line: int, place: int, cell: Any, formats: dict[str, _Format]) -> str:
    value = cell.value
    match cell.data_type:
        case "f":
            # One that stands for several cells is told as a whole.
            formula = str(getattr(value, "text", value) or "=")
            formula = f"={formula.removeprefix('=')}"
            return sheet.formula(line, place, formula)
        case "e":
            words = _("%s is the error of a formula: write the value itself.")
            sheet.wrong.append(WrongCell(line, place, words % value))
            return str(value)
        case "b":
            return "TRUE" if value else "FALSE"
        case "d":
            return _day(sheet, line, place, value, cell.number_format, formats)
        case "n" if value is not None:
            return _number(value, cell.number_format, formats)
    return "" if value is None else str(value).strip()


def _format(shown: str, formats: dict[str, _Format]) -> _Format:
    found = formats.get(shown)
    if found is None:
        plain = _QUOTED.sub("", shown.partition(";")[0]).lower()
        has_day = re.search(r"[dhs]", plain) is not None
        digits = len(plain) if set(plain) == {"0"} else 0
        found = formats[shown] = _Format("m" in plain and not has_day, "%" in plain, digits)
    return found


def _number(value: float, shown: str, formats: dict[str, _Format]) -> str:
    """A number as it is shown, as far as that says what it is."""
    number = Decimal(repr(value))
    if not number.is_finite():
        return str(value)
    form = _format(shown, formats)
    if form.is_percent:
        return f"{number_text(number * 100)}%"
    text = number_text(number)
    return text.zfill(form.digits) if text.isdigit() else text


def _day(
    sheet: Sheet, line: int, place: int, value: Any, shown: str, formats: dict[str, _Format]
) -> str:
    if not isinstance(value, date):
        return str(value)  # a time of day, or how long something takes
    if isinstance(value, datetime):
        if value.time() != datetime.min.time():
            return str(value.replace(microsecond=0))
        value = value.date()
    day = str(value)
    if value.day != 1:
        return day
    if not _format(shown, formats).is_month:
        sheet.first_days.add((line, place))
        return day
    # Whoever types a month gets its first day, which is shown as the month.
    month = day[:7]
    sheet.cell_notes.append(CellNote(line, place, f"{day} ({shown[:40]})", month))
    return month
