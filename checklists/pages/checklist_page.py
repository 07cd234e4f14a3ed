"""A checklist: how far it is, and its items under their focus areas, ticked in place."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _

from cbec_portal.china_time import today_in_china
from cbec_portal.choice_labels import chosen_label
from cbec_portal.languages import in_language
from checklists.api.filters import DUE, ItemFilters
from checklists.models import Item, ItemBasis, Status
from checklists.models.items import SETTLED
from checklists.models.templates import Severity
from checklists.pages.law_change_display import GATE_MOVES, VERDICTS
from checklists.pages.private_pages import ChecklistPage, whole
from checklists.permissions import Action
from checklists.rules.applicability import Verdict
from checklists.selectors.gate_states import gates_of
from checklists.selectors.law_changes import day_of, moved
from checklists.selectors.progress import Progress, progress_by_area, progress_of
from checklists.services import checklist_status, item_updates

#: What is asked about due days, in words.
DUE_WORDS = {
    "overdue": _("overdue"),
    "soon": _("within a month"),
    "none": _("without a day"),
}


class ChecklistItemsPage(ChecklistPage):
    """The items of a checklist, narrowed by filters."""

    template_name = "checklists/checklist.html"
    known_parameters = tuple(ItemFilters.base_filters)
    narrowing = known_parameters
    acts = {"status": "set_status", "rename": "rename"}
    needed_for = {"rename": Action.RENAME}

    def set_status(self) -> None:
        """Set the status of an item from the list."""
        self.ticked = get_object_or_404(self.checklist.items, pk=whole(self.posted("item")))
        item_updates.set_status(
            self.ticked,
            self.posted("status"),
            actor=self.user,
            reason=self.posted("reason"),
            seen=self.posted_tag(),
        )

    def rename(self) -> None:
        """Give the checklist another title."""
        checklist_status.rename(self.checklist, self.posted("title"), actor=self.user)

    def done(self, address: str) -> HttpResponse:
        """Return the row alone where only the row was asked for, else lead on to the page."""
        if self.request.headers.get("HX-Target", "").startswith("item-"):
            item = self._items().get(pk=self.ticked.pk)
            context = {
                "row": self._row(item),
                "checklist": self.checklist,
                "may_work": True,
                "progress": progress_of([self.checklist.pk]).get(self.checklist.pk, Progress()),
                "alone": True,
                "statuses": Status.choices,
            }
            return render(self.request, "checklists/checklist/row.html", context)
        return super().done(address)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return progress, what stops or moved, and the items that fit the filters."""
        rows = ItemFilters(self.request.GET, queryset=self._items())
        rows.refuse_misunderstood()
        items = [self._row(item) for item in rows.qs.distinct()]
        moves = moved(self.checklist, self.snapshot)
        live = [row for row in items if not row["fallen"]]
        by_area = progress_by_area([self.checklist.pk])
        areas = self.snapshot.focus_areas.values()
        return super().get_context_data(
            day=day_of(self.checklist),
            places=[
                place.called(self.language)
                for place in self.checklist.places.select_related("city")
            ],
            template_name=in_language(self.checklist.template, "name", self.language),
            gates=gates_of(self.checklist, self.inquiry),
            moved=sum(not one.is_gate for one in moves),
            gate_moved=next((GATE_MOVES[one.move] for one in moves if one.is_gate), None),
            progress=progress_of([self.checklist.pk]).get(self.checklist.pk, Progress()),
            areas=[
                (area.slug, in_language(area, "name", self.language), by_area[area.pk])
                for area in areas
                if area.pk in by_area
            ],
            groups=[(name, list(own)) for name, own in groupby(live, key=lambda row: row["area"])],
            fallen=[row for row in items if row["fallen"]],
            found=len(items),
            statuses=Status.choices,
            severities=Severity.choices,
            verdicts=[(v.value, VERDICTS[v][1]) for v in Verdict],
            due=[(name, DUE_WORDS[name]) for name in DUE],
            chosen={name: self.request.GET.get(name, "") for name in self.known_parameters},
            asked=self.request.GET.urlencode(),
            **kwargs,
        )

    def _items(self) -> QuerySet[Item]:
        bases = ItemBasis.objects.select_related("place__city")
        items: QuerySet[Item] = self.checklist.items.live_or_signed()
        return (
            items.select_related("focus_area", "assignee")
            .prefetch_related(Prefetch("bases", bases))
            .annotate(
                proofs=Count("attachments", distinct=True),
                remarks=Count("comments", distinct=True),
            )
            .order_by("position", "pk")
        )

    def _row(self, item: Any) -> dict[str, Any]:
        """An item as the list shows it."""
        bases = list(item.bases.all())
        signs = {g.verdict: VERDICTS[Verdict(g.verdict)] for g in bases}
        return {
            "item": item,
            "title": in_language(item, "title", self.language),
            "area": in_language(item.focus_area, "name", self.language),
            # Most duties must be met, so only the others say how severe they are.
            "severity": ""
            if item.severity == Severity.MANDATORY
            else chosen_label(item, "severity"),
            "overdue": item.is_overdue_on(today_in_china()),
            "verdicts": [
                (sign, words, [_name(g, self.language) for g in bases if g.verdict == verdict])
                for verdict, (sign, words) in signs.items()
            ],
            "several": len(bases) > 1,
            "fallen": set(signs) <= {Verdict.EXCLUDED},
            "tickable": item.status not in SETTLED,
        }


def _name(basis: ItemBasis, language: str) -> str:
    return basis.place.called(language)
