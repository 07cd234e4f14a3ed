"""The zones that cities have, or are covered by, on any day, for the history of a city: read once
for a revision and all cities.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import F, Prefetch

from zones.models import Batch, City, Coverage, Zone
from zones.selectors.inquiry import Inquiry

MOST_REVISIONS = 8


def zones_of(city: City, inquiry: Inquiry) -> Sequence[Zone]:
    """Return a city's zones and those that cover it, as a revision knew them, the earliest first.

    Each comes with its batch and its coverages. Two queries for a revision not asked about lately.
    """
    found: Mapping[int, Sequence[Zone]] = inquiry.snapshot.lately(
        "zones of cities", MOST_REVISIONS
    ).made(inquiry.known_at, lambda: _read(inquiry))
    return found.get(city.pk, ())


def _read(inquiry: Inquiry) -> dict[int, list[Zone]]:
    covered = Prefetch("coverages", Coverage.objects.order_by("city__slug", "covered_from_day"))
    zones = (
        Zone.objects.known_at(inquiry.known_at)
        .not_withdrawn()
        .select_related("batch__programme", "batch__source")
        .prefetch_related(covered)
        .order_by(F("designated_day").asc(nulls_last=True), "identity")
    )
    cities, batches = inquiry.snapshot.cities, dict[int, Batch]()
    found: dict[int, list[Zone]] = {}
    for zone in zones:
        # What many zones share is there once.
        zone.batch = batches.setdefault(zone.batch_id, zone.batch)
        zone.city = cities[zone.city_id]
        if zone.successor_id:
            zone.successor = cities[zone.successor_id]
        for city in {zone.city_id, *(coverage.city_id for coverage in zone.coverages.all())}:
            found.setdefault(city, []).append(zone)
    return found
