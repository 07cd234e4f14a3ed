"""What checklists add to the research queue: what depends on a topic, what teams offered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from django.db.models import Count

from checklists.models import Checklist, OfferedFinding
from zones.models.value_types import REFERRING, value_cell
from zones.rules.vocabulary import ScopeKind, ToResearch
from zones.selectors.inquiry import Inquiry
from zones.selectors.rendered_values import topic_label
from zones.selectors.research_queue import QueueEntry


def checklists_by_topic() -> Mapping[str, int]:
    """Return how many open checklists test each topic, in a duty or by their gate."""
    found: Counter[str] = Counter()
    open_ones = Checklist.objects.open().order_by()
    for path in ("items__requirement__tested_topic__slug", "template__gate_topic__slug"):
        counted = open_ones.exclude(**{path: None}).values_list(path)
        found.update(dict(counted.annotate(number=Count("pk", distinct=True))))
    return found


def offered_entries(inquiry: Inquiry) -> list[QueueEntry]:
    """Return the findings that teams offered; nothing of their checklists is told."""
    offered = OfferedFinding.objects.filter(offered_at__isnull=False, withdrawn_at=None)
    rows = offered.select_related("topic", "city", *REFERRING).order_by("-offered_at")
    return [
        QueueEntry(
            ToResearch.OFFERED,
            str(row.key),
            topic_label(row.topic, inquiry.language),
            "topics",
            (row.topic.slug, row.city.slug if row.city else row.place_name),
            row.topic.slug,
            1,
            detail=row.said_by,
            cells={
                "topic": row.topic.slug,
                "value": value_cell(row),
                "effective_from": row.found_on.isoformat(),
                **(
                    {"scope_kind": ScopeKind.CITY.value, "scope_code": row.city.slug}
                    if row.city
                    else {}
                ),
            },
        )
        for row in rows
    ]
