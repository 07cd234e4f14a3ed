"""Pages of change sets: the list, one set with its effect, and what may be done with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from itertools import chain
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cbec_portal.punctuation import by_semicolons
from zones.admin.desk_page import Confirmation, DeskPage, whole_number
from zones.admin.effect_picture import picture_of
from zones.admin.effect_words import effect_words, shown_effect
from zones.admin.grid_boxes import grid_boxes
from zones.admin.reviewed_rows import A_PAGE, ReviewedRow, page_of
from zones.admin.set_links import with_links
from zones.dataset.applied_rows import key_of_text
from zones.dataset.table_registry import table_named
from zones.desk import bulk_rows, proposals, set_steps
from zones.desk.acknowledgements import NoneWaitingError, acknowledge_kinds
from zones.desk.cell_words import CellWords
from zones.desk.current_keys import key_moves
from zones.desk.effect import effect_of, impact_of, mark_of
from zones.desk.fate_counts import fate_counts
from zones.desk.held_sets import MovedOnError
from zones.desk.history import last_quoted
from zones.desk.judgement import Judgement, judge
from zones.desk.new_rows import NewRows
from zones.desk.permissions import SetAction, is_own, may
from zones.desk.quotes import clauses_of
from zones.desk.refused_rows import RowsRefusedError
from zones.desk.reversal import title_of_undo
from zones.desk.row_warnings import RowWarning, acknowledged, warnings_of
from zones.desk.set_publication import publish_set, why_not
from zones.desk.set_steps import UnreasonedError
from zones.models import ChangeSet, ProposedRow, SetComment
from zones.models.labels import label, step_words
from zones.models.made_texts import retold
from zones.rules.vocabulary import Fate, SetState
from zones.selectors.dependents import dependents_of

#: How boxes are named in which it is said why rows are right that are warned of, before the kind.
REASON = "reason-"
#: The cells of so many rows are shown at once.
FEW = 3
#: So many rows are changed at once.
MOST_TICKED = 10_000
#: Of so many rows it is told one by one what is to be looked at twice, kind by kind.
SHOWN_WARNED = 20
#: So many rows are named in the question before they are taken out.
SHOWN_TAKEN = 20


def address_of(change_set: ChangeSet) -> str:
    """Return where a set is shown."""
    return reverse("admin:desk-set", args=[change_set.pk])


def address_of_row_in(change_set: ChangeSet, row: ProposedRow) -> str:
    """Return where a row of a set is shown, on whichever page of its rows it is."""
    return f"{address_of(change_set)}?row={row.pk}#row-{row.pk}"


class SetListPage(DeskPage):
    """Change sets by state, and a form that opens one."""

    template_name = "zones/desk/set_list.html"
    acts = {"open": "open"}

    def open(self) -> str:
        """Open a set, and lead to it."""
        opened = proposals.open_set(self.request.user, self.posted("title"), self.posted("reason"))
        return address_of(opened)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the sets of a state, newest first."""
        state = self.request.GET.get("state", "")
        sets = ChangeSet.objects.select_related("revision").order_by("-pk")
        if state in list(SetState):
            sets = sets.filter(state=state)
        if self.request.GET.get("mine"):
            sets = sets.filter(author=self.request.user.pk)
        page = Paginator(sets, A_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            page=page,
            state=state if state in list(SetState) else "",
            mine=bool(self.request.GET.get("mine")),
            states=[(one.value, label(one)) for one in SetState],
            sets=[(one, label(SetState(one.state))) for one in page],
            **kwargs,
        )


