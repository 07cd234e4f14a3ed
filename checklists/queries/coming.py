"""What is about to move under a checklist: coming starts and ends, by the day they arrive."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from cbec_portal.clock import today_in_china
from checklists.models import Checklist, Place
from checklists.queries.catalogue import templates
from checklists.queries.moving import Moved, moved
from zones.models import Topic, Zone
from zones.queries.catalogue import Catalogue
from zones.queries.described import described_days
from zones.queries.histories import days_of_change

ONE_DAY = timedelta(days=1)

#: Days ahead at which people are told, farthest first.
AHEAD = (90, 30, 7)


class Coming(NamedTuple):
    """A duty, or the gate, that will move on a day."""

    day: date
    moved: Moved


def coming(
    checklist: Checklist, kept: Catalogue, *, days: int = AHEAD[0], on: date | None = None
) -> list[Coming]:
    """What will move within so many days of a day, if nothing else is published; earliest first.

    A checklist that stays with an earlier day has nothing to come.
    """
    if not checklist.follows_today:
        return []
    today = max(on or today_in_china(), checklist.as_of)
    found: list[Coming] = []
    before = {_footing(one) for one in moved(checklist, kept, day=today)}
    for day in _days(checklist, kept, today, today + timedelta(days=days)):
        after = moved(checklist, kept, day=day)
        found += [Coming(day, one) for one in after if _footing(one) not in before]
        before = {_footing(one) for one in after}
    return found


def _footing(one: Moved) -> Hashable:
    """What tells two moves apart."""
    return (
        one.item.pk if one.item else None,
        one.requirement.pk if one.requirement else None,
        one.move,
        frozenset(one.footing.items()),
    )


def _days(checklist: Checklist, kept: Catalogue, after: date, through: date) -> list[date]:
    """The days after one and up to another on which a duty, an answer or a zone may change."""
    template = templates(kept).templates[checklist.template.slug]
    places = list(checklist.places.select_related("province", "customs_district"))
    cities = [place.city_id for place in places if place.city_id]
    topics = [kept.topics[topic] for topic in template.topics]
    found = {
        *(duty.starts for duty in template.duties.values() if duty.starts),
        *(duty.ends + ONE_DAY for duty in template.duties.values() if duty.ends),
        *days_of_change(cities, kept, known_at=kept.newest),
        *_zone_days(cities),
        *(day for place in places for day in _described_days(place, topics, kept)),
        *checklist.findings.standing().values_list("expires_on", flat=True),
    }
    return sorted(day for day in found if after < day <= through)


def _described_days(place: Place, topics: Sequence[Topic], kept: Catalogue) -> set[date]:
    if place.province is None or place.customs_district is None:
        return set()
    return described_days(place.province, place.customs_district, topics, known_at=kept.newest)


def _zone_days(cities: Iterable[int]) -> set[date]:
    """The days on which zones of cities, or those that cover them, start or end."""
    zones = Zone.objects.current().standing()
    days = ("designated_day", "ended_day")
    cover = ("coverages__covered_from_day", "coverages__covered_until_day")
    own = zones.filter(city__in=cities).values_list(*days)
    covering = zones.filter(coverages__city__in=cities).values_list(*days, *cover)
    return {date.fromisoformat(day) for row in (*own, *covering) for day in row if day}
