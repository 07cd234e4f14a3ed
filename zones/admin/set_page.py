"""The page of one change set: its rows, what they would do, and what may be done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from cbec_portal.punctuation import by_semicolons, enumerated
from zones.admin.grid_boxes import grid_boxes
from zones.admin.published_set import NO_EFFECT, applied_rows, past_effect
from zones.admin.reviewed_rows import A_PAGE, page_of
from zones.admin.set_acts import SetActs
from zones.admin.set_addresses import address_of_row_in
from zones.admin.set_remarks import told_remarks
from zones.admin.set_row_acts import MOST_TICKED, REASON
from zones.admin.set_rows import reviewed_rows
from zones.desk import bulk_rows
from zones.desk.cell_words import CellWords
from zones.desk.fate_counts import fate_counts
from zones.desk.judged_sets import WarningMark
from zones.desk.judgement import UNREADY, RowJudgement
from zones.desk.past_warnings import PastWarning
from zones.desk.permissions import SetAction, is_own, may, publishable
from zones.desk.reversal import title_of_undo
from zones.desk.revision_effect import undone_by
from zones.desk.row_warnings import RowWarning, Said
from zones.desk.set_publication import why_not
from zones.desk.set_steps import hindering_words, some_came_back
from zones.models import SetComment
from zones.models.labels import label
from zones.rules.vocabulary import Fate, SetState
from zones.selectors.dependents import dependents_of

#: The cells of so many rows are shown at once.
FEW = 3
#: Of so many rows it is told one by one what is to be looked at twice, kind by kind.
SHOWN_WARNED = 20


class AcknowledgedLine(NamedTuple):
    """Warnings of one kind that one person acknowledged with one reason: links to the rows, how
    many more there are, and what was said.
    """

    rows: str
    more: int
    said: PastWarning


class UnreadyLine(NamedTuple):
    """A row that is in conflict or refused: a link to it, which of both, and in which columns."""

    row: str
    fate: str
    columns: str


class Unready(NamedTuple):
    """The rows of a set that are settled or mended first, and how many more there are."""

    lines: Sequence[UnreadyLine]
    more: int


class Acknowledged(NamedTuple):
    """How many warnings of a set are acknowledged, and which, alike ones in one line."""

    warnings: int
    lines: Sequence[AcknowledgedLine]


class SetPage(SetActs):
    """One change set: what it would do, by row and by city, and what may be done with it."""

    template_name = "zones/desk/set.html"

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
        typed = self.why_back or self.posted("cell") or self._reasons()
        return bool(typed) or self._is_titled_anew()

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
            remarks=told_remarks(remarks, words),
            why_not_publish=self._why_not_publish() if in_review else "",
            can_edit=change_set.is_open and may(person, SetAction.PROPOSE),
            wrong_reason=self.wrong_reason,
            # Remarks are typed in boxes of their own, under the same name.
            why_back=self.why_back if self.act != "comment" else "",
            holds_typed=self._holds_typed(),
            **self._said_of_set(),
            can_retitle=self._may_retitle(),
            can_review=in_review and may(person, SetAction.REVIEW),
            can_take_back=in_review and may(person, SetAction.PROPOSE),
            can_send_back=in_review and self._may_send_back(),
            # Few rows are passed quickly: the acts above them are at hand.
            acts_below=len(rows_shown) > FEW,
            can_reopen=change_set.state == SetState.WITHDRAWN
            and may(person, SetAction.PROPOSE)
            and is_own(person, change_set),
            can_withdraw=(change_set.is_open or in_review) and may(person, SetAction.PROPOSE),
            **shown,
            **kwargs,
        )

    def _may_send_back(self) -> bool:
        """Whether who reads may send the set back: one's own one takes back instead."""
        person = self.request.user
        if not may(person, SetAction.REVIEW):
            return False
        return not (may(person, SetAction.PROPOSE) and is_own(person, self.change_set))

    def _settling_costs(self) -> bool:
        """Whether who reads may publish the set, and may not any more once they settle a row."""
        person, own = self.request.user, self.change_set
        return may(person, SetAction.PROPOSE) and bool(publishable(person, [own]))

    def _judged(self, words: CellWords) -> dict[str, Any]:
        found = self.judged
        only_errors = bool(self.request.GET.get("errors"))
        unready = [number for number, fate in found if fate in UNREADY]
        ready = [number for number, fate in found if fate not in UNREADY]
        # What is settled or mended comes before all else, as in a grid.
        listed = unready if only_errors else [*unready, *ready]
        page = page_of(listed, self.request.GET)
        all_open = bool(self.request.GET.get("open"))
        rows = reviewed_rows(
            self.change_set,
            found,
            page,
            words,
            self.problem_words(words, self.change_set),
            few=all_open or len(found) <= FEW,
            may_mend=self.change_set.is_open and may(self.request.user, SetAction.PROPOSE),
        )
        rows_shown = {one.row.pk for one in rows}
        match self.ticks:
            case "all":
                ticked = dict.fromkeys(listed[:MOST_TICKED])
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
            "columns": bulk_rows.columns_of(self.change_set),
            "ticked": ticked,
            "ticked_elsewhere": [number for number in ticked if number not in rows_shown],
            "bulk_column": self.posted("column"),
            "bulk_cell": self.posted("cell"),
            "waiting": self._waiting(words),
            "acknowledged": self._acknowledged(words),
            **grid_boxes({}),
            # Of the others the head says how many there are.
            "counts": fate_counts(lambda fate: 0 if fate in UNREADY else found.count(fate)),
            "unready": self._unready(words),
            "why_not_send": self._why_not_send(),
            "mark": found.mark,
            "effect": found.told,
            "dependents": dependents_of(found.impact),
            "has_conflicts": bool(found.count(Fate.CONFLICT)),
            "settling_costs": bool(found.count(Fate.CONFLICT)) and self._settling_costs(),
            "is_past": False,
            "undone": [],
            "is_withdrawn": self.change_set.state == SetState.WITHDRAWN,
        }

    def _unready(self, words: CellWords) -> Unready:
        """The rows that are settled or mended before anything else is done with the set."""
        found = self.judged
        numbers = [number for number, fate in found if fate in UNREADY]
        shown = found.rows(numbers[:SHOWN_WARNED], self.change_set, words)
        lines = [
            UnreadyLine(
                self._link(judged, words),
                label(judged.fate),
                enumerated(dict.fromkeys(judged.label_of(name) for name in _columns_of(judged))),
            )
            for judged, _warnings in shown
        ]
        return Unready(lines, max(0, len(numbers) - SHOWN_WARNED))

    def _why_not_send(self) -> str:
        """Why the rows of the set keep who reads from sending it; nothing where they do not."""
        found = self.judged
        if not (self.change_set.is_open and may(self.request.user, SetAction.PROPOSE)):
            return ""
        return " ".join(
            hindering_words(found, rows=len(found), came_back=lambda: self._some_came_back)
        )

    @cached_property
    def _some_came_back(self) -> bool:
        return some_came_back(self.change_set)

    def _why_not_publish(self) -> str:
        """Why a reviewer cannot publish the set; whoever is none is told who may."""
        person = self.request.user
        if not may(person, SetAction.REVIEW):
            return _("It is in review: a reviewer publishes it, or sends it back.")
        return why_not(self.change_set, person, self.judged, waits=bool(self.unsaid))

    def _waiting(self, words: CellWords) -> list[dict[str, Any]]:
        """The kinds of warnings that wait for a reason, with what was typed; that of the first
        that an act wants to know of has the focus, unless the reason of the set has.
        """
        kinds = self.unsaid
        first = {code: own[:SHOWN_WARNED] for code, own in kinds.items()}
        numbers = {mark.row for marks in first.values() for mark in marks}
        shown = {
            WarningMark(judged.row.pk, one.code, one.about): one
            for judged, warnings in self.judged.rows(numbers, self.change_set, words)
            for one in warnings
        }
        typed = {code: self.posted(f"{REASON}{code}") for code in kinds}
        wanted = [code for code in kinds if code in self.wanted and not typed[code]]
        focused = "" if self.wrong_reason and self._may_retitle() else next(iter(wanted), "")
        return [
            {
                "code": code,
                "told": self._warned([shown[mark] for mark in first[code]], words),
                "more": max(0, len(own) - SHOWN_WARNED),
                "reason": typed[code],
                "is_wanted": code in wanted,
                "has_focus": code == focused,
            }
            for code, own in kinds.items()
        ]

    def _acknowledged(self, words: CellWords) -> Acknowledged:
        """The warnings of which somebody said why the rows are right, alike ones once."""
        alike: dict[tuple[str, Said], dict[int, None]] = defaultdict(dict)
        count = 0
        for mark in self.judged.warnings():
            if (said := self.said_of_warnings.get(mark)) is not None:
                alike[mark.code, said][mark.row] = None
                count += 1
        numbers = {row for rows in alike.values() for row in list(rows)[:SHOWN_WARNED]}
        shown = self.judged.rows(numbers, self.change_set, words)
        links = {judged.row.pk: self._link(judged, words) for judged, _warnings in shown}
        lines = [
            AcknowledgedLine(
                # Each link is escaped.
                mark_safe(by_semicolons(links[row] for row in list(rows)[:SHOWN_WARNED])),  # noqa: S308
                max(0, len(rows) - SHOWN_WARNED),
                PastWarning(code, *said),
            )
            for (code, said), rows in alike.items()
        ]
        return Acknowledged(count, lines)

    def _link(self, judged: RowJudgement, words: CellWords) -> str:
        address = address_of_row_in(self.change_set, judged.row)
        return format_html('<a href="{}">{}</a>', address, words.judged_row(judged))

    def _sent_back(self) -> SetComment | None:
        """Why the set, or rows that are in it by now, went back, while some are to be mended."""
        change_set = self.change_set
        if not (change_set.state == SetState.SENT_BACK or self._some_came_back):
            return None
        steps = change_set.comments.filter(step=SetState.SENT_BACK)
        return steps.order_by("-pk").first()

    def _warned(self, warnings: list[RowWarning], words: CellWords) -> list[tuple[str, str]]:
        """What is warned of, each once: the rows as links, and the words."""
        links: dict[str, list[str]] = defaultdict(list)
        for one in warnings:
            links[one.words].append(self._link(one.judged, words))
        # Each link is escaped.
        return [(mark_safe(by_semicolons(own)), told) for told, own in links.items()]  # noqa: S308

    def _applied(self, words: CellWords) -> dict[str, Any]:
        revision: Any = self.change_set.revision
        rows = Paginator(revision.applied_rows.order_by("pk"), A_PAGE)
        page = rows.get_page(self.request.GET.get("page"))
        return {
            "applied": applied_rows(self.change_set, revision, page, words),
            "page": page,
            **(past_effect(revision, words) if page.number == 1 else NO_EFFECT),
            "undone": undone_by(revision),
        }


def _columns_of(judged: RowJudgement) -> list[str]:
    """The columns in which a row is in conflict or refused; without a name it is the whole row."""
    told = [one.column for one in judged.conflicts]
    return told + [one.column or "" for one in judged.problems]
