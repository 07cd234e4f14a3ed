"""The page of the research queue."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _

from cbec_portal.china_time import today_in_china
from cbec_portal.languages import in_language
from zones.admin.desk_page import DeskPage
from zones.dataset.policy_table import Policies
from zones.desk import research_marks
from zones.desk.addresses import address_of_new, address_of_row
from zones.desk.cell_words import CellWords
from zones.desk.judgement import table_named
from zones.desk.permissions import analysts
from zones.desk.reader_reports import settle_report
from zones.models.labels import label
from zones.rules.vocabulary import Certainty, ReportOutcome, ToResearch
from zones.selectors.inquiry import Inquiry
from zones.selectors.research_queue import QueueEntry, research_queue
from zones.selectors.snapshot import current_snapshot

A_PAGE = 50


class QueuePage(DeskPage):
    """What waits to be looked into, narrowed by kind, focus area and person."""

    template_name = "zones/desk/queue.html"
    acts = {
        "take": "take",
        "give_back": "give_back",
        "give": "give",
        "rest": "rest",
        "wake": "wake",
        "settle": "settle",
    }

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
        research_marks.assign(self.posted("kind"), self.posted("subject"), self.request.user, to=to)

    def rest(self) -> None:
        """Let an entry rest until a day."""
        try:
            until = date.fromisoformat(self.posted("until"))
        except ValueError:
            raise ValidationError(_("A day is written 2026-11-23.")) from None
        self._rest(until)

    def wake(self) -> None:
        """Let an entry that rests wait again."""
        self._rest(None)

    def _rest(self, until: date | None) -> None:
        research_marks.let_rest(
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

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the entries asked for, a page of them, and what they can be narrowed by."""
        today, asked = today_in_china(), self.request.GET
        snapshot = current_snapshot()
        inquiry = Inquiry(snapshot, snapshot.newest, today, self.language, Certainty.UNVERIFIED)
        kind, area = asked.get("kind", ""), asked.get("focus_area", "")
        kinds = [ToResearch(kind)] if kind in list(ToResearch) else []
        entries = research_queue(inquiry, kinds, area if area in snapshot.focus_areas else "")
        shows_resting, mine = bool(asked.get("resting")), bool(asked.get("mine"))
        entries = [
            entry
            for entry in entries
            if _rests(entry, today) == shows_resting
            and (not mine or (entry.mark and entry.mark.assignee_id == self.request.user.pk))
        ]
        words = CellWords(self.language)
        page = Paginator(entries, A_PAGE).get_page(asked.get("page"))
        return super().get_context_data(
            page=page,
            entries=[self._shown(entry, words) for entry in page],
            count=len(entries),
            kind=kind,
            area=area,
            kinds=[(one.value, label(one)) for one in ToResearch],
            areas=[
                (slug, in_language(own, "name", self.language))
                for slug, own in snapshot.focus_areas.items()
            ],
            analysts=list(analysts().values_list("username", flat=True)),
            outcomes=[(one.value, label(one)) for one in ReportOutcome],
            mine=mine,
            resting=shows_resting,
            **kwargs,
        )

    def _shown(self, entry: QueueEntry, words: CellWords) -> dict[str, Any]:
        where = " ".join(entry.key[1:])
        if entry.table == Policies.name and len(entry.key) == len(Policies.key):
            _topic, kind_of_scope, code, start = entry.key
            where = f"{words.scope(kind_of_scope, code)}{_(', ')}{start}"
        if entry.change_set:
            table = table_named(entry.table)
            where = f"{table.label} · {words.row(table, entry.key)}"
            address = reverse("admin:desk-set", args=[entry.change_set])
        elif entry.cells:
            address = address_of_new(Policies.name, **entry.cells)
        else:
            address = address_of_row(entry.table, entry.key)
        return {
            "entry": entry,
            "kind": label(entry.kind),
            "where": where,
            "check": _check_address(entry) if entry.kind == ToResearch.DEAD_LINK else "",
            "is_report": entry.kind == ToResearch.REPORTED,
            "address": address,
            "is_mine": bool(entry.mark and entry.mark.assignee_id == self.request.user.pk),
        }


def _check_address(entry: QueueEntry) -> str:
    """Where it is told what asking the address of a document found."""
    asked = urlencode({"q": entry.subject})
    return f"{reverse('admin:zones_linkcheck_changelist')}?{asked}"


def _rests(entry: QueueEntry, today: date) -> bool:
    return bool(entry.mark and entry.mark.rests_until and entry.mark.rests_until > today)
