"""Someone's checklists, how far they are, and what is due."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext

from cbec_portal.china_time import today_in_china
from cbec_portal.languages import in_language
from checklists.models import Checklist, Item
from checklists.models.checklists import STATES
from checklists.pages.law_change_display import GATES
from checklists.pages.private_pages import PrivatePage
from checklists.permissions import Action, checklist_policy
from checklists.rules.applicability import Verdict
from checklists.selectors.gate_states import gate_verdicts
from checklists.selectors.notification_list import notifications_of
from checklists.selectors.progress import SOON, Progress, progress_by_area, progress_of

MOST_DUE = 20


class DashboardPage(PrivatePage):
    """The checklists one owns or shares: progress, due and overdue."""

    template_name = "checklists/dashboard.html"
    known_parameters = ("state",)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the checklists with their progress, and one's own items that are due."""
        state = self.parameters.choice("state", STATES, STATES[0])
        mine = checklist_policy.rows(Action.SEE, self.user).in_state(state)
        rows = list(
            mine.select_related("template", "owner").prefetch_related(
                *("places__city", "places__gate_basis")
            )
        )
        keys = [row.pk for row in rows]
        progress = progress_of(keys)
        areas = progress_by_area(keys)
        verdicts = gate_verdicts(rows, self.inquiry)
        return super().get_context_data(
            state=state,
            rows=[
                (
                    row,
                    [place.called(self.language) for place in row.places.all()],
                    progress.get(row.pk, Progress()),
                    self._gates(row, verdicts),
                )
                for row in rows
            ],
            total=Progress(*map(sum, zip(*progress.values(), strict=True))),
            areas=[
                (in_language(area, "name", self.language), areas[area.pk])
                for area in self.snapshot.focus_areas.values()
                if area.pk in areas
            ],
            due=self._due(keys),
            unread=notifications_of(self.user).filter(read_at__isnull=True).count(),
            **kwargs,
        )

    def _gates(
        self, row: Checklist, verdicts: Mapping[int, Verdict]
    ) -> list[tuple[str, Any, str, bool]]:
        """The sign and the words of gates that are not open now, or moved since they were taken
        up, where that is, and whether they moved.
        """
        found: dict[tuple[Verdict, bool], list[str]] = {}
        for place in row.places.all():
            if verdict := verdicts.get(place.pk):
                moved = hasattr(place, "gate_basis") and place.gate_basis.verdict != verdict
                found.setdefault((verdict, moved), []).append(place.called(self.language))
        return [
            (*GATES[verdict], gettext(", ").join(found[verdict, moved]), moved)
            for verdict in (Verdict.EXCLUDED, Verdict.TO_CONFIRM, Verdict.INCLUDED)
            for moved in (True, False)
            if (verdict, moved) in found and (moved or verdict is not Verdict.INCLUDED)
        ]

    def _due(self, keys: list[int]) -> list[tuple[Item, bool]]:
        """What is due within a month and mine: assigned to me, or to nobody in my checklists."""
        today = today_in_china()
        owned = checklist_policy.rows(Action.MANAGE, self.user)
        mine = Q(assignee=self.user) | Q(assignee=None, checklist__in=owned)
        items = Item.objects.live().filter(mine, checklist__in=keys)
        due = items.overdue(on=today) | items.due_by(today + SOON, on=today)
        rows = due.select_related("checklist").order_by("due_on", "pk")
        return [(item, item.is_overdue_on(today)) for item in rows[:MOST_DUE]]
