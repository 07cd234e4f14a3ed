"""The API of the rules: lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from operator import attrgetter
from typing import Any

from django.db.models import Case, CharField, F, Prefetch, QuerySet, Value, When
from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework.exceptions import NotFound

from cbec_portal.api.base_views import ReadOnlyViewSet
from cbec_portal.refusals import ParameterError, shown
from zones.api import filters, serializers
from zones.api.city_parameters import known_city
from zones.api.parameters import (
    certainty_of,
    city_question,
    known_at_of,
    refuse_revision_of_figures,
)
from zones.api.serializers.policy_serializers import CHOICES
from zones.api.viewsets.public_views import Public
from zones.models import (
    Batch,
    City,
    Coverage,
    CustomsDistrict,
    FocusArea,
    Policy,
    Programme,
    Province,
    Revision,
    Source,
    Statistic,
    Topic,
    Zone,
)
from zones.models.value_types import TYPES
from zones.selectors.inquiry import Inquiry
from zones.selectors.known_rows import topics_known
from zones.selectors.matching_cities import cities_in_zones, cities_where, memberships
from zones.selectors.placements import cities_on
from zones.selectors.varying_topics import varying_topics

COVERED = Prefetch(
    "coverages",
    Coverage.objects.select_related("city").order_by("city__slug", "covered_from_day"),
)

TIMES = {
    "as_of": "The day whose law is asked for, YYYY-MM-DD.",
    "known_at": "The number of the revision whose knowledge is asked for.",
}


class EditionViewSet(Public, ReadOnlyViewSet[Any]):
    """A list whose count is kept for an edition."""

    @cached_property
    def known_at(self) -> int:
        """Return the revision asked for, else the newest of the edition: rows of a later one are
        not told, though it be published while the answer is made.
        """
        return known_at_of(self.parameters, self.snapshot)

    @cached_property
    def inquiry(self) -> Inquiry:
        """Return the revision, the day and the language that are asked about."""
        return Inquiry(self.snapshot, self.known_at, self.parameters.day(), self.language)

    @cached_property
    def cities(self) -> Mapping[int, City]:
        """Return the cities known at the revision, where they lay on the day asked for."""
        return cities_on(self.inquiry)


class ProvinceViewSet(EditionViewSet):
    """Provinces."""

    queryset = Province.objects.all()
    serializer_class = serializers.ProvinceSerializer
    filterset_class = filters.ProvinceFilters
    lookup_field = "iso_3166_2"
    ordering_fields = ["iso_3166_2", "gb2260", "name_en", "region"]


class CustomsDistrictViewSet(EditionViewSet):
    """Customs districts."""

    queryset = CustomsDistrict.objects.all()
    serializer_class = serializers.CustomsDistrictSerializer
    filterset_class = filters.CustomsDistrictFilters
    lookup_field = "code"
    ordering_fields = ["code", "name_en"]


class CityViewSet(EditionViewSet):
    """Cities; ``programme`` and ``policy`` ask about a day, today in China by default."""

    queryset = City.objects.select_related("province", "customs_district")
    serializer_class = serializers.CitySerializer
    filterset_class = filters.CityFilters
    lookup_field = "slug"
    ordering_fields = {
        **{name: name for name in ("slug", "name_en")},
        **{name: f"{name}_then" for name in ("adcode", "level")},
    }
    question_parameters = {
        **TIMES,
        "programme": "Cities in a zone of the programme, or covered by one, that day.",
        "batch": "Cities in a zone of the batch, or covered by one, that day: `comprehensive.5`, "
        "or `5` of every programme.",
        "policy": "topic:value in force that day; repeated, all must hold.",
    }

    def get_queryset(self) -> QuerySet[City]:
        """Return cities, perhaps only those where something holds on the day."""
        cities = super().get_queryset()
        if self.detail:
            return cities
        cities = self._known(cities)
        question = city_question(self.parameters, self.snapshot)
        if question.programmes or question.batches:
            inside = cities_in_zones(question, memberships(self.inquiry))
            cities = cities.filter(pk__in=inside)
        if question.conditions:
            holding = cities_where(question.conditions, self.inquiry)
            cities = cities.filter(pk__in=holding)
        return cities

    def paginate_queryset(self, queryset: Any) -> list[Any] | None:
        """Return a page of cities, each where it lay on the day."""
        return [self._placed(row) for row in super().paginate_queryset(queryset) or []]

    def get_object(self) -> City:
        """Return a city, where it lies today.

        Raises:
            NotFound: there is none of this key.
        """
        try:
            return self._placed(super().get_object())
        except Http404:
            raise no_such_city(self.kwargs["slug"], self.inquiry) from None

    def _placed(self, row: City) -> City:
        return self.cities.get(row.pk, row)

    def _known(self, cities: Any) -> QuerySet[City]:
        """The cities that the revision knew, in the order of the provinces they lay in."""
        snapshot = self.snapshot.cities
        if self.cities.keys() != snapshot.keys():
            cities = cities.filter(pk__in=self.cities)
        moved = [city for pk, city in self.cities.items() if city is not snapshot[pk]]
        then = {name: _then(path, moved) for name, path in OF_THEN.items()}
        known: QuerySet[City] = cities.annotate(**then)
        return known.order_by("province_then", "adcode_then", "slug")  # type: ignore[misc]  # just made


def no_such_city(slug: str, inquiry: Inquiry) -> NotFound:
    """Return what to say where there is no city of a key, or the revision does not know it; by
    another of its names it is told which is meant.
    """
    try:
        city = known_city("city", slug, inquiry, [slug])
    except ParameterError as wrong:
        return NotFound(wrong.refusals[0].detail)
    return NotFound(f"“{shown(slug)}” is no key of a city. Did you mean “{city.slug}”?")


#: What lists of cities are ordered by that can be another in another revision or on another day.
OF_THEN = {"province_then": "province__gb2260", "adcode_then": "adcode", "level_then": "level"}


def _then(path: str, moved: Iterable[City]) -> Any:
    """What a revision said of cities: as they are told now, but for those of which it said else."""
    value_of = attrgetter(path.replace("__", "."))
    there = [When(pk=city.pk, then=Value(value_of(city))) for city in moved]
    return Case(*there, default=F(path), output_field=CharField())


class ProgrammeViewSet(EditionViewSet):
    """Programmes, from wide to narrow."""

    queryset = Programme.objects.all()
    serializer_class = serializers.ProgrammeSerializer
    lookup_field = "slug"
    ordering_fields = ["slug", "started_on"]


class BatchViewSet(EditionViewSet):
    """Batches; a row is asked for as ``batches/comprehensive.5/``."""

    queryset = Batch.objects.select_related("programme", "source")
    serializer_class = serializers.BatchSerializer
    filterset_class = filters.BatchFilters
    lookup_field = "key"
    ordering_fields = {"programme": "programme__position", "number": "number"}
    natural_key = ("programme__slug", "number")

    def get_object(self) -> Batch:
        """Return the batch of a programme by number."""
        programme, _, number = self.kwargs["key"].rpartition(".")
        wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0
        batches: QuerySet[Batch] = self.get_queryset()
        return get_object_or_404(batches, programme__slug=programme, number=wanted)


class ZoneViewSet(EditionViewSet):
    """Zones as known now, or at a revision; with ``as_of`` those in force that day."""

    queryset = (
        Zone.objects.select_related("batch__programme", "city", "ended_by", "successor")
        .prefetch_related(COVERED)
        .order_by("batch__programme__position", "batch__number", "city__slug")
    )
    serializer_class = serializers.ZoneSerializer
    filterset_class = filters.ZoneFilters
    lookup_field = "identity"
    ordering_fields = {
        "identity": "identity",
        "designated_on": "designated_day",
        "batch": "batch__number",
        "city": "city__slug",
    }
    question_parameters = TIMES
    detail_parameters = {"known_at": TIMES["known_at"]}

    def get_queryset(self) -> QuerySet[Zone]:
        """Return zones as known at the revision, on the day asked for."""
        everything: Any = super().get_queryset()
        zones = everything.known_at(self.known_at).not_withdrawn()
        day = None if self.detail else self.parameters.day(default=None)
        found: QuerySet[Zone] = zones if day is None else zones.in_force(on=day)
        return found


class FocusAreaViewSet(EditionViewSet):
    """Focus areas, in order."""

    queryset = FocusArea.objects.all()
    serializer_class = serializers.FocusAreaSerializer
    lookup_field = "slug"
    ordering_fields = ["slug", "position"]


class TopicViewSet(EditionViewSet):
    """Topics, in order; with ``as_of`` each says whether it varies that day."""

    queryset = Topic.objects.select_related("focus_area").prefetch_related(
        Prefetch("choices", to_attr=CHOICES)
    )
    serializer_class = serializers.TopicSerializer
    filterset_class = filters.TopicFilters
    lookup_field = "slug"
    ordering_fields = {"slug": "slug", "focus_area": "focus_area__position"}
    question_parameters = {
        "as_of": "The day on which topics vary or not, YYYY-MM-DD.",
        "known_at": TIMES["known_at"],
        "certainty": "Answers less sure than this count as not verified.",
    }
    detail_parameters = question_parameters

    def get_queryset(self) -> QuerySet[Topic]:
        """Return the topics, of a revision that is asked for those it knew."""
        topics: QuerySet[Topic] = super().get_queryset()
        if "known_at" not in self.parameters:
            return topics
        return topics.filter(pk__in=topics_known(self.inquiry))

    @cached_property
    def varying(self) -> frozenset[int] | None:
        """Return the topics that vary on the day asked about; none where no day is."""
        day = self.parameters.day(default=None)
        if day is None:
            return None
        return varying_topics(
            Inquiry(self.snapshot, self.known_at, day, self.language, certainty_of(self.parameters))
        )


class PolicyViewSet(EditionViewSet):
    """Policies as known now, or at a revision; with ``as_of`` those whose dates hold the day."""

    queryset = Policy.objects.only(
        "identity", "version", "change", "recorded_in", "replaced_in", "topic"
    ).order_by("identity")
    serializer_class = serializers.PolicySerializer
    filterset_class = filters.PolicyFilters
    lookup_field = "identity"
    ordering_fields = {
        "identity": "identity",
        "effective_from": "effective_from_day",
        "effective_to": "effective_to_day",
        **{own.range_name: own.column for own in TYPES if own.range_name},
    }
    question_parameters = TIMES
    detail_parameters = {"known_at": TIMES["known_at"]}

    def get_queryset(self) -> QuerySet[Policy]:
        """Return policies as known at the revision, on the day asked for."""
        everything: Any = super().get_queryset()
        policies = everything.known_at(self.known_at).not_withdrawn()
        day = None if self.detail else self.parameters.day(default=None)
        found: QuerySet[Policy] = policies if day is None else policies.holding_on(day)
        return found

    def paginate_queryset(self, queryset: Any) -> list[Any] | None:
        """Return a page of policies, what is said of them being kept for the edition."""
        page = super().paginate_queryset(queryset) or []
        self.snapshot.rendered((policy.pk for policy in page), self.language)
        return page


class SourceViewSet(EditionViewSet):
    """Documents."""

    queryset = Source.objects.prefetch_related("issued_by__issuer")
    serializer_class = serializers.SourceSerializer
    filterset_class = filters.SourceFilters
    lookup_field = "slug"
    ordering_fields = {"id": "slug", "issued_on": "issued_on", "effective_on": "effective_on"}


class StatisticViewSet(EditionViewSet):
    """Figures as they are known now, for they have no revisions; the two trade series are never to
    be joined.
    """

    queryset = Statistic.objects.select_related("indicator", "city")
    serializer_class = serializers.StatisticSerializer
    filterset_class = filters.StatisticFilters
    ordering_fields = {"indicator": "indicator__position", "year": "year", "value": "value"}
    natural_key = ("indicator__slug", "city__slug", "year", "release")

    def understood_parameters(self) -> Iterable[str]:
        """Return the parameters that are understood.

        Raises:
            ParameterError: a revision is asked for, which is refused by saying why.
        """
        refuse_revision_of_figures(self.request.query_params)
        return super().understood_parameters()


class RevisionViewSet(EditionViewSet):
    """Revisions, newest first."""

    queryset = Revision.objects.all()
    serializer_class = serializers.RevisionSerializer
    lookup_field = "number"
    lookup_value_regex = "[0-9]{1,9}"
    ordering_fields = ["number", "published_at"]

    def get_queryset(self) -> QuerySet[Revision]:
        """Return the revisions of the edition."""
        found: QuerySet[Revision] = super().get_queryset().filter(number__lte=self.snapshot.newest)
        return found
