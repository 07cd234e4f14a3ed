"""Places."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from zones.admin.proposed_rows import DatasetAdmin
from zones.admin.read_only import ReadOnly, ReadOnlyInline
from zones.models import City, CustomsDistrict, DistrictInPart, Placement, Province
from zones.models.scopes import BODIES


@admin.register(Province)
class ProvinceAdmin(DatasetAdmin):
    """Provinces."""

    list_display = ["iso_3166_2", "gb2260", "name_en", "name_zh", "region"]
    list_filter = ["region"]
    search_fields = ["iso_3166_2", "gb2260", "name_en", "name_zh"]
    found_by: ClassVar = {"iso_3166_2": "province"}

    def public_address(self, row: Province) -> str:
        """Return the cities of the province."""
        return f"{reverse('zones:city-list')}?{urlencode({'province': row.iso_3166_2})}"


@admin.register(CustomsDistrict, *(own.model for own in BODIES.values() if own.members))
class BodyAdmin(DatasetAdmin):
    """Bodies of which no more is known than a key, names and members."""

    search_fields = ["name_en", "name_zh"]
    found_by: ClassVar = {"code": "customs_district"}

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """Return the key and the names."""
        return [self._key, *super().get_search_fields(request)]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Return the key, the names, and where readers see the body."""
        return [self._key, "name_en", "name_zh", "public"]

    @property
    def _key(self) -> str:
        return next(own.key for own in BODIES.values() if own.model is self.model)

    def public_address(self, row: Any) -> str:
        """Return the cities of the body."""
        own = next(own for own in BODIES.values() if own.model is self.model)
        return f"{reverse('zones:city-list')}?{urlencode({own.kind.value: getattr(row, own.key)})}"


@admin.register(City)
class CityAdmin(DatasetAdmin):
    """Cities."""

    list_display = ["slug", "name_en", "name_zh", "level", "province", "customs_district"]
    list_filter = ["level", "province__region", "province"]
    list_select_related = ["province", "customs_district"]
    search_fields = ["slug", "name_en", "name_zh", "adcode"]
    found_by: ClassVar = {"slug": "city", "province__iso_3166_2": "province"}

    def public_address(self, row: City) -> str:
        """Return the page of the city."""
        return reverse("zones:city", args=[row.slug])


class DistrictInPartInline(ReadOnlyInline):
    """Further customs districts."""

    model = DistrictInPart


@admin.register(Placement)
class PlacementAdmin(ReadOnly):
    """Placements of cities, which follow from the cities and their moves."""

    list_display = ["city", "province", "customs_district", "since", "recorded_in", "replaced_in"]
    list_select_related = ["city", "province", "customs_district", "recorded_in", "replaced_in"]
    search_fields = ["city__slug", "city__name_en", "city__name_zh"]
    found_by: ClassVar = {"city__slug": "city"}
    inlines = [DistrictInPartInline]
