"""Pages of one city: its zones and rules, what changed in it, and one answer in full."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404
from django.urls import reverse

from cbec_portal.languages import in_language
from zones.models import City
from zones.pages.as_if_page import as_if_link
from zones.pages.compare_page import WHY
from zones.pages.distance_words import nearest_part
from zones.pages.links import city_link
from zones.pages.place_base import AnswerPage, ChangesOfPlacePage, OnePlacePage, RulesPage
from zones.pages.report_pages import ReportPage
from zones.pages.tables.sheet_parts import PageTable
from zones.pages.tables.zone_sheets import zones_sheet
from zones.pages.ticked_cities import ticked_box
from zones.selectors.similar_cities import same_profile, similar_cities
from zones.selectors.zones_of_cities import zones_of

SUGGESTED = 4


class OfCity(OnePlacePage):
    """A page about the city of its address."""

    def place(self) -> City:
        """Return the city of the address.

        Raises:
            Http404: there is none.
        """
        named = self.snapshot.cities_by_slug.get(self.kwargs["slug"])
        city = self.cities.get(named.pk) if named else None
        if city is None:
            raise Http404(f"There is no city {self.kwargs['slug']!r}.")
        return city


class CityPage(OfCity, RulesPage):
    """One city: its zones and its rules on a day."""

    template_name = "zones/city.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return zones, rules, and cities to compare with."""
        return super().get_context_data(
            zones=self._zones(self.place()),
            **self._suggested(self.parameters.day()),
            as_if_link=as_if_link(self.place(), None, self),
            **nearest_part(self.place(), self),
            **kwargs,
        )

    def table(self, context: dict[str, Any]) -> PageTable:
        """Return the rules, and the zones that the city is in."""
        table = super().table(context)
        zones = [
            (
                self.named(own["zone"].city)[1],
                f"{own['programme']} {own['zone'].batch.number}",
                own["zone"],
                own["caveat"],
            )
            for own in context["zones"]
        ]
        beside = zones_sheet(zones, table.cited, self.language)
        return table._replace(details=[*table.details, beside])

    def _zones(self, city: City) -> list[dict[str, Any]]:
        return [
            {
                "zone": zone,
                "programme": in_language(zone.batch.programme, "name", self.language),
                "covered_by": None if zone.city_id == city.pk else self.named(zone.city)[1],
                "successor": self.named(zone.successor) if zone.successor else None,
                "coverages": [c for c in zone.coverages.all() if c.city_id == city.pk],
                "caveat": in_language(zone, "caveat", self.language),
            }
            for zone in zones_of(city, self.inquiry)
        ]

    def _suggested(self, day: date) -> dict[str, Any]:
        """Cities to compare with: a few of each kind, and all of the same profile."""
        city, past = self.place(), self.with_known_at([])
        alike = same_profile(city, self.inquiry)
        found = similar_cities(city, self.inquiry, each=SUGGESTED)
        return {
            "alike": [
                (city_link(slug, day, past), name, ticked_box(slug, name, False, self.language))
                for slug, name in map(self.named, alike)
            ],
            "suggested": [
                (WHY[why], [self._beside(one.city, day) for one in found if one.why == why])
                for why in WHY
                if any(one.why == why for one in found)
            ],
        }

    def _beside(self, other: City, day: date) -> tuple[str, str, str]:
        """Another city's key and name, and where this one is compared with it."""
        asked = [("cities", f"{self.place().slug},{other.slug}"), ("as_of", day)]
        return (*self.named(other), f"{reverse('zones:compare')}?{self.with_known_at(asked)}")


class CityChangesPage(OfCity, ChangesOfPlacePage):
    """What changed in a city."""


class CityAnswerPage(OfCity, AnswerPage):
    """One answer of a city in full."""


class CityReportPage(OfCity, ReportPage):
    """A report of a problem with one answer of a city."""
