"""The list of zones ever recorded, narrowed by facets."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any, NamedTuple

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext

from cbec_portal.china_time import today_in_china
from cbec_portal.languages import in_language
from cbec_portal.simplified import simplified
from zones.models import Batch, Region, Zone
from zones.models.labels import label
from zones.pages.cited_pages import CitedPage
from zones.pages.faceted_pages import BrowsingPage, Facet
from zones.pages.table_pages import TablePage
from zones.pages.tables.sheet_parts import PageTable
from zones.pages.tables.zone_sheets import zones_table
from zones.pages.zone_words import status_words
from zones.rules.facets import facets
from zones.rules.vocabulary import Certainty
from zones.selectors.matching_cities import batch_key
from zones.selectors.search import documents_numbered, keys_found

#: What so many rows say is said once above them.
SHARED = 3
#: So many rows are read at once.
AT_ONCE = 200
ORDERS = {
    "batch": ("batch__programme__position", "batch__number", "city__slug"),
    "-designated_on": (F("designated_day").desc(nulls_last=True), "identity"),
    "designated_on": (F("designated_day").asc(nulls_last=True), "identity"),
    "city": ("city__slug", "identity"),
}
#: In these orders zones stand under their provinces, each of which is folded unless so few fit.
BY_PROVINCE, FEW = ("batch", "city"), 30
#: By which heads the list is ordered.
SORTS = {"city": ("city",), "batch": ("batch",), "start": ("designated_on", "-designated_on")}


class ProvinceOfZones(NamedTuple):
    """A province with its zones: its key, its name, its rows, and whether they are shown."""

    key: str
    name: str
    rows: list[dict[str, Any]]
    opened: bool


class ZoneListPage(CitedPage, BrowsingPage, TablePage):
    """Zones with their starts, ends and successors; with a day, those in force then."""

    template_name = "zones/zone_list.html"
    facet_names = (
        *("programme", "batch", "region", "province", "customs_district", "verification"),
    )
    known_parameters = (*facet_names, "q", "as_of", "known_at", "ordering")
    narrowing = (*facet_names, "q", "as_of")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the zones that fit, and every facet with its counts."""
        day = self.parameters.day(default=None)
        zones = {zone.pk: zone for zone in self._zones(day)}
        found = facets({pk: self._held(zone) for pk, zone in zones.items()}, self._chosen())
        shown = self._facets(found.counts)
        rows = [self._row(zones[pk], day or today_in_china()) for pk in found.rows]
        return super().get_context_data(
            day=day,
            words=self.parameters.one("q", ""),
            facets=shown,
            chips=self.chips(shown),
            found=len(found.rows),
            rows=rows,
            provinces_shown=self._by_province(rows),
            shared=_share_caveats(rows),
            orders=self._orders(),
            sorts=self.sorts(SORTS, self.parameters.choice("ordering", ORDERS, "batch")),
            asked=self.without_parameters(),
            known_at=self.known_at,
            in_force=self.replacing("as_of", today_in_china().isoformat()),
            **kwargs,
        )

    def cited_title(self, context: dict[str, Any]) -> str:
        """Return what the zones are narrowed down to."""
        return self.narrowed_title(gettext("Zones by city"), context["chips"])

    def table(self, context: dict[str, Any]) -> PageTable:
        """Return the zones that fit."""
        return zones_table(context, self.language)

    def is_of_a_day(self) -> bool:
        """Return whether a day is asked for; else zones ever recorded are listed."""
        return "as_of" in self.parameters

    def narrowed(self) -> int:
        """Return how many choices narrow the list down: here any day does, today too."""
        return super().narrowed() + (self.parameters.one("as_of") == today_in_china().isoformat())

    def data_link(self) -> str:
        """Return the same zones by the API."""
        asked = self.without_parameters()
        return f"{reverse('zone-list')}?{asked}{'&' if asked else ''}limit=all"

    def _zones(self, day: date | None) -> Any:
        """The zones whose names hold every word, or that rest on a document of that number, in
        the order asked for.
        """
        zones = Zone.objects.known_at(self.known_at).not_withdrawn()
        if day:
            zones = zones.in_force(on=day)
        batches: dict[int, Batch] = {}
        text = self.parameters.one("q", "")
        words, found = (
            simplified(text).casefold().split(),
            set(keys_found(text, self.snapshot, "city")),
        )
        numbered = set(documents_numbered(text, self.snapshot))
        order = ORDERS[self.parameters.choice("ordering", ORDERS, "batch")]
        read = zones.select_related("batch__programme").order_by(*order)
        for zone in read.iterator(chunk_size=AT_ONCE):
            self._share(zone, batches)
            names = [zone.name_en, zone.name_zh, zone.city.name_en, zone.city.name_zh]
            held = all(any(word in name.casefold() for name in names) for word in words)
            documents = {one.slug for one in (zone.batch.source, zone.ended_by) if one}
            if held or zone.city.slug in found or documents & numbered:
                yield zone

    def _share(self, zone: Zone, batches: dict[int, Batch]) -> None:
        """Give a zone the rows that it refers to, which many share and are there once."""
        cities, sources = self.snapshot.cities, self.snapshot.related["source"]
        zone.city = self.cities.get(zone.city_id) or cities[zone.city_id]
        if zone.successor_id:
            zone.successor = cities[zone.successor_id]
        zone.batch = batches.setdefault(zone.batch_id, zone.batch)
        for row, name in ((zone, "ended_by"), (zone.batch, "source")):
            if source := sources.get(getattr(row, f"{name}_id")):
                setattr(row, name, source)

    def _held(self, zone: Zone) -> dict[str, set[str]]:
        programme = zone.batch.programme.slug
        return {
            "programme": {programme},
            "batch": {batch_key(programme, zone.batch.number)},
            "region": {zone.city.province.region},
            "province": {zone.city.province.iso_3166_2},
            "customs_district": {zone.city.customs_district.code},
            "verification": {zone.verification},
        }

    def _chosen(self) -> dict[str, list[str]]:
        options: dict[str, list[str]] = {
            "programme": [key for key, _ in self.programmes],
            "batch": [key for key, _ in self.batches],
            "region": Region.values,
            "province": [key for key, _ in self.provinces],
            "customs_district": [key for key, _ in self.districts],
            "verification": [sure.value for sure in Certainty],
        }
        return {name: self.parameters.choices(name, known) for name, known in options.items()}

    def _facets(self, counts: dict[str, Counter[str]]) -> list[Facet]:
        offered = [
            ("programme", gettext("Programme"), self.programmes),
            ("batch", gettext("Batch"), self.batches),
            ("region", gettext("Region"), [(r.value, str(r.label)) for r in Region]),
            ("province", gettext("Province"), self.provinces),
            ("customs_district", gettext("Customs district"), self.districts),
            ("verification", gettext("Certainty"), [(v.value, label(v)) for v in Certainty]),
        ]
        return [
            self.facet(name, label, values, counts.get(name, Counter()))
            for name, label, values in offered
        ]

    def _row(self, zone: Zone, day: date) -> dict[str, Any]:
        successor = zone.successor
        return {
            "zone": zone,
            "name": in_language(zone, "name", self.language),
            "city": self.named(zone.city)[1],
            "batch": dict(self.batches)[batch_key(zone.batch.programme.slug, zone.batch.number)],
            "document": zone.batch.document_number
            or in_language(zone.batch.source, "title", self.language),
            "caveat": in_language(zone, "caveat", self.language),
            "successor": self.named(successor) if successor else None,
            "status": status_words(zone, day),
        }

    def _by_province(self, rows: list[dict[str, Any]]) -> list[ProvinceOfZones]:
        """The rows under their provinces, as each is ordered; none where they are ordered by day:
        who asks for the latest asks for that of all.
        """
        if self.parameters.choice("ordering", ORDERS, "batch") not in BY_PROVINCE:
            return []
        lying: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            lying.setdefault(row["zone"].city.province.iso_3166_2, []).append(row)
        return [
            ProvinceOfZones(key, name, lying[key], len(rows) <= FEW)
            for key, name in self.provinces
            if key in lying
        ]

    def _orders(self) -> list[tuple[str, str, bool]]:
        words = {
            "batch": gettext("by programme and batch"),
            "-designated_on": gettext("latest first"),
            "designated_on": gettext("earliest first"),
            "city": gettext("by city"),
        }
        chosen = self.parameters.choice("ordering", ORDERS, "batch")
        return [(order, words[order], order == chosen) for order in ORDERS]


def _share_caveats(rows: list[dict[str, Any]]) -> list[str]:
    """Number the caveats that several rows share, the most frequent first, and return them; each
    such row gets its ``shared`` number.
    """
    counted = Counter(row["caveat"] for row in rows if row["caveat"])
    shared = [caveat for caveat, count in counted.most_common() if count >= SHARED]
    numbers = {caveat: number for number, caveat in enumerate(shared, start=1)}
    for row in rows:
        row["shared"] = numbers.get(row["caveat"])
    return shared
