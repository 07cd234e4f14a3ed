"""The page of one proposed row, of any table of the dataset."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from zones.admin.copy_pages import ENDINGS
from zones.admin.desk_page import whole_number
from zones.admin.missing_documents import (
    OF_PLACES,
    address_of_document,
    address_of_issuer,
    address_of_places,
)
from zones.admin.offered_rows import TAKE
from zones.admin.row_draft import DraftedRow, source_column
from zones.admin.set_pages import address_of, address_of_row_in
from zones.dataset.alias_table import Aliases
from zones.dataset.applied_rows import key_of_text
from zones.dataset.same_numbers import SameNumber
from zones.dataset.table_registry import registry, table_named
from zones.desk import proposals
from zones.desk.addresses import address_of_history, address_of_row
from zones.desk.cell_words import CellWords
from zones.desk.key_proposals import title_of_key
from zones.desk.open_sets import OpenSets, open_sets
from zones.desk.proposals import RowDraft
from zones.desk.row_evidence import labels_beside
from zones.desk.source_warnings import mark_of
from zones.models import ChangeSet, ProposedRow
from zones.models.former_keys import keys_of_kind
from zones.models.labels import choices
from zones.rules.vocabulary import Change


class RowPage(DraftedRow):
    """The form of a row: of a set, or of the portal, to be proposed in a set that one chooses."""

    template_name = "zones/desk/row.html"
    acts = {
        "save": "save",
        "keep": "keep",
        "look": "look",
        "document": "add_document",
        TAKE: "take",
    }

    def look(self) -> str | None:
        """Show the form once more, with boxes that suit what was typed, and say beside those that
        decide so what names nothing.
        """
        self.form.read(self.request.POST)
        self.form.notes = []
        for box in self.form.boxes:
            if not box.decides:
                box.errors = []
        self._refuse_wrong([])
        raise ValidationError([])

    def take(self) -> str | None:
        """Put what a button offers into its box, and say beside the others what names nothing."""
        self.put_what_is_taken()
        self.form.read(self.request.POST)
        self.form.notes = []
        self._refuse_wrong([])
        raise ValidationError([])

    def keep(self) -> str:
        """Save the row as it is, whatever is wrong with it."""
        return address_of_row_in(*self._save(judged=False))

    def save(self) -> str:
        """Save the row, if nothing is wrong with it."""
        change_set, row = self._save(judged=True)
        if self.posted("another"):
            return f"{self.request.path}?{urlencode({'table': self.table.name})}"
        return self._address_of_waiting(row) or address_of_row_in(change_set, row)

    def add_document(self) -> str:
        """Save the row as it is, and lead to the form of a document that it names, in its set; from
        a document to that of its issuer.

        Once that is saved, the form of the row is shown again, which names it.
        """
        column = self.posted("do").partition(" ")[2]
        boxes = {box.column.name: box for box in self.form.boxes if box.adds}
        if column not in boxes:
            raise ValidationError(_("The form does not say what is to be done. Open it anew."))
        change_set, row = self._save(judged=False)
        if boxes[column].adds == "issuers":
            self.tell(_("The document is kept: it goes on once the issuer is saved."))
            typed = boxes[column].first_unknown(row.cells.get(column, ""))
            then = self._asked("for")
            return address_of_issuer(change_set, str(row.pk), column, typed, then)
        self.tell(_("The row is kept: it goes on once the document is saved."))
        typed = row.cells.get(column, "")
        return address_of_document(change_set, str(row.pk), column, typed, self._brought)

    def _address_of_waiting(self, row: ProposedRow) -> str:
        """Where what waits for this row goes on, and names it by now: a row of the set, or the page
        of many places.
        """
        number, _blank, column = self._asked("for").partition(" ")
        if number == OF_PLACES:
            document = key_of_text(row.key)[-1]
            return address_of_places(row.change_set, column, document)
        waiting = row.change_set.rows.filter(pk=whole_number(number) or 0).first()
        if waiting is None or column not in {c.name for c in table_named(waiting.table).columns}:
            return ""
        page = reverse("admin:desk-row", args=[row.change_set_id, waiting.pk])
        if row.table == "issuers":  # the document names it as it was typed
            then = self._asked("then")
            return f"{page}?{urlencode({'for': then})}" if then else page
        return f"{page}?{urlencode({column: key_of_text(row.key)[-1]})}"

    def _save(self, *, judged: bool) -> tuple[ChangeSet, ProposedRow]:
        draft = self._draft()
        if self.posted("set") and self.change_set is None:
            raise ValidationError(_("There is no such change set: choose another."))
        if judged:
            self._refuse_all(draft)
        else:
            # A name that nobody knows yet is kept as it was typed: sending refuses it.
            for box in self.form.boxes:
                box.errors = []
            self._refuse_wrong(self._told_known(draft))
        self._refuse_unshown(draft)
        try:
            saved = self._propose(draft)
        except ValidationError as refused:
            raise self._beside_its_box(refused) from None
        for note in self.form.notes:
            self.tell(note)
        return saved

    def _propose(self, draft: RowDraft) -> tuple[ChangeSet, ProposedRow]:
        """Save the row in its set, or in one that is opened for it."""
        person = self.request.user
        if self.row:
            seen = self.seen()
            whole = self.way != "end"
            row = proposals.repropose(self.row, person, draft, seen=seen, whole=whole)
            return self.row.change_set, row
        title = self.posted("new_set") or self._title()
        change_set, (row,) = proposals.propose_in(self.change_set, person, [draft], title=title)
        return change_set, row

    def _beside_its_box(self, refused: ValidationError) -> ValidationError:
        """What was refused of what stands beside the cells, told there."""
        told = dict(getattr(refused, "error_dict", {}))
        names = {name: name for name in self.beside} | {"title": "new_set"}
        for name in names.keys() & told.keys():
            messages = ValidationError(told.pop(name)).messages
            self.wrong_beside[names[name]] = messages
        if not self.wrong_beside:
            return refused
        left = ValidationError(told).messages if told else []
        return self._count_words(sum(map(len, self.wrong_beside.values())), left)

    def _title(self) -> str:
        if self.key and self.table.name == Aliases.name and (key := self._draft_key()):
            kind, former = self.key
            return title_of_key(kind, former, key)[:200]
        name = CellWords(self.language).row(self.table, self.key) if self.key else self.table.label
        return name[:200]

    def _draft_key(self) -> str:
        """The key that is typed for the row of a former one, without that which it lies within."""
        kind, former = self.key or ("", "")
        typed = self.form.said(self.request.POST).get("current", "")
        joint = keys_of_kind(kind).joint if keys_of_kind(kind).scope else ""
        return typed.removeprefix(former.partition(joint)[0] + joint) if joint else typed

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form; of a row of a set that is open with what is wrong with it as it stands."""
        if self.row and self.row.change_set.is_open:
            try:
                self._refuse_wrong_cells(self._draft_of(self.row))
            except ValidationError as refused:
                self.errors = list(refused.messages)
            # How it was read, and which documents it doubles, was told when it was saved.
            self.form.notes, self.doubles = [], []
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the boxes, and the sets in which the row may be proposed."""
        words = CellWords(self.language)
        key = self.key
        return super().get_context_data(
            change_set=self.change_set,
            row=self.row,
            table=self.table,
            tables=[table for table in registry if "number" in self.kwargs and not self.row],
            heading=self._heading(words),
            takes_out=not self._draft_writes,
            notes=self.form.notes,
            doubles=mark_of(self.doubles),
            **self.held_shown(words),
            doubled=[(one.words, self._address_of(one)) for _judged, one in self.doubles],
            boxes=self.form.boxes if self._draft_writes else [],
            groups=self.form.groups if self._draft_writes else [],
            wrong_boxes=self._wrong_boxes(),
            codebook=self.form.codebook,
            decides=self._draft_writes and self.form.decides,
            adds_documents=True,
            chooses_set="number" not in self.kwargs,
            sets=self._sets.sets,
            changes=choices(self.changes),
            **self._beside(),
            other=self._other(),
            query=self.request.GET.urlencode(),
            history=address_of_history(self.table.name, key) if key else "",
            back=self._back(),
            **kwargs,
        )

    def _back(self) -> str:
        """Where one goes without saving: to what waits for the row, to its set, or to all sets."""
        if self.change_set is None:
            return reverse("admin:desk-sets")
        if self._asked("for").partition(" ")[0] == OF_PLACES:
            return address_of_places(self.change_set)
        return address_of(self.change_set)

    def _wrong_boxes(self) -> list[tuple[str, str]]:
        """The boxes with which something is wrong: what each is named, and what it is called."""
        own = [(box.name, str(box.column.label)) for box in self.form.boxes if box.errors]
        called = {
            **labels_beside(self.table),
            "change": _("Kind of change"),
            "new_set": _("Title of a new set"),
            "copy": _("Archived copy"),
        }
        ids = {"copy": "copy_file"}
        beside = [name for name, told in self.wrong_beside.items() if told and name in called]
        return [*own, *((ids.get(name, name), called[name]) for name in beside)]

    def _address_of(self, double: SameNumber) -> str:
        """Where a document that is known is proposed anew; nowhere of one that the set brings."""
        return address_of_row(self.table.name, (double.other["id"],)) if double.is_known else ""

    def _heading(self, words: CellWords) -> str:
        """What is done with the row, and which it is."""
        if self.key is None:
            return _("A new row")
        name = words.row(self.table, self.key)
        match "withdraw" if not self._draft_writes else self.way:
            case "end":
                return _("End: %s") % name
            case "withdraw":
                return _("Withdraw: %s") % name
            case "version" if self.table.name == Aliases.name:
                return _("Another key: %s") % name
            case "version":
                return (_("Edit: %s") if self.row else _("New version: %s")) % name
        return name

    @cached_property
    def _sets(self) -> OpenSets:
        """The sets in which the row may be proposed; none, where it stands in one."""
        if "number" in self.kwargs:
            return OpenSets()
        return open_sets(self.request.user, self.language)

    def _beside(self) -> dict[str, Any]:
        """What stands beside the cells: as typed, else as the row of the set says."""
        typed = self.request.method == "POST"
        said = {
            f"said_{name}": self.posted(name) if typed else getattr(self.row, name, "")
            for name in self.beside
        }
        wrong = {
            name: self.wrong_beside.get(name, []) for name in (*self.beside, "new_set", "copy")
        }
        own = {f"said_{name}": self.posted(name) for name in ("set", "new_set")}
        if not typed:
            own["said_set"] = self._sets.begins_with
            if self.row is None:
                said |= {"said_change": self._fitting_change()}
        keeps = source_column(self.table) is not None
        copies = {
            "copy": self.kept or (self.row and self.row.copy),
            "keeps_copies": keeps,
            "says_clause": "clause" in self.beside,
            "endings": ENDINGS,
        }
        return {"wrong_beside": wrong, **copies, **own, **said}

    def _fitting_change(self) -> str:
        """The kind of change that a form begins with: that of an end has ended what had no last
        day yet. Of all others the cells say it.
        """
        ends = self.way == "end" and Change.ENDED in self.changes
        said = self._said or {}
        return Change.ENDED.value if ends and not said.get(self.table.ends_by[0]) else ""

    def _other(self) -> list[tuple[str, str, str]]:
        """What somebody else saved meanwhile, beside what was typed: column, theirs, typed."""
        if self.row_seen is None:
            return []
        theirs = {**(self.row_seen.before or {}), **self.row_seen.cells}
        typed = self.form.said(self.request.POST)
        words = CellWords(self.language)
        both = {
            name: (theirs.get(name, ""), cell)
            for name, cell in typed.items()
            if theirs.get(name, "") != cell
        }
        return words.moved(self.table, both, theirs, typed)
