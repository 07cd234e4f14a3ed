"""The page of one proposed row, of any table of the dataset."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from cbec_portal.punctuation import bracketed
from cbec_portal.quotation import quoted
from zones.admin.box_help import help_of_change
from zones.admin.desk_page import whole_number
from zones.admin.elsewhere import Elsewhere, told_elsewhere
from zones.admin.missing_documents import (
    OF_PLACES,
    address_of_document,
    address_of_issuer,
    address_of_places,
    name_in_places,
)
from zones.admin.offered_rows import TAKE
from zones.admin.read_document import DOCUMENT
from zones.admin.row_draft import DraftedRow
from zones.admin.set_addresses import address_of, address_of_row_in
from zones.dataset.alias_table import Aliases
from zones.dataset.applied_rows import key_of_text
from zones.dataset.place_tables import Cities, FormerPlacements
from zones.dataset.same_numbers import SameNumber
from zones.dataset.source_tables import Sources
from zones.dataset.table_registry import registry, table_named
from zones.desk import proposals
from zones.desk.addresses import address_of_history, address_of_row
from zones.desk.cell_words import CellWords
from zones.desk.city_moves import place_of_today, places_of
from zones.desk.held_sets import MovedOnError
from zones.desk.key_proposals import title_of_key
from zones.desk.open_sets import open_sets
from zones.desk.other_proposals import bringing_document, other_proposals
from zones.desk.pickers import entry_of
from zones.desk.row_drafts import RowDraft
from zones.desk.row_evidence import labels_beside
from zones.desk.source_warnings import mark_of
from zones.models import ChangeSet, ProposedRow
from zones.models.former_keys import keys_of_kind
from zones.models.labels import choices
from zones.models.scopes import PLACES
from zones.rules.names import plain
from zones.rules.vocabulary import Change, Proposal


class RowPage(DraftedRow):
    """The form of a row: of a set, or of the portal, to be proposed in a set that one chooses."""

    template_name = "zones/desk/row.html"
    acts = {
        "save": "save",
        "keep": "keep",
        "look": "look",
        "document": "add_document",
        "use": "use",
        TAKE: "take",
    }
    once = ("save", "keep", "add_document")
    judged_first = once

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
        return self._save(address_of_row_in, judged=False)

    def save(self) -> str:
        """Save the row, if nothing is wrong with it."""
        return self._save(self._address_of_next, judged=True)

    def _address_of_next(self, change_set: ChangeSet, row: ProposedRow) -> str:
        """Where a row that is saved leads on."""
        if self.posted("another"):
            return f"{self.request.path}?{urlencode({'table': self.table.name})}"
        key = key_of_text(row.key)[-1]
        return self._address_of_waiting(change_set, key) or address_of_row_in(change_set, row)

    def use(self) -> str:
        """Lead on to what waits for a document, with one that is there instead of a new one."""
        slug = self.posted("do").partition(" ")[2]
        is_there = entry_of(Sources.name, (slug,), self._brought) is not None
        waits = self.change_set if self._waits and is_there else None
        if waits is None or not (waiting := self._address_of_waiting(waits, slug)):
            raise ValidationError(_("The form does not say what is to be done. Open it anew."))
        return waiting

    def add_document(self) -> str:
        """Save the row as it is, and lead to the form of a document that it names, in its set; from
        a document to that of its issuer.

        Once that is saved, the form of the row is shown again, which names it.
        """
        column = self.posted("do").partition(" ")[2]
        if column not in {box.column.name for box in self.form.boxes if box.adds}:
            raise ValidationError(_("The form does not say what is to be done. Open it anew."))
        return self._save(self._address_of_added, judged=False)

    def _address_of_added(self, change_set: ChangeSet, row: ProposedRow) -> str:
        """Where the document is written that a row names which is saved, or its issuer."""
        column = self.posted("do").partition(" ")[2]
        boxes = {box.column.name: box for box in self.form.boxes if box.adds}
        if boxes[column].adds == "issuers":
            self.tell(_("The document is kept: it goes on once the issuer is saved."))
            typed = boxes[column].first_unknown(row.cells.get(column, ""))
            then = self._asked("for")
            return address_of_issuer(change_set, str(row.pk), column, typed, then)
        self.tell(_("The row is kept: it goes on once the document is saved."))
        typed = row.cells.get(column, "")
        waits = f"{row.pk} {column} {row.version}"
        return address_of_document(change_set, waits, typed, self._brought)

    @property
    def _waits(self) -> bool:
        """Whether a row of the set, or the page of many places, waits for a document."""
        return bool(self.change_set and self.table.name == Sources.name and self._asked("for"))

    def _address_of_waiting(self, change_set: ChangeSet, slug: str) -> str:
        """Where what waits for a row goes on, and names it by now: a row of the set, or the page of
        many places.
        """
        number, column, version, *_more = [*self._asked("for").split(" "), "", ""]
        if number == OF_PLACES:
            name_in_places(self.request.session, change_set, column, slug)
            return address_of_places(change_set, column, slug)
        waiting = change_set.rows.filter(pk=whole_number(number) or 0).first()
        if waiting is None or column not in {c.name for c in table_named(waiting.table).columns}:
            return ""
        page = reverse("admin:desk-row", args=[change_set.pk, waiting.pk])
        if self.table.name == "issuers":  # the document names it as it was typed
            then = self._asked("then")
            return f"{page}?{urlencode({'for': then})}" if then else page
        if self._is_named_in(waiting, column, slug, seen=whole_number(version)):
            return page
        return f"{page}?{urlencode({column: slug})}"

    def _is_named_in(
        self, waiting: ProposedRow, column: str, slug: str, *, seen: int | None
    ) -> bool:
        """Write into the row that waits which document it names, and tell whether it stands there;
        where somebody saved it meanwhile, both are left to whoever goes on.
        """
        if seen is None or waiting.proposal != Proposal.WRITE:
            return False
        table = table_named(waiting.table)
        draft = RowDraft(table, key_of_text(waiting.key), {column: slug})
        with suppress(MovedOnError):
            proposals.repropose(waiting, self.request.user, draft, seen=seen, whole=False)
            return True
        return False

    def _save(self, address: Callable[[ChangeSet, ProposedRow], str], *, judged: bool) -> str:
        """Save the row, and return where that leads on. All that is judged is so before, and a
        file that is handed in is kept: neither holds a lock, and what is refused keeps the file.
        """
        draft = self._draft(judged=judged)
        self.refuse_no_set(self.change_set)
        if judged:
            self._refuse_all(draft)
        else:
            # A name that nobody knows yet is kept as it was typed: sending refuses it.
            for box in self.form.boxes:
                box.errors = []
            self._refuse_wrong(self._told_known(draft))
        self._refuse_unshown(draft)
        return self.written_once(lambda: address(*self._written(draft, judged=judged)))

    def _written(self, draft: RowDraft, *, judged: bool) -> tuple[ChangeSet, ProposedRow]:
        """Write the row, and tell where, and how it was read."""
        try:
            saved = self._propose(draft)
        except ValidationError as refused:
            raise self._beside_its_box(refused) from None
        self.note_set(saved[0])
        if judged:
            self.tell_proposed(1, saved[0])
        elif self.act == "keep":
            self.tell(_("The row is kept unfinished in “%s”.") % saved[0].told_title)
        for note in self.form.notes:
            self.tell(note)
        return saved

    def _propose(self, draft: RowDraft) -> tuple[ChangeSet, ProposedRow]:
        """Save the row in its set, or in one that is opened for it."""
        person = self.request.user
        if self.row:
            seen = self.seen()
            whole = self.way != "end"
            key = dict(zip(self.table.key, key_of_text(self.row.key), strict=True))
            former = self._title(draft._replace(cells={**key, **self.row.cells}))
            row = proposals.repropose(self.row, person, draft, seen=seen, whole=whole)
            return self._named_after(row.change_set, former, self._title(draft)), row
        title = self.title_of_new_set or self._title(draft)
        change_set, (row,) = proposals.propose_in(self.change_set, person, [draft], title=title)
        return change_set, row

    def _named_after(self, change_set: ChangeSet, former: str, title: str) -> ChangeSet:
        """The set, whose title follows its first row where it was called after that: a row that was
        kept unfinished is called otherwise once it is whole.
        """
        is_own = change_set.author_id == self.request.user.pk
        if self.key is None and is_own and former == change_set.title != title:
            return proposals.retitle(change_set, self.request.user, title)
        return change_set

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

    def _title(self, draft: RowDraft) -> str:
        """What a set is called that is opened for the row: what is done, and with which row."""
        if self.key and self.table.name == Aliases.name and (key := self._draft_key()):
            kind, former = self.key
            return title_of_key(kind, former, key)[:200]
        if self.key is None:
            name = CellWords(self.language, self._brought).new_row(self.table, draft.cells)
            return (_("A new row: %(row)s") % {"row": name or self.table.label})[:200]
        told = {"row": CellWords(self.language, self._brought).row(self.table, self.key)}
        match "withdraw" if not self._draft_writes else self.way:
            case "end":
                title = _("End: %(row)s") % told
            case "withdraw":
                title = _("Withdraw: %(row)s") % told
            case _:
                title = _("New version: %(row)s") % told
        return title[:200]

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
        words = CellWords(self.language, self._brought)
        key = self.key
        self._note_own_sets()
        self._note_unfinished()
        return super().get_context_data(
            change_set=self.change_set,
            row=self.row,
            table=self.table,
            tables=[table for table in registry if "number" in self.kwargs and not self.row],
            heading=self._heading(words),
            # The heading of a form of a new row names nothing but its table.
            names_table=key is not None or self.row is not None or self.way == "copy",
            takes_out=not self._draft_writes,
            notes=self.form.notes,
            doubles=mark_of(self.doubles),
            **self.held_shown(words),
            doubled=[
                (one.words, self._address_of(one), one.other["id"]) for _judged, one in self.doubles
            ],
            waits=self._waits,
            boxes=self.form.boxes if self._draft_writes else [],
            groups=self.form.groups if self._draft_writes else [],
            wrong_boxes=self._wrong_boxes(),
            codebook=self.form.codebook,
            decides=self._draft_writes and self.form.decides,
            tells=self.form.tells,
            adds_documents=True,
            chooses_set="number" not in self.kwargs,
            sets=self._sets,
            changes=choices(self.changes),
            help_of_change=help_of_change(self.way),
            **self._beside(),
            other=self._other(),
            query=self.request.GET.urlencode(),
            **self._place_of_today(words),
            elsewhere=self._elsewhere(words),
            history=address_of_history(self.table.name, key) if key else "",
            back=self._back(),
            **kwargs,
        )

    def _note_own_sets(self) -> None:
        """Tell beside a box that names a document which nobody knows which set of one's own brings
        it.
        """
        for box in self.form.boxes:
            typed = box.first_unknown(box.cell) if box.names_document and box.errors else ""
            if not typed:
                continue
            if own := bringing_document(self.request.user, typed, self.change_set):
                words = _(
                    "Your change set %s proposes it: write the row there, or once it is public."
                )
                link = format_html('<a href="{}">{}</a>', address_of(own), quoted(own.told_title))
                box.note = mark_safe(escape(words) % link)  # noqa: S308  (each part is escaped)

    def _note_unfinished(self) -> None:
        """Tell beside a box that names nothing which new row of the set bears that key, but does
        not say yet within what it lies.
        """
        for box in self.form.boxes:
            typed = box.first_unknown(box.cell) if box.naming and box.errors and box.cell else ""
            whole = table_named(box.naming.table).lies_in if box.naming else ""
            if not (typed and whole and self.change_set):
                continue
            new = self.change_set.rows.filter(table=box.naming.table, before__isnull=True)  # type: ignore[union-attr]
            for row in new.filter(proposal=Proposal.WRITE):
                key = key_of_text(row.key)
                is_within = entry_of(whole, key[:1], self._brought) is not None
                if not is_within and plain(key[-1]) == plain(typed):
                    words = _("%s of this change set is unfinished: mend it first.")
                    page = reverse("admin:desk-row", args=[row.change_set_id, row.pk])
                    table = str(table_named(row.table).label_of_one)
                    called = bracketed(" ".join(key), table, self.language)
                    link = format_html('<a href="{}">{}</a>', page, called)
                    box.note = mark_safe(escape(words) % link)  # noqa: S308  (each part is escaped)

    def _elsewhere(self, words: CellWords) -> list[Elsewhere]:
        """What other open sets propose of the row."""
        keys = {self.key, key_of_text(self.row.key) if self.row else None} - {None}
        found = other_proposals([(self.table.name, key) for key in keys if key], self.change_set)
        # What the set that is chosen says of the row is told as that once one writes over it.
        opened = self.request.method != "POST" and self._first_set
        others = [
            other
            for own in found.values()
            for other in own
            if not opened or str(other.change_set.pk) != opened
        ]
        beside = self.form.cells
        return list(told_elsewhere(others, words, self.table, beside=beside))

    def _place_of_today(self, words: CellWords) -> dict[str, Any]:
        """From which day still to come the row of a city says where it lies, and where it lies
        until then: what holds today is said by the row of a former placement.
        """
        places = places_of(self.key[0]) if self.key and self.table.name == Cities.name else []
        if not places or not places[-1].is_to_come:
            return {}
        today = place_of_today(places)
        bodies = zip(PLACES, today.bodies, strict=True)
        return {
            "lies_from": places[-1].since,
            "lies_today": [words.scope(body.kind, code) for body, code in bodies],
            "row_of_today": address_of_row(FormerPlacements.name, (today.city, today.until)),
        }

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
            "new_set": _("Title of a new set"),
            "copy": _("Archived copy"),
            DOCUMENT: _("Document"),
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
            return self._heading_of_new(words)
        name = words.row(self.table, self.key)
        match "withdraw" if not self._draft_writes else self.way:
            case "end":
                return _("End: %(row)s") % {"row": name}
            case "withdraw":
                return _("Withdraw: %(row)s") % {"row": name}
            case "version" if self.table.name == Aliases.name:
                return _("Another key: %s") % name
            case "version":
                return (
                    _("Edit: %s") % name if self.row else _("New version: %(row)s") % {"row": name}
                )
        return name

    def _heading_of_new(self, words: CellWords) -> str:
        """What is written that nobody knows yet: a row of the set once more, one that begins as a
        copy of another, or one of its table.
        """
        if self.row:
            name = words.new_row(self.table, self.row.cells)
            return _("Edit: %s") % (name or self.table.label_of_one)
        if self.way == "copy" and (text := self._asked("key")):
            told = {"row": words.row(self.table, self._asked_key(text))}
            return _("New, copied from: %(row)s") % told
        return _("New: %(what)s") % {"what": self.table.label_of_one}

    @cached_property
    def _sets(self) -> list[tuple[str, str]]:
        """The sets in which the row may be proposed; none, where it stands in one."""
        return [] if "number" in self.kwargs else open_sets(self.request.user, self.language)

    @cached_property
    def _first_set(self) -> str:
        """The number of the set that is chosen as the form is opened; nothing of a new one."""
        return self.begins_with(self._sets) if self._sets else ""

    @property
    def kind_of_work(self) -> str:
        """Return of which table the row is."""
        return self.table.name

    def _beside(self) -> dict[str, Any]:
        """What stands beside the cells: as typed, else as the row of the set says."""
        typed = self.request.method == "POST"
        said = {
            f"said_{name}": self.posted(name) if typed else getattr(self.row, name, "")
            for name in self.beside
        }
        wrong = {
            name: self.wrong_beside.get(name, [])
            for name in (*self.beside, "new_set", "copy", DOCUMENT)
        }
        own = {f"said_{name}": self.posted(name) for name in ("set", "new_set")}
        if not typed:
            own["said_set"] = self._first_set
            if self.row is None:
                said |= {"said_change": self._fitting_change()}
        says_clause = "clause" in self.beside
        return {
            "wrong_beside": wrong,
            "says_clause": says_clause,
            **self.copy_boxes(),
            **own,
            **said,
        }

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
        words = CellWords(self.language, self._brought)
        both = {
            name: (theirs.get(name, ""), cell)
            for name, cell in typed.items()
            if theirs.get(name, "") != cell
        }
        return words.moved(self.table, both, theirs, typed)