class SetPage(DeskPage):
    """One change set: what it would do, by row and by city, and what may be done with it."""

    template_name = "zones/desk/set.html"
    acts = {
        "submit": "submit",
        "take_back": "take_back",
        "send_back": "send_back",
        "publish": "publish",
        "withdraw": "withdraw",
        "reopen": "reopen",
        "comment": "comment",
        "settle": "settle",
        "acknowledge": "acknowledge",
        "drop": "drop",
        "set_cell": "set_cell",
        "drop_rows": "drop_rows",
        "tick_all": "tick_all",
        "tick_none": "tick_none",
        "turn": "turn",
        "retitle": "retitle",
    }

    @cached_property
    def change_set(self) -> ChangeSet:
        """Return the set that the address names."""
        sets = ChangeSet.objects.select_related("revision", "undoes")
        return get_object_or_404(sets, pk=self.kwargs["number"])

    boxes_of: ClassVar = {"empty": "text", "reason": "text"}
    #: What is wrong with the reason of the set, said beside its box.
    wrong_reason = ""
    #: The kinds of warnings of which an act that was refused wants to know why they are right.
    wanted: Collection[str] = ()
    #: Whether all rows that are listed are ticked, or none; else those that the form says.
    ticks = ""

    @property
    def act(self) -> str:
        """Return what a form says is to be done. Enter in a box presses no button: it does what
        the box in which something was typed is for.
        """
        if self.posted("do") != "typed":
            return super().act
        if self._is_titled_anew():
            return "retitle"
        if self._reasons():
            return "acknowledge"
        return "send_back" if self.change_set.state == SetState.IN_REVIEW else "retitle"

    @cached_property
    def judgement(self) -> Judgement:
        """Return what would become of each row."""
        return judge(self.change_set)

    @cached_property
    def words(self) -> CellWords:
        """Return what reads the cells of the set."""
        return CellWords(self.language, NewRows(self.change_set))

    @cached_property
    def warnings(self) -> list[RowWarning]:
        """Return what is to be looked at twice; of large sets that is seldom soon told."""
        return warnings_of(self.judgement, self.words)

    def forget(self) -> None:
        """Let go of the set as it was before an act."""
        for name in ("change_set", "judgement", "words", "warnings"):
            self.__dict__.pop(name, None)

    def _row(self) -> ProposedRow:
        rows = self.change_set.rows.select_related("change_set")
        return get_object_or_404(rows, pk=self.posted_number("row") or 0)

    def submit(self) -> None:
        """Send the set to the reviewers, after what was said of warnings, and why the set is
        proposed, is noted.
        """
        person, seen = self.request.user, self.seen()
        reasons = self._reasons()
        anew = (self.posted("title"), self.posted("reason")) if self._is_titled_anew() else None
        try:
            set_steps.submit(
                self.change_set, person, seen=seen, reasons=reasons, says_why=True, titled=anew
            )
        except RowsRefusedError as refused:
            self.wanted = set(refused.mended_in.values())
            if isinstance(refused, UnreasonedError):
                self.wrong_reason = refused.words
            raise
        self.tell(_("Sent to review: somebody else publishes it, or sends it back."))

    def _told_of_rows(self, refused: RowsRefusedError) -> list[str]:
        """What hinders; whoever may not say why the set is proposed is told who does."""
        told = super()._told_of_rows(refused)
        if self.wrong_reason and not self._may_retitle():
            told.append(_("Who opened a change set says what it is called, and why."))
        return told

    def box_of(self, mended_in: str) -> str:
        """Return the id of what a refusal is mended in: a box, or a part of the page."""
        match mended_in:
            case "":
                return ""
            case set_steps.REASON:
                return "set-reason-box" if self._may_retitle() else ""
            case set_steps.ROWS:
                return "rows"
            case set_steps.PROPOSING:
                return "paste"
        return f"{REASON}{mended_in}"

    def _may_retitle(self) -> bool:
        """Whether whoever reads may say what the set is called, and why it is proposed."""
        return self.change_set.is_open and self.change_set.author_id == self.request.user.pk

    def retitle(self) -> None:
        """Call the set otherwise, or say its reason anew, and note what was said of warnings."""
        title, reason = self.posted("title"), self.posted("reason")
        person, is_anew = self.request.user, self._is_titled_anew()
        held = proposals.retitle(self.change_set, person, title, reason, seen=self.seen())
        if reasons := self._reasons():
            acknowledge_kinds(held, person, reasons)
            self._tell_acknowledged()
        if is_anew or not reasons:
            self.tell(_("The title and the reason are saved."))

    def _is_titled_anew(self) -> bool:
        """Whether the boxes of title and reason, if the form has them, say something else."""
        if "reason" not in self.request.POST:
            return False
        own = self.change_set
        said = self.posted("title"), self.posted("reason").replace("\r\n", "\n")
        return said != (own.title, own.reason)

    def _said_of_set(self) -> dict[str, Any]:
        """The title and the reason as they are, or as they were typed where that was refused."""
        typed = bool(self.errors) and "reason" in self.request.POST
        own = self.change_set
        return {
            "said_title": self.posted("title") if typed else own.title,
            "said_reason": self.posted("reason") if typed else own.reason,
            "title_is_open": bool(
                self.wrong_reason or (typed and (self.wrong or self.act == "retitle"))
            ),
        }

    def _holds_typed(self) -> bool:
        """Whether the page gives back words that were typed in an act that was refused."""
        if not self.errors:
            return False
        typed = self.posted("text") or self.posted("cell") or self._reasons()
        return bool(typed) or self._is_titled_anew()

    def take_back(self) -> None:
        """Take the set back from the reviewers."""
        set_steps.take_back(self.change_set, self.request.user, seen=self.seen())
        self.tell(_("Taken back: go on with it, and send it to review again."))

    def withdraw(self) -> None:
        """Give the set up."""
        set_steps.withdraw(self.change_set, self.request.user, seen=self.seen())
        self.tell(_("The set is withdrawn: nothing of it becomes public."))

    def reopen(self) -> None:
        """Open the set once more that was withdrawn."""
        set_steps.reopen(self.change_set, self.request.user, seen=self.seen())
        self.tell(_("The set is open again, as a draft."))

    def sure_about(self, act: str) -> Confirmation | None:
        """Ask before a set is given up, and before rows are taken out of it."""
        change_set = self.change_set
        is_open = change_set.is_open or change_set.state == SetState.IN_REVIEW
        if not is_open or not may(self.request.user, SetAction.PROPOSE):
            return None
        if act == "withdraw":
            words = _("Withdraw “%s”? Nothing of it becomes public; its authors can open it again.")
            rows = change_set.rows.order_by("pk")
            return Confirmation(
                words % change_set.told_title, _("Withdraw the set"), *self._named(rows)
            )
        empties = act == "set_cell" and not self.posted("cell")
        if not (empties or act in ("drop", "drop_rows")) or not change_set.is_open:
            return None
        numbers = [self.posted_number("row") or 0] if act == "drop" else self._ticked()
        rows = change_set.rows.filter(pk__in=numbers).order_by("pk")
        if not (count := rows.count()):
            return None
        if empties:
            words = ngettext(
                "Leave %(column)s empty in %(count)d row?",
                "Leave %(column)s empty in %(count)d rows?",
                count,
            )
            said = {"column": self._column_called(self.posted("column")), "count": count}
            return Confirmation(words % said, _("Leave it empty"), *self._named(rows))
        words = ngettext(
            "Propose %d row no longer? What was typed in it is lost.",
            "Propose %d rows no longer? What was typed in them is lost.",
            count,
        )
        button = ngettext("Propose it no longer", "Propose them no longer", count)
        return Confirmation(words % count, button, *self._named(rows))

    def _named(self, rows: QuerySet[ProposedRow]) -> tuple[list[str], int]:
        """What some rows of the set are called, and how many there are besides."""
        shown = list(rows[:SHOWN_TAKEN])
        names = [self.words.row(table_named(row.table), key_of_text(row.key)) for row in shown]
        return names, max(0, rows.count() - len(shown))

    def _ticked(self) -> list[int]:
        """The numbers of the rows that are ticked."""
        said = map(whole_number, self.request.POST.getlist("rows"))
        return [number for number in said if number is not None][:MOST_TICKED]

    def set_cell(self) -> None:
        """Set one cell in the rows that are ticked."""
        column = self.posted("column")
        done = bulk_rows.set_in_rows(
            self.change_set,
            self.request.user,
            self._ticked(),
            column,
            self.posted("cell"),
            seen=self.seen(),
        )
        words = ngettext("It is set in %d row.", "It is set in %d rows.", done.rows)
        self.tell(words % done.rows)
        label = self._column_called(column)
        for written, read in done.read:
            told = {"column": label, "written": written, "read": read}
            self.tell(_("%(column)s: read %(written)s as %(read)s.") % told)

    def _column_called(self, column: str) -> str:
        """What a column of the set's rows is called."""
        known = bulk_rows.columns_of(self.change_set.rows.all())
        return dict(chain.from_iterable(one.columns for one in known)).get(column, column)

    def drop_rows(self) -> None:
        """Take the rows that are ticked out of the set."""
        seen = self.seen()
        count = bulk_rows.drop_rows(self.change_set, self.request.user, self._ticked(), seen=seen)
        self._tell_taken_out(count)

    def _tell_taken_out(self, count: int) -> None:
        words = ngettext("%d row is proposed no longer.", "%d rows are proposed no longer.", count)
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

    def send_back(self) -> str | None:
        """Send the set, or the rows that are ticked, back to the analysts."""
        # What is no number names no row, which is not to name none.
        rows = [whole_number(said) or 0 for said in self.request.POST.getlist("rows")]
        back = set_steps.send_back(
            self.change_set,
            self.request.user,
            self.posted("text"),
            rows,
            seen=self.seen(),
        )
        part = back.pk != self.change_set.pk
        told = _("The rows that were ticked go on in change set %s.") if part else ""
        self.tell(told % back.pk if part else _("The set goes back to whoever wrote it."))
        return None

    def publish(self) -> None:
        """Publish the set, in the state in which it was seen, to do what was seen that it does."""
        seen, mark = self.seen(), self.posted("mark")
        revision = publish_set(self.change_set, self.request.user, seen=seen, mark=mark)
        self.tell(_("Published as revision %s: everybody reads it from now on.") % revision.number)

    def comment(self) -> None:
        """Remark on the set or a row."""
        number, said = self.posted_number("row"), self.posted("state")
        if number is None and self.posted("row"):
            raise Http404("There is no such row.")
        row = self.change_set.rows.filter(pk=number).first() if number else None
        if number is not None and row is None:
            raise MovedOnError(_("Somebody took this row out of the change set meanwhile."))
        state = SetState(said) if said in list(SetState) else None
        person = self.request.user
        set_steps.comment(self.change_set, person, self.posted("text"), row, seen=state)

    def settle(self) -> str:
        """Settle a conflict of one cell."""
        row = self._row()
        mine = self.posted("keep") == "mine"
        # A form sends line breaks as two characters each, whatever stood in it.
        theirs = self.request.POST.get("theirs", "").replace("\r\n", "\n")
        proposals.settle(
            row,
            self.request.user,
            self.posted("column"),
            mine=mine,
            seen=self.seen(),
            theirs=theirs,
        )
        return address_of_row_in(self.change_set, row)

    def acknowledge(self) -> None:
        """Say of warnings, kind by kind, why the rows are right all the same."""
        try:
            acknowledge_kinds(self.change_set, self.request.user, self._reasons(), seen=self.seen())
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
        proposals.drop(self._row(), self.request.user, seen=self.seen())
        self._tell_taken_out(1)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the set, its rows as they would fare, its effect, and what may be done."""
        change_set, person = self.change_set, self.request.user
        words = self.words
        shown = self._judged(words) if change_set.revision is None else self._applied(words)
        in_review = change_set.state == SetState.IN_REVIEW
        remarks = change_set.comments.select_related("row").order_by("pk")
        if change_set.revision is None:  # once it is published the log is whole
            remarks = remarks.filter(row=None)
        rows_shown = {str(one.row.pk) for one in shown.get("rows", ())}
        return super().get_context_data(
            change_set=change_set,
            state=label(SetState(change_set.state)),
            title_says_undone=change_set.told_title == title_of_undo(change_set.undoes_id),
            # What was typed of a row that is not shown any more stands in the box of the set.
            remark=self.posted("text")
            if self.posted("do") == "comment" and self.posted("row") not in rows_shown
            else "",
            remarks=_told_remarks(remarks, words),
            why_not_publish=self._why_not_publish() if in_review else "",
            can_edit=change_set.is_open and may(person, SetAction.PROPOSE),
            wrong_reason=self.wrong_reason,
            holds_typed=self._holds_typed(),
            **self._said_of_set(),
            can_retitle=self._may_retitle(),
            can_review=in_review and may(person, SetAction.REVIEW),
            can_take_back=in_review and may(person, SetAction.PROPOSE),
            can_reopen=change_set.state == SetState.WITHDRAWN
            and may(person, SetAction.PROPOSE)
            and is_own(person, change_set),
            can_withdraw=(change_set.is_open or in_review) and may(person, SetAction.PROPOSE),
            **shown,
            **kwargs,
        )

    def _judged(self, words: CellWords) -> dict[str, Any]:
        found = self.judgement
        effect = effect_of(found)
        only_errors = bool(self.request.GET.get("errors"))
        listed = [
            j for j in found.rows if not only_errors or j.fate in (Fate.REFUSED, Fate.CONFLICT)
        ]
        page = page_of(listed, self.request.GET)
        all_open = bool(self.request.GET.get("open"))
        few = all_open or len(found.rows) <= FEW
        told = self.problem_words(words, self.change_set)
        rows = [ReviewedRow(judged, words, told, few=few) for judged in page]
        by_row = {one.row.pk: one for one in rows}
        said = acknowledged(self.change_set)
        kinds: dict[str, list[RowWarning]] = defaultdict(list)
        for warning in self.warnings:
            row = warning.judged.row.pk
            own = said.get((row, warning.code, warning.about))
            if row in by_row:
                by_row[row].warnings.append((warning, own))
            if own is None:
                kinds[warning.code].append(warning)
        for remark in SetComment.objects.filter(row__in=list(by_row)).order_by("pk"):
            if remark.row_id in by_row:
                by_row[remark.row_id].comments.append(remark)
        former = [(one.judged.table, key_of_text(one.row.key)) for one in rows if one.is_followed]
        moves = key_moves(former)
        for one in rows:
            one.key_move = moves.get((one.row.table, key_of_text(one.row.key)))
        quoted = last_quoted((one.judged.table, one.judged.key) for one in rows if one.takes_out)
        may_mend = self.change_set.is_open and may(self.request.user, SetAction.PROPOSE)
        for one in rows:
            one.may_mend = may_mend
            one.quoted = quoted.get((one.judged.table.name, one.judged.key))
        match self.ticks:
            case "all":
                ticked = dict.fromkeys(judged.row.pk for judged in listed[:MOST_TICKED])
            case "none":
                ticked = {}
            case _:
                ticked = dict.fromkeys(self._ticked())
        return {
            "found": found,
            "sent_back": self._sent_back(),
            "rows": rows,
            "page": page,
            "only_errors": only_errors,
            "all_open": all_open,
            "is_folded": any(not one.is_open for one in rows),
            "columns": bulk_rows.columns_of(judged.row for judged in found.rows),
            "ticked": ticked,
            "ticked_elsewhere": [number for number in ticked if number not in by_row],
            "bulk_column": self.posted("column"),
            "bulk_cell": self.posted("cell"),
            "waiting": self._waiting(kinds, words),
            **grid_boxes({}),
            "counts": fate_counts(found.count),
            "effect": effect,
            "mark": mark_of(found, effect),
            "effect_words": effect_words(found, effect),
            "effect_lines": shown_effect(effect, words),
            "picture": picture_of(effect, words),
            "dependents": dependents_of(impact_of(found, effect)),
        }

    def _why_not_publish(self) -> str:
        """Why a reviewer cannot publish the set; whoever is none is told who may."""
        person = self.request.user
        if not may(person, SetAction.REVIEW):
            return _("It is in review: a reviewer publishes it, or sends it back.")
        return why_not(self.change_set, person, self.judgement, self.warnings)

    def _waiting(
        self, kinds: Mapping[str, list[RowWarning]], words: CellWords
    ) -> list[dict[str, Any]]:
        """The kinds of warnings that wait for a reason, with what was typed; that of the first
        that an act wants to know of has the focus, unless the reason of the set has.
        """
        typed = {code: self.posted(f"{REASON}{code}") for code in kinds}
        wanted = [code for code in kinds if code in self.wanted and not typed[code]]
        focused = "" if self.wrong_reason and self._may_retitle() else next(iter(wanted), "")
        return [
            {
                "code": code,
                "told": self._warned(own[:SHOWN_WARNED], words),
                "more": max(0, len(own) - SHOWN_WARNED),
                "reason": typed[code],
                "is_wanted": code in wanted,
                "has_focus": code == focused,
            }
            for code, own in kinds.items()
        ]

    def _sent_back(self) -> SetComment | None:
        """Why the set, or rows that are in it by now, went back, while some are to be mended."""
        change_set = self.change_set
        is_back = change_set.state == SetState.SENT_BACK
        if not (is_back or change_set.rows.filter(sent_back=True).exists()):
            return None
        steps = change_set.comments.filter(step=SetState.SENT_BACK)
        return steps.order_by("-pk").first()

    def _warned(self, warnings: list[RowWarning], words: CellWords) -> list[tuple[str, str]]:
        """What is warned of, each once: the rows as links, and the words."""
        links: dict[str, list[str]] = defaultdict(list)
        for one in warnings:
            address = address_of_row_in(self.change_set, one.judged.row)
            name = words.judged_row(one.judged)
            links[one.words].append(format_html('<a href="{}">{}</a>', address, name))
        # Each link is escaped.
        return [(mark_safe(by_semicolons(own)), told) for told, own in links.items()]  # noqa: S308

    def _applied(self, words: CellWords) -> dict[str, Any]:
        revision: Any = self.change_set.revision
        rows = Paginator(revision.applied_rows.order_by("pk"), A_PAGE)
        page = rows.get_page(self.request.GET.get("page"))
        said: dict[tuple[str, str], list[SetComment]] = defaultdict(list)
        of_rows = self.change_set.comments.filter(row__isnull=False).select_related("row")
        for remark in of_rows.order_by("pk"):
            if remark.row:
                said[remark.row.table, remark.row.key].append(remark)
        shown = []
        for one in page:
            table = table_named(one.table)
            before, after = one.before or {}, one.after or {}
            names = [column.name for column in table.columns]
            moved = {name: (before.get(name, ""), after.get(name, "")) for name in names}
            moved = {name: pair for name, pair in moved.items() if pair[0] != pair[1]}
            shown.append(
                {
                    "row": one,
                    "clauses": clauses_of(one.after, one),
                    "verified_on": after.get("verified_on", ""),
                    "name": words.row(table, key_of_text(one.key)),
                    "table": table.label,
                    "comments": said[one.table, one.key],
                    "cells": words.moved(table, moved, before, after),
                }
            )
        return {"applied": shown, "page": page}


def _told_remarks(
    remarks: Iterable[SetComment], words: CellWords
) -> list[tuple[SetComment, str, str, str]]:
    """Remarks, each with what whoever makes it did with the set, the row that it is about, and
    what it says.
    """
    told: list[tuple[SetComment, str, str, str]] = []
    before = None
    for one in remarks:
        step = SetState(one.step) if one.step else None
        row = one.row
        about = words.row(table_named(row.table), key_of_text(row.key)) if row else ""
        told.append(
            (one, step_words(step, before) if step else "", about, with_links(retold(one.text)))
        )
        before = step or before
    return told
