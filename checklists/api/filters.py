"""Filters of a checklist's items, for pages and the API alike."""

from __future__ import annotations

from typing import Any

import django_filters  # type: ignore[import-untyped]  # it has no types
from django.db.models import QuerySet

from cbec_portal.api.filters import AnyOfFilter, StrictFilterSet
from cbec_portal.china_time import today_in_china
from checklists.models import Recurrence, Status
from checklists.models.templates import Severity
from checklists.rules.applicability import Verdict
from checklists.selectors.progress import SOON
from zones.api.filters import DocumentTextFilter
from zones.models import FocusArea

DUE = ("overdue", "soon", "none")


class ItemFilters(StrictFilterSet):
    """Items by the work on them, the heading they stand under, and their words."""

    status = AnyOfFilter(field_name="status", choices=Status.choices)
    focus_area = AnyOfFilter(
        field_name="focus_area__slug", queryset=FocusArea.objects, to_field="slug"
    )
    severity = AnyOfFilter(field_name="severity", choices=Severity.choices)
    recurrence = AnyOfFilter(field_name="recurrence", choices=Recurrence.choices)
    verdict = AnyOfFilter(field_name="bases__verdict", choices=[(v.value, v) for v in Verdict])
    due = AnyOfFilter(choices=[(name, name) for name in DUE], method="by_due")
    assignee = django_filters.CharFilter(field_name="assignee__username")
    q = DocumentTextFilter(
        fields=["number", "title_en", "title_zh", "guidance_en", "guidance_zh"],
        documents=["source__slug"],
    )

    def by_due(self, items: Any, _name: str, wanted: list[str]) -> QuerySet[Any]:
        """Return the items that are overdue, due within a month, or without a day."""
        today = today_in_china()
        own = {
            "overdue": items.overdue(on=today),
            "soon": items.due_by(today + SOON, on=today),
            "none": items.filter(due_on__isnull=True),
        }
        found: QuerySet[Any] = items.none()
        for name in wanted:
            found = found | own[name]
        return found
