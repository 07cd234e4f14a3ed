"""How far apart all cities lie on a day, and which are nearest to one."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from cbec_portal.caches import Kept
from zones.models import City, Topic
from zones.rules.distance import Distance, Distances
from zones.rules.vocabulary import Certainty
from zones.selectors.answer_matrix import answer_matrix
from zones.selectors.inquiry import Inquiry
from zones.selectors.known_rows import topics_known
from zones.selectors.placements import cities_on
from zones.selectors.varying_topics import varying_topics

#: For so many days and revisions distances are kept: some 10 kB each.
MOST_KEPT = 256


class CityDistances(NamedTuple):
    """The cities in their usual order, the topics that vary among them, and the distances."""

    cities: list[City]
    topics: list[Topic]
    distances: Distances


class Neighbour(NamedTuple):
    """A city, and how far it lies from the one that was asked about."""

    city: City
    distance: Distance


def city_distances(inquiry: Inquiry) -> CityDistances:
    """Return how far apart all cities lie on a day. One query, where that is not kept yet, beside
    those of :func:`varying_topics`.
    """
    found: Kept[tuple[int, date, Certainty], CityDistances] = inquiry.snapshot.lately(
        "distances", MOST_KEPT
    )
    asked = (inquiry.known_at, inquiry.day, inquiry.certainty)
    return found.made(asked, lambda: _city_distances(inquiry))


def nearest_cities(city: City, inquiry: Inquiry) -> list[Neighbour]:
    """Return the other cities, those first that can differ on the fewest topics.

    Of two that are known to differ on as many, the one comes first of which more is known: a city
    of which nothing is known is not near, nobody knows how far it lies.
    """
    cities, _, distances = city_distances(inquiry)
    place = next(at for at, other in enumerate(cities) if other.pk == city.pk)
    there = zip(cities, distances.of(place), strict=True)
    others = [Neighbour(other, far) for other, far in there if other.pk != city.pk]
    return sorted(others, key=lambda one: (one.distance.at_most, one.distance, one.city.slug))


def _city_distances(inquiry: Inquiry) -> CityDistances:
    cities = list(cities_on(inquiry).values())
    varying = varying_topics(inquiry)
    local = [topic for topic in topics_known(inquiry).values() if topic.pk in varying]
    answers = answer_matrix(cities, local, inquiry).answers
    rows = (answers[topic.pk] for topic in local)
    return CityDistances(cities, local, Distances(rows, len(cities)))
