"""A comparison as JSON, as lines of CSV, and in the API's schema, side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

from rest_framework import serializers

from cbec_portal.languages import in_language
from zones.api.representations.cells import CellSerializer, cell_columns
from zones.api.representations.compared_rows import ComparedRows
from zones.models.value_types import ValueType
from zones.rules.comparison import tally
from zones.rules.vocabulary import Layer, Outcome, State
from zones.selectors.city_comparison import ComparedRow, Comparison
from zones.selectors.inquiry import Column, Inquiry
from zones.selectors.rendered_values import city_shape


def comparison_shape(found: Comparison, inquiry: Inquiry) -> dict[str, Any]:
    """Return a comparison as JSON. The summary counts all rows, shown or not."""
    columns = found.columns
    return {
        "as_of": columns[0].day,
        "known_at": inquiry.known_at,
        "baseline": columns[0].key,
        "columns": [column_shape(column, inquiry.language) for column in columns],
        "summary": _summary(found.rows, len(columns), inquiry.language),
        "rows": ComparedRows(found, inquiry),
    }


def column_shape(column: Column, language: str) -> dict[str, Any]:
    """Return a column as JSON."""
    return {"key": column.key, "city": city_shape(column.city, language), "as_of": column.day}


def _summary(rows: Sequence[ComparedRow], columns: int, language: str) -> dict[str, Any]:
    """All rows counted; and those of each layer that is compared, with its gaps."""
    of_areas = {row.topic.focus_area_id: row.topic for row in rows}
    areas = sorted((topic.focus_area for topic in of_areas.values()), key=attrgetter("position"))
    named = [
        (area.pk, {"focus_area": area.slug, "name": in_language(area, "name", language)})
        for area in areas
    ]
    layers: dict[Layer, list[ComparedRow]] = {layer: [] for layer in Layer}
    for row in rows:
        layers[row.layer].append(row)
    return {
        **_counted(rows, named),
        **{
            summary_key(layer): {
                **_counted(layers[layer], named),
                "not_researched": _not_researched(layers[layer], columns),
            }
            for layer in (Layer.LOCAL, Layer.PARTLY_KNOWN, Layer.NATIONAL)
        },
    }


def summary_key(layer: Layer) -> str:
    """Return the member of the summary that counts a layer."""
    return layer.value.replace("-", "_")


def _counted(
    rows: Sequence[ComparedRow], named: Sequence[tuple[int, Mapping[str, str]]]
) -> dict[str, Any]:
    """Rows counted, and those of each focus area that has any, the areas in their order."""
    under: dict[int, dict[Outcome, int]] = {}
    for row in rows:
        own = under.setdefault(row.topic.focus_area_id, {})
        own[row.outcome] = own.get(row.outcome, 0) + 1
    every: Counter[Outcome] = Counter()
    for own in under.values():
        every.update(own)
    return {
        **tally(every),
        "by_focus_area": [{**name, **tally(under[pk])} for pk, name in named if pk in under],
    }


def _not_researched(own: Sequence[ComparedRow], columns: int) -> list[int]:
    """How many of some topics nobody has looked for, by column."""
    if not own:
        return [0] * columns
    told = zip(*(row.answers for row in own), strict=True)
    return [sum([one.state is State.NOT_RESEARCHED for one in column]) for column in told]


def comparison_rows(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one line of CSV or of a sheet for each cell of a comparison."""
    return [
        {
            "focus_area": row["topic"]["focus_area"],
            "topic": row["topic"]["slug"],
            "label": row["topic"]["label"],
            "question": row["topic"]["question"],
            "varies": row["varies"],
            "layer": row["layer"],
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


class AreasTallySerializer(TallySerializer):
    """The same of some rows, shown or not."""

    by_focus_area = AreaTallySerializer(many=True)


class LayerTallySerializer(AreasTallySerializer):
    """The same of the topics of a layer."""

    not_researched = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="Of how many of them nobody has looked for an answer, in the order of the "
        "columns.",
    )


class SummarySerializer(AreasTallySerializer):
    """The same of all rows, shown or not."""

    local = LayerTallySerializer(
        help_text="Topics that vary: on the day of a column two of all cities are known to answer "
        "them differently"
    )
    partly_known = LayerTallySerializer(
        help_text="Topics of which what is known is alike, but is not known of every city: nobody "
        "knows whether they vary"
    )
    national = LayerTallySerializer(
        help_text="Topics that every city is known to answer alike on the day of each column"
    )


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
    varies = serializers.BooleanField(
        help_text="Whether two of all cities are known to answer it differently on the day of a "
        "column"
    )
    layer = serializers.ChoiceField(
        choices=[layer.value for layer in Layer],
        help_text="What the topic is by the answers of all cities: local (it varies), partly "
        "known, national (known of all and alike), or descriptive",
    )
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
