"""The page of a grid: rows that were pasted or uploaded, what becomes of each, proposing them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from cbec_portal.punctuation import enumerated
from zones.admin.desk_page import DeskPage, whole_number
from zones.admin.grid_boxes import MATRIX, grid_boxes, shared_cells
from zones.admin.grid_mending import (
    MendBoxes,
    TakenCell,
    cell_taken,
    cells_added,
    cells_typed_anew,
    gives_cells,
    places_mended,
)
from zones.admin.missing_columns import MissingBox, cells_missing, take_missing
from zones.admin.offered_rows import TAKE
from zones.admin.problem_words import ProblemWords
from zones.admin.set_pages import address_of
from zones.admin.shared_faults import take_shared
from zones.dataset.policy_table import Policies
from zones.dataset.problems import Problem
from zones.dataset.table import Table
from zones.dataset.table_registry import registry, table_named
from zones.desk import proposals
from zones.desk.cell_words import CellWords
from zones.desk.fate_counts import fate_counts
from zones.desk.grid import read_table
from zones.desk.grid_export import export_grid
from zones.desk.grid_files import MOST_BYTES, Sheet, UnreadableFileError, read_text, read_upload
from zones.desk.grid_heads import column_names
from zones.desk.grid_judgement import JudgedGrid, JudgedRow, judged_grid, nothing_to_do
from zones.desk.grid_matrix import read_matrix
from zones.desk.grid_names import GridWords, folded
from zones.desk.grid_rows import GridReading, GridRow, as_grid, typed_anew
from zones.desk.held_rows import mark_of_held
from zones.desk.line_numbers import renumber, told_numbers
from zones.desk.new_rows import NewRows
from zones.desk.permissions import SetAction, require
from zones.desk.row_evidence import labels_beside
from zones.desk.source_warnings import mark_of
from zones.models import ChangeSet
from zones.models.labels import label
from zones.rules.vocabulary import Fate

MEDIA_TYPES: Mapping[Any, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: So many rows are listed: those to be mended first, then what they bring, last what is known.
SHOWN = 500
#: So many characters of a text that cannot be read are given back, and of a grid that can: as a
#: page writes them, which takes six for a quotation mark.
MOST_GIVEN_BACK = 1_000_000
MOST_OF_A_GRID = 12_000_000
FIRST = (Fate.REFUSED, Fate.CONFLICT)
LAST = (Fate.SAME, Fate.HELD)


class GridPage(DeskPage):
    """Reads a grid, shows the fate of every row, and proposes the good ones."""

    template_name = "zones/desk/grid.html"
    needed = SetAction.PROPOSE
    acts = {"look": "look", "mend": "mend", "leave": "leave", "propose": "propose", TAKE: "take"}
    large_boxes = ("text",)
    judged: JudgedGrid | None = None
    #: Rows that must be mended are shown alone, with boxes of what is wrong in them.
    only_errors = False
    #: What was pasted, with what was typed anew in boxes beside it.
    text = ""
    proposed = 0
    #: The places of the lines of which cells were typed anew in boxes.
    mended: frozenset[int] = frozenset()
    #: The cell into which what a button offers is written.
    cell_taken: TakenCell | None = None
    #: Whether what would be proposed is another than was shown, and is shown first.
    is_read_anew = False
    #: Columns that the head lacks and new rows need.
    lacking: Sequence[MissingBox] = ()
    #: So many lines stand above those that were typed, and nobody typed them.
    lines_before = 0
    #: Whether the value is given once for all rows, as what they share is.
    shares_value = False

    @cached_property
    def change_set(self) -> ChangeSet:
        """Return the set that the address names."""
        return get_object_or_404(ChangeSet, pk=self.kwargs["number"])

    @cached_property
    def brought(self) -> NewRows:
        """Return the rows that the set brings, which those of a grid may name."""
        return NewRows(self.change_set)

    @cached_property
    def words(self) -> GridWords:
        """Return what cells may name."""
        return GridWords(self.brought)

    def _numbered(self, sheet: Sheet) -> Sheet:
        """The lines of a text that was given back, with the numbers that they had at first."""
        if not self.request.FILES.get("file"):
            renumber(sheet, self.posted("lines"))
        return sheet

    def look(self) -> str | None:
        """Read what was pasted or uploaded, and show it."""
        self._read(self._numbered(self._sheet()))
        raise ValidationError([])

    def mend(self) -> str | None:
        """Read it, and show the rows that must be mended alone."""
        self.only_errors = True
        return self.look()

    def leave(self) -> str | None:
        """Leave out a line, and go on with the others; with the set where none is left."""
        self.only_errors = True
        sheet = self._numbered(self._sheet())
        number = whole_number(self.posted("do").partition(" ")[2])
        if at := sheet.leave_out(number or 0):
            self.mended = frozenset(place - (place > at) for place in self.mended if place != at)
        if len(sheet.lines) == 1:
            return address_of(self.change_set)
        self._read(sheet)
        raise ValidationError([])

    def take(self) -> str | None:
        """Put what a button offers into its box or cell, and read all of it anew."""
        self.only_errors = bool(self.posted("only_errors"))
        self.cell_taken = cell_taken(self.posted("do"))
        if self.cell_taken is None:
            self.put_what_is_taken()
        return self.look()

    def propose(self) -> str | None:
        """Propose the rows that can be; the others are given back, to be mended in place."""
        self.only_errors = bool(self.posted("only_errors"))
        self._read(self._numbered(self._sheet()))
        judged = self.judged
        if judged is None or judged.problems:
            raise ValidationError([])
        if not judged.ready:
            raise ValidationError([] if judged.refused else [nothing_to_do()])
        if (shown := self.posted("ready")) and shown != judged.mark_of_ready:
            # The button said how many rows it proposes: what was typed since is shown first.
            self.only_errors, self.is_read_anew = False, True
            raise ValidationError([])
        self._refuse_unshown(judged)
        if mark_of(judged.doubles) != self.posted("doubles"):
            raise ValidationError([])  # those of another document's number are shown first
        seen = self.change_set.version
        proposals.propose(self.change_set, self.request.user, judged.ready, seen=seen)
        if not judged.refused:
            count = len(judged.ready)
            words = ngettext("%(told)s row is proposed.", "%(told)s rows are proposed.", count)
            self.tell(words % {"told": f"{count:,}"})
            return address_of(self.change_set)
        self.proposed = len(judged.ready)
        self.forget()
        self.mended = frozenset()
        left = _readable(judged.given_back)
        renumber(left, told_numbers(judged.lines_given_back))
        self._read(left)
        raise ValidationError([])

    def _refuse_unshown(self, judged: JudgedGrid) -> None:
        """Refuse to write over somebody else's rows of the set before they were shown.

        Raises:
            ValidationError: the form showed others, or what they said before.
        """
        held = self._held(judged)
        if held and held != self.posted("held"):
            raise ValidationError(
                _(
                    "Somebody else wrote rows of this grid in the set: both are shown below. "
                    "Propose once more to write over theirs."
                )
            )

    def _held(self, judged: JudgedGrid) -> str:
        """What tells the rows of others that it would write over from those that were shown."""
        return mark_of_held(judged.over_others(self.request.user))

    @cached_property
    def shared_wrong(self) -> dict[str, list[str]]:
        """Return what is wrong with what all cells share, by its box."""
        return {}

    def forget(self) -> None:
        """Let go of the set as it was before an act."""
        for read in ("change_set", "brought", "words"):
            self.__dict__.pop(read, None)

    def _sheet(self) -> Sheet:
        file = self.request.FILES.get("file")
        if file is None:
            self.text = self.request.POST.get("text", "")
            posted = self.request.POST.dict()
            taken = self.cell_taken
            if taken or any(map(gives_cells, posted)):
                sheet = _readable(self.text)
                if taken and not taken.is_of(sheet):
                    words = _("What stood in the cell is another by now: choose anew.")
                    raise ValidationError(words)
                cells = cells_typed_anew(posted) | ({taken.place: taken.cell} if taken else {})
                added = cells_added(posted, cells_missing(posted))
                self.mended = places_mended(sheet, cells, added)
                self.text = typed_anew(sheet, cells, added)
            return _readable(self.text)
        if (file.size or 0) > MOST_BYTES:
            words = _("The file has %(size)s bytes; at most %(most)s are read.")
            raise ValidationError(words % {"size": file.size, "most": MOST_BYTES})
        try:
            return read_upload(file.name or "", file.read())
        except UnreadableFileError as refused:
            raise ValidationError(str(refused)) from None

    def _read(self, sheet: Sheet) -> None:
        if _length_in_page(sheet) > MOST_OF_A_GRID:
            raise ValidationError(_("The grid is too long for a page: hand it in in parts."))
        name = self.posted("table")
        if name == MATRIX:
            shared = {
                name: value for name, _words, value in shared_cells(self.request.POST) if value
            }
            reading = read_matrix(sheet, shared, self.posted("scope_kind"), self.words)
            self._judge_matrix(reading)
            return
        try:
            table = table_named(name) if name else table_by_head(sheet)
        except KeyError:
            raise ValidationError(_("There is no such table.")) from None
        self._judge(read_table(table, sheet, self.words))

    def _judge(self, reading: GridReading) -> None:
        """Judge the lines of a grid; what is wrong for want of a column is told once."""
        self.judged = judged_grid(reading, self.change_set, self.words)
        self.lacking = take_missing(self.judged)

    def _judge_matrix(self, reading: GridReading) -> None:
        """Judge the cells of a matrix; what is wrong with all that they share is told once."""
        self.judged = judged_grid(reading, self.change_set, self.words)
        columns = column_names(reading.table)
        own = {
            name for cell in reading.sheet.lines[0].cells for name in columns.get(folded(cell), ())
        }
        # What has a column of its own a line says itself.
        names = [name for name, _words, _value in shared_cells({}) if name not in own]
        self.shared_wrong = take_shared(self.judged, names, value=self.shares_value)

    def again(self, errors: list[str], status: int) -> Any:
        """Show the page; reading a grid is no mistake. What moved meanwhile is judged anew."""
        if status == 409 and self.judged is not None:
            self.forget()
            reading = self.judged.reading
            if self.shares_value or self.posted("table") == MATRIX:
                self._judge_matrix(reading)
            else:
                self._judge(reading)
        elif self.judged is None and (long := self._let_go_of_text()):
            errors = [*errors, long]
        shown_well = not errors and self.judged is not None and not self.judged.problems
        return super().again(errors, 200 if shown_well else status)

    def _let_go_of_text(self) -> str:
        """Give back no text that is too long to be mended in a box, and return that in words."""
        text = self.text or self.request.POST.get("text", "")
        if _written_length(text) <= MOST_GIVEN_BACK:
            return ""
        self.text = ""
        self.let_go(["text"])
        return _("The text is too long to be given back (%s characters): it was not kept.") % len(
            text
        )

    def _enter_act(self) -> str:
        """Return what Enter in a box does: it reads what was typed, and proposes rows only where
        all that were shown are in order.
        """
        if self.only_errors:
            return "mend"
        judged = self.judged
        if judged and judged.ready and not judged.refused and not judged.problems:
            return "propose"
        return "look"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the rows that were read, and the box with what was typed."""
        judged = self.judged
        own: dict[str, Any] = {"grid_text": self.text or self.request.POST.get("text", "")}
        if judged is not None:
            words = CellWords(self.language, self.brought)
            boxes = MendBoxes(judged, words)
            told = self.problem_words(words, self.change_set)
            self.only_errors = self.only_errors and bool(judged.refused)
            sheet_lines = judged.reading.sheet.lines
            mended = {sheet_lines[at].number for at in self.mended if at < len(sheet_lines)}
            listed = [
                one
                for one in judged.rows
                if not self.only_errors or _needs_eyes(one) or one.row.line in mended
            ]
            rows = told_once(sorted(listed, key=lambda one: _urgency(one, mended)))
            before = self._shown_before(len(rows))
            earlier, rows = rows[:before], rows[before:]
            # What proposing it would write over, or double, is listed however much else is.
            shown = [*rows[:SHOWN], *(one for one in rows[SHOWN:] if one.held or one.doubles)]
            lines = [line.number for line in sheet_lines]
            told_rows = [
                self._shown(one, words, told, boxes)
                | {"boxes": boxes.of(one) if self.only_errors else []}
                for one in shown
            ]
            own |= {
                "judged": judged,
                "counts": fate_counts(judged.count),
                "told": [*judged.reading.told, *notes_of_all(told_rows)],
                "problems": [self._wrong(one) for one in judged.problems],
                "shown": told_rows,
                "doubles": mark_of(judged.doubles),
                "held": self._held(judged),
                "lines": told_numbers(sheet_lines),
                "ready": judged.mark_of_ready,
                "left_out": len(earlier) + len(rows) - len(shown),
                "part_before": before // SHOWN if before else 0,
                "part_after": before // SHOWN + 2 if len(rows) > SHOWN and self.only_errors else 0,
                "grid_text": as_grid(judged.reading, lines),
            }
        return super().get_context_data(
            change_set=self.change_set,
            back=address_of(self.change_set),
            can_edit=self.change_set.is_open,
            enter_act=self._enter_act(),
            **grid_boxes(
                self.request.POST, self.shared_wrong, judged.reading.table.name if judged else ""
            ),
            shared_wrong_words=self._shared_words(),
            proposed=self.proposed,
            is_read_anew=self.is_read_anew,
            lacking=self.lacking,
            only_errors=self.only_errors and judged is not None,
            propose_words=_propose_words(judged),
            **own,
            **kwargs,
        )

    def _shown_before(self, count: int) -> int:
        """How many rows to mend stand in parts before the one that is asked for."""
        act, _blank, part = self.posted("do").partition(" ")
        asked = whole_number(part) if act == "mend" and self.only_errors else None
        return min(max((asked or 1) - 1, 0), max(count - 1, 0) // SHOWN) * SHOWN

    def _shared_words(self) -> str:
        """How much is wrong with what all rows share, if anything is."""
        if not (count := sum(map(len, self.shared_wrong.values()))):
            return ""
        words = ngettext(
            "%s thing is wrong with what all rows share: it is said beside its box.",
            "%s things are wrong with what all rows share: each is said beside its box.",
            count,
        )
        return words % count

    def _shown(
        self, one: JudgedRow, words: CellWords, told: ProblemWords, boxes: MendBoxes
    ) -> dict[str, Any]:
        table = self._table
        may_mend = self.change_set.is_open
        return {
            "line": one.row.line - self.lines_before,
            "left_by": f"leave {one.row.line}" if may_mend and one.fate == Fate.REFUSED else "",
            "name": words.row(table, one.judged.key)
            if one.judged
            else " ".join(one.row.key) or self._written_at(one.row.line),
            "fate": label(one.fate),
            "is_refused": one.fate == Fate.REFUSED,
            "cells": words.moved(
                table,
                {name: pair for name, pair in one.moved.items() if name not in table.key},
                one.judged.before,
                one.judged.after,
            )
            if one.judged
            else [],
            "held": one.held,
            "held_cells": _held_cells(table, one, words),
            "problems": [
                (
                    self._where(one, problem),
                    told.why(problem, self._buttons(one, problem, boxes) if may_mend else {}),
                )
                for problem in one.problems
            ],
            "notes": list(_notes(table, one.row, words)),
            "doubles": [double.words for double in one.doubles],
        }

    def _written_at(self, number: int) -> str:
        """What the first cell of a line says that says anything: what names no row is called so."""
        lines = self.judged.reading.sheet.lines if self.judged else []
        cells = next((line.cells for line in lines if line.number == number), [])
        return next(filter(None, cells), "")[:80]

    def _buttons(
        self, one: JudgedRow, problem: Problem, boxes: MendBoxes
    ) -> Mapping[str, SafeString]:
        """The buttons of what a cell may have meant, by how that is called."""
        return boxes.buttons(one, problem)

    @property
    def _table(self) -> Table:
        return self.judged.reading.table if self.judged else Policies()

    def _where(self, _one: JudgedRow, problem: Problem) -> str:
        """What people call that of which a problem of a row tells."""
        return self._called(problem.column)

    def _called(self, column: str | None) -> str:
        """What people call the columns that a problem names; none is the whole row."""
        names = (column or "").split(", ")
        return enumerated(self._labels.get(name, name) for name in names)

    @cached_property
    def _labels(self) -> Mapping[str, str]:
        beside = labels_beside(self._table)
        return {own.name: str(own.label) for own in self._table.columns} | beside

    def _wrong(self, problem: Problem) -> str:
        """What is wrong with a grid as a whole, and where."""
        line = _("Line %s") % problem.line if problem.line else ""
        where = filter(None, (line, self._called(problem.column)))
        return _(": ").join((*where, problem.why))


def notes_of_all(rows: list[dict[str, Any]]) -> list[str]:
    """Take out of several rows how cells were read that all of them share, and return it."""
    noted = [row["notes"] for row in rows if row["notes"]]
    if len(noted) < 2:
        return []
    common = [note for note in noted[0] if all(note in own for own in noted)]
    for row in rows:
        row["notes"] = [note for note in row["notes"] if note not in common]
    return common


def _written_length(text: str) -> int:
    """How long a text is on a page, at most."""
    return len(text) + 5 * sum(text.count(sign) for sign in "\"'&<>")


def _length_in_page(sheet: Sheet) -> int:
    """How long a grid is on a page, at most; it doubles quotation marks."""
    text = "".join(cell for line in sheet.lines for cell in line.cells)
    return _written_length(text) + 6 * text.count('"')


def _notes(table: Table, row: GridRow, words: CellWords) -> Iterable[str]:
    """How cells of a row were read, where that is not how they are written for whoever reads."""
    labels = words.columns(table)
    for note in row.notes:
        column = table.column_named(note.column)
        # A day is told as it is to be written, which is what the reading is about.
        of_day = column is not None and column.is_of_days
        read = note.read if of_day else words.cell(table, note.column, note.read, row.cells)
        if read != note.written:
            told = {"column": labels[note.column], "written": note.written, "read": read}
            yield _("%(column)s: read %(written)s as %(read)s.") % told


def _held_cells(table: Table, one: JudgedRow, words: CellWords) -> list[tuple[str, str, str]]:
    """What the set says of a row already, beside what the grid says."""
    if one.held is None or one.judged is None:
        return []
    beside = one.judged.after or one.judged.before
    return words.moved(table, one.held.moved, beside, beside)


def _needs_eyes(one: JudgedRow) -> bool:
    """Whether a row must be mended, or seen before it is proposed."""
    return one.fate == Fate.REFUSED or bool(one.held or one.doubles)


def _urgency(one: JudgedRow, mended: Collection[int]) -> tuple[bool, bool, bool, bool, int]:
    is_mended = one.row.line in mended
    return one.fate not in FIRST, not one.doubles, not is_mended, one.fate in LAST, one.row.line


def table_by_head(sheet: Sheet) -> Table:
    """Return the table of whose columns a head names most; policies, where it names none."""
    head = {folded(cell) for cell in sheet.lines[0].cells if cell}

    def named(table: Table) -> tuple[int, bool]:
        known = column_names(table)
        keys = {name for name in table.key if any(name in known.get(cell, ()) for cell in head)}
        return sum(cell in known for cell in head), len(keys) == len(table.key)

    tables: list[Table] = [Policies(), *registry]
    return max(tables, key=named)


def told_once(rows: Iterable[JudgedRow]) -> list[JudgedRow]:
    """Return the rows, of the cells of a matrix that a wrong head refuses alone only the first:
    what is wrong with a head is told once, for all of its column or line.
    """
    told: set[tuple[str, int]] = set()
    found = []
    for one in rows:
        again = {why for head, why in one.row.wrong_heads.items() if head in told}
        told |= one.row.wrong_heads.keys()
        own = [problem for problem in one.problems if problem.why not in again]
        if own or not one.problems or one.held or one.doubles:
            found.append(replace(one, problems=own))
    return found


def _propose_words(judged: JudgedGrid | None) -> str:
    """What proposing the rows is called, with how many of them can be as they stand."""
    count = len(judged.ready) if judged else 0
    if not count:
        return _("Read it and propose")
    return ngettext("Propose %d row", "Propose %d rows", count) % count


class TableExport(View):
    """A table as it is known now, as a file that can be edited and handed in again."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return the file.

        Raises:
            Http404: there is no such table, or no such form of a file.
            PermissionDenied: whoever asks is neither analyst nor reviewer.
        """
        require(request.user, SetAction.SEE)
        name: str = request.GET.get("table", "")
        form: Any = request.GET.get("form", "xlsx")
        if form not in MEDIA_TYPES:
            raise Http404("A table is written as csv or xlsx.")
        try:
            table = table_named(name)
        except KeyError:
            raise Http404("There is no such table.") from None
        answer = HttpResponse(export_grid(table, form), content_type=MEDIA_TYPES[form])
        answer.headers["Content-Disposition"] = content_disposition_header(
            True, f"{table.name}.{form}"
        )
        answer.headers["Cache-Control"] = "private, no-store"
        return answer


def _readable(text: str) -> Sheet:
    try:
        return read_text(text)
    except UnreadableFileError as refused:
        raise ValidationError(str(refused)) from None
