"""A comparison as JSON, as lines of CSV, and in the API's schema, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rest_framework import serializers

from cbec_portal.languages import in_language
from zones.api.representations.cells import CellSerializer, cell_columns
from zones.models import Topic
from zones.models.value_types import ValueType
from zones.rules.comparison import outcome, tally
from zones.rules.vocabulary import Outcome, State
from zones.selectors.city_comparison import Cell, grid
from zones.selectors.hypothetical_places import id_of
from zones.selectors.inquiry import Column, Inquiry
from zones.selectors.rendered_cells import RenderedPolicy
from zones.selectors.rendered_values import city_shape
from zones.selectors.snapshot import named_by


def comparison_shape(
    columns: Sequence[Column], topics: Sequence[Topic], inquiry: Inquiry, *, only_differences: bool
) -> dict[str, Any]:
    """Return the comparison as JSON. The summary counts all rows, shown or not."""
    known = grid(columns, topics, inquiry)
    outcomes = {
        topic.pk: outcome(
            [cell.answer for cell in known[topic.pk]],
            descriptive=topic.is_descriptive(inquiry.known_at),
        )
        for topic in topics
    }
    rendered = inquiry.snapshot.rendered(
        named_by(c.found for row in known.values() for c in row if c.found), inquiry.language
    )
    return {
        "as_of": columns[0].day,
        "known_at": inquiry.known_at,
        "baseline": columns[0].key,
        "columns": [column_shape(column, inquiry.language) for column in columns],
        "summary": _summary(topics, outcomes, inquiry.language),
        "rows": [
            {
                "topic": inquiry.snapshot.topic(topic, inquiry.language),
                "outcome": outcomes[topic.pk].value,
                "cells": [
                    _shape(cell, column, rendered, inquiry)
                    for cell, column in zip(known[topic.pk], columns, strict=True)
                ],
            }
            for topic in topics
            if not only_differences or outcomes[topic.pk] is Outcome.DIFFERS
        ],
    }


def _shape(
    cell: Cell, column: Column, rendered: Mapping[int, RenderedPolicy], inquiry: Inquiry
) -> Mapping[str, Any]:
    if cell.found is None or cell.answer.state is State.NOT_VERIFIED:
        return inquiry.snapshot.empty(cell.answer.state, inquiry.language)
    return inquiry.snapshot.cell(
        cell.found, rendered, city=id_of(column.city), known_at=inquiry.known_at
    )


def column_shape(column: Column, language: str) -> dict[str, Any]:
    """Return a column as JSON."""
    return {"key": column.key, "city": city_shape(column.city, language), "as_of": column.day}


def _summary(
    topics: Sequence[Topic], outcomes: Mapping[int, Outcome], language: str
) -> dict[str, Any]:
    areas = {topic.focus_area.slug: topic.focus_area for topic in topics}
    under: dict[str, list[Outcome]] = {slug: [] for slug in areas}
    for topic in topics:
        under[topic.focus_area.slug].append(outcomes[topic.pk])
    return {
        **tally(outcomes.values()),
        "by_focus_area": [
            {
                "focus_area": slug,
                "name": in_language(areas[slug], "name", language),
                **tally(own),
            }
            for slug, own in under.items()
        ],
    }


def comparison_rows(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one line of CSV or of a sheet for each cell of a comparison."""
    return [
        {
            "focus_area": row["topic"]["focus_area"],
            "topic": row["topic"]["slug"],
            "label": row["topic"]["label"],
            "question": row["topic"]["question"],
            "outcome": row["outcome"],
            "city": column["city"]["slug"],
            "as_of": column["as_of"],
            **cell_columns(cell),
        }
        for row in data["rows"]
        for column, cell in zip(data["columns"], row["cells"], strict=True)
    ]


class ColumnCitySerializer(serializers.Serializer[Any]):
    """A city as a column names it."""

    slug = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    name_zh = serializers.CharField()
    province = serializers.CharField()
    customs_district = serializers.CharField()


class ColumnSerializer(serializers.Serializer[Any]):
    """A city on a day."""

    key = serializers.CharField()
    city = ColumnCitySerializer()
    as_of = serializers.DateField()


class TallySerializer(serializers.Serializer[Any]):
    """How many topics there are, and how many of each outcome."""

    topics = serializers.IntegerField()
    same = serializers.IntegerField()
    differs = serializers.IntegerField()
    incomplete = serializers.IntegerField()
    unknown = serializers.IntegerField()
    described = serializers.IntegerField(
        help_text="Topics that only name things: shown, never counted as the same or different"
    )


class AreaTallySerializer(TallySerializer):
    """The same of one focus area."""

    focus_area = serializers.CharField()
    name = serializers.CharField()


class SummarySerializer(TallySerializer):
    """The same of all rows, shown or not."""

    by_focus_area = AreaTallySerializer(many=True)


class ComparedTopicSerializer(serializers.Serializer[Any]):
    """A topic as a row names it."""

    slug = serializers.CharField()
    label = serializers.CharField(help_text="The topic's short head")  # type: ignore[assignment]  # it hides an attribute of Field
    question = serializers.CharField()
    focus_area = serializers.CharField()
    value_type = serializers.ChoiceField(choices=ValueType.choices)
    unit = serializers.CharField(allow_null=True)


class ComparedRowSerializer(serializers.Serializer[Any]):
    """A topic and its cells, in the order of the columns."""

    topic = ComparedTopicSerializer()
    outcome = serializers.ChoiceField(choices=[outcome.value for outcome in Outcome])
    cells = CellSerializer(many=True)


class ComparisonSerializer(serializers.Serializer[Any]):
    """How cities compare, topic by topic."""

    as_of = serializers.DateField()
    known_at = serializers.IntegerField()
    baseline = serializers.CharField()
    columns = ColumnSerializer(many=True)
    summary = SummarySerializer()
    rows = ComparedRowSerializer(many=True)
