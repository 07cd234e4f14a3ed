"""The numbers that lines of a grid had where they were pasted or uploaded first.

Once part of a grid is proposed, or blank lines are left out, its text has fewer lines. A form tells
which number each of them had; that holds while the text has the same head and as many lines.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from zlib import crc32

from django.utils.translation import gettext as _

from zones.desk.grid_files import GridLine, Sheet


def told_numbers(lines: Iterable[GridLine]) -> str:
    """Return the numbers of lines for a form, the head's first, with what tells the head apart."""
    head, *others = lines
    numbers = ",".join(str(line.number) for line in (head, *others))
    return f"{_mark(head)}:{numbers}"


def renumber(sheet: Sheet, told: str) -> None:
    """Give the lines of a sheet the numbers that a form tells, where they are of this sheet."""
    mark, _colon, listed = told.partition(":")
    numbers = [
        int(one) for one in listed.split(",") if len(one) < 10 and one.isascii() and one.isdecimal()
    ]
    own = [line.number for line in sheet.lines]
    is_rising = all(one < other for one, other in itertools.pairwise(numbers))
    if len(numbers) != len(own) or not is_rising or mark != _mark(sheet.lines[0]):
        return
    if numbers == own:
        return
    now: Mapping[int, int] = dict(zip(own, numbers, strict=True))
    sheet.lines = [line._replace(number=now[line.number]) for line in sheet.lines]
    sheet.wrong = [one._replace(line=now.get(one.line, one.line)) for one in sheet.wrong]
    sheet.cell_notes = [one._replace(line=now.get(one.line, one.line)) for one in sheet.cell_notes]
    sheet.notes.append(_("Lines have the numbers that they had in what was handed in first."))


def _mark(head: GridLine) -> str:
    return f"{crc32(chr(0).join(head.cells).rstrip(chr(0)).encode()):08x}"
