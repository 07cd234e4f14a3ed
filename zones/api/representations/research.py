"""What is researched as JSON, as CSV and in the API's schema, side by side."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cbec_portal.languages import in_language
from zones.rules.completeness import Completeness
from zones.selectors.inquiry import Inquiry
from zones.selectors.research_state import ResearchState


def completeness_shape(found: Completeness) -> dict[str, int]:
    """Return the numbers of some cells as JSON."""
    return {
        "cells": found.cells,
        "researched": found.researched,
        "none_found": found.none_found,
        "not_researched": found.not_researched,
    }


def research_shape(found: ResearchState, inquiry: Inquiry) -> dict[str, Any]:
    """Return what is researched on a day as JSON, with every cell that is not."""
    by_topic, by_city = found.by_topic, found.by_city
    return {
        "as_of": inquiry.day,
        "known_at": inquiry.known_at,
        "summary": completeness_shape(found.whole),
        "topics": [
            {
                "topic": topic.slug,
                "focus_area": topic.focus_area.slug,
                **completeness_shape(by_topic[topic.pk]),
                "not_researched_in": [city.slug for city in found.gaps(topic)],
            }
            for topic in found.topics
        ],
        "cities": [
            {
                "city": city.slug,
                "province": city.province.iso_3166_2,
                **completeness_shape(by_city[city.pk]),
            }
            for city in found.cities
        ],
        "provinces": [
            {
                "province": province.iso_3166_2,
                "name": in_language(province, "name", inquiry.language),
                **completeness_shape(own),
            }
            for province, own in found.by_province.items()
        ],
    }


def research_rows(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a line for each topic, as a spreadsheet wants them, with the cities that lack."""
    return [
        row | {"not_researched_in": ";".join(row["not_researched_in"])} for row in data["topics"]
    ]


class CompletenessSerializer(serializers.Serializer[Any]):
    """How much is researched of some cells: a topic in a city is one."""

    cells = serializers.IntegerField()
    researched = serializers.IntegerField(
        help_text="Where it is known what holds, or was sought and nothing found."
    )
    none_found = serializers.IntegerField(help_text="Where it was sought and nothing found.")
    not_researched = serializers.IntegerField(help_text="Where nobody has looked: no answer is no.")


class TopicResearchSerializer(CompletenessSerializer):
    """How much is researched of a topic."""

    topic = serializers.CharField()
    focus_area = serializers.CharField()
    not_researched_in = serializers.ListField(child=serializers.CharField())


class CityResearchSerializer(CompletenessSerializer):
    """How much is researched of a city."""

    city = serializers.CharField()
    province = serializers.CharField()


class ProvinceResearchSerializer(CompletenessSerializer):
    """How much is researched of the cities of a province."""

    province = serializers.CharField()
    name = serializers.CharField()


class ResearchSerializer(serializers.Serializer[Any]):
    """What is researched on a day, and what nobody knows yet."""

    as_of = serializers.DateField()
    known_at = serializers.IntegerField()
    summary = CompletenessSerializer()
    topics = TopicResearchSerializer(many=True)
    cities = CityResearchSerializer(many=True)
    provinces = ProvinceResearchSerializer(many=True)
