"""How answers change in law time: of one topic in a city, of a city, and on which days."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Q

from cbec_portal.api.renderers import Written
from cbec_portal.caches import Kept
from zones.models import City, InForce, Topic
from zones.queries.catalogue import Catalogue, named_by
from zones.querysets.in_force import Found

ONE_DAY = timedelta(days=1)
MOST_CITIES = 512


class Change(NamedTuple):
    """What changes in a city on a day: the cells before and after, either of which may be none."""

    day: date
    topic: Topic
    before: Written | None
    after: Written | None


def answers_in_time(
    city: City, topic: Topic, kept: Catalogue, *, known_at: int, language: str
) -> list[Written]:
    """The answers of a topic in a city, earliest first, as cells."""
    rows = _rows(InForce.objects.known_at(known_at).filter(city=city.pk, topic=topic.pk))
    told = kept.tell(named_by(rows), language)
    return [kept.cell(row, told, city=city.pk, known_at=known_at) for row in rows]


def changes_of(
    city: City,
    kept: Catalogue,
    *,
    first: date,
    last: date,
    known_at: int,
    language: str,
) -> list[Change]:
    """What changed in a city from one day to another, both included, latest first."""
    near = InForce.objects.known_at(known_at).filter(
        Q(until_day__isnull=True) | Q(until_day__gte=first - ONE_DAY),
        city=city.pk,
        from_day__lte=last + ONE_DAY,
    )
    rows = _rows(near)
    told = kept.tell(named_by(rows), language)
    found: list[Change] = []
    for topic, own in groupby(rows, key=lambda row: row.topic):
        answers = [(row, kept.cell(row, told, city=city.pk, known_at=known_at)) for row in own]
        found += _changes(kept.topics[topic], answers)
    places = {pk: place for place, pk in enumerate(kept.topics)}
    within = [change for change in found if first <= change.day <= last]
    return sorted(within, key=lambda change: (-change.day.toordinal(), places[change.topic.pk]))


def days_of_change(cities: Iterable[int], kept: Catalogue, *, known_at: int) -> list[date]:
    """The days on which some answer in some of these cities changed, earliest first.

    One query for the cities not asked for lately.
    """
    read: Kept[tuple[int, int], array[int]] = kept.lately("days of change", MOST_CITIES)
    days = {city: read.get((city, known_at)) for city in cities}
    fresh = _days_of([city for city, own in days.items() if own is None], known_at)
    for city, own in fresh.items():
        read.put((city, known_at), own)
    found = set().union(*(own for own in (days | fresh).values() if own))
    return [date.fromordinal(day) for day in sorted(found)]


def _days_of(cities: Collection[int], known_at: int) -> dict[int, array[int]]:
    """The days of each city as ordinals, which take a tenth of the memory."""
    if not cities:
        return {}
    found: dict[int, set[int]] = {city: set() for city in cities}
    rows = InForce.objects.known_at(known_at).filter(city__in=cities).order_by()
    for city, since, through in rows.values_list("city", "since", "through").distinct():
        found[city].add(since.toordinal())
        if through:
            found[city].add(through.toordinal() + 1)
    return {city: array("i", days) for city, days in found.items()}


def days_near(
    city: City, day: date, kept: Catalogue, *, known_at: int, before: int, after: int
) -> tuple[date, date]:
    """The days from and to which to look for so many days of change before and after a day.

    The day itself counts as before.
    """
    days = days_of_change([city.pk], kept, known_at=known_at)
    place = bisect_right(days, day)
    earlier, later = days[max(place - before, 0) : place], days[place : place + after]
    return (earlier or [day])[0], (later or [day])[-1]


def _rows(stored: Any) -> list[Found]:
    """Rows by topic and day, those that only differ in what stands beside the answer as one."""
    values = stored.order_by("topic", "from_day").values_list(
        "topic", "policy", "also", "since", "through"
    )
    found: dict[tuple[int, int, date], Found] = {}
    for topic, policy, also, since, through in values:
        until = through.isoformat() if through else None
        row = Found(0, topic, policy, also, since.isoformat(), until)
        found.setdefault((topic, policy, since), row)
    return list(found.values())


def _changes(topic: Topic, answers: Sequence[tuple[Found, Written]]) -> Iterator[Change]:
    before: tuple[Found, Written] | None = None
    for row, cell in answers:
        start = date.fromisoformat(row.since)
        if before is not None and before[0].through is not None:
            gap = date.fromisoformat(before[0].through) + ONE_DAY
            if gap < start:
                yield Change(gap, topic, before[1], None)
                before = None
        yield Change(start, topic, before[1] if before else None, cell)
        before = (row, cell)
    if before is not None and before[0].through is not None:
        yield Change(date.fromisoformat(before[0].through) + ONE_DAY, topic, before[1], None)
