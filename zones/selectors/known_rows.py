"""Which rows without versions a revision knew: those on which something rests that it published.

A topic, or a programme, that is added later is part of no answer about an earlier revision, and one
on which nothing was published yet is part of none. What decides answers is fixed from that same
moment (:class:`zones.models.keys.Keys`), so what a revision once answered stays.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from django.db.models import Min, QuerySet

from zones.models import Batch, FocusArea, Policy, Programme, Topic, Zone
from zones.selectors.inquiry import Inquiry

MOST_REVISIONS = 32

T = TypeVar("T")


def topics_known(inquiry: Inquiry) -> Mapping[int, Topic]:
    """Return the topics on which a revision knew a policy, or an earlier one did, by id and in
    order.
    """
    return _known("topics", inquiry, inquiry.snapshot.topics, _first_of_topics)


def focus_areas_known(inquiry: Inquiry) -> dict[str, FocusArea]:
    """Return the focus areas of the topics that a revision knew, by natural key and in order."""
    topics = topics_known(inquiry).values()
    return {topic.focus_area.slug: topic.focus_area for topic in topics}


def programmes_known(inquiry: Inquiry) -> Mapping[int, Programme]:
    """Return the programmes of which a revision knew a zone or a policy, by id."""
    return _known(
        "programmes", inquiry, inquiry.snapshot.related["programme"], _first_of_programmes
    )


def batches_known(inquiry: Inquiry) -> Collection[int]:
    """Return the batches of which a revision knew a zone, or an earlier one did, by id; the newest
    knows those as well of which no zone is published yet.
    """
    first = inquiry.snapshot.remembered("first revisions of batches", _first_of_batches)
    newest = inquiry.known_at == inquiry.snapshot.newest
    return {
        pk
        for pk, revision in first.items()
        if newest or (revision and revision <= inquiry.known_at)
    }


def _known(
    name: str, inquiry: Inquiry, rows: Mapping[int, T], read: Callable[[], Mapping[int, int]]
) -> Mapping[int, T]:
    """Rows by the first revision that something rests on them in; one reading for an edition."""

    def make() -> dict[int, T]:
        first = inquiry.snapshot.remembered(f"first revisions of {name}", read)
        return {
            pk: row
            for pk, row in rows.items()
            if first.get(pk, inquiry.known_at + 1) <= inquiry.known_at
        }

    found: Mapping[int, T] = inquiry.snapshot.lately(f"{name} known", MOST_REVISIONS).made(
        inquiry.known_at, make
    )
    return found


def _first_of_topics() -> dict[int, int]:
    return _first(Policy.objects.published(), "topic")


def _first_of_programmes() -> dict[int, int]:
    policies = _first(Policy.objects.published().exclude(programme=None), "programme")
    zones = _first(Zone.objects.published(), "batch__programme")
    both = (policies, zones)
    return {pk: min(own[pk] for own in both if pk in own) for pk in policies | zones}


def _first_of_batches() -> dict[int, int | None]:
    zones = _first(Zone.objects.published(), "batch")
    return {pk: zones.get(pk) for pk in Batch.objects.values_list("pk", flat=True)}


def _first(rows: QuerySet[Any], column: str) -> dict[int, int]:
    """The first revision in which something rests on each row that a column names."""
    return dict(rows.order_by().values_list(column).annotate(first=Min("recorded_in")))
