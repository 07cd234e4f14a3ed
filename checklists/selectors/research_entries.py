"""What checklists add to the research queue: what depends on a topic, what teams offered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Set

from django.db.models import Count, Exists, OuterRef

from cbec_portal.languages import in_language
from checklists.models import Checklist, Item, OfferedFinding, Requirement
from zones.models.value_types import REFERRING, value_cell
from zones.rules.vocabulary import ScopeKind, ToResearch
from zones.selectors.doubtful_rows import DoubtfulRow, caveat_of, reasons_of, subject_of
from zones.selectors.inquiry import Inquiry
from zones.selectors.queue_entry import QueueEntry
from zones.selectors.queue_weights import Cell, RestsOn
from zones.selectors.rendered_values import topic_label

GATE = "template__gate_topic__slug"
#: Where a checklist names the rows that it rests on, and of which table they are.
RESTING = (
    ("topics", "items__requirement__tested_topic__slug"),
    ("topics", GATE),
    ("sources", "items__requirement__source__slug"),
    ("templates", "template__slug"),
)


def checklists_by_row() -> Mapping[RestsOn, int]:
    """Return how many open checklists rest on each topic, document and template, by its key.

    They rest on a topic that is tested in a duty or by their gate. The duties of a template count
    as many as it does.
    """
    found: Counter[RestsOn] = Counter()
    tested = Item.objects.filter(
        checklist=OuterRef("pk"), requirement__tested_topic=OuterRef("template__gate_topic")
    )
    for table, path in RESTING:
        rows = Checklist.objects.open().exclude(**{path: None}).order_by()
        # Of a topic that is tested in either way, each counts once.
        counted = (rows.exclude(Exists(tested)) if path == GATE else rows).values_list(path)
        for key, number in counted.annotate(number=Count("pk", distinct=True)):
            found[table, key] += number
            if table == "templates":
                found["requirements", key] += number
    return found


def checklists_by_cell() -> Mapping[Cell, Set[int]]:
    """Return which open checklists rest on each topic in each of their places, by its key and the
    id of the city; a place without pilot status has none.
    """
    found: dict[Cell, set[int]] = defaultdict(set)
    for _table, path in RESTING[:2]:
        rows = Checklist.objects.open().exclude(**{path: None}).exclude(places=None)
        for topic, city, pk in rows.order_by().values_list(path, "places__city", "pk"):
            found[topic, city].add(pk)
    return found


def doubtful_requirements(inquiry: Inquiry) -> Iterator[DoubtfulRow]:
    """Yield the duties known now with why they should be looked at again, and their caveats."""
    duties = Requirement.objects.not_withdrawn().select_related("template", "source")
    for duty in duties.order_by("template__position", "position"):
        key = duty.template.slug, duty.number
        yield DoubtfulRow(
            "requirements",
            key,
            subject_of("requirements", key),
            f"{duty.number} {in_language(duty, 'title', inquiry.language)}",
            tuple(reasons_of(duty, duty.source)),
            caveat_of(duty),
            detail=in_language(duty.template, "name", inquiry.language),
        )


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
            places=frozenset([row.city.pk] if row.city else ()),
        )
        for row in rows
    ]
