"""What every page shares: strict parameters, one snapshot, and links to neighbouring questions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.generic import TemplateView

from cbec_portal.api.parameters import Parameters
from cbec_portal.china_time import today_in_china
from cbec_portal.kept_pages import KeptPage
from cbec_portal.languages import active_language, in_language, other_language
from cbec_portal.refusals import ParameterError, Refusal
from zones.api.parameters import MOST_COLUMNS, known_at_of
from zones.models import City, FocusArea, Topic
from zones.models.scopes import BODIES, PLACES
from zones.pages.links import as_query
from zones.pages.refused_questions import RefusedQuestion, describing_place, without
from zones.rules.vocabulary import Certainty
from zones.selectors.hypothetical_places import HypotheticalPlace
from zones.selectors.inquiry import Inquiry
from zones.selectors.known_rows import focus_areas_known, topics_known
from zones.selectors.place_names import city_name, named_before
from zones.selectors.placements import cities_on
from zones.selectors.snapshot import Snapshot, current_snapshot

#: The parameters that name cities.
CITY_NAMES = ("cities", "city", "to")
#: Those that name a body in which a place lies or of which it is a member, with its key.
BODY_KEYS = {own.column: own.key for own in BODIES.values() if own in PLACES or own.members}


class Page(KeptPage, TemplateView):
    """A page with strict parameters: a wrong one is a 400 that says what would be right.

    It is the page itself with its form, answering what is left of the question.
    """

    known_parameters: tuple[str, ...] = ()
    #: The parameters by which its form narrows down what it shows.
    narrowing: tuple[str, ...] = ()
    #: Whether search engines should keep the page as it is without parameters.
    indexed = True
    #: Whether what is left of a wrong question is answered: a page shows what was wrong beside it,
    #: a file could not.
    answers_the_rest = True
    #: What was wrong with the question, if anything.
    refused: RefusedQuestion

    def edition(self) -> str:
        """Return the state of all that is public, which with the day decides every public page."""
        return self.snapshot.tag

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer the question; what is wrong with it is left out, and told with a 400."""
        self.refused = RefusedQuestion(request.GET, named=self.naming, describing=self.describing)
        while True:
            try:
                self.read_question()
                elsewhere = self.elsewhere()
                if elsewhere and not self.refused:
                    return HttpResponseRedirect(elsewhere)
                context = self.get_context_data(**kwargs)
                return self.render_to_response(context, status=400 if self.refused else 200)
            except ParameterError as wrong:
                self.refused.add(wrong)
                if not (self.answers_the_rest and self._leave_out(wrong)):
                    return self.refuse()

    def read_question(self) -> None:
        """Read the parameters of the address.

        Raises:
            ParameterError: one is unknown, or cannot be read.
        """
        self.parameters = Parameters(self.request.GET, (*self.known_parameters, "lang"))

    def refuse(self) -> HttpResponse:
        """Return what is told of a wrong question of which the rest is not answered."""
        told = [(one.name, one.words) for one in self.refused.others()]
        return render(self.request, "400.html", {"errors": told}, status=400)

    def _leave_out(self, wrong: ParameterError) -> bool:
        """Leave out of the question what is wrong with it; whether that left less of it."""
        left = without(self.request.GET, wrong.refusals)
        if left == self.request.GET:
            left = QueryDict()
        if not self.request.GET:
            return False
        self.request.GET = QueryDict(left.urlencode())
        return True

    def naming(self, name: str, text: str) -> tuple[str, str]:
        """Return what a text meant for a parameter is called, and what tells it apart."""
        key, at, day = text.partition("@")
        if name in CITY_NAMES and key in self.snapshot.cities_by_slug:
            city = self.snapshot.cities_by_slug[key]
            own = f"{in_language(city, 'name', self.language)}{at}{day}"
            return own, in_language(city.province, "name", self.language)
        if name in CITY_NAMES and ":" in key:
            return f"{key.partition(':')[0]}{at}{day}", ""
        if name == "topic" and text in self.snapshot.topics_by_slug:
            return in_language(self.snapshot.topics_by_slug[text], "question", self.language), ""
        if name == "focus_area" and text in self.snapshot.focus_areas:
            return in_language(self.snapshot.focus_areas[text], "name", self.language), ""
        if key_name := BODY_KEYS.get(name):
            own_rows = self.snapshot.related[name].values()
            rows = (row for row in own_rows if getattr(row, key_name) == text)
            return next((in_language(row, "name", self.language) for row in rows), text), ""
        return text, ""

    def describing(self, refusal: Refusal) -> str:
        """Return where it is said in which province and district a place lies that is no city."""
        return describing_place(refusal.unknown)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return today in China and the page's lasting address, beside what the page gives."""
        return super().get_context_data(
            today=today_in_china(),
            canonical=self.canonical(),
            indexable=self.indexable(),
            known_then=self.known_then(),
            refused=self.refused,
            other_language=other_language(self.language),
            ticked_most=MOST_COLUMNS,
            ticked_asks=self._day_and_revision(),
            narrowed=self.narrowed(),
            **kwargs,
        )

    def narrowed(self) -> int:
        """Return how many choices narrow down what the page shows; its usual day is none."""
        usual = today_in_china().isoformat()
        chosen = [(name, value) for name in self.narrowing for value in self.values_of(name)]
        return sum(choice != ("as_of", usual) for choice in chosen)

    def values_of(self, name: str) -> list[str]:
        """Return the values that are asked for in a parameter."""
        return self.parameters.many(name)

    def _day_and_revision(self) -> list[tuple[str, str]]:
        """The day and the revision asked for, which ticked cities are compared on."""
        names = ("as_of", "known_at")
        return [(name, value) for name in names for value in self.parameters.many(name)]

    def canonical(self) -> str:
        """Return the page's address whatever the language and the order of its parameters."""
        asked = sorted(
            (name, value)
            for name, values in self.request.GET.lists()
            if name != "lang"
            for value in values
            if value.strip()
        )
        query = f"?{urlencode(asked, safe='@,:.')}" if asked else ""
        return self.request.build_absolute_uri(self.request.path) + query

    def indexable(self) -> bool:
        """Return whether search engines should keep the page: they need not keep every question."""
        return self.indexed and not set(self.request.GET) - {"lang"}

    def known_then(self) -> int | None:
        """Return the revision asked for, if it is not the newest."""
        if "known_at" not in self.parameters or self.known_at == self.snapshot.newest:
            return None
        return self.known_at

    def elsewhere(self) -> str | None:
        """Return the address that asks the same in the portal's words, if this one does not."""
        return None

    @cached_property
    def snapshot(self) -> Snapshot:
        """Return the snapshot, read once for a page."""
        return current_snapshot()

    @cached_property
    def known_at(self) -> int:
        """Return the revision asked for."""
        return known_at_of(self.parameters, self.snapshot)

    @cached_property
    def inquiry(self) -> Inquiry:
        """Return the day, the revision, the language, and how sure answers must be."""
        return Inquiry(
            self.snapshot, self.known_at, self.parameters.day(), self.language, self.certainty
        )

    @cached_property
    def cities(self) -> Mapping[int, City]:
        """Return the cities known at the revision asked for, where they lay on the day."""
        return cities_on(self.inquiry)

    @cached_property
    def topics(self) -> Mapping[int, Topic]:
        """Return the topics known at the revision asked for, in order."""
        return topics_known(self.inquiry)

    @cached_property
    def focus_areas(self) -> dict[str, FocusArea]:
        """Return the focus areas known at the revision asked for, and those asked for, in order."""
        named = {
            *focus_areas_known(self.inquiry),
            *self.parameters.many("focus_area"),
        }
        return {slug: area for slug, area in self.snapshot.focus_areas.items() if slug in named}

    @property
    def areas_to_choose(self) -> list[tuple[str, str]]:
        """Return the keys and names of the focus areas that a form offers."""
        return [
            (slug, in_language(area, "name", self.language))
            for slug, area in self.focus_areas.items()
        ]

    def forget(self) -> None:
        """Let go of what was read of an edition, so that the next read is of the present one."""
        kept = ("snapshot", "known_at", "inquiry", "cities", "topics", "focus_areas", "_names_told")
        for name in kept:
            self.__dict__.pop(name, None)

    @property
    def certainty(self) -> Certainty:
        """Return how sure answers must at least be."""
        return Certainty(self.parameters.choice("certainty", list(Certainty), Certainty.UNVERIFIED))

    @cached_property
    def language(self) -> str:
        """Return the reader's language."""
        return active_language()

    @cached_property
    def _names_told(self) -> dict[tuple[str, int], tuple[str, str]]:
        """The keys and names of cities, made once for an edition."""
        return named_before(self.snapshot, self.language)

    def named(self, city: City) -> tuple[str, str]:
        """Return a city's key and its name in the reader's language."""
        # The province is part of the name where cities share it, and a city may have lain in two.
        key = (city.slug, city.province_id)
        if (named := self._names_told.get(key)) is None:
            named = self._names_told[key] = (
                city.slug,
                city_name(city, self.snapshot, self.language),
            )
        return named

    def name_of(self, place: City | HypotheticalPlace) -> str:
        """Return the name of a city or other place in the reader's language."""
        return self.named(place)[1] if isinstance(place, City) else place.name

    def with_known_at(self, asked: list[tuple[str, Any]]) -> str:
        """Return a question as a query string, of the revision asked for if one was."""
        past = [("known_at", self.known_at)] if "known_at" in self.parameters else []
        return as_query([*asked, *past])


def compared(tally: Mapping[str, int]) -> int:
    """Return how many topics of a tally are compared: all but those that only name things."""
    return tally["topics"] - tally["described"]
