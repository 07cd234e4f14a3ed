"""Rows of the lists as they are answered. Staff columns are nowhere here."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from zones.models import (
    Batch,
    City,
    CustomsDistrict,
    FocusArea,
    Indicator,
    Policy,
    Programme,
    Province,
    Revision,
    Source,
    Statistic,
    Topic,
    Zone,
)
from zones.queries.catalogue import Catalogue, catalogue, in_language, plain_number


class NamedSerializer(serializers.ModelSerializer[Any]):
    """Gives ``name`` in the reader's language beside both names."""

    name = serializers.SerializerMethodField()

    def get_name(self, row: Any) -> str:
        """The name in the reader's language."""
        return in_language(row, "name", self.context["view"].language)


class ProvinceSerializer(NamedSerializer):
    """A province."""

    class Meta:
        model = Province
        fields = ["iso_3166_2", "gb2260", "name", "name_en", "name_zh", "region"]


class CustomsDistrictSerializer(NamedSerializer):
    """A customs district."""

    class Meta:
        model = CustomsDistrict
        fields = ["code", "name", "name_en", "name_zh"]


class CitySerializer(NamedSerializer):
    """A city."""

    province = serializers.CharField(source="province.iso_3166_2")
    region = serializers.CharField(source="province.region")
    customs_district = serializers.CharField(source="customs_district.code")
    other_customs_districts = serializers.SlugRelatedField[CustomsDistrict](
        many=True, read_only=True, slug_field="code"
    )
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()

    class Meta:
        model = City
        fields = [
            "slug",
            "adcode",
            "name",
            "name_en",
            "name_zh",
            "level",
            "province",
            "region",
            "customs_district",
            "other_customs_districts",
            "latitude",
            "longitude",
        ]


class ProgrammeSerializer(NamedSerializer):
    """A programme."""

    class Meta:
        model = Programme
        fields = [
            "slug",
            "name",
            "name_en",
            "name_zh",
            "kind",
            "started_on",
            "lead_agencies",
            "description_en",
        ]


class BatchSerializer(serializers.ModelSerializer[Batch]):
    """A batch."""

    programme = serializers.CharField(source="programme.slug")
    source = serializers.CharField(source="source.slug")  # type: ignore[assignment]

    class Meta:
        model = Batch
        fields = [
            "programme",
            "number",
            "approved_on",
            "announced_on",
            "document_number",
            "title_en",
            "title_zh",
            "city_count",
            "source",
            "verification",
            "caveat_en",
            "caveat_zh",
        ]


class ZoneSerializer(serializers.ModelSerializer[Zone]):
    """A zone, with the cities it covers."""

    programme = serializers.CharField(source="batch.programme.slug")
    batch = serializers.IntegerField(source="batch.number")
    city = serializers.CharField(source="city.slug")
    ended_by = serializers.CharField(source="ended_by.slug", default=None)
    successor = serializers.CharField(source="successor.slug", default=None)
    covers = serializers.SerializerMethodField()

    class Meta:
        model = Zone
        fields = [
            "identity",
            "version",
            "change",
            "programme",
            "batch",
            "city",
            "name_en",
            "name_zh",
            "designated_on",
            "ended_on",
            "ended_by",
            "successor",
            "covers",
            "verification",
            "caveat_en",
            "caveat_zh",
        ]

    def get_covers(self, row: Zone) -> list[dict[str, Any]]:
        """Further cities with their days."""
        return [
            {
                "city": coverage.city.slug,
                "from": coverage.covered_from,
                "until": coverage.covered_until,
                "verification": coverage.verification,
            }
            for coverage in row.coverages.all()
        ]


class FocusAreaSerializer(NamedSerializer):
    """A focus area."""

    class Meta:
        model = FocusArea
        fields = ["slug", "name", "name_en", "name_zh", "description_en", "description_zh"]


