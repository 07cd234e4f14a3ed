"""The page of one proposed row, of any table of the dataset."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from cbec_portal.punctuation import bracketed
from zones.admin.copy_pages import ENDINGS
from zones.admin.desk_page import DeskPage, whole_number
from zones.admin.missing_documents import (
    OF_PLACES,
    address_of_document,
    address_of_issuer,
    address_of_places,
)
from zones.admin.offered_rows import TAKE
from zones.admin.row_form import RowForm, wrong_words
from zones.admin.set_pages import address_of, address_of_row_in
from zones.dataset.alias_table import Aliases
from zones.dataset.applied_rows import key_of_text
from zones.dataset.policy_table import Policies
from zones.dataset.problems import Problem, RowMention
from zones.dataset.same_numbers import SameNumber
from zones.dataset.table import Cells, Key, Table, WrongRowError
from zones.dataset.table_registry import registry, table_named
from zones.desk import proposals
from zones.desk.addresses import address_of_history, address_of_row
from zones.desk.cell_words import CellWords
from zones.desk.current_keys import call_by_today, keys_now
from zones.desk.evidence import beside_its_document, evidence_of, labels_beside
from zones.desk.judgement import Judgement, RowJudgement, judge_rows
from zones.desk.key_proposals import title_of_key
from zones.desk.new_rows import NewRows
from zones.desk.permissions import SetAction, require
from zones.desk.policy_forms import form_of_answer, form_of_policy
from zones.desk.proposals import RowDraft
from zones.desk.reversal import VERSIONS
from zones.desk.source_copies import keep_copy
from zones.desk.source_warnings import doubles_of, mark_of
from zones.models import ChangeSet, ProposedRow, Source, SourceCopy
from zones.models.former_keys import keys_of_kind
from zones.models.labels import choices
from zones.rules.kinds_of_change import fitting_changes
from zones.rules.vocabulary import Change, Fate, Proposal, SetState

#: What a form does with a row that is known: a new version of it, its end, its withdrawal, or a new
#: row with its cells to begin with.
WAYS = ("version", "end", "withdraw", "copy")


class RowPage(DeskPage):
    """The form of a row: of a set, or of the portal, to be proposed in a set that one chooses."""

    template_name = "zones/desk/row.html"
    needed = SetAction.PROPOSE
    acts = {
        "save": "save",
        "keep": "keep",
        "look": "look",
        "document": "add_document",
        TAKE: "take",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        #: What is wrong with what stands beside the cells, by the names of the boxes.
        self.wrong_beside: dict[str, list[str]] = {}
        #: The archived copy that the form names or brings.
        self.kept: SourceCopy | None = None
        #: Documents of the number that the row gives its own, which whoever saves has not seen yet.
        self.doubles: list[tuple[RowJudgement, SameNumber]] = []

    @cached_property
    def change_set(self) -> ChangeSet | None:
        """Return the set that the address or the form names, if any."""
        if "number" in self.kwargs:
            return get_object_or_404(ChangeSet, pk=self.kwargs["number"])
        return ChangeSet.objects.filter(pk=self.posted_number("set") or 0).first()

    @cached_property
    def row(self) -> ProposedRow | None:
        """Return the row of the set that is edited, if any."""
        if "row" not in self.kwargs:
            return None
        rows = ProposedRow.objects.select_related("change_set", "copy__source")
        row = get_object_or_404(rows, pk=self.kwargs["row"], change_set=self.kwargs["number"])
        if row.change_set.is_open:
            call_by_today([row])
        return row

    @cached_property
    def table(self) -> Table:
        """Return the table of the row."""
        name = self.row.table if self.row else self.kwargs.get("table") or self._asked("table")
        try:
            return table_named(name or "policies")
        except KeyError:
            raise Http404("There is no such table.") from None

    @cached_property
    def key(self) -> Key | None:
        """Return the key of the row that is changed, or nothing for a new one."""
        if self.row:
            return keys_now(self.table, [self.row])[0] if self.row.before is not None else None
        if not (text := self._asked("key")) or self.way == "copy":
            return None
        return self._asked_key(text)

    def _asked_key(self, text: str) -> Key:
        """The key that an address says: a list of texts, or the one part that it has."""
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            said = None
        key = tuple(map(str, said)) if isinstance(said, list) else (text,)
        if len(key) != len(self.table.key) or not all(part.isprintable() for part in key):
            raise Http404("There is no such row.")
        return key

    def _asked(self, name: str) -> str:
        return self.request.GET.get(name, "")

    @property
    def way(self) -> str:
        """Return what is done with the row."""
        way = self._asked("as")
        return way if way in WAYS else "version"

    @property
    def beside(self) -> tuple[str, ...]:
        """Return what the row says beside its cells."""
        return (*(("change",) if self.changes else ()), *evidence_of(self.table))

    @property
    def changes(self) -> tuple[Change, ...]:
        """Return the kinds of change that fit what is done with the row: none of a row that is
        taken out, which is withdrawn, nor of a key.
        """
        if not self._draft_writes or self.table.name == Aliases.name:
            return ()
        stands = self.known is not None and self.key is not None
        fitting = fitting_changes(stands=stands, was_withdrawn=not stands and self._was_withdrawn)
        if self.way == "end":
            return tuple(one for one in fitting if one != Change.AMENDED)
        return tuple(one for one in fitting if one != Change.ENDED or self.table.ends_by)

    @cached_property
    def _was_withdrawn(self) -> bool:
        """Whether the row that is typed was published once, and withdrawn."""
        key = [self.form.cells.get(name, "") for name in self.table.key]
        model: Any = VERSIONS.get(self.table.name)
        if model is None or not all(key):
            return False
        gone = model._default_manager.current().filter(change=Change.WITHDRAWN.value)
        return bool(gone.filter(identity=".".join(key)).exists())

    @cached_property
    def known(self) -> Cells | None:
        """Return the row as the portal knows it now, if it does."""
        key = self.key
        if self.row is None and self._asked("key"):
            key = self._asked_key(self._asked("key"))
            known = self.table.known([key]).get(key)
            if known is None:
                raise Http404("There is no such row.")
            return known
        return self.table.known([key]).get(key) if key else None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Lead nowhere where the address names no row.

        Raises:
            Http404: there is no such table, set or row.
        """
        require(request.user, SetAction.PROPOSE)
        if self.table.name == Policies.name and (self._asked("identity") or self._asked("answer")):
            return HttpResponseRedirect(self._of_policy())
        if "number" in self.kwargs:
            self.change_set  # noqa: B018 (looked up, or refused)
        self.known  # noqa: B018
        if self.way == "end" and not self.table.ends_by:
            words = _("Rows of this table do not end: withdraw the row, or propose a new version.")
            return render(request, "400.html", {"errors": [("as", words)]}, status=400)
        return super().dispatch(request, *args, **kwargs)

    def _of_policy(self) -> str:
        """Where the policy is proposed anew that a public page names, or that answers there.

        Raises:
            Http404: no such policy was ever known, or there is no such city, topic or day.
        """
        if identity := self._asked("identity"):
            found = form_of_policy(identity)
        else:
            city, _slash, topic = self._asked("answer").partition("/")
            found = form_of_answer(city, topic, self._asked("as_of"))
        if found is None:
            raise Http404("There is no such row.")
        return found

    @cached_property
    def form(self) -> RowForm:
        """Return the form with what was typed, else what the row says."""
        form = self._form()
        if key := self.key:
            form.fix(key)
        return form

    def _form(self) -> RowForm:
        if self.request.method == "POST":
            typed = {
                name.removeprefix("cell_"): str(value)
                for name, value in self.request.POST.items()
                if name.startswith("cell_")
            }
            cells = {**(self._said or {}), **typed}
        else:
            asked = {c.name: self._asked(c.name) for c in self.table.columns if self._asked(c.name)}
            cells = {**(self._said or {}), **asked}
        return RowForm(self.table, cells, self.language, self.way, self._brought)

    @property
    def _said(self) -> Cells | None:
        if self.row is None:
            known = self.known
            if known is None or self.way != "copy":
                return known
            own = beside_its_document(self.table)
            return {name: "" if name in own else cell for name, cell in known.items()}
        return {**(self.row.before or {}), **self.row.cells}

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

    @staticmethod
    def _count_words(count: int, left: list[str]) -> ValidationError:
        return ValidationError([wrong_words(count), *left])

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

    def _draft(self) -> RowDraft:
        take_out = self.way == "withdraw" or (
            self.row is not None and self.row.proposal == Proposal.TAKE_OUT
        )
        cells = {} if take_out else self.form.read(self.request.POST)
        self.kept = self._copy(cells)
        beside: dict[str, Any] = {name: self.posted(name) for name in self.beside}
        return RowDraft(
            self.table,
            self.key,
            cells,
            Proposal.TAKE_OUT if take_out else Proposal.WRITE,
            copy=self.kept,
            **beside,
        )

    def _copy(self, cells: Cells) -> SourceCopy | None:
        """The archived copy that the row names: the file just handed in, else the former copy.

        A copy is one of the document that the row rests on.
        """
        column = _source_column(self.table)
        slug = {**(self._said or {}), **cells}.get(column or "", "")
        sources = Source.objects.filter(slug=slug) if slug.isprintable() else Source.objects.none()
        source = sources.first()
        upload = self.request.FILES.get("copy_file")
        if upload is None:
            copies = SourceCopy.objects.filter(source=source) if source else None
            return copies.filter(pk=self.posted_number("copy") or 0).first() if copies else None
        try:
            if source is None:
                raise ValidationError(
                    _("Name its source first; a new source gets copies once it is public.")
                )
            return keep_copy(source, upload, self.request.user, self.posted("read_at"))
        except ValidationError as refused:
            self.wrong_beside["copy"] = refused.messages
            return None

    @cached_property
    def _brought(self) -> NewRows:
        """Rows that the set brings, and which others of it may name."""
        return NewRows(self.change_set)

    def _judged(self, draft: RowDraft) -> tuple[RowJudgement, Judgement]:
        """How the row would fare beside the other rows of the set, and how all do."""
        if self.row:
            (as_saved,) = call_by_today(ProposedRow.objects.filter(pk=self.row.pk))
            own = proposals.said_by(as_saved, draft, whole=self.way != "end")
        else:
            (own,) = proposals.drafted(self.change_set, [draft])
        others = self.change_set.rows.exclude(pk=own.pk) if self.change_set else []
        found = judge_rows([*others, own])
        return next(judged for judged in found.rows if judged.row is own), found

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

    def _draft_of(self, row: ProposedRow) -> RowDraft:
        """What a row of the set says, as its form holds it."""
        held = {box.name: box.cell for box in self.form.boxes}
        writes = row.proposal == Proposal.WRITE
        beside: dict[str, Any] = {name: getattr(row, name) for name in self.beside}
        cells = self.form.read(held) if writes else {}
        return RowDraft(
            self.table, self.key, cells, Proposal(row.proposal), copy=row.copy, **beside
        )

    def _refuse_all(self, draft: RowDraft) -> None:
        """Refuse a row with everything that is wrong with it at once, and one that brings nothing,
        or doubles a document that nobody has seen.
        """
        judged = self._refuse_wrong_cells(draft)
        if judged.fate == Fate.SAME:
            raise ValidationError(_("It says what is known already: there is nothing to propose."))
        if self.doubles and mark_of(self.doubles) != self.posted("doubles"):
            words = _("Another document has this number: look whether it is this one.")
            raise ValidationError(words)

    def _refuse_wrong_cells(self, draft: RowDraft) -> RowJudgement:
        """Refuse a row with everything that is wrong with it at once: cells that cannot be read, a
        row that is there already, and what the tables and the set say of it.
        """
        left = [*self._told_unreadable(draft), *self._told_endless(draft)]
        # What stands beside the cells and is wrong is told: the rest is judged as if it were not.
        if "change" in self.wrong_beside:
            draft = draft._replace(change="")
        try:
            left += self._told_known(draft)
            judged, found = self._judged(draft)
        except ValidationError:  # it cannot be named
            self._refuse_wrong(left)
            raise
        if judged.fate == Fate.REFUSED:
            told = self.form.wrong | self.wrong_beside.keys()
            left += self.form.tell(
                (one.column, self._why(one)) for one in judged.problems if one.column not in told
            )
        self.doubles = [one for one in doubles_of(found) if one[0] is judged]
        self._refuse_wrong(left)
        return judged

    def _told_endless(self, draft: RowDraft) -> list[str]:
        """Ask beside its box for the day on which a row ends, where a form ends it without one."""
        if self.way != "end" or not self.table.ends_by:
            return []
        day = self.table.ends_by[0]
        if draft.cells.get(day) or day in self.form.wrong:
            return []
        return self.form.tell([(day, _("Say the last day on which it holds: 2026-12-31."))])

    def _told_unreadable(self, draft: RowDraft) -> list[str]:
        """Tell beside their boxes which cells are not what their columns take, and what is wrong
        with what stands beside them; return what has no box.
        """
        beside = {name: getattr(draft, name) for name in self.beside}
        others = [own.name for own in ProposedRow._meta.fields if own.name not in beside]
        try:
            ProposedRow(**beside).clean_fields(exclude=others)
        except ValidationError as refused:
            self.wrong_beside |= refused.message_dict
        fits = draft.change in ("", *self.changes)
        # Of versions it is told with the rest of what is wrong, in words of its own.
        if not fits and self.table.name not in VERSIONS and "change" not in self.wrong_beside:
            words = _("This kind of change does not fit what is done with the row.")
            self.wrong_beside["change"] = [words]
        if draft.proposal == Proposal.TAKE_OUT:
            return []
        blank = {column.name: "" for column in self.table.columns}
        told = self.form.wrong
        try:
            self.table.read(1, blank | (self._said or {}) | dict(draft.cells))
        except WrongRowError as wrong:
            return self.form.tell([one for one in wrong.wrong if one[0] not in told])
        return []

    def _refuse_wrong(self, left: list[str]) -> None:
        """Refuse the row if something is wrong with a box, or with what has none."""
        wrong = [*(box.errors for box in self.form.boxes), *self.wrong_beside.values()]
        if count := sum(map(len, wrong)) + len(left):
            raise self._count_words(count, left)

    def _told_known(self, draft: RowDraft) -> list[str]:
        """Tell of a new row that is there already: who types it would not see what it overwrites.

        What has no box is returned. A row of the set that keeps its key is known where it stands.
        """
        if self.key is not None or draft.proposal == Proposal.TAKE_OUT:
            return []
        (own,) = proposals.drafted(self.change_set, [draft])
        if self.row and own.key == self.row.key:
            return []
        if own.before is not None:
            why = _("There is such a row already: propose a new version of it.")
        elif own.pk is not None:
            why = _("The change set holds such a row already: change that one.")
        else:
            return []
        there = RowMention(self.table.name, key_of_text(own.key), proposed=own.pk)
        problem = Problem(self.table.file, None, self.table.key[-1], why, (there,))
        return self.form.tell([(problem.column, self._why(problem))])

    def _why(self, problem: Problem) -> str:
        """What is wrong in words, in which rows are links."""
        words = CellWords(self.language, self._brought)
        return self.problem_words(words, self.change_set).why(problem)

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
            doubled=[(one.words, self._address_of(one)) for _judged, one in self.doubles],
            boxes=self.form.boxes if self._draft_writes else [],
            groups=self.form.groups if self._draft_writes else [],
            wrong_boxes=self._wrong_boxes(),
            codebook=self.form.codebook,
            decides=self._draft_writes and self.form.decides,
            adds_documents=True,
            chooses_set="number" not in self.kwargs,
            sets=[(str(one.pk), self._set_called(one)) for one in self._sets],
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
    def _sets(self) -> list[ChangeSet]:
        """The sets in which the row may be proposed, the newest first."""
        if "number" in self.kwargs:
            return []
        open_states = (SetState.DRAFT, SetState.SENT_BACK)
        return list(ChangeSet.objects.filter(state__in=open_states)[:50])

    def _set_called(self, one: ChangeSet) -> str:
        """What a set is called, with its author where that is somebody else."""
        is_own = one.author_id == self.request.user.pk
        return str(one) if is_own else bracketed(str(one), one.author_name, self.language)

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
        mine = [str(one.pk) for one in self._sets if one.author_id == self.request.user.pk]
        if not typed and mine:
            own["said_set"] = mine[0]
        keeps = _source_column(self.table) is not None
        copies = {
            "copy": self.kept or (self.row and self.row.copy),
            "keeps_copies": keeps,
            "says_clause": "clause" in self.beside,
            "endings": ENDINGS,
        }
        return {"wrong_beside": wrong, **copies, **own, **said}

    @property
    def _draft_writes(self) -> bool:
        taken = self.row is not None and self.row.proposal == Proposal.TAKE_OUT
        return self.way != "withdraw" and not taken

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


def _source_column(table: Table) -> str | None:
    """The column of a table that names a document; of the documents themselves, their key."""
    if table.name == "sources":
        return table.key[0]
    named = (key.columns[0] for key in table.foreign_keys if key.table == "sources")
    return next(named, None)
