"""What is about to move under a checklist: coming starts and ends, by the day they arrive."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from cbec_portal.china_time import today_in_china
from checklists.models import Checklist
from checklists.selectors.assessment import asked_of
from checklists.selectors.law_changes import DutyMove, Stance
from zones.models import Zone
from zones.rules.partial_dates import PartialDate, edge_as_written
from zones.selectors.answer_history import changes_of, days_of_change
from zones.selectors.snapshot import Snapshot

ONE_DAY = timedelta(days=1)

#: Days ahead at which people are told, farthest first.
AHEAD = (90, 30, 7)


class UpcomingChange(NamedTuple):
    """A duty, or the gate, that will move on a day, and that day no finer than it is written."""

    day: date
    moved: DutyMove
    written: str


def coming(
    checklist: Checklist, snapshot: Snapshot, *, days: int = AHEAD[0], on: date | None = None
) -> list[UpcomingChange]:
    """Return what will move within so many days of a day, if nothing else is published.

    What comes earliest comes first.

    A checklist that stays with an earlier day has nothing to come.
    """
    if not checklist.follows_today:
        return []
    return coming_under(Stance(checklist, snapshot), days=days, on=on)[1]


def coming_under(
    stance: Stance, *, days: int = AHEAD[0], on: date | None = None
) -> tuple[list[DutyMove], list[UpcomingChange]]:
    """Return what has moved by a day, and what will move within so many days of it."""
    checklist = stance.checklist
    today = max(on or today_in_china(), checklist.as_of)
    after = _days(stance, today, today + timedelta(days=days)) if checklist.follows_today else []
    moved = stance.moved_on([today, *after])
    found: list[UpcomingChange] = []
    before = {_key_of(one) for one in moved[today]}
    for day in after:
        fresh = [one for one in moved[day] if _key_of(one) not in before]
        edges = _Edges(stance, day) if fresh else None
        found += [UpcomingChange(day, one, edges.written(one)) for one in fresh if edges]
        before = {_key_of(one) for one in moved[day]}
    return moved[today], found


def _key_of(one: DutyMove) -> Hashable:
    """Return what tells two moves apart."""
    return (
        one.item.pk if one.item else None,
        one.requirement.pk if one.requirement else None,
        one.move,
        frozenset(one.bases.items()),
    )


def _days(stance: Stance, after: date, through: date) -> list[date]:
    """Return the days after one and up to another on which a duty, an answer or a zone
    may change.
    """
    snapshot, duties = stance.snapshot, stance.template.duties.values()
    cities = [place.city_id for place in stance.places if place.city_id]
    found = {
        *(duty.starts for duty in duties if duty.starts),
        *(duty.ends + ONE_DAY for duty in duties if duty.ends),
        *days_of_change(
            [asked_of(place, snapshot) for place in stance.places],
            stance.inquiry,
            topics=[snapshot.topics[topic] for topic in stance.template.topics],
        ),
        *_zone_days(cities, snapshot.newest),
        *(finding.expires_on for finding in stance.findings),
    }
    return sorted(day for day in found if after < day <= through)


def _zone_days(cities: Iterable[int], known_at: int) -> set[date]:
    """Return the days on which zones of cities, or those that cover them, start or end."""
    return {written.first_day for written in _zone_dates(cities, known_at)}


def _zone_dates(cities: Iterable[int], known_at: int) -> set[PartialDate]:
    """Return the dates on which zones of cities, or those that cover them, start or end, as
    written.
    """
    zones = Zone.objects.known_at(known_at).not_withdrawn()
    dates = ("designated_on", "ended_on")
    cover = ("coverages__covered_from", "coverages__covered_until")
    own = zones.filter(city__in=cities).values_list(*dates)
    covering = zones.filter(coverages__city__in=cities).values_list(*dates, *cover)
    return {PartialDate(written) for row in (*own, *covering) for written in row if written}


class _Edges:
    """What begins or ends on a day for a checklist, as the dates of it are written.

    Dates cut short count from the first day of a month, or from the day after its last: on any
    other day nothing has to be looked up.
    """

    def __init__(self, stance: Stance, day: date) -> None:
        self.stance, self.day = stance, day

    def written(self, one: DutyMove) -> str:
        """Return the day on which something moves, no finer than any date is written that
        moves it.
        """
        if self.day.day != 1:
            return self.day.isoformat()
        return min(self._causes(one), key=_fineness, default=self.day.isoformat())

    def _causes(self, one: DutyMove) -> Iterator[str]:
        row = one.requirement
        topic = row.tested_topic_id if row else self.stance.template.template.gate_topic_id
        if topic:
            yield from self._answers.get(topic, ())
        if row is None:
            return
        if row.tested_programme_id:
            yield from (str(one) for one in self._zones if one.first_day == self.day)
        if row.effective_from and row.effective_from.first_day == self.day:
            yield str(row.effective_from)
        if row.effective_to and row.effective_to.last_day + ONE_DAY == self.day:
            yield edge_as_written(row.effective_to, self.day.isoformat())

    @cached_property
    def _answers(self) -> dict[int, list[str]]:
        """By topic."""
        found: dict[int, list[str]] = {}
        for place in self.stance.places:
            for change in changes_of(
                asked_of(place, self.stance.snapshot),
                self.stance.inquiry,
                first=self.day,
                last=self.day,
            ):
                found.setdefault(change.topic.pk, []).append(change.written)
        return found

    @cached_property
    def _zones(self) -> set[PartialDate]:
        cities = [place.city_id for place in self.stance.places if place.city_id]
        return _zone_dates(cities, self.stance.snapshot.newest)


def _fineness(written: str) -> int:
    return len(written.rpartition(" ")[2])
