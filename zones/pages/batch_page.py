"""The approval rounds of each programme."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext

from cbec_portal.china_time import today_in_china
from cbec_portal.languages import in_language
from zones.models import Batch, Zone
from zones.pages.cited_pages import CitedPage
from zones.pages.table_pages import TablePage
from zones.pages.tables.sheet_parts import PageTable
from zones.pages.tables.zone_sheets import batches_table
from zones.pages.zone_words import exception_words
from zones.selectors.known_rows import batches_known, programmes_known
from zones.selectors.matching_cities import batch_key


class BatchListPage(CitedPage, TablePage):
    """Every batch: when it was approved, by which document, and which cities it designated."""

    template_name = "zones/batch_list.html"
    known_parameters = ("known_at",)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return programmes with their batches."""
        zones = Zone.objects.known_at(self.known_at).not_withdrawn().order_by("city__slug")
        known = Batch.objects.filter(pk__in=batches_known(self.inquiry))
        batches = known.select_related("source").prefetch_related(
            Prefetch("zones", zones, "designated")
        )
        programmes = sorted(programmes_known(self.inquiry).values(), key=lambda p: p.position)
        found: dict[int, list[dict[str, Any]]] = {p.pk: [] for p in programmes}
        for batch in batches.order_by("number"):
            programme = self.snapshot.related["programme"][batch.programme_id]
            found[batch.programme_id].append(
                {
                    "batch": batch,
                    "key": batch_key(programme.slug, batch.number),
                    "title": in_language(batch, "title", self.language),
                    "caveat": in_language(batch, "caveat", self.language),
                    "zones": [self._zone(zone) for zone in batch.designated],
                }
            )
        return super().get_context_data(
            programmes=[
                {
                    "slug": p.slug,
                    "name": in_language(p, "name", self.language),
                    "batches": found[p.pk],
                }
                for p in programmes
            ],
            **kwargs,
        )

    def cited_title(self, context: dict[str, Any]) -> str:
        """Return what is listed."""
        return gettext("Batches")

    def table(self, context: dict[str, Any]) -> PageTable:
        """Return the batches and the zones that each designated."""
        return batches_table(context, self.language)

    def data_link(self) -> str:
        """Return the batches by the API."""
        return f"{reverse('batch-list')}?limit=all"

    def _zone(self, zone: Zone) -> dict[str, Any]:
        slug, name = self.named(self.snapshot.cities[zone.city_id])
        return {"slug": slug, "name": name, "status": exception_words(zone, today_in_china())}
