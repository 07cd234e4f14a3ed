"""Pages: the same questions as the API's, answered by the same code."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.generic import TemplateView

from cbec_portal.api.errors import ParameterError
from cbec_portal.api.parameters import Parameters, today_in_china
from zones.models import City, FocusArea, Policy, Programme, Province, Source, Zone
from zones.queries import asking
from zones.queries.asking import Column
from zones.queries.catalogue import Catalogue, catalogue, in_language
from zones.queries.comparing import compare
from zones.rules.comparison import Certainty

MOST_COLUMNS = 6


class Page(TemplateView):
    """A page with strict parameters: a wrong one is a 400 that says what would be right."""

    known_parameters: tuple[str, ...] = ()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer, or explain what was wrong with the question."""
        try:
            self.parameters = Parameters(request.GET, self.known_parameters)
            return super().get(request, *args, **kwargs)
        except ParameterError as wrong:
            return render(request, "400.html", {"errors": wrong.errors}, status=400)

    @property
    def language(self) -> str:
        """The reader's language."""
        return get_language() or "en"


class HomeView(Page):
    """What the portal is for, and the state of things in numbers."""

    template_name = "zones/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Numbers of today."""
        today = today_in_china()
        in_force = Zone.objects.current().standing().in_force(on=today)
        counted = {programme.slug: 0 for programme in Programme.objects.all()}
        for slug in in_force.order_by().values_list("batch__programme__slug", flat=True):
            counted[slug] += 1
        programmes = [
            {
                "name": in_language(p, "name", self.language),
                "slug": p.slug,
                "zones": counted[p.slug],
            }
            for p in Programme.objects.all()
        ]
        return super().get_context_data(
            today=today,
            programmes=programmes,
            cities=City.objects.count(),
            topics=len(catalogue().topics),
            policies=Policy.objects.current().standing().count(),
            sources=Source.objects.count(),
            revision=catalogue().newest,
            **kwargs,
        )


class CityListView(Page):
    """Cities by province, perhaps only those in a programme on a day."""

    template_name = "zones/city_list.html"
    known_parameters = ("programme", "province", "q", "as_of")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Cities that fit, grouped by province."""
        kept, day = catalogue(), self.parameters.day()
        programmes, provinces = list(Programme.objects.all()), list(Province.objects.all())
        chosen = {
            "programme": self.parameters.choice("programme", [p.slug for p in programmes]),
            "province": self.parameters.choice("province", [p.iso_3166_2 for p in provinces]),
            "q": self.parameters.one("q", "").strip(),
        }
        groups = self._groups(kept, chosen, day)
        return super().get_context_data(
            groups=groups,
            count=sum(len(cities) for _, cities in groups),
            chosen=chosen,
            day=day,
            programmes=[(p.slug, in_language(p, "name", self.language)) for p in programmes],
            provinces=[(p.iso_3166_2, in_language(p, "name", self.language)) for p in provinces],
            **kwargs,
        )

    def _groups(
        self, kept: Catalogue, chosen: dict[str, str | None], day: Any
    ) -> list[tuple[str, list[dict[str, Any]]]]:
        cities = list(kept.cities.values())
        if chosen["programme"]:
            inside = Zone.objects.cities_in(chosen["programme"], day, None)
            cities = [city for city in cities if city.pk in inside]
        if chosen["province"]:
            cities = [city for city in cities if city.province.iso_3166_2 == chosen["province"]]
        words = (chosen["q"] or "").casefold().split()
        groups: dict[str, list[dict[str, Any]]] = {}
        for city in cities:
            said = f"{city.name_en} {city.name_zh} {city.slug}".casefold()
            if all(word in said for word in words):
                named = {"slug": city.slug, "name_en": city.name_en, "name_zh": city.name_zh}
                groups.setdefault(in_language(city.province, "name", self.language), []).append(
                    named
                )
        return list(groups.items())


class CityView(Page):
    """One city: its zones and its rules on a day."""

    template_name = "zones/city.html"
    known_parameters = ("as_of", "known_at", "certainty")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Zones and rules.

        Raises:
            Http404: there is no such city.
        """
        kept = catalogue()
        city = kept.cities_by_slug.get(kwargs["slug"])
        if city is None:
            raise Http404(f"There is no city {kwargs['slug']!r}.")
        day, known = self.parameters.day(), asking.known_at(self.parameters, kept)
        answer = compare(
            [Column(city, day)],
            list(kept.topics.values()),
            kept,
            known_at=known,
            certainty=Certainty(
                self.parameters.choice("certainty", list(Certainty), Certainty.UNVERIFIED)
            ),
            only_differences=False,
            language=self.language,
        )
        return super().get_context_data(
            city=city,
            name=in_language(city, "name", self.language),
            province=in_language(city.province, "name", self.language),
            district=in_language(city.customs_district, "name", self.language),
            day=day,
            today=today_in_china(),
            zones=self._zones(city, known),
            areas=by_focus_area(answer),
            answer=answer,
            **kwargs,
        )

    @staticmethod
    def _zones(city: City, known: int | None) -> list[Zone]:
        zones = Zone.objects.known_at(known).standing()
        related = ("batch__programme", "batch__source", "city", "successor", "ended_by")
        own = zones.filter(city=city) | zones.filter(coverages__city=city)
        return list(own.select_related(*related).distinct().order_by("designated_day"))


