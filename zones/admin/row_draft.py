"""What is typed of a row in its form: read as a draft, and refused with all that is wrong."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cbec_portal.china_time import today_in_china
from zones.admin.box_help import asked_for_end
from zones.admin.read_document import ReadsDocument, is_of_another, source_column
from zones.admin.row_address import AddressedRow
from zones.admin.row_form import RowForm, wrong_words
from zones.admin.shown_held_rows import ShowsHeldRows
from zones.dataset.alias_table import Aliases
from zones.dataset.applied_rows import key_of_text
from zones.dataset.problems import Problem, RowMention
from zones.dataset.same_numbers import SameNumber
from zones.dataset.table import Cells
from zones.dataset.version_numbers import ended_without_day
from zones.desk import row_drafts
from zones.desk.cell_words import CellWords
from zones.desk.current_keys import call_by_today
from zones.desk.held_rows import says_again
from zones.desk.judgement import Judgement, RowJudgement, judge_rows
from zones.desk.likely_cells import likely_cells, telling, told_anew
from zones.desk.new_rows import NewRows
from zones.desk.reversal import VERSIONS
from zones.desk.row_drafts import RowDraft
from zones.desk.row_evidence import beside_its_document, evidence_of
from zones.desk.source_warnings import doubles_of, mark_of
from zones.models import ProposedRow, Source, SourceCopy
from zones.rules.kinds_of_change import fitting_changes
from zones.rules.vocabulary import Change, Fate, Proposal


class DraftedRow(ReadsDocument, ShowsHeldRows, AddressedRow):
    """A page on which a row is drafted: what is typed of it, and all that is wrong with it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        #: How often something is told beside a second box, in which it may be mended as well.
        self.told_again = 0
        #: Documents of the number that the row gives its own, which whoever saves has not seen yet.
        self.doubles: list[tuple[RowJudgement, SameNumber]] = []

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
        # What is typed may hold characters that no key has and no database is asked for.
        if model is None or not all(part and part.isprintable() for part in key):
            return False
        gone = model._default_manager.current().filter(change=Change.WITHDRAWN.value)
        return bool(gone.filter(identity=".".join(key)).exists())

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
            cells = {**(self._said or {}), **self._day_of_end, **asked}
        if self.is_unpublished:
            cells = self._with_likely_cells(cells)
        form = RowForm(self.table, cells, self.language, self.way, self._brought)
        if self.is_unpublished:
            form.tell_of_others(telling(self.table))
        return form

    @property
    def _day_of_end(self) -> Cells:
        """The day on which whoever writes an end verifies it, as its form is opened; nothing of a
        row that nobody verified on a day, which an end does not make verified.
        """
        if self.way != "end" or self.row is not None or not (self._said or {}).get("verified_on"):
            return {}
        return {"verified_on": today_in_china().isoformat()}

    @property
    def is_unpublished(self) -> bool:
        """Return whether the form is of a row that the portal has not yet, though a set may."""
        return self.key is None

    def _with_likely_cells(self, cells: Cells) -> Cells:
        """The cells with what they tell of empty ones: as the form of a row is opened that no set
        has yet, and as it asks; what is sent is never filled without being seen.
        """
        # The number and the key that the row itself took are not taken by another.
        others = NewRows(self.change_set, without=self.row) if self.row else self._brought
        if self.request.method != "POST":
            return cells if self.row else {**cells, **likely_cells(self.table, cells, others)}
        if self.act != "look":
            return cells
        before = {name: self.posted(f"told_{name}") for name in telling(self.table)}
        return told_anew(self.table, cells, before, others)

    @property
    def _said(self) -> Cells | None:
        if self.row is None:
            known = self.known
            if known is None or self.way != "copy":
                return known
            own = beside_its_document(self.table)
            return {name: "" if name in own else cell for name, cell in known.items()}
        return {**(self.row.before or {}), **self.row.cells}

    @cached_property
    def _brought(self) -> NewRows:
        """Rows that the set brings, and which others of it may name."""
        return NewRows(self.change_set)

    def _draft(self, *, judged: bool) -> RowDraft:
        take_out = self.way == "withdraw" or (
            self.row is not None and self.row.proposal == Proposal.TAKE_OUT
        )
        cells = {} if take_out else self.form.read(self.request.POST)
        self.kept = self._copy(cells, judged=judged)
        beside: dict[str, Any] = {name: self.posted(name) for name in self.beside}
        return RowDraft(
            self.table,
            self.key,
            cells,
            Proposal.TAKE_OUT if take_out else Proposal.WRITE,
            copy=self.kept,
            **beside,
        )

    @property
    def copy_before(self) -> SourceCopy | None:
        """Return the copy that stands beside the row of the set, if any."""
        return self.row.copy if self.row else None

    @property
    def asks_document(self) -> bool:
        """Return whether the row names no document, or ends by another than it names."""
        if source_column(self.table) is None or self.way == "end":
            return True
        kept = self.copy_before
        return kept is not None and is_of_another(kept, self.table, self._said)

    def help_of_document(self) -> str:
        """Return where the document is named; of an end that it is another than the row's own."""
        if source_column(self.table) is None:
            return super().help_of_document()
        return _(
            "The document that ended it, by number, title or key, if it is another than the row "
            "names. Readers do not see it: an archived copy of it stands beside the row, for "
            "analysts and reviewers."
        )

    def _copy(self, cells: Cells, *, judged: bool) -> SourceCopy | None:
        """The archived copy that the row names: of the document on which it rests, else of that
        which the form asks for.
        """
        column = source_column(self.table)
        slug = {**(self._said or {}), **cells}.get(column or "", "")
        named = Source.objects.filter(slug=slug) if slug and slug.isprintable() else None
        own = named.first() if named is not None else None
        return self.read_copy(own, is_unread=judged and column in self.form.wrong)

    @property
    def _draft_writes(self) -> bool:
        taken = self.row is not None and self.row.proposal == Proposal.TAKE_OUT
        return self.way != "withdraw" and not taken

    def _judged(self, draft: RowDraft) -> tuple[RowJudgement, Judgement]:
        """How the row would fare beside the other rows of the set, and how all do."""
        if self.row:
            (as_saved,) = call_by_today(ProposedRow.objects.filter(pk=self.row.pk))
            own = row_drafts.said_by(as_saved, draft, whole=self.way != "end")
        else:
            (own,) = row_drafts.drafted(self.change_set, [draft])
        own.unread = frozenset(self.form.wrong)
        others = self.change_set.rows.exclude(pk=own.pk) if self.change_set else []
        found = judge_rows([*others, own])
        return next(judged for judged in found.rows if judged.row is own), found

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

    def _refuse_unshown(self, draft: RowDraft) -> None:
        """Refuse to say something else of a row in a set than that says, before it was shown; and
        what the set says already.

        Raises:
            ValidationError: the form showed nothing of it, or what the set said before.
        """
        if self.row is not None or self.change_set is None:
            return
        (own,) = row_drafts.drafted(self.change_set, [draft])
        old = self.change_set.rows.filter(pk=own.pk).first() if own.pk else None
        if old is None:
            return
        call_by_today([old])
        if says_again(old, own):
            words = _("The change set says so already: there is nothing to propose.")
            raise ValidationError(words)
        self.refuse_unshown(self.change_set, [own])

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
            self._refuse_wrong([*left, *self._told_problems(self._judged_apart(draft))])
            raise
        left += self._told_problems(judged)
        self.doubles = [one for one in doubles_of(found) if one[0] is judged]
        self._refuse_wrong(left)
        return judged

    def _told_problems(self, judged: RowJudgement) -> list[str]:
        """Tell beside their boxes what is wrong of which nothing is told there yet; return what has
        no box.
        """
        told = self.form.wrong | self.wrong_beside.keys()
        problems = [self._beside_day(one) for one in judged.problems]
        new = [one for one in problems if one.column not in told]
        for one in new:
            if one.column in self.beside:
                self.wrong_beside.setdefault(one.column, []).append(self._why(one))
            # Said beside two boxes, it is still one thing.
            for name in {*one.mended_in} & {*self.beside} - self.wrong_beside.keys():
                self.wrong_beside[name] = [self._why(one)]
                self.told_again += 1
        left = (one for one in new if one.column not in self.beside)
        return self.form.tell((one.column, self._why(one)) for one in left)

    def _beside_day(self, problem: Problem) -> Problem:
        """What is wrong; that a row ended on no day is wrong with its day."""
        if self.table.ends_by and problem.why == ended_without_day():
            return replace(problem, column=self.table.ends_by[0])
        return problem

    def _judged_apart(self, draft: RowDraft) -> RowJudgement:
        """How a row would fare that cannot be named, but for that."""
        (own,) = row_drafts.drafted_apart(self.change_set, [draft])
        unnamed = {name for name in self.table.key if not draft.cells.get(name)}
        own.unread = frozenset(self.form.wrong | unnamed)
        others = self.change_set.rows.all() if self.change_set else []
        found = judge_rows([*others, own])
        return next(judged for judged in found.rows if judged.row is own)

    def _told_endless(self, draft: RowDraft) -> list[str]:
        """Ask beside its box for the day on which a row ends, where a form ends it without one."""
        if self.way != "end" or not self.table.ends_by:
            return []
        day = self.table.ends_by[0]
        if draft.cells.get(day) or day in self.form.wrong:
            return []
        return self.form.tell([(day, asked_for_end(self.table))])

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
        if draft.proposal == Proposal.TAKE_OUT:
            return []
        blank = {column.name: "" for column in self.table.columns}
        told = self.form.wrong | self.form.within_wrong
        read = self.table.read(1, blank | (self._said or {}) | dict(draft.cells))
        return self.form.tell([one for one in read.wrong if one.column not in told])

    def _refuse_wrong(self, left: list[str]) -> None:
        """Refuse the row if something is wrong with a box, or with what has none."""
        wrong = [*(box.errors for box in self.form.boxes), *self.wrong_beside.values()]
        if count := sum(map(len, wrong)) + len(left) - self.told_again:
            raise self._count_words(count, left)

    @staticmethod
    def _count_words(count: int, left: list[str]) -> ValidationError:
        return ValidationError([wrong_words(count), *left])

    def _told_known(self, draft: RowDraft) -> list[str]:
        """Tell of a new row that is there already: who types it would not see what it overwrites.

        What has no box is returned. A row of the set that keeps its key is known where it stands.
        """
        if self.key is not None or draft.proposal == Proposal.TAKE_OUT:
            return []
        (own,) = row_drafts.drafted(self.change_set, [draft])
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
        return self.problem_words(words, self.change_set).why(problem, self.form.buttons(problem))
