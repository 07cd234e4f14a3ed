"""What may be done with the rows of a change set on its page: cells, ticks, conflicts, warnings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zones.admin.desk_page import DeskPage, whole_number
from zones.admin.set_addresses import address_of_row_in
from zones.admin.set_effect import told_effect
from zones.desk import bulk_rows, proposals, set_steps, settlement
from zones.desk.acknowledgements import (
    NoneWaitingError,
    acknowledge_kinds,
    judged_to_acknowledge,
)
from zones.desk.cell_words import CellWords
from zones.desk.judged_before import JudgedBefore
from zones.desk.judged_sets import JudgedSet, WarningMark, judged_set
from zones.desk.new_rows import NewRows
from zones.desk.row_warnings import Said, said_of_warnings
from zones.models import ChangeSet, ProposedRow

#: How boxes are named in which it is said why rows are right that are warned of, before the kind.
REASON = "reason-"
#: The acts after which the rows that are ticked stay ticked, for what is done with them next.
KEEPING_TICKS = ("set_cell", "acknowledge", "retitle")
#: So many rows are changed at once.
MOST_TICKED = 10_000


class SetRowActs(DeskPage):
    """One change set as it is looked at, and the acts on its rows."""

    #: The kinds of warnings of which an act that was refused wants to know why they are right.
    wanted: Collection[str] = ()
    #: Whether all rows that are listed are ticked, or none; else those that the form says.
    ticks = ""
    #: The rows that were ticked in the act that led to the page.
    kept_ticks: Sequence[int] = ()

    @cached_property
    def change_set(self) -> ChangeSet:
        """Return the set that the address names."""
        sets = ChangeSet.objects.select_related("revision", "undoes")
        return get_object_or_404(sets, pk=self.kwargs["number"])

    @cached_property
    def judged(self) -> JudgedSet:
        """Return what would become of the rows, of which those are read that are shown."""
        return judged_set(self.change_set, self.words, told_effect)

    @cached_property
    def words(self) -> CellWords:
        """Return what reads the cells of the set."""
        return CellWords(self.language, NewRows(self.change_set))

    @cached_property
    def said_of_warnings(self) -> Mapping[tuple[int, str, str], Said]:
        """Return why rows are right that are warned of, as somebody said."""
        return said_of_warnings(self.change_set)

    @cached_property
    def unsaid(self) -> Mapping[str, list[WarningMark]]:
        """Return the warnings of which nobody has said why the rows are right, by their kinds."""
        kinds: dict[str, list[WarningMark]] = defaultdict(list)
        for mark in self.judged.warnings():
            if mark not in self.said_of_warnings:
                kinds[mark.code].append(mark)
        return kinds

    def forget(self) -> None:
        """Let go of the set as it was before an act."""
        for name in ("change_set", "judged", "words", "said_of_warnings", "unsaid"):
            self.__dict__.pop(name, None)

    def _row(self) -> ProposedRow:
        rows = self.change_set.rows.select_related("change_set")
        return get_object_or_404(rows, pk=self.posted_number("row") or 0)

    @property
    def _kept_ticks(self) -> str:
        """Under which name the session keeps which rows were ticked in an act that leads on."""
        return f"ticked in set {self.change_set.pk}"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the set; rows that were ticked in the act that led here stay ticked."""
        self.kept_ticks = request.session.pop(self._kept_ticks, [])
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do what a form asks for, and keep what was ticked in it."""
        answer = super().post(request, *args, **kwargs)
        if answer.status_code == 303 and self.act in KEEPING_TICKS and (ticked := self._ticked()):
            request.session[self._kept_ticks] = ticked
        return answer

    def _ticked(self) -> Sequence[int]:
        """The numbers of the rows that are ticked."""
        if self.request.method != "POST":
            return self.kept_ticks
        said = map(whole_number, self.request.POST.getlist("rows"))
        return [number for number in said if number is not None][:MOST_TICKED]

    def set_cell(self) -> str:
        """Set one cell in the rows that are ticked."""
        person, seen = self.request.user, self.seen()
        said = self._ticked(), self.posted("column"), self.posted("cell")
        before = bulk_rows.judged_to_set(self.change_set, person, *said, seen=seen)
        return self.written_once(lambda: self._address_after(lambda: self._set_cell(before)))

    def _set_cell(self, before: bulk_rows.CellToSet) -> None:
        column, cell, seen = self.posted("column"), self.posted("cell"), self.seen()
        own, person = self.change_set, self.request.user
        done = bulk_rows.set_in_rows(
            own, person, self._ticked(), column, cell, seen=seen, before=before
        )
        words = ngettext("It is set in %d row.", "It is set in %d rows.", done.rows)
        self.tell(words % done.rows)
        label = self._column_called(column)
        for written, read in done.read:
            told = {"column": label, "written": written, "read": read}
            self.tell(_("%(column)s: read %(written)s as %(read)s.") % told)

    def _column_called(self, column: str) -> str:
        """What a column of the set's rows is called."""
        known = bulk_rows.columns_of(self.change_set)
        return dict(chain.from_iterable(one.columns for one in known)).get(column, column)

    def drop_rows(self) -> None:
        """Take the rows that are ticked out of the set."""
        seen = self.seen()
        count = bulk_rows.drop_rows(self.change_set, self.request.user, self._ticked(), seen=seen)
        self._tell_taken_out(count)

    def _tell_taken_out(self, count: int) -> None:
        words = ngettext(
            "%d row was taken out of the set.", "%d rows were taken out of the set.", count
        )
        self.tell(words % count)

    def turn(self) -> HttpResponse:
        """Show another page of the rows; those that are ticked stay so."""
        return self.again([], 200)

    def tick_all(self) -> HttpResponse:
        """Tick all rows that are listed, on whichever page they are."""
        self.ticks = "all"
        return self.again([], 200)

    def tick_none(self) -> HttpResponse:
        """Tick no row any more."""
        self.ticks = "none"
        return self.again([], 200)

    def settle(self) -> str:
        """Settle a conflict of one cell; of a set in review once it is taken back."""
        if self.posted("keep") not in ("mine", "live"):
            raise ValidationError(
                _("The form does not say which of the two is kept. Open it anew.")
            )
        row = self._row()
        mine = self.posted("keep") == "mine"
        # A form sends line breaks as two characters each, whatever stood in it.
        theirs = self.request.POST.get("theirs", "").replace("\r\n", "\n")
        said: dict[str, Any] = {"mine": mine, "seen": self.seen(), "theirs": theirs}
        person, column = self.request.user, self.posted("column")
        if self.posted("seen_set"):
            version = self.posted_number("seen_set")
            set_steps.take_back_and_settle(row, person, column, **said, seen_set=version or 0)
            self.tell(_("Taken back and settled: send it to review again."))
        else:
            settlement.settle(row, person, column, **said)
        return address_of_row_in(self.change_set, row)

    def acknowledge(self) -> str:
        """Say of warnings, kind by kind, why the rows are right all the same."""
        person, seen = self.request.user, self.seen()
        before = judged_to_acknowledge(self.change_set, person, seen=seen)
        return self.written_once(lambda: self._address_after(lambda: self._acknowledge(before)))

    def _acknowledge(self, before: JudgedBefore) -> None:
        own, person, seen = self.change_set, self.request.user, self.seen()
        try:
            acknowledge_kinds(own, person, self._reasons(), seen=seen, before=before)
        except NoneWaitingError as refused:
            self.wanted = refused.waiting
            raise
        self._tell_acknowledged()

    def _tell_acknowledged(self) -> None:
        self.tell(_("It is noted why the rows are right that are warned of."))

    def _reasons(self) -> dict[str, str]:
        """The reasons that the form gives, by the kinds of warnings that they are for."""
        boxes = (name for name in self.request.POST if name.startswith(REASON))
        return {box.removeprefix(REASON): said for box in boxes if (said := self.posted(box))}

    def drop(self) -> None:
        """Take a row out of the set."""
        self._tell_taken_out(proposals.drop(self._row(), self.request.user, seen=self.seen()))
