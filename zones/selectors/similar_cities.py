"""Cities worth comparing with one: of its province, of its batches, with the same rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from cbec_portal.caches import Kept
from zones.models import City, Policy, Topic
from zones.rules.comparison import Answer
from zones.selectors.answer_matrix import answer_matrix
from zones.selectors.inquiry import Inquiry
from zones.selectors.matching_cities import memberships
from zones.selectors.placements import cities_on
from zones.selectors.snapshot import Snapshot

MOST_KEPT = 2048
TOPICS_READ_FIRST = 16


class Suggestion(NamedTuple):
    """A city and why it is suggested: *province*, *batch* or *profile*."""

    city: City
    why: str


def similar_cities(
    city: City, inquiry: Inquiry, *, without: Collection[int] = (), each: int = 2
) -> list[Suggestion]:
    """Return a few cities of each kind, none twice.

    Args:
        without: ids of cities that are compared already.
        each: how many of a kind at most.
    """
    there = {city.pk, *without}
    found: list[Suggestion] = []
    for why, cities in _kinds(city, inquiry):
        fresh = [other for other in cities if other.pk not in there][:each]
        found += [Suggestion(other, why) for other in fresh]
        there |= {other.pk for other in fresh}
    return found


def same_profile(city: City, inquiry: Inquiry) -> list[City]:
    """Return the other cities that answer every topic the same that is known of all cities."""
    found: Kept[tuple[int, date, int], list[City]] = inquiry.snapshot.lately(
        "same profile", MOST_KEPT
    )
    asked = (inquiry.known_at, inquiry.day, city.pk)
    return found.made(asked, lambda: _same_profile(city, inquiry))


def _kinds(city: City, inquiry: Inquiry) -> Iterator[tuple[str, list[City]]]:
    yield "profile", same_profile(city, inquiry)
    there = cities_on(inquiry)
    cities, city = there.values(), there.get(city.pk, city)
    yield "province", [other for other in cities if other.province_id == city.province_id]
    members = memberships(inquiry)
    batches = {member.batch for member in members if member.city == city.pk}
    mates = {member.city for member in members if member.batch in batches}
    yield "batch", [other for other in cities if other.pk in mates]


def _same_profile(city: City, inquiry: Inquiry) -> list[City]:
    """Narrow the cities down, so that few cells are read, in three readings at most.

    A topic tells a city apart only where it is known of all cities. The topics with the most
    policies are read for all cities, the others for those left. Where these still differ, the
    topics on which they do are read for all cities too.
    """

    def read(cities: Sequence[City], topics: Sequence[Topic]) -> dict[int, list[Answer]]:
        return answer_matrix(cities, topics, inquiry.of_any_certainty).answers

    topics = [
        topic
        for topic in inquiry.snapshot.remembered(
            "topics by policies", lambda: _by_policies(inquiry.snapshot)
        )
        if not topic.is_descriptive(inquiry.known_at)
    ]
    everyone = list(cities_on(inquiry).values())
    first = read(everyone, topics[:TOPICS_READ_FIRST])
    alike = _alike(city, everyone, first.values())
    others = read(alike, topics[TOPICS_READ_FIRST:])
    apart = {topic: row for topic, row in others.items() if _known(row) and len(set(row)) > 1}
    if apart:
        beside = read(everyone, [inquiry.snapshot.topics[topic] for topic in apart])
        further = [row for topic, row in apart.items() if _known(beside[topic])]
        alike = _alike(city, alike, further)
    return [other for other in alike if other.pk != city.pk]


def _alike(city: City, cities: Sequence[City], rows: Iterable[Sequence[Answer]]) -> list[City]:
    """The cities that answer as one of them does, in all rows that are known throughout."""
    own = next(place for place, other in enumerate(cities) if other.pk == city.pk)
    known = [(row, row[own]) for row in rows if _known(row)]
    return [
        other
        for place, other in enumerate(cities)
        if all(row[place] == ours for row, ours in known)
    ]


def _known(row: Sequence[Answer]) -> bool:
    # A row has an answer a city, of which few are told apart.
    return all(answer.is_known for answer in dict(zip(map(id, row), row, strict=True)).values())


def _by_policies(snapshot: Snapshot) -> list[Topic]:
    """Topics with the most policies first."""
    many = Counter(Policy.objects.published().order_by().values_list("topic", flat=True))
    return sorted(snapshot.topics.values(), key=lambda topic: (-many[topic.pk], topic.slug))
