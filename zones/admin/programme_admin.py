"""Programmes, batches and zones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zones.admin.proposed_rows import DatasetAdmin, ways_of
from zones.admin.read_only import ReadOnlyInline
from zones.dataset.table import Key
from zones.dataset.table_registry import table_named
from zones.desk.addresses import address_of_new
from zones.desk.permissions import SetAction, may
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
    """Cities a zone covers, each with what may be proposed of it."""

    model = Coverage

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return the columns; those who propose find there what may be proposed of a row."""
        own = super().get_readonly_fields(request, obj)
        is_known = obj is not None and obj.replaced_in_id is None
        return [*own, "ways"] if is_known and may(request.user, SetAction.PROPOSE) else own

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return the columns, those of acts last."""
        own = [name for name in super().get_fields(request, obj) if name != "ways"]
        return [*own, *(["ways"] if "ways" in self.get_readonly_fields(request, obj) else [])]

    @admin.display(description=pgettext_lazy("act", "Propose"))
    def ways(self, row: Coverage) -> str:
        """Return links to what may be proposed of a covered city."""
        table: Any = table_named("zone_coverage")
        links = ways_of(table, table.key_of(table.cells(row)))
        return format_html_join(" ", '<a href="{}">{}</a>', links)


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
