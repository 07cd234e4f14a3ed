"""The page of a grid: rows that were pasted or uploaded, what becomes of each, proposing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zones.admin.chosen_set import note_work
from zones.admin.desk_page import whole_number
from zones.admin.form_marks import MARK
from zones.admin.grid_boxes import MATRIX, grid_boxes, shared_cells
from zones.admin.grid_mending import (
    TakenCell,
    cell_taken,
    cells_added,
    cells_typed_anew,
    gives_cells,
    places_mended,
)
from zones.admin.kept_forms import keep_form, kept_form, let_go_of_form
from zones.admin.missing_columns import MissingBox, cells_missing, take_missing
from zones.admin.offered_rows import TAKE
from zones.admin.set_addresses import address_of
from zones.admin.shared_faults import take_shared
from zones.admin.told_grid import TellsGrid
from zones.dataset.policy_table import Policies
from zones.dataset.table import Table
from zones.dataset.table_registry import registry, table_named
from zones.desk import proposals
from zones.desk.grid import read_table
from zones.desk.grid_files import MOST_BYTES, Sheet, UnreadableFileError, read_text, read_upload
from zones.desk.grid_heads import column_names
from zones.desk.grid_judgement import JudgedGrid, judged_grid, nothing_to_do
from zones.desk.grid_matrix import read_matrix
from zones.desk.grid_names import GridWords, folded
from zones.desk.grid_rows import GridReading, as_grid, typed_anew
from zones.desk.held_rows import mark_of_held
from zones.desk.line_numbers import renumber, told_numbers
from zones.desk.permissions import SetAction
from zones.desk.source_warnings import mark_of

#: What a form sends that is no part of what was typed, or that was true when it was shown.
NOT_KEPT = ("csrfmiddlewaretoken", "do", MARK, "held", "ready", "doubles")
#: So many characters of a text that cannot be read are given back, and of a grid that can: as a
#: page writes them, which takes six for a quotation mark.
MOST_GIVEN_BACK = 1_000_000
MOST_OF_A_GRID = 12_000_000


class GridPage(TellsGrid):
    """Reads a grid, shows the fate of every row, and proposes the good ones."""

    template_name = "zones/desk/grid.html"
    needed = SetAction.PROPOSE
    acts = {
        "look": "look",
        "mend": "mend",
        "leave": "leave",
        "propose": "propose",
        TAKE: "take",
        "empty": "empty",
    }
    once = ("propose",)
    judged_first = once
    large_boxes = ("text",)
    #: What was pasted, with what was typed anew in boxes beside it.
    text = ""
    proposed = 0
    #: The cell into which what a button offers is written.
    cell_taken: TakenCell | None = None
    #: Whether what would be proposed is another than was shown, and is shown first.
    is_read_anew = False
    #: Columns that the head lacks and new rows need.
    lacking: Sequence[MissingBox] = ()
    #: Whether the value is given once for all rows, as what they share is.
    shares_value = False
    #: Whether it shows what was typed before, which nobody sent this time.
    is_kept = False
    #: Where what was typed before is shown, if it is not shown here.
    kept_before = ""

    @cached_property
    def words(self) -> GridWords:
        """Return what cells may name."""
        return GridWords(self.brought)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the page with what was read last, as it would be read now: going back or loading it
        anew loses nothing, and rows that were proposed since say so.
        """
        if (typed := kept_form(request.session, request.path)) and self._comes_back(typed):
            # Django reads files and form in one, and would put an empty form in its place later.
            _no_files = request.FILES
            request.POST = typed  # type: ignore[assignment]
            self.is_kept = True
            self.only_errors = bool(self.posted("only_errors"))
            try:
                self._read_kept()
            except ValidationError as refused:
                self.errors = list(refused.messages)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do what the form asks for, and keep what was typed in it."""
        answer = super().post(request, *args, **kwargs)
        shown = answer.context_data if isinstance(answer, TemplateResponse) else None
        if typed := self._typed(shown):
            for name in [*typed]:
                if name in NOT_KEPT or gives_cells(name):
                    del typed[name]
            is_short = keep_form(request.session, request.path, typed)
            if shown is not None:
                # What brings nothing need not come back.
                shown["is_too_long"] = not is_short and not shown["nothing_words"]
        return answer

    def _comes_back(self, typed: QueryDict) -> bool:
        """Whether what is kept is shown, though nobody asks for it."""
        return bool(typed)

    def _read_kept(self) -> None:
        """Read what was typed before."""
        self._read(self._numbered(self._sheet()))

    def _typed(self, shown: Mapping[str, Any] | None) -> QueryDict | None:
        """What is to be kept of a form, with the grid as it is given back; of one that was proposed
        as a whole all of it, in its own form where it came as a file.
        """
        typed = self.request.POST.copy()
        if shown is not None:
            typed["text"], typed["lines"] = shown["grid_text"], shown.get("lines", "")
            typed["only_errors"] = "1" if shown["only_errors"] else ""
        elif self.judged is not None:
            lines = self.judged.reading.sheet.lines
            typed["text"] = as_grid(self.judged.reading, [line.number for line in lines])
            typed["lines"] = told_numbers(lines)
        else:
            return None
        return typed if str(typed["text"]).strip() else None

    def empty(self) -> str:
        """Let go of what was typed, and show an empty page."""
        let_go_of_form(self.request.session, self.request.path)
        return self.request.path

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
            let_go_of_form(self.request.session, self.request.path)
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

    def propose(self) -> str | HttpResponse | None:
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

        def write() -> str:
            proposals.propose(self.change_set, self.request.user, judged.ready, seen=seen)
            note_work(self.request, self.change_set, {draft.table.name for draft in judged.ready})
            self.proposed = len(judged.ready)
            return self.request.path if judged.refused else address_of(self.change_set)

        leads_to = self.written_once(write)
        if not self.proposed:
            return leads_to  # the same form was taken meanwhile
        if not judged.refused:
            self.tell_proposed(self.proposed, self.change_set)
            return leads_to
        self.forget()
        self.mended = frozenset()
        left = _readable(judged.given_back)
        renumber(left, told_numbers(judged.lines_given_back))
        self._read(left)
        return self.again([], 400)

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
                # What is given once for all lines that lack a column was typed in none of them.
                self.mended = places_mended(sheet, cells, cells_added(posted, {}))
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

    def again(self, errors: list[str], status: int) -> HttpResponse:
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
            own |= self.told_grid(judged) | {"held": self._held(judged)}
        return super().get_context_data(
            change_set=self.change_set,
            back=address_of(self.change_set),
            can_edit=self.change_set.is_open,
            enter_act=self._enter_act(),
            **grid_boxes(
                self.request.POST, self.shared_wrong, judged.reading.table.name if judged else ""
            ),
            shared_wrong_words=self.shared_words(),
            proposed=self.proposed,
            is_read_anew=self.is_read_anew,
            lacking=self.lacking,
            only_errors=self.only_errors and judged is not None,
            is_kept=self.is_kept,
            kept_before=self.kept_before,
            is_too_long=False,
            nothing_words=nothing_to_do() if judged and judged.brings_nothing else "",
            propose_words=_propose_words(judged),
            **own,
            **kwargs,
        )


def _written_length(text: str) -> int:
    """How long a text is on a page, at most."""
    return len(text) + 5 * sum(text.count(sign) for sign in "\"'&<>")


def _length_in_page(sheet: Sheet) -> int:
    """How long a grid is on a page, at most; it doubles quotation marks."""
    text = "".join(cell for line in sheet.lines for cell in line.cells)
    return _written_length(text) + 6 * text.count('"')


def table_by_head(sheet: Sheet) -> Table:
    """Return the table of whose columns a head names most; policies, where it names none."""
    head = {folded(cell) for cell in sheet.lines[0].cells if cell}

    def named(table: Table) -> tuple[int, bool]:
        known = column_names(table)
        keys = {name for name in table.key if any(name in known.get(cell, ()) for cell in head)}
        return sum(cell in known for cell in head), len(keys) == len(table.key)

    tables: list[Table] = [Policies(), *registry]
    return max(tables, key=named)


def _propose_words(judged: JudgedGrid | None) -> str:
    """What proposing the rows is called, with how many of them can be as they stand."""
    count = len(judged.ready) if judged else 0
    if not count:
        return _("Read it and propose")
    return ngettext("Propose %d row", "Propose %d rows", count) % count


def _readable(text: str) -> Sheet:
    try:
        return read_text(text)
    except UnreadableFileError as refused:
        raise ValidationError(str(refused)) from None
