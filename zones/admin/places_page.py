"""One answer in many places: a topic, a value, and the places that it holds in."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from zones.admin.grid_boxes import grid_boxes, shared_cells
from zones.admin.grid_mending import MendBoxes, button
from zones.admin.grid_page import GridPage
from zones.admin.missing_documents import OF_PLACES, address_of_document
from zones.admin.offered_rows import TAKE, words_with_buttons
from zones.admin.row_form import Box, RowForm
from zones.dataset.policy_table import Policies
from zones.dataset.problems import Problem
from zones.dataset.table import Cells
from zones.desk.cell_words import CellWords
from zones.desk.grid_files import Sheet, UnreadableFileError, read_text
from zones.desk.grid_judgement import JudgedRow
from zones.desk.grid_matrix import read_matrix
from zones.desk.pickers import NotPickedError, label_of, picked
from zones.models.labels import label
from zones.rules.vocabulary import RECORDED_STATES, State

#: In what is kept: that all of it was proposed; in an address: that it is asked for all the same.
ALL_PROPOSED, AGAIN = "all_proposed", "again"
#: What separates names of places, beside line breaks: as people list them in both languages.
_SEPARATORS = re.compile(r"[\r\n\t,;，；、]+")


class PlacesPage(GridPage):
    """Reads the places as a grid of one topic, and proposes the rows that can be.

    It is a matrix with one column: what is said there of names, values and fates holds here.
    """

    template_name = "zones/desk/places.html"
    acts = {**GridPage.acts, "document": "add_document"}
    lines_before = 1
    shares_value = True

    @cached_property
    def topic(self) -> str:
        """Return the key of the topic that is named; an empty text where none is."""
        said = self.posted("topic") or self.request.GET.get("topic", "").strip()
        try:
            return picked("topics", said, brought=self.brought).key[0] if said else ""
        except NotPickedError as wrong:
            self.wrong_topic = words_with_buttons(wrong, "topic")
            return ""

    #: Whether all that was typed was proposed just now.
    is_all_proposed = False
    #: Why what was typed names no topic.
    wrong_topic = ""

    def _sheet(self) -> Sheet:
        if not self.topic:
            raise ValidationError(self.wrong_topic or _("Name a topic."))
        places = self._places()
        if not places:
            raise ValidationError(_("Name the places, one a line or by commas."))
        if not self.posted("cell_value"):
            raise ValidationError(_("Say the answer."))
        written = io.StringIO()
        lines = [["place", self.topic], *([place, self.posted("cell_value")] for place in places)]
        csv.writer(written, dialect="excel-tab", lineterminator="\n").writerows(lines)
        try:
            return read_text(written.getvalue())
        except UnreadableFileError as refused:
            raise ValidationError(str(refused)) from None

    def _places(self) -> list[str]:
        """The places that are named, each once and in order."""
        said = (place.strip() for place in _SEPARATORS.split(self.posted("places")))
        return list(dict.fromkeys(place for place in said if place))

    def _read(self, sheet: Sheet) -> None:
        shared = {name: value for name, _words, value in shared_cells(self.request.POST) if value}
        kind = self.posted("scope_kind")
        self._judge_matrix(read_matrix(sheet, shared, kind, self.words, is_list=True))

    def look(self) -> str | None:
        """Show the boxes that fit the topic; read the places, once some are named."""
        if self.topic and not (self.posted("places") or self.posted("cell_value")):
            raise ValidationError([])
        return super().look()

    def add_document(self) -> str:
        """Keep what was typed, and lead to the form of a document that a box names.

        Once that is saved, the page goes on with what was typed, and names it.
        """
        column = self.posted("do").partition(" ")[2]
        boxes = grid_boxes(self.request.POST)["grid_shared"]
        typed = {box.name: box.value for box in boxes if box.names_document}
        if column not in typed:
            raise ValidationError(_("The form does not say what is to be done. Open it anew."))
        self.tell(_("What you typed is kept: it goes on once the document is saved."))
        return address_of_document(
            self.change_set, f"{OF_PLACES} {column}", typed[column], self.brought
        )

    def _typed(self, shown: Mapping[str, Any] | None) -> QueryDict | None:
        """What is to be kept, and whether all of it was proposed; nothing of a form that was taken
        before.
        """
        is_again = self.act == "propose" and shown is None and not self.is_all_proposed
        if self.act == "empty" or is_again:
            return None
        typed = self.request.POST.copy()
        typed.pop("add_place", None)
        typed.pop("lines", None)
        typed["places"] = self._shown_places()
        typed[ALL_PROPOSED] = "1" if self.is_all_proposed else ""
        return typed if self._is_typed(typed) else None

    def _is_typed(self, typed: QueryDict) -> bool:
        """Whether more than the topic is typed."""
        return bool(str(typed["places"]).strip() or typed.get("cell_value", "").strip())

    def _comes_back(self, typed: QueryDict) -> bool:
        """Whether what is kept is shown: what was proposed as a whole where it is asked for alone,
        and of another topic nothing.
        """
        asked = self.request.GET
        if (topic := asked.get("topic", "").strip()) and topic != typed.get("topic"):
            return False
        if asked.get(AGAIN) or not typed.get(ALL_PROPOSED):
            return True
        self.kept_before = f"{self.request.path}?{AGAIN}=1"
        return False

    def _read_kept(self) -> None:
        """Read what was typed before, with the document for which it waited."""
        typed = self.request.POST.copy()
        for box in grid_boxes(typed)["grid_shared"]:
            if box.names_document and (document := self.request.GET.get(box.name, "")):
                typed[f"shared_{box.name}"] = document
        self.request.POST = typed  # type: ignore[assignment]
        if self.topic and self.posted("places") and self.posted("cell_value"):
            self._read(self._sheet())

    def propose(self) -> str | HttpResponse | None:
        """Propose the rows that were shown; before that they are read, and nothing is saved."""
        if not self.posted("ready"):
            return self.look()
        elsewhere = super().propose()
        self.is_all_proposed = bool(self.proposed) and isinstance(elsewhere, str)
        return elsewhere

    def again(self, errors: list[str], status: int) -> HttpResponse:
        """Show the page; asking for the boxes of a topic is no mistake."""
        if not errors and self.judged is None:
            return self.render_to_response(self.get_context_data())
        return super().again(errors, status)

    def _shown_places(self) -> str:
        """The places as they were typed; those alone that are refused, once others are proposed."""
        if not self.proposed or self.judged is None:
            return self.posted("places")
        return "\n".join(line.cells[0] for line in self.judged.reading.sheet.lines[1:])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the boxes with what was typed, and the fate of each place."""
        said = self.posted("topic") or self.request.GET.get("topic", "").strip()
        return super().get_context_data(
            topic=self.topic,
            said_topic=said,
            wrong_topic=self.wrong_topic,
            topic_called=label_of("topics", (self.topic,), self.brought) if self.topic else "",
            value=self._value_box(),
            codebook=self._form({"topic": self.topic}).codebook,
            places=self._shown_places(),
            **kwargs,
        )

    def _form(self, cells: Cells) -> RowForm:
        return RowForm(Policies(), cells, self.language, "version", self.brought)

    def _buttons(
        self, one: JudgedRow, problem: Problem, _boxes: MendBoxes
    ) -> Mapping[str, SafeString]:
        """What a place may mean: each button writes that in its line, and reads all anew."""
        of_place = [why for (kind, _at), why in one.row.wrong_heads.items() if kind == "line"]
        if problem.why not in of_place:
            return {}
        typed = self._written_at(one.row.line)
        places = [place for place in self._shown_places().splitlines() if place.strip()]
        if typed not in places:
            places = self._places()

        def with_place(cell: str) -> str:
            return "\n".join(cell if place.strip() == typed else place for place in places)

        return {
            offer.called: button(f"{TAKE} places {with_place(offer.cell)}", offer, "places-form")
            for offer in problem.offers
        }

    def _where(self, one: JudgedRow, problem: Problem) -> str:
        """What people call what a problem tells of: the box of the places, or the topic by its
        name, not by its key.
        """
        if problem.why in one.row.wrong_heads.values() or problem.of == "scope_code":
            return _("Places")
        if problem.column == self.topic:
            return CellWords(self.language, self.brought).topic(self.topic)
        return super()._where(one, problem)

    def _value_box(self) -> Box | None:
        """The box of the value, by the type of the topic; states beside it where one chooses."""
        if not self.topic:
            return None
        cells = {"topic": self.topic, "value": self.posted("cell_value")}
        form = self._form(cells)
        box = next(box for box in form.boxes if box.column.name == "value")
        box.is_needed = True
        box.errors += self.shared_wrong.get("value", [])
        if box.options:
            others = [state for state in RECORDED_STATES if state is not State.STATED]
            box.options += [(label(state), label(state)) for state in others]
            box.hint = _("As the document says; where it says nothing, choose here what is known.")
        return box
