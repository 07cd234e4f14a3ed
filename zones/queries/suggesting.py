"""Cities worth comparing with one: of its province, of its batches, with the same rules."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple

from zones.models import City, Zone
from zones.queries.catalogue import Catalogue
from zones.queries.profiling import profile_answer
from zones.rules.comparison import Certainty

MOST_DAYS_KEPT = 512


class Suggestion(NamedTuple):
    """A city and why it is suggested: *province*, *batch* or *profile*."""

    city: City
    why: str


def suggestions(
    city: City,
    day: date,
    kept: Catalogue,
    *,
    known_at: int,
    without: Collection[int] = (),
    each: int = 2,
) -> list[Suggestion]:
    """A few cities of each kind, none twice.

    Args:
        without: ids of cities that are compared already.
        each: how many of a kind at most.
    """
    there = {city.pk, *without}
    found: list[Suggestion] = []
    for why, cities in _kinds(city, day, kept, known_at):
        fresh = [other for other in cities if other.pk not in there][:each]
        found += [Suggestion(other, why) for other in fresh]
        there |= {other.pk for other in fresh}
    return found


def same_profile(city: City, day: date, kept: Catalogue, *, known_at: int) -> list[City]:
    """The other cities that answer every topic the same that is stated for all cities."""
    slugs = _profiles(day, kept, known_at).get(city.slug, [])
    return [kept.cities_by_slug[slug] for slug in slugs if slug != city.slug]


def _kinds(
    city: City, day: date, kept: Catalogue, known_at: int
) -> Iterator[tuple[str, list[City]]]:
    yield "profile", same_profile(city, day, kept, known_at=known_at)
    cities = kept.cities.values()
    yield "province", [other for other in cities if other.province_id == city.province_id]
    members = Zone.objects.memberships(on=day, known_at=known_at)
    batches = {member.batch for member in members if member.city == city.pk}
    mates = {member.city for member in members if member.batch in batches}
    yield "batch", [other for other in cities if other.pk in mates]


def _profiles(day: date, kept: Catalogue, known_at: int) -> dict[str, list[str]]:
    """The profile of each city, kept for the days last asked about."""
    by_day: OrderedDict[tuple[int, date], dict[str, list[str]]] = kept.remembered(
        "profiles", OrderedDict
    )
    if (known_at, day) not in by_day:
        by_day[known_at, day] = _read(day, kept, known_at)
        while len(by_day) > MOST_DAYS_KEPT:
            by_day.popitem(last=False)
    by_day.move_to_end((known_at, day))
    return by_day[known_at, day]


def _read(day: date, kept: Catalogue, known_at: int) -> dict[str, list[str]]:
    answer = profile_answer(
        day,
        list(kept.topics.values()),
        kept,
        known_at=known_at,
        certainty=Certainty.UNVERIFIED,
        every_topic=False,
    )
    return {slug: p["cities"] for p in answer["results"] for slug in p["cities"]}
