"""The page on which a move of a city is proposed, its day corrected, or the move taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from zones.admin.chosen_set import ChoosesSet
from zones.admin.offered_rows import TAKE, readings_with_buttons
from zones.admin.read_document import ReadsDocument
from zones.admin.row_address import unknown_way
from zones.admin.row_form import RowForm, wrong_words
from zones.admin.set_addresses import address_of
from zones.admin.shown_held_rows import ShowsHeldRows
from zones.dataset.applied_rows import key_of_text
from zones.dataset.place_tables import FormerPlacements
from zones.dataset.table_registry import table_named
from zones.desk import row_drafts
from zones.desk.cell_words import CellWords
from zones.desk.city_moves import (
    CityPlace,
    moved,
    moved_on,
    moves_in,
    place_of_today,
    places_of,
    propose_move,
    refuse_other_moves,
    unmoved,
    with_evidence,
)
from zones.desk.judgement import judge_rows
from zones.desk.open_sets import open_sets
from zones.desk.permissions import SetAction, require
from zones.desk.row_drafts import RowDraft
from zones.desk.row_evidence import EVIDENCE
from zones.models import ChangeSet, City, ProposedRow
from zones.models.scopes import PLACE_COLUMNS, PLACES, Scoped

#: What is done with a place where a city lay, and not with the city itself.
WAYS = ("end", "withdraw")


class _Moves(FormerPlacements):
    """The columns of a move: the day, and where the city lies from then on."""

    columns = tuple(  # type: ignore[assignment]  # the city is that of the address
        replace(column, label=pgettext_lazy("field", "first day there"), help="")
        if column.name == "until"
        else column
        for column in FormerPlacements.columns
        if column.name != "city"
    )


class MovePage(ReadsDocument, ShowsHeldRows, ChoosesSet):
    """Proposes a move of a city, another day of one, or that one never was.

    ``as`` says which, ``since`` the day from which the place holds that it is about.
    """

    template_name = "zones/desk/move.html"
    needed = SetAction.PROPOSE
    acts = {"save": "save", TAKE: "take"}
    once = ("save",)
    judged_first = once
    #: What the chosen set says already of where the city lies.
    moves: Sequence[ProposedRow] = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse an address that asks for what cannot be done here."""
        require(request.user, SetAction.PROPOSE)
        if words := self._wrong_way():
            return render(request, "400.html", {"errors": [("as", words)]}, status=400)
        return super().dispatch(request, *args, **kwargs)

    def _wrong_way(self) -> str:
        """Why nothing can be done in the way that the address asks for, if so."""
        if not (way := self.request.GET.get("as", "")):
            return ""
        if way not in WAYS:
            return unknown_way(way, WAYS)
        if "since" not in self.request.GET:
            return _("It names no place where the city lay: give the first day there as since.")
        return ""

    @cached_property
    def city(self) -> City:
        """Return the city that the address names."""
        return get_object_or_404(City, slug=self.kwargs["city"])

    @cached_property
    def places(self) -> list[CityPlace]:
        """Return where it lay and lies.

        Raises:
            Http404: the city was taken back, so it lies nowhere.
        """
        found = places_of(self.city.slug)
        if not found:
            raise Http404("The city is not known any more.")
        return found

    @cached_property
    def place(self) -> CityPlace | None:
        """Return the known place whose day is corrected, or which is taken back, if any."""
        known = self.places
        if not self.request.GET.get("as"):
            return None
        since = self.request.GET["since"]
        found = next((own for own in known if own.since == since), None)
        if found is None or len(known) == 1:
            raise Http404("The city did not move on this day.")
        return found

    @property
    def kind_of_work(self) -> str:
        """Return the name of the rows that say where cities lay."""
        return FormerPlacements.name

    @property
    def way(self) -> str:
        """Return what is done: ``withdraw``, ``end`` of a place that it left, or ``move``."""
        if self.place and self.request.GET.get("as") == "withdraw":
            return "withdraw"
        return "end" if self.place and self.place.until else "move"

    @cached_property
    def form(self) -> RowForm:
        """Return the boxes with what was typed, else with what the address says."""
        given = self.request.POST if self.request.method == "POST" else self.request.GET
        prefix = "cell_" if self.request.method == "POST" else ""
        names = [column.name for column in _Moves.columns]
        cells = {name: given.get(f"{prefix}{name}", "").strip() for name in names}
        if self.request.method != "POST":
            # A city that moves to another province seldom gets another customs district with it.
            lies = dict(zip(PLACE_COLUMNS, place_of_today(self.places).bodies, strict=True))
            cells = {name: cell or lies.get(name, "") for name, cell in cells.items()}
        form = RowForm(_Moves(), cells, self.language, "version")
        shown = {"withdraw": (), "end": ("until",)}.get(self.way, tuple(names))
        form.boxes = [box for box in form.boxes if box.column.name in shown]
        return form

    def _shown_moves(self, words: CellWords) -> list[dict[str, Any]]:
        """What the set says already of where the city lies, and where each row is changed."""
        told = []
        for row in self.moves:
            table, cells = table_named(row.table), {**(row.before or {}), **row.cells}
            said = {name: ("", cells[name]) for name in PLACE_COLUMNS if name in cells}
            told.append(
                {
                    "name": words.row(table, key_of_text(row.key)),
                    "of": table.label,
                    "cells": [
                        (head, new) for head, _old, new in words.moved(table, said, {}, cells)
                    ],
                    "address": reverse("admin:desk-row", args=[row.change_set_id, row.pk]),
                }
            )
        return told

    def save(self) -> str:
        """Propose the rows that the act comes to, in one set."""
        self.kept = self.read_copy(None)
        evidence: dict[str, Any] = {name: self.posted(name) for name in EVIDENCE}
        drafts = with_evidence(self._drafts(), {**evidence, "copy": self.kept})
        change_set = self.posted_set()
        self.refuse_no_set(change_set)
        if change_set:
            self.moves = moves_in(change_set, self.city.slug)
            refuse_other_moves(change_set, self.city.slug)
        self._refuse_wrong(change_set, drafts)
        return self.written_once(lambda: self._propose(change_set, drafts))

    def take(self) -> str | None:
        """Put what a button offers into its box, and say beside the others what names nothing."""
        self.put_what_is_taken()
        self.form.read(self.request.POST)
        self.form.notes = []
        self._refuse([])
        raise ValidationError([])

    def _propose(self, change_set: ChangeSet | None, drafts: list[RowDraft]) -> str:
        title = self.title_of_new_set or self._heading()[:200]
        own = propose_move(change_set, self.request.user, self.city.slug, drafts, title=title)
        self.note_set(own)
        self.tell_proposed(len(drafts), own)
        for note in self.form.notes:
            self.tell(note)
        return address_of(own)

    def _drafts(self) -> list[RowDraft]:
        if self.way == "withdraw" and self.place:
            return unmoved(self.place)
        cells = self.form.read(self.request.POST)
        for box in self.form.boxes:
            try:
                cell = box.column.cell_of(box.column.value_of(cells[box.column.name]))
                cells[box.column.name] = cell
            except ValueError as wrong:
                if not box.errors:
                    box.errors.append(readings_with_buttons(wrong, box.name))
        self._refuse([])
        try:
            if self.way == "end" and self.place:
                return moved_on(self.place, cells["until"])
            return moved(self.city.slug, cells["until"], *(cells[name] for name in PLACE_COLUMNS))
        except ValidationError as refused:
            self._refuse([(n, " ".join(own)) for n, own in refused.message_dict.items()])
            raise

    def _refuse_wrong(self, change_set: ChangeSet | None, drafts: list[RowDraft]) -> None:
        """Refuse with what the tables say of the rows, beside the other rows of the set."""
        own = row_drafts.drafted(change_set, drafts)
        beside = change_set.rows.exclude(pk__in=[row.pk for row in own]) if change_set else []
        found = judge_rows([*beside, *own])
        told = [judged for judged in found.rows if any(judged.row is row for row in own)]
        words = self.problem_words(CellWords(self.language), change_set)
        self._refuse(
            [
                (one.column, words.why(one, self.form.buttons(one)))
                for judged in told
                for one in judged.problems
            ]
        )
        self.refuse_unshown(change_set, own)

    def _refuse(self, problems: list[tuple[str | None, str]]) -> None:
        cells = [own for own in problems if own[0] not in EVIDENCE]
        # All rows say the same beside their cells, which is told once.
        self.wrong_beside |= {name: [why] for name, why in problems if name in EVIDENCE}
        left = self.form.tell(cells)
        count = sum(len(box.errors) for box in self.form.boxes) + len(left)
        count += len(self.wrong_beside)
        if count:
            raise ValidationError([wrong_words(count), *left])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the boxes, where the city lay and lies, and the sets to choose from."""
        words = CellWords(self.language)
        opened = open_sets(self.request.user, self.language)
        typed = {f"said_{name}": self.posted(name) for name in (*EVIDENCE, "set", "new_set")}
        if self.request.method != "POST":
            typed["said_set"] = self.begins_with(opened)
        columns: list[Any] = [Scoped._meta.get_field(name) for name in PLACE_COLUMNS]
        heads = [column.verbose_name for column in columns]
        return super().get_context_data(
            heads=heads,
            heading=self._heading(),
            way=self.way,
            told=self._told(),
            boxes=self.form.boxes,
            notes=self.form.notes,
            places=[
                (
                    place.since,
                    place.until,
                    [
                        (head, words.scope_with_code(body.kind, code))
                        for head, body, code in zip(heads, PLACES, place.bodies, strict=True)
                    ],
                    place == self.place,
                    place.is_to_come,
                )
                for place in self.places
            ],
            back=reverse("admin:zones_city_change", args=[self.city.pk]),
            city=words.city(self.city.slug),
            says_clause=True,
            sets=opened,
            query=self.request.GET.urlencode(),
            moves=self._shown_moves(words),
            **self.held_shown(words),
            wrong_beside=self.wrong_beside,
            **self.copy_boxes(),
            **typed,
            **kwargs,
        )

    def _heading(self) -> str:
        name = CellWords(self.language).city(self.city.slug)
        match self.way:
            case "withdraw":
                return _("Take back a place: %(row)s") % {"row": name}
            case "end":
                return _("Another day of a move: %(row)s") % {"row": name}
        return _("Move: %(row)s") % {"row": name}

    def _told(self) -> str:
        """What the act says, where the boxes do not."""
        if self.way != "withdraw" or self.place is None:
            return ""
        if self.place.since:
            return _("It says that the city stayed where it was before, until its next move.")
        return _("It says that the city lay from the start where it lay after its first move.")
