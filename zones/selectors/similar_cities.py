"""Cities worth comparing with one: of its province, of its batches, with the same rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import repeat
from typing import NamedTuple

from cbec_portal.caches import Kept
from zones.models import City
from zones.rules.comparison import Answer
from zones.selectors.answer_matrix import answer_matrix
from zones.selectors.counted_answers import stretch_across
from zones.selectors.inquiry import Inquiry
from zones.selectors.matching_cities import memberships
from zones.selectors.placements import cities_on
from zones.selectors.varying_topics import varying_topics

#: For so many stretches of days and revisions it is kept which cities answer alike.
MOST_KEPT = 256


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
    found: Kept[tuple[int, tuple[int, int]], Mapping[int, list[City]]] = inquiry.snapshot.lately(
        "cities by profile", MOST_KEPT
    )
    asked = (inquiry.known_at, stretch_across(inquiry))
    alike = found.made(asked, lambda: _by_profile(inquiry))
    return [other for other in alike.get(city.pk, ()) if other.pk != city.pk]


def _kinds(city: City, inquiry: Inquiry) -> Iterator[tuple[str, list[City]]]:
    yield "profile", same_profile(city, inquiry)
    there = cities_on(inquiry)
    cities, city = there.values(), there.get(city.pk, city)
    yield "province", [other for other in cities if other.province_id == city.province_id]
    members = memberships(inquiry)
    batches = {member.batch for member in members if member.city == city.pk}
    mates = {member.city for member in members if member.batch in batches}
    yield "batch", [other for other in cities if other.pk in mates]


def _by_profile(inquiry: Inquiry) -> Mapping[int, list[City]]:
    """All cities that answer alike, by the id of each of them.

    What all cities answer to a topic is kept for as long as it holds, so on another day only those
    topics are read of which an answer moved.
    """
    cities, inquiry = list(cities_on(inquiry).values()), inquiry.of_any_certainty
    # What does not vary parts no cities.
    varying = varying_topics(inquiry)
    topics = [topic for pk, topic in inquiry.snapshot.topics.items() if pk in varying]
    answers = answer_matrix(cities, topics, inquiry).answers
    known = [numbers for row in answers.values() if (numbers := _numbered(row))]
    groups: dict[tuple[int, ...], list[City]] = defaultdict(list)
    # Where nothing is known of all cities, all answer it alike.
    for city, told in zip(cities, zip(*known, strict=True) if known else repeat(()), strict=False):
        groups[told].append(city)
    return {city.pk: alike for alike in groups.values() for city in alike}


def _numbered(row: Sequence[Answer]) -> Sequence[int]:
    """The answers of a row, equal ones by the same number; none where one of them is not known."""
    # A row has an answer a city, of which few are told apart: each of these is looked at once.
    distinct = dict(zip(map(id, row), row, strict=True))
    if not all(answer.is_known for answer in distinct.values()):
        return ()
    equal = {answer: number for number, answer in enumerate(set(distinct.values()))}
    numbers = {key: equal[answer] for key, answer in distinct.items()}
    return list(map(numbers.__getitem__, map(id, row)))
