"""Places and programmes as they are answered. Staff columns are nowhere here."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cbec_portal.api.row_serializers import RowSerializer
from cbec_portal.languages import in_language
from zones.models import Batch, City, CustomsDistrict, Programme, Province, Zone


class NamedSerializer(RowSerializer[Any]):
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
    other_customs_districts = serializers.SerializerMethodField()
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

    def get_other_customs_districts(self, city: City) -> list[str]:
        """Return the codes of the districts under which a part of it lies."""
        return [district.code for district in city.in_part]


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
            "description_zh",
        ]


class BatchSerializer(RowSerializer[Batch]):
    """A batch."""

    programme = serializers.CharField(source="programme.slug")
    source = serializers.CharField(source="source.slug")  # type: ignore[assignment]  # it hides an attribute of Field

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


class ZoneSerializer(RowSerializer[Zone]):
    """A zone, with the cities it covers."""

    programme = serializers.CharField(source="batch.programme.slug")
    batch = serializers.IntegerField(source="batch.number")
    city = serializers.CharField(source="city.slug")
    ended_by = serializers.CharField(source="ended_by.slug", default=None, allow_null=True)
    successor = serializers.CharField(source="successor.slug", default=None, allow_null=True)
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
