"""Profiles as JSON and in the API's schema, side by side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from zones.rules.comparison import Profiles
from zones.selectors.inquiry import Inquiry


def profiles_shape(found: Profiles, varying: Iterable[str], inquiry: Inquiry) -> dict[str, Any]:
    """Return the profiles of a day as JSON, largest first, and which of the topics vary."""
    return {
        "as_of": inquiry.day,
        "known_at": inquiry.known_at,
        "count": len(found.results),
        "topics_that_vary": list(varying),
        "topics_left_out": list(found.topics_left_out),
        "results": [
            {
                "cities": list(profile.cities),
                "size": len(profile.cities),
                "differs_from_largest": list(profile.differs_from_largest),
            }
            for profile in found.results
        ],
    }


class ProfileSerializer(serializers.Serializer[Any]):
    """Cities with the same answers."""

    cities = serializers.ListField(child=serializers.CharField())
    size = serializers.IntegerField()
    differs_from_largest = serializers.ListField(child=serializers.CharField())


class ProfilesSerializer(serializers.Serializer[Any]):
    """All profiles of a day, largest first."""

    as_of = serializers.DateField()
    known_at = serializers.IntegerField()
    count = serializers.IntegerField()
    topics_that_vary = serializers.ListField(
        child=serializers.CharField(),
        help_text="Those of the topics that two of all cities are known to answer differently on "
        "the day, counted or left out",
    )
    topics_left_out = serializers.ListField(child=serializers.CharField())
    results = ProfileSerializer(many=True)
