"""Programmes, batches and zones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zones.admin.proposed_rows import DatasetAdmin
from zones.admin.read_only import ReadOnlyInline
from zones.dataset.table import Key
from zones.desk.addresses import address_of_new
from zones.models import Batch, Coverage, Programme, Zone


@admin.register(Programme)
class ProgrammeAdmin(DatasetAdmin):
    """Programmes."""

    list_display = ["slug", "name_en", "name_zh", "started_on"]
    search_fields = ["slug", "name_en", "name_zh"]

    def public_address(self, row: Programme) -> str:
        """Return the batches of the programme."""
        return f"{reverse('zones:batch-list')}#{row.slug}"


@admin.register(Batch)
class BatchAdmin(DatasetAdmin):
    """Batches."""

    list_display = ["programme", "number", "approved_on", "document_number", "verification"]
    list_filter = ["programme", "verification"]
    list_select_related = ["programme"]
    search_fields = ["programme__slug", "document_number", "title_en", "title_zh"]
    found_by: ClassVar = {"source__slug": "source"}

    def public_address(self, row: Batch) -> str:
        """Return the batch among all."""
        return f"{reverse('zones:batch-list')}#{row.programme.slug}.{row.number}"


class CoverageInline(ReadOnlyInline):
    """Cities a zone covers."""

    model = Coverage


@admin.register(Zone)
class ZoneAdmin(DatasetAdmin):
    """Zones."""

    list_display = [
        "city",
        "batch",
        "designated_on",
        "ended_on",
        "ended_by",
        "verification",
        "change",
        "recorded_in",
    ]
    list_filter = ["batch__programme", "verification", "change"]
    list_select_related = ["city", "batch__programme", "ended_by", "recorded_in"]
    search_fields = [
        "identity",
        "city__name_en",
        "city__name_zh",
        "name_en",
        "name_zh",
        "batch__document_number",
    ]
    found_by: ClassVar = {"city__slug": "city", "city__province__iso_3166_2": "province"}
    inlines = [CoverageInline]

    def key_of(self, row: Zone) -> Key:
        """Return programme and city."""
        return row.batch.programme.slug, row.city.slug

    def public_address(self, row: Zone) -> str:
        """Return the city's page, which shows its zones."""
        return reverse("zones:city", args=[row.city.slug])

    def ways(self, row: Zone) -> Iterable[tuple[str, Any]]:
        """Return what may be proposed of the zone, and that it covers a further city."""
        yield from super().ways(row)
        programme, city = self.key_of(row)
        address = address_of_new("zone_coverage", programme=programme, zone_city=city)
        yield address, _("Cover a city")
