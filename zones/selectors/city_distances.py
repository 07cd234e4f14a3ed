"""How far apart all cities lie on a day, and which are nearest to one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cbec_portal.caches import Kept
from zones.models import City, Topic
from zones.rules.distance import Distance, Distances
from zones.rules.vocabulary import Certainty
from zones.selectors.answer_matrix import answer_matrix
from zones.selectors.counted_answers import stretch_across
from zones.selectors.inquiry import Inquiry
from zones.selectors.known_rows import topics_known
from zones.selectors.placements import cities_on
from zones.selectors.varying_topics import varying_topics

#: For so many stretches of days and revisions distances are kept: some 10 kB each.
MOST_KEPT = 256


class CityDistances(NamedTuple):
    """The cities in their usual order, the topics that vary among them, and the distances."""

    cities: list[City]
    topics: list[Topic]
    distances: Distances

    def place(self, city: City) -> int:
        """Return the place of a city in the usual order."""
        return next(at for at, other in enumerate(self.cities) if other.slug == city.slug)

    def unknown(self, city: City) -> list[Topic]:
        """Return the topics of which it is not known what a city answers."""
        return self._named(self.distances.unknown(self.place(city)))

    def between(self, one: City, other: City) -> Distance:
        """Return on how many topics two cities differ, and on how many nobody can tell."""
        return self.distances.between(self.place(one), self.place(other))

    def apart(self, one: City, other: City) -> TopicsApart:
        """Return on which topics two cities differ, and on which nobody can tell."""
        found = self.distances.apart(self.place(one), self.place(other))
        return TopicsApart(self._named(found.differing), self._named(found.not_comparable))

    def _named(self, places: Sequence[int]) -> list[Topic]:
        return [self.topics[place] for place in places]


class TopicsApart(NamedTuple):
    """The topics that two cities answer differently, and those on which nobody can tell."""

    differing: list[Topic]
    not_comparable: list[Topic]


class Neighbour(NamedTuple):
    """A city, and how far it lies from the one that was asked about."""

    city: City
    distance: Distance


def city_distances(inquiry: Inquiry) -> CityDistances:
    """Return how far apart all cities lie on a day. One query, where that is not kept yet, beside
    those of :func:`varying_topics`.
    """
    found: Kept[tuple[int, tuple[int, int], Certainty], CityDistances] = inquiry.snapshot.lately(
        "distances", MOST_KEPT
    )
    asked = (inquiry.known_at, stretch_across(inquiry), inquiry.certainty)
    return found.made(asked, lambda: _city_distances(inquiry))


def nearest_cities(city: City, inquiry: Inquiry) -> list[Neighbour]:
    """Return the other cities, those first that can differ on the fewest topics.

    Of two that are known to differ on as many, the one comes first of which more is known: a city
    of which nothing is known is not near, nobody knows how far it lies.
    """
    others = _neighbours(city, inquiry)
    return sorted(others, key=lambda one: (one.distance.at_most, one.distance, one.city.slug))


def farthest_cities(city: City, inquiry: Inquiry) -> list[Neighbour]:
    """Return the other cities that are known to differ, those first that differ on most topics.

    Of two that differ on as many, the one comes first of which more is known.
    """
    differing = [one for one in _neighbours(city, inquiry) if one.distance.differing]
    return sorted(
        differing,
        key=lambda one: (-one.distance.differing, one.distance.not_comparable, one.city.slug),
    )


def _neighbours(city: City, inquiry: Inquiry) -> list[Neighbour]:
    found = city_distances(inquiry)
    there = zip(found.cities, found.distances.of(found.place(city)), strict=True)
    return [Neighbour(other, far) for other, far in there if other.slug != city.slug]


def _city_distances(inquiry: Inquiry) -> CityDistances:
    cities = list(cities_on(inquiry).values())
    varying = varying_topics(inquiry)
    local = [topic for topic in topics_known(inquiry).values() if topic.pk in varying]
    answers = answer_matrix(cities, local, inquiry).answers
    rows = (answers[topic.pk] for topic in local)
    return CityDistances(cities, local, Distances(rows, len(cities)))
