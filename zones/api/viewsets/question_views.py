"""The API of the rules: the questions compare, profiles and changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework.response import Response

from cbec_portal.api.parameters import Parameters
from cbec_portal.api.whole_lists import asks_for_all
from cbec_portal.refusals import ParameterError
from zones.api.city_parameters import cities_asked, cities_in
from zones.api.parameters import (
    CHANGE_PARAMETERS,
    MOST_COLUMNS,
    change_question,
    columns_of,
    inquiry_of,
    only_of,
    topics_of,
)
from zones.api.representations.changes import ChangeSerializer, changes_shape
from zones.api.representations.comparison_shape import (
    ComparisonSerializer,
    comparison_rows,
    comparison_shape,
)
from zones.api.representations.distances import (
    DistancesSerializer,
    NearestSerializer,
    distances_rows,
    distances_shape,
    nearest_shape,
)
from zones.api.representations.hits import HitSerializer, asked_shape, hits_shape
from zones.api.representations.profiles_shape import ProfilesSerializer, profiles_shape
from zones.api.representations.research import (
    ResearchSerializer,
    research_rows,
    research_shape,
)
from zones.api.viewsets.list_viewsets import TIMES, EditionViewSet, no_such_city
from zones.api.viewsets.public_views import PublicQuestion
from zones.models import City, Policy
from zones.rules.vocabulary import HitKind, Layer
from zones.selectors.change_events import Event
from zones.selectors.change_feed import changes
from zones.selectors.city_comparison import comparison
from zones.selectors.city_distances import city_distances, nearest_cities
from zones.selectors.inquiry import Inquiry
from zones.selectors.placements import cities_on
from zones.selectors.profiles import profiles_on
from zones.selectors.research_state import research_state
from zones.selectors.search import SearchResult, search
from zones.selectors.search_hits import hits
from zones.selectors.topic_order import in_layers

CERTAINTY = "Answers less sure than this count as not verified."
USUAL_NEAREST, MOST_NEAREST = 50, 1000


class CompareView(PublicQuestion):
    """How cities compare, topic by topic."""

    answer_serializer = ComparisonSerializer

    known_parameters = {
        **TIMES,
        "cities": "1 to 20 cities, the first being the baseline; city@day gives one its own day. "
        "A place without pilot status is written NAME:PROVINCE:DISTRICT, as in Suihua:CN-HL:1900, "
        "and answered by what binds the nation, the province and the customs district, "
        "which may be left out where all cities of the province lie in one.",
        "focus_area": "Only topics of these focus areas.",
        "topic": "Only these topics.",
        "only": "`differences`: rows that differ; `gaps`: rows of which some answer is not known; "
        "`local`: only topics that vary among all cities on the day. The first two add up, the "
        "third narrows them down.",
        "certainty": CERTAINTY,
    }

    def answer(self, parameters: Parameters) -> dict[str, Any]:
        """Return the comparison."""
        inquiry = inquiry_of(parameters, self.snapshot, self.language)
        found = comparison(
            columns_of(parameters, inquiry),
            topics_of(parameters, inquiry),
            inquiry,
            only=only_of(parameters),
            rendered=False,
        )
        return comparison_shape(found, inquiry)

    def csv_rows(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        """Return one line for each cell."""
        return comparison_rows(data)


class ProfilesView(PublicQuestion):
    """Cities that have the same answers on a day."""

    answer_serializer = ProfilesSerializer
    is_dear = True

    known_parameters = {
        **TIMES,
        "focus_area": "Only topics of these focus areas.",
        "topic": "Only these topics.",
        "topics": "`all` counts every topic, a state then being an answer too.",
        "certainty": CERTAINTY,
    }

    def answer(self, parameters: Parameters) -> dict[str, Any]:
        """Return the profiles."""
        inquiry = inquiry_of(parameters, self.snapshot, self.language)
        every_topic = parameters.choice("topics", ["all"]) is not None
        topics = topics_of(parameters, inquiry)
        found = profiles_on(topics, inquiry, every_topic=every_topic)
        local = in_layers(topics, inquiry)[Layer.LOCAL]
        return profiles_shape(found, [topic.slug for topic in local], inquiry)


class DistancesView(PublicQuestion):
    """How far apart all cities lie: on how many of the topics that vary two of them differ."""

    answer_serializer = DistancesSerializer
    is_dear = True

    known_parameters = {
        **TIMES,
        "cities": "Only these cities, up to 20; all where none is named.",
        "certainty": CERTAINTY,
    }

    def answer(self, parameters: Parameters) -> dict[str, Any]:
        """Return the distances of a day."""
        inquiry = inquiry_of(parameters, self.snapshot, self.language)
        cities = cities_asked("cities", parameters, inquiry, most=MOST_COLUMNS)
        return distances_shape(city_distances(inquiry), inquiry, cities)

    def csv_rows(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        """Return one line for each two cities."""
        return distances_rows(data)


class NearestView(PublicQuestion):
    """The cities nearest to one, by the topics that vary."""

    answer_serializer = NearestSerializer

    known_parameters = {
        **TIMES,
        "certainty": CERTAINTY,
        "limit": "So many cities at most, 50 where it is not said; all of them in CSV and XLSX.",
    }

    def answer(self, parameters: Parameters) -> dict[str, Any]:
        """Return the nearest cities of a day.

        Raises:
            NotFound: there is no such city, or the revision does not know it.
        """
        inquiry = inquiry_of(parameters, self.snapshot, self.language)
        city = self._city(self.kwargs["slug"], inquiry)
        usual = MOST_NEAREST if asks_for_all(self.request) else USUAL_NEAREST
        most = parameters.whole_number("limit", 1, MOST_NEAREST, usual)
        nearest = nearest_cities(city, inquiry)[:most]
        return nearest_shape(city, city_distances(inquiry), nearest, inquiry)

    def _city(self, slug: str, inquiry: Inquiry) -> City:
        city = inquiry.snapshot.cities_by_slug.get(slug)
        if city is None or city.pk not in cities_on(inquiry):
            raise no_such_city(slug, inquiry)
        return city


class ResearchView(PublicQuestion):
    """What is researched, and what nobody knows yet."""

    answer_serializer = ResearchSerializer
    is_dear = True

    known_parameters = {
        **TIMES,
        "focus_area": "Only topics of these focus areas.",
        "topic": "Only these topics.",
        "city": "Only these cities.",
        "province": "Only the cities of these provinces, by ISO 3166-2 code.",
    }

    def answer(self, parameters: Parameters) -> dict[str, Any]:
        """Return what is researched on a day."""
        inquiry = inquiry_of(parameters, self.snapshot, self.language)
        topics, cities = topics_of(parameters, inquiry), cities_in(parameters, inquiry)
        found = research_state(topics, inquiry, cities)
        return research_shape(found, inquiry)

    def csv_rows(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        """Return one line for each topic."""
        return research_rows(data)


class SearchViewSet(EditionViewSet):
    """Everything that has a name or holds words, the best first, with what holds of it on a day.

    A city and a topic together give the answer itself. What is mistyped is corrected, and said.
    """

    # A queryset only names the list; what is found comes from the index of the edition.
    queryset = Policy.objects.none()
    serializer_class = HitSerializer
    basename = "search"
    question_parameters = {
        **TIMES,
        "q": "What is sought: names, words, numbers, in English, Chinese or pinyin. Needed.",
        "kind": "Only hits of these kinds.",
    }
    searched: SearchResult

    def whole_head(self, queryset: Any) -> dict[str, Any]:
        """Return the number of hits, and how the question was read."""
        day = self.searched.day or self.inquiry.day
        return super().whole_head(queryset) | asked_shape(self.searched, day)

    def get_paginated_response(self, data: Any) -> Response:
        """Return a page of hits, with how the question was read, be there hits or not."""
        response = super().get_paginated_response(data)
        day = self.searched.day or self.inquiry.day
        response.data |= asked_shape(self.searched, day)
        return response

    def get_queryset(self) -> Any:
        """Return what is found.

        Raises:
            ParameterError: nothing is sought, or a kind is unknown.
        """
        words = self.parameters.one("q")
        if words is None:
            raise ParameterError("q", "Say what is sought.")
        kinds = self.parameters.choices("kind", tuple(HitKind))
        self.searched = search(words, self.inquiry)
        return [one for one in self.searched.found if not kinds or one.kind in kinds]

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """Return the serializer of a hit, or of a page of them, which are read together."""
        if args and kwargs.get("many"):
            asked = self.inquiry.on(self.searched.day or self.inquiry.day)
            shown = hits(list(args[0]), asked)
            args = (hits_shape(shown, self.searched, asked.day), *args[1:])
        return super().get_serializer(*args, **kwargs)


class ChangeViewSet(EditionViewSet):
    """What changed, latest first: by day of law, or by publication."""

    # A queryset only names the list; changes are worked out for an edition and kept.
    queryset = Policy.objects.none()
    serializer_class = ChangeSerializer
    basename = "changes"
    question_parameters = CHANGE_PARAMETERS

    def get_queryset(self) -> Any:
        """Return the changes that fit."""
        return changes(change_question(self.parameters, self.inquiry), self.inquiry)

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """Return the serializer of a change, or of a page of them, which are read together."""
        if args and kwargs.get("many"):
            events: Iterable[Event] = args[0]
            args = (changes_shape(list(events), self.inquiry), *args[1:])
        return super().get_serializer(*args, **kwargs)