class CompareView(Page):
    """Two to six cities side by side."""

    template_name = "zones/compare.html"
    known_parameters = (
        "cities",
        "as_of",
        "known_at",
        "focus_area",
        "topic",
        "only",
        "certainty",
    )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, and the comparison once cities are named."""
        kept = catalogue()
        context: dict[str, Any] = {
            "day": self.parameters.day(),
            "today": today_in_china(),
            "cities": self._choices(kept),
            "areas_to_choose": [
                (area.slug, in_language(area, "name", self.language))
                for area in FocusArea.objects.all()
            ],
            "certainties": list(Certainty),
            "chosen_areas": self.parameters.many("focus_area"),
            "only": self.parameters.choice("only", ["differences"]),
            "certainty": self.parameters.choice("certainty", list(Certainty), "unverified"),
            "asked": self.parameters.many("cities") + [""] * MOST_COLUMNS,
        }
        context["asked"] = context["asked"][:MOST_COLUMNS]
        if self.parameters.many("cities"):
            context |= self._comparison(kept)
        return super().get_context_data(**context, **kwargs)

    def _comparison(self, kept: Catalogue) -> dict[str, Any]:
        columns = asking.columns(self.parameters, kept, most=MOST_COLUMNS)
        answer = compare(
            columns,
            asking.topics(self.parameters, kept),
            kept,
            known_at=asking.known_at(self.parameters, kept),
            certainty=Certainty(
                self.parameters.choice("certainty", list(Certainty), Certainty.UNVERIFIED)
            ),
            only_differences=self.parameters.choice("only", ["differences"]) is not None,
            language=self.language,
        )
        return {
            "answer": answer,
            "areas": by_focus_area(answer),
            "permalink": self._permalink(answer),
        }

    def _permalink(self, answer: dict[str, Any]) -> str:
        """The question with every default written out, so that it is the same question for ever."""
        asked: list[tuple[str, Any]] = [("cities", column["key"]) for column in answer["columns"]]
        asked += [("as_of", answer["as_of"]), ("known_at", answer["known_at"])]
        asked += [("focus_area", area) for area in self.parameters.many("focus_area")]
        for name in ("only", "certainty"):
            if name in self.parameters:
                asked.append((name, self.parameters.one(name)))
        return urlencode(asked, safe="@,:")

    def _choices(self, kept: Catalogue) -> list[tuple[str, str]]:
        return [
            (city.slug, f"{city.name_en} {city.name_zh}")
            for city in sorted(kept.cities.values(), key=lambda city: city.name_en)
        ]


def by_focus_area(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a comparison under their focus areas, empty ones left out."""
    groups = []
    for tally in answer["summary"]["by_focus_area"]:
        rows = [row for row in answer["rows"] if row["topic"]["focus_area"] == tally["focus_area"]]
        if rows:
            groups.append({"tally": tally, "rows": rows})
    return groups
