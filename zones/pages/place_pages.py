"""Places without pilot status: describing one, and its rules on a day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse

from cbec_portal.api.parameters import checked_options
from cbec_portal.languages import in_language
from cbec_portal.refusals import ParameterError
from zones.api.parameters import only_of, topics_of
from zones.api.place_parameters import bodies_by_code, described, described_by, districts_of
from zones.models import City, Province
from zones.pages.cards import CardPage
from zones.pages.compare_page import CARRIED, carried, comparison_with
from zones.pages.page_base import Page
from zones.pages.place_base import AnswerPage, ChangesOfPlacePage, OnePlacePage, RulesPage
from zones.pages.report_pages import ReportPage
from zones.rules.names import plain
from zones.rules.written_keys import WrittenKey
from zones.selectors.hypothetical_places import HypotheticalPlace
from zones.selectors.inquiry import Inquiry
from zones.selectors.place_names import cities_named, pilot_in


class PlaceFormPage(CardPage):
    """Asks for the province and the customs district of a place, of which nobody has a list."""

    template_name = "zones/place_form.html"
    known_parameters = ("name", "province", "customs_district", *CARRIED)
    indexed = False
    #: What was wrong with the address of a place, for which the form stands in.
    wrong: ParameterError | None = None

    def read_question(self) -> None:
        """Read the parameters, and take note of what was wrong already."""
        super().read_question()
        if self.wrong:
            self.refused.add(self.wrong)
        self._check()

    def _check(self) -> None:
        """Refuse bodies that are unknown, and what no comparison can be asked that it leads to.

        Its cities are checked there: the name of the place that is described stands among them.

        Raises:
            ParameterError: something is unknown, or cannot be read.
        """
        topics_of(self.parameters, self.inquiry)
        only_of(self.parameters)
        self.parameters.choices("closed", self.snapshot.focus_areas)
        many = len(self.parameters.many("cities"))
        self.parameters.whole_number("column", 1, many + 1)
        bodies = bodies_by_code(self.snapshot)
        for name, rows in bodies.items():
            if code := self.parameters.one(name):
                kind = name.replace("_", "")
                checked_options(name, [self.snapshot.key_today(WrittenKey(kind, code))], rows)

    def elsewhere(self) -> str | None:
        """Return where the place is answered once it is described: in the comparison from which it
        was asked for, else on its own page, or the city's if it is one after all.

        Raises:
            ParameterError: a body is unknown.
        """
        place = self._place()
        if place is None:
            return None
        if carried(self.parameters):
            return comparison_with(place, self.parameters)
        kind = "zones:city" if isinstance(place, City) else "zones:place"
        return reverse(kind, args=[place.slug])

    def _place(self) -> City | HypotheticalPlace | None:
        """What is described; nothing while something is still to be said of it."""
        name = self.parameters.one("name")
        if name is None:
            return None
        if "province" not in self.parameters:
            cities = cities_named(name, self.snapshot)
            return self.snapshot.cities_by_slug[cities[0]] if len(cities) == 1 else None
        province = self.parameters.one("province", "")
        if pilot := pilot_in(name, province, self.snapshot):
            return pilot
        district = self.parameters.one("customs_district")
        if district is None and not self._determined(province):
            return None
        return described_by(name, province, district, self.inquiry)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what may be chosen, and what was chosen already."""
        name = self.parameters.one("name", "")
        chosen = self.parameters.one("province", "")
        return super().get_context_data(
            **place_choices(self, name, chosen, self.parameters.one("customs_district", "")),
            district_missing=bool(chosen) and not self._determined(chosen),
            comparison=carried(self.parameters),
            **kwargs,
        )

    def _determined(self, code: str) -> bool:
        provinces = {row.iso_3166_2: row for row in self.snapshot.related["province"].values()}
        return code not in provinces or len(districts_of(provinces[code], self.cities)) == 1


class OfDescribed(OnePlacePage):
    """A page about the place without pilot status that its address describes."""

    indexed = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer the question; where there can be no such place, the form says what is wrong."""
        name, *codes = (part.strip() for part in self.kwargs["key"].split(":"))
        if not codes:
            return HttpResponseRedirect(f"{reverse('zones:places')}?{urlencode({'name': name})}")
        try:
            self._described = self._read(name, codes)
        except ParameterError as wrong:
            said = zip(PlaceFormPage.known_parameters, (name, *codes), strict=False)
            language = [("lang", value) for value in request.GET.getlist("lang")]
            request.GET = QueryDict(urlencode([*said, *language]))
            form = PlaceFormPage(wrong=wrong)
            form.setup(request)
            return form.get(request)
        return super().get(request, *args, **kwargs)

    def place(self) -> HypotheticalPlace:
        """Return the place of the address."""
        return self._described

    def _read(self, name: str, codes: Sequence[str]) -> HypotheticalPlace:
        inquiry = self._asked()
        if len(codes) > 2:
            return described("name", self.kwargs["key"], inquiry)
        province, district = codes[0], codes[1] if len(codes) == 2 else None
        return described_by(name, province, district, inquiry)

    def _asked(self) -> Inquiry:
        """The inquiry as the question wants it; about what is now where it cannot be read."""
        try:
            self.read_question()
            return self.inquiry
        except ParameterError:
            return Inquiry.of_now(self.snapshot)


class PlacePage(OfDescribed, RulesPage):
    """What binds a place without pilot status on a day, and what changed there lately."""

    template_name = "zones/place.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return its rules, as a city's page gives them, and a city to compare it with."""
        return super().get_context_data(neighbour=self._neighbour(self.place()), **kwargs)

    def _neighbour(self, place: HypotheticalPlace) -> tuple[str, str] | None:
        """A city of the same customs district to compare with, of the same province if there is."""
        near = [
            city
            for city in self.cities.values()
            if city.customs_district_id == place.customs_district.pk
        ]
        near.sort(key=lambda city: (city.province_id != place.province.pk, city.slug))
        return self.named(near[0]) if near else None


class PlaceChangesPage(OfDescribed, ChangesOfPlacePage):
    """What changed in a place without pilot status."""


class PlaceReportPage(OfDescribed, ReportPage):
    """A report of a problem with one answer of a place without pilot status."""


class PlaceAnswerPage(OfDescribed, AnswerPage):
    """One answer of a place without pilot status in full."""


def place_choices(page: Page, name: str, province: str = "", district: str = "") -> dict[str, Any]:
    """Return what a form asks of a place, the province chosen where its name says it."""
    bodies = page.snapshot.related
    provinces: list[Province] = list(bodies["province"].values())
    if not province:
        said = plain(name)
        named = [p.iso_3166_2 for p in provinces if _names_province(said, p)]
        province = named[0] if len(named) == 1 else ""
    return {
        "place_name": name,
        "province_chosen": province,
        "district_chosen": district,
        "provinces_to_choose": [
            (p.iso_3166_2, in_language(p, "name", page.language))
            for p in sorted(provinces, key=lambda p: p.gb2260)
        ],
        "districts_to_choose": [
            (d.code, in_language(d, "name", page.language))
            for d in sorted(bodies["customs_district"].values(), key=lambda d: d.code)
        ],
    }


def _names_province(said: str, province: Province) -> bool:
    """Whether a text names a province."""
    names = (plain(province.name_en), plain(province.name_zh), plain(province.name_zh[:2]))
    return any(name and f" {name} " in f" {said} " for name in names[:1]) or any(
        name and name in said for name in names[1:]
    )
