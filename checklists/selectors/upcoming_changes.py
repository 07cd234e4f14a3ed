"""What is about to move under a checklist: coming starts and ends, by the day they arrive."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date, timedelta
from typing import NamedTuple

from cbec_portal.china_time import today_in_china
from checklists.models import Checklist
from checklists.selectors.assessment import asked_of
from checklists.selectors.law_changes import Moved, Stance
from zones.models import Zone
from zones.selectors.answer_history import days_of_change
from zones.selectors.snapshot import Snapshot

ONE_DAY = timedelta(days=1)

#: Days ahead at which people are told, farthest first.
AHEAD = (90, 30, 7)


class Coming(NamedTuple):
    """A duty, or the gate, that will move on a day."""

    day: date
    moved: Moved


def coming(
    checklist: Checklist, kept: Snapshot, *, days: int = AHEAD[0], on: date | None = None
) -> list[Coming]:
    """What will move within so many days of a day, if nothing else is published; earliest first.

    A checklist that stays with an earlier day has nothing to come.
    """
    if not checklist.follows_today:
        return []
    return coming_under(Stance(checklist, kept), days=days, on=on)[1]


def coming_under(
    stance: Stance, *, days: int = AHEAD[0], on: date | None = None
) -> tuple[list[Moved], list[Coming]]:
    """Return what has moved by a day, and what will move within so many days of it."""
    checklist = stance.checklist
    today = max(on or today_in_china(), checklist.as_of)
    after = _days(stance, today, today + timedelta(days=days)) if checklist.follows_today else []
    moved = stance.moved_on([today, *after])
    found: list[Coming] = []
    before = {_footing(one) for one in moved[today]}
    for day in after:
        found += [Coming(day, one) for one in moved[day] if _footing(one) not in before]
        before = {_footing(one) for one in moved[day]}
    return moved[today], found


def _footing(one: Moved) -> Hashable:
    """What tells two moves apart."""
    return (
        one.item.pk if one.item else None,
        one.requirement.pk if one.requirement else None,
        one.move,
        frozenset(one.footing.items()),
    )


def _days(stance: Stance, after: date, through: date) -> list[date]:
    """The days after one and up to another on which a duty, an answer or a zone may change."""
    kept, duties = stance.kept, stance.template.duties.values()
    cities = [place.city_id for place in stance.places if place.city_id]
    found = {
        *(duty.starts for duty in duties if duty.starts),
        *(duty.ends + ONE_DAY for duty in duties if duty.ends),
        *days_of_change(
            [asked_of(place, kept) for place in stance.places],
            kept,
            known_at=kept.newest,
            topics=[kept.topics[topic] for topic in stance.template.topics],
        ),
        *_zone_days(cities, kept.newest),
        *(finding.expires_on for finding in stance.findings),
    }
    return sorted(day for day in found if after < day <= through)


def _zone_days(cities: Iterable[int], known_at: int) -> set[date]:
    """The days on which zones of cities, or those that cover them, start or end."""
    zones = Zone.objects.known_at(known_at).standing()
    days = ("designated_day", "ended_day")
    cover = ("coverages__covered_from_day", "coverages__covered_until_day")
    own = zones.filter(city__in=cities).values_list(*days)
    covering = zones.filter(coverages__city__in=cities).values_list(*days, *cover)
    return {date.fromisoformat(day) for row in (*own, *covering) for day in row if day}
