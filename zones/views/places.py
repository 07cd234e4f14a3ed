"""Places without pilot status: describing one, and its rules on a day."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse

from cbec_portal.api.errors import ParameterError
from zones.models import Province
from zones.queries import asking
from zones.queries.asking import Column
from zones.queries.comparing import compare
from zones.queries.described import Described
from zones.queries.naming import cities_named
from zones.queries.shapes import in_language
from zones.rules.comparison import Certainty
from zones.rules.names import plain
from zones.views.compare import number_sources
from zones.views.pages import Page, by_focus_area


class PlaceFormView(Page):
    """Asks for the province and the customs district of a place, of which nobody has a list."""

    template_name = "zones/place_form.html"
    known_parameters = ("name", "province", "customs_district")
    indexed = False

    def elsewhere(self) -> str | None:
        """The place's own page once it is described, or the city's if it is one after all.

        Raises:
            ParameterError: a body is unknown.
        """
        name = self.parameters.one("name")
        if name is None:
            return None
        if "province" not in self.parameters:
            cities = cities_named(name, self.kept)
            return reverse("zones:city", args=cities) if len(cities) == 1 else None
        province = self.parameters.one("province", "")
        district = self.parameters.one("customs_district")
        if district is None and not self._determined(province):
            return None
        text = ":".join(filter(None, (name, province, district)))
        place = asking.described("name", text, self.kept)
        return reverse("zones:place", args=[place.slug])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What may be chosen, and what was chosen already."""
        name = self.parameters.one("name", "")
        chosen = self.parameters.one("province", "")
        return super().get_context_data(
            **place_choices(self, name, chosen),
            district_missing=bool(chosen),
            **kwargs,
        )

    def _determined(self, code: str) -> bool:
        provinces = {row.iso_3166_2: row for row in self.kept.related["province"].values()}
        return code not in provinces or len(asking.districts_of(provinces[code], self.kept)) == 1


class PlaceView(Page):
    """What binds a place without pilot status on a day."""

    template_name = "zones/place.html"
    known_parameters = ("as_of", "known_at", "certainty")
    indexed = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Its rules, as a city's page gives them."""
        place, day = self._place(), self.parameters.day()
        columns = [Column(place, day)]
        answer = compare(
            columns,
            list(self.kept.topics.values()),
            self.kept,
            known_at=self.known_at,
            certainty=self.certainty,
            only_differences=False,
            language=self.language,
        )
        areas = by_focus_area(answer)
        return super().get_context_data(
            place=place,
            name=place.name,
            province=in_language(place.province, "name", self.language),
            district=in_language(place.customs_district, "name", self.language),
            neighbour=self._neighbour(place),
            day=day,
            areas=areas,
            sources=number_sources(areas, columns, self.with_known_at([])),
            certainty=self.certainty,
            certainties=list(Certainty),
            past=self.with_known_at([]),
            **kwargs,
        )

    def _place(self) -> Described:
        try:
            return asking.described("place", self.kwargs["key"], self.kept)
        except ParameterError as wrong:
            raise Http404(str(wrong)) from None

    def _neighbour(self, place: Described) -> tuple[str, str] | None:
        """A city of the same customs district to compare with, of the same province if there is."""
        near = [
            city
            for city in self.kept.cities.values()
            if city.customs_district_id == place.customs_district.pk
        ]
        near.sort(key=lambda city: (city.province_id != place.province.pk, city.slug))
        return self.named(near[0]) if near else None


def place_choices(page: Page, name: str, province: str = "") -> dict[str, Any]:
    """What a form asks of a place, the province chosen where its name says it."""
    bodies = page.kept.related
    provinces: list[Province] = list(bodies["province"].values())
    if not province:
        said = plain(name)
        named = [p.iso_3166_2 for p in provinces if _says(said, p)]
        province = named[0] if len(named) == 1 else ""
    return {
        "place_name": name,
        "province_chosen": province,
        "provinces_to_choose": [
            (p.iso_3166_2, in_language(p, "name", page.language))
            for p in sorted(provinces, key=lambda p: p.gb2260)
        ],
        "districts_to_choose": [
            (d.code, in_language(d, "name", page.language))
            for d in sorted(bodies["customs_district"].values(), key=lambda d: d.code)
        ],
    }


def _says(said: str, province: Province) -> bool:
    """Whether a text names a province."""
    names = (plain(province.name_en), plain(province.name_zh), plain(province.name_zh[:2]))
    return any(name and f" {name} " in f" {said} " for name in names[:1]) or any(
        name and name in said for name in names[1:]
    )
