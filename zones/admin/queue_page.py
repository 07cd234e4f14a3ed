"""The page of the research queue."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.utils.translation import gettext as _

from cbec_portal.asked_days import parse_calendar_day
from cbec_portal.day_words import day_in_words
from cbec_portal.refusals import ParameterError
from zones.admin.desk_page import DeskPage
from zones.admin.elsewhere import sets_proposing
from zones.admin.queue_entries import QueueChoices, inquiry_of_today, is_mine, rests, shown_entry
from zones.desk import entry_assignments
from zones.desk.cell_words import CellWords
from zones.desk.other_proposals import newest_proposals
from zones.desk.permissions import analysts
from zones.desk.report_intake import settle_report
from zones.models.labels import label
from zones.rules.vocabulary import ReportOutcome, ToResearch
from zones.selectors.queue_entry import QueueEntry
from zones.selectors.queue_weights import ChecklistWeights
from zones.selectors.research_queue import research_queue

A_PAGE = 50


class QueuePage(DeskPage):
    """What waits to be looked into, narrowed by kind, focus area and person."""

    template_name = "zones/desk/queue.html"
    boxes_of: ClassVar = {"past": "until"}
    acts = {
        "take": "take",
        "give_back": "give_back",
        "give": "give",
        "rest": "rest",
        "wake": "wake",
        "settle": "settle",
    }
    once = tuple(acts)

    def take(self) -> None:
        """Look into an entry oneself."""
        self._assign(self.request.user)

    def give_back(self) -> None:
        """Let somebody else look into it."""
        self._assign(None)

    def give(self) -> None:
        """Let another analyst look into an entry."""
        to = analysts().filter(username=self.posted("to")).first()
        if to is None:
            raise ValidationError(_("There is no such analyst: choose one of the list."))
        self._assign(to)

    def _assign(self, to: Any) -> None:
        own = self.posted("kind"), self.posted("subject")
        person, seen = self.request.user, self.posted("held_by")
        entry_assignments.assign(*own, person, to=to, seen=seen)

    def rest(self) -> None:
        """Let an entry rest until a day."""
        try:
            until = parse_calendar_day("until", self.posted("until"))
        except ParameterError as wrong:
            raise ValidationError(
                " ".join(one.words for one in wrong.refusals), code="past"
            ) from None
        self._rest(until)
        self.tell(_("It rests until %s, and stands among what rests.") % day_in_words(until))

    def wake(self) -> None:
        """Let an entry that rests wait again."""
        self._rest(None)
        self.tell(_("It rests no longer, and stands among what waits."))

    def _rest(self, until: date | None) -> None:
        entry_assignments.let_rest(
            self.posted("kind"),
            self.posted("subject"),
            self.request.user,
            until=until,
            reason=self.posted("reason"),
        )

    def settle(self) -> None:
        """Say what became of a problem that a reader reported."""
        settle_report(
            self.posted_number("subject") or 0,
            self.request.user,
            self.posted("outcome"),
            self.posted("note"),
        )

    def _shown(self, entry: QueueEntry, words: CellWords, *, whole: bool) -> dict[str, Any]:
        """An entry as pages show it, with what was typed for it, where that was refused."""
        asked = self.request.GET.dict()
        shown = shown_entry(entry, words, self.request.user, asked=asked, whole=whole)
        for part in shown["parts"]:
            part |= self._typed(entry.kind, part["subject"])
        if more := len(entry.parts) - len(shown["parts"]):
            shown |= {"more": more, "all": shown["address"]}
        return {**shown, **self._typed(entry.kind, entry.subject)}

    def _typed(self, kind: ToResearch, subject: str) -> dict[str, Any]:
        """What was typed for an entry, or for one of those that it stands for, where that was
        refused.
        """
        asked = self.posted("kind") or (
            ToResearch.REPORTED if self.posted("do") == "settle" else ""
        )
        is_meant = (asked, self.posted("subject")) == (kind, subject)
        names = ("do", "until", "reason", "outcome", "note")
        said = {name: self.posted(name) if is_meant else "" for name in names}
        return {"said": said, "wrong": defaultdict(list, self.wrong if is_meant else {})}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the entries asked for, a page of them, and what they can be narrowed by."""
        asked = self.request.GET
        inquiry = inquiry_of_today(self.language)
        shows_resting, mine = bool(asked.get("resting")), bool(asked.get("mine"))
        weights = ChecklistWeights(inquiry)
        waiting = [
            entry
            for entry in research_queue(inquiry, weights=weights)
            if rests(entry, inquiry.day) == shows_resting
            and (not mine or is_mine(entry, self.request.user))
        ]
        choices = QueueChoices(waiting, inquiry, asked, weights)
        entries, kind, subject = choices.shown(), choices.kind, asked.get("subject", "")
        alone = [entry for entry in entries if kind and entry.subject == subject]
        words = CellWords(self.language)
        proposed = newest_proposals()
        page = Paginator(alone or entries, A_PAGE).get_page(asked.get("page"))
        return super().get_context_data(
            page=page,
            entries=[
                {
                    **self._shown(entry, words, whole=bool(alone)),
                    "elsewhere": sets_proposing(entry, proposed),
                }
                for entry in page
            ],
            count=len(alone or entries),
            alone=bool(alone),
            chosen=choices.chosen,
            boxes=choices.boxes(self.language),
            whole=choices.address(),
            analysts=list(analysts().values_list("username", flat=True)),
            outcomes=[(one.value, label(one)) for one in ReportOutcome],
            mine=mine,
            resting=shows_resting,
            **kwargs,
        )
