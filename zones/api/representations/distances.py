"""Distances between cities as JSON, as CSV and in the API's schema, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from rest_framework import serializers

from cbec_portal.languages import in_language
from zones.models import City, Topic
from zones.selectors.city_distances import CityDistances, Neighbour
from zones.selectors.inquiry import Inquiry


def distances_shape(
    found: CityDistances, inquiry: Inquiry, cities: Sequence[City] = ()
) -> dict[str, Any]:
    """Return a day's distances as JSON: two tables with a line and a column for each city asked
    for, or for every one where none is.
    """
    places = [found.place(city) for city in cities] or range(len(found.cities))
    table = [[found.distances.between(one, other) for other in places] for one in places]
    return {
        "as_of": inquiry.day,
        "known_at": inquiry.known_at,
        "topics": _slugs(found.topics),
        "cities": [found.cities[place].slug for place in places],
        "differing": [[one.differing for one in row] for row in table],
        "not_comparable": [[one.not_comparable for one in row] for row in table],
    }


def distances_rows(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a line for each two cities, as a spreadsheet wants them."""
    return [
        {
            "city": data["cities"][one],
            "other": data["cities"][other],
            "differing": data["differing"][one][other],
            "not_comparable": data["not_comparable"][one][other],
            "topics": len(data["topics"]),
        }
        for one, other in combinations(range(len(data["cities"])), 2)
    ]


def nearest_shape(
    city: City, found: CityDistances, nearest: Sequence[Neighbour], inquiry: Inquiry
) -> dict[str, Any]:
    """Return the nearest cities as JSON, nearest first."""
    return {
        "as_of": inquiry.day,
        "known_at": inquiry.known_at,
        "city": city.slug,
        "topics": _slugs(found.topics),
        "results": [_neighbour(city, one, found, inquiry) for one in nearest],
    }


def _neighbour(
    city: City, near: Neighbour, found: CityDistances, inquiry: Inquiry
) -> dict[str, Any]:
    apart = found.apart(city, near.city)
    return {
        "city": near.city.slug,
        "name": in_language(near.city, "name", inquiry.language),
        "differing": near.distance.differing,
        "not_comparable": near.distance.not_comparable,
        "differing_topics": _slugs(apart.differing),
        "not_comparable_topics": _slugs(apart.not_comparable),
    }


def _slugs(topics: Sequence[Topic]) -> list[str]:
    return [topic.slug for topic in topics]


class DistancesSerializer(serializers.Serializer[Any]):
    """How far apart all cities lie on a day, by the topics that two of them answer differently."""

    as_of = serializers.DateField()
    known_at = serializers.IntegerField()
    topics = serializers.ListField(
        child=serializers.CharField(), help_text="The topics that vary on the day."
    )
    cities = serializers.ListField(
        child=serializers.CharField(), help_text="The cities of lines and of columns."
    )
    differing = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField()),
        help_text="On how many of the topics two cities differ.",
    )
    not_comparable = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField()),
        help_text="On how many of them it is not known whether they do.",
    )


class NeighbourSerializer(serializers.Serializer[Any]):
    """A city, and how far it lies from the one that was asked about."""

    city = serializers.CharField()
    name = serializers.CharField()
    differing = serializers.IntegerField()
    not_comparable = serializers.IntegerField()
    differing_topics = serializers.ListField(
        child=serializers.CharField(), help_text="The topics that the two answer differently."
    )
    not_comparable_topics = serializers.ListField(
        child=serializers.CharField(),
        help_text="The topics of which it is not known whether they do.",
    )


class NearestSerializer(serializers.Serializer[Any]):
    """The other cities, those first that can differ on the fewest topics."""

    as_of = serializers.DateField()
    known_at = serializers.IntegerField()
    city = serializers.CharField()
    topics = serializers.ListField(
        child=serializers.CharField(), help_text="The topics that vary on the day."
    )
    results = NeighbourSerializer(many=True)
