"""Documents, figures and revisions as they are answered. Staff columns are nowhere here."""

from __future__ import annotations

from rest_framework import serializers

from cbec_portal.api.row_serializers import RowSerializer
from cbec_portal.languages import in_language
from zones.api.serializers.place_serializers import NamedSerializer
from zones.models import Indicator, Revision, Source, Statistic
from zones.rules.values import plain_number


class SourceSerializer(RowSerializer[Source]):
    """A document. Where it was read is for staff."""

    id = serializers.CharField(source="slug")
    title = serializers.SerializerMethodField()
    issuers = serializers.SerializerMethodField()
    official_url = serializers.CharField()

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


class StatisticSerializer(RowSerializer[Statistic]):
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


class RevisionSerializer(RowSerializer[Revision]):
    """A revision."""

    class Meta:
        model = Revision
        fields = ["number", "published_at", "summary"]