class TopicSerializer(serializers.ModelSerializer[Topic]):
    """A topic with its choices."""

    focus_area = serializers.CharField(source="focus_area.slug")
    question = serializers.SerializerMethodField()
    trade_modes = serializers.ListField(source="modes", child=serializers.CharField())
    choices = serializers.SerializerMethodField()

    class Meta:
        model = Topic
        fields = [
            "slug",
            "focus_area",
            "question",
            "question_en",
            "question_zh",
            "value_type",
            "unit",
            "unit_zh",
            "choices",
            "direction",
            "trade_modes",
            "why_it_matters_en",
            "why_it_matters_zh",
            "begins_on",
            "additive",
            "review_months",
        ]

    def get_question(self, row: Topic) -> str:
        """The question in the reader's language."""
        return in_language(row, "question", self.context["view"].language)

    def get_choices(self, row: Topic) -> list[dict[str, str]]:
        """Possible answers, in order."""
        names = ("label_en", "label_zh", "meaning_en", "meaning_zh")
        return [
            {"choice": choice.slug, **{name: getattr(choice, name) for name in names}}
            for choice in row.choices.all()
        ]


class PolicySerializer(serializers.ModelSerializer[Policy]):
    """A policy: what a cell says of it, with its version."""

    topic = serializers.SerializerMethodField()
    answer = serializers.SerializerMethodField()

    class Meta:
        model = Policy
        fields = ["identity", "version", "change", "recorded_in", "replaced_in", "topic", "answer"]

    def get_topic(self, row: Policy) -> str:
        """The topic's natural key."""
        return catalogue_of(self).topics[row.topic_id].slug

    def get_answer(self, row: Policy) -> dict[str, Any]:
        """Value, scope, dates, source and certainty."""
        return catalogue_of(self).shape(row, self.context["view"].language)


class SourceSerializer(serializers.ModelSerializer[Source]):
    """A document. Where it was read is for staff."""

    id = serializers.CharField(source="slug")
    title = serializers.SerializerMethodField()
    issuers = serializers.SerializerMethodField()

    class Meta:
        model = Source
        fields = [
            "id",
            "document_number",
            "kind",
            "issuers",
            "title",
            "title_en",
            "title_zh",
            "issued_on",
            "effective_on",
            "repealed_on",
            "status",
            "official_url",
        ]

    def get_title(self, row: Source) -> str:
        """The title in the reader's language."""
        return in_language(row, "title", self.context["view"].language)

    def get_issuers(self, row: Source) -> list[dict[str, str]]:
        """Who issued it, with their official sites."""
        return [
            {
                "slug": issued.issuer.slug,
                "name_en": issued.issuer.name_en,
                "name_zh": issued.issuer.name_zh,
                "official_site": issued.issuer.official_site,
            }
            for issued in row.issued_by.all()
        ]


class IndicatorSerializer(NamedSerializer):
    """An indicator."""

    class Meta:
        model = Indicator
        fields = ["slug", "name", "name_en", "name_zh", "unit", "unit_zh", "flow", "series"]


class StatisticSerializer(serializers.ModelSerializer[Statistic]):
    """A figure."""

    indicator = serializers.CharField(source="indicator.slug")
    series = serializers.CharField(source="indicator.series")
    unit = serializers.CharField(source="indicator.unit")
    scope = serializers.SerializerMethodField()
    value = serializers.SerializerMethodField(method_name="number")

    class Meta:
        model = Statistic
        fields = [
            "indicator",
            "series",
            "year",
            "scope",
            "release",
            "value",
            "value_text",
            "unit",
            "note_en",
            "note_zh",
            "source_title_en",
            "source_title_zh",
            "verification",
        ]

    def get_scope(self, row: Statistic) -> str:
        """The nation, or a city's natural key."""
        return row.city.slug if row.city else "CN"

    def number(self, row: Statistic) -> float:
        """The figure as a number; ``value_text`` keeps its decimals."""
        return plain_number(row.value)


class RevisionSerializer(serializers.ModelSerializer[Revision]):
    """A revision."""

    class Meta:
        model = Revision
        fields = ["number", "published_at", "summary"]


def catalogue_of(serializer: serializers.BaseSerializer[Any]) -> Catalogue:
    """The catalogue, read once for an answer."""
    context: Any = serializer.context
    if "catalogue" not in context:
        context["catalogue"] = catalogue()
    kept: Catalogue = context["catalogue"]
    return kept
