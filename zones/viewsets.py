"""The API of the rules: lists, and the questions compare and profiles."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from cbec_portal.api.parameters import Parameters
from cbec_portal.api.views import QuestionView, ReadOnlyViewSet
from zones import filters, serializers
from zones.models import (
    Batch,
    City,
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
from zones.models.policies import SCOPE_COLUMNS
from zones.queries import asking
from zones.queries.catalogue import catalogue
from zones.queries.comparing import compare
from zones.queries.profiling import cities_where, profile_answer
from zones.rules.comparison import Certainty

TIMES = {
    "as_of": "The day whose law is asked for, YYYY-MM-DD.",
    "known_at": "The number of the revision whose knowledge is asked for.",
}


class Edited(ReadOnlyViewSet[Any]):
    """A list whose count is kept for an edition."""

    def edition(self) -> int:
        """The present edition."""
        return catalogue().edition


class ProvinceViewSet(Edited):
    """Provinces."""

    queryset = Province.objects.all()
    serializer_class = serializers.ProvinceSerializer
    filterset_class = filters.ProvinceFilters
    lookup_field = "iso_3166_2"
    ordering_fields = ["iso_3166_2", "gb2260", "name_en", "region"]


class CustomsDistrictViewSet(Edited):
    """Customs districts."""

    queryset = CustomsDistrict.objects.all()
    serializer_class = serializers.CustomsDistrictSerializer
    filterset_class = filters.CustomsDistrictFilters
    lookup_field = "code"
    ordering_fields = ["code", "name_en"]


class CityViewSet(Edited):
    """Cities; ``programme`` and ``policy`` ask about a day, today in China by default."""

    queryset = City.objects.select_related("province", "customs_district").prefetch_related(
        "other_customs_districts"
    )
    serializer_class = serializers.CitySerializer
    filterset_class = filters.CityFilters
    lookup_field = "slug"
    ordering_fields = ["slug", "name_en", "adcode", "level"]
    question_parameters = {
        **TIMES,
        "programme": "Cities in a zone of the programme, or covered by one, that day.",
        "policy": "topic:value in force that day; repeated, all must hold.",
    }

    def get_queryset(self) -> QuerySet[City]:
        """Cities, perhaps only those where something holds on the day."""
        cities = super().get_queryset()
        if self.detail:
            return cities
        kept = catalogue()
        known, day = asking.known_at(self.parameters, kept), self.parameters.day()
        slugs = list(Programme.objects.values_list("slug", flat=True))
        for programme in self.parameters.choices("programme", slugs)[:1]:
            cities = cities.filter(pk__in=Zone.objects.cities_in(programme, day, known))
        if texts := self.parameters.repeated("policy"):
            wanted = asking.conditions(texts, kept)
            cities = cities.filter(pk__in=cities_where(wanted, day, kept, known_at=known))
        return cities


class ProgrammeViewSet(Edited):
    """Programmes, from wide to narrow."""

    queryset = Programme.objects.all()
    serializer_class = serializers.ProgrammeSerializer
    lookup_field = "slug"
    ordering_fields = ["slug", "started_on"]


class BatchViewSet(Edited):
    """Batches; a row is asked for as ``batches/comprehensive.5/``."""

    queryset = Batch.objects.select_related("programme", "source")
    serializer_class = serializers.BatchSerializer
    filterset_class = filters.BatchFilters
    lookup_field = "key"
    ordering_fields = {"programme": "programme__position", "number": "number"}

    def get_object(self) -> Batch:
        """The batch of a programme by number."""
        programme, _, number = self.kwargs["key"].rpartition(".")
        wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0
        batches: QuerySet[Batch] = self.get_queryset()
        return get_object_or_404(batches, programme__slug=programme, number=wanted)


class ZoneViewSet(Edited):
    """Zones as known now, or at a revision; with ``as_of`` those in force that day."""

    queryset = Zone.objects.select_related(
        "batch__programme", "city", "ended_by", "successor"
    ).prefetch_related("coverages__city")
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
        """Zones in both times."""
        known = asking.known_at(self.parameters, catalogue())
        everything: Any = super().get_queryset()
        zones = everything.known_at(known).standing()
        day = None if self.detail else self.parameters.day(default=None)
        found: QuerySet[Zone] = zones if day is None else zones.in_force(on=day)
        return found


class FocusAreaViewSet(Edited):
    """Focus areas, in order."""

    queryset = FocusArea.objects.all()
    serializer_class = serializers.FocusAreaSerializer
    lookup_field = "slug"
    ordering_fields = ["slug", "position"]


class TopicViewSet(Edited):
    """Topics, in order."""

    queryset = Topic.objects.select_related("focus_area").prefetch_related("choices")
    serializer_class = serializers.TopicSerializer
    filterset_class = filters.TopicFilters
    lookup_field = "slug"
    ordering_fields = {"slug": "slug", "focus_area": "focus_area__position"}


class PolicyViewSet(Edited):
    """Policies as known now, or at a revision; with ``as_of`` those whose dates hold the day."""

    queryset = Policy.objects.select_related("source", "value_choice", *SCOPE_COLUMNS.values())
    serializer_class = serializers.PolicySerializer
    filterset_class = filters.PolicyFilters
    lookup_field = "identity"
    ordering_fields = {
        "identity": "identity",
        "effective_from": "effective_from_day",
        "effective_to": "effective_to_day",
        "value": "value_number",
    }
    question_parameters = TIMES
    detail_parameters = {"known_at": TIMES["known_at"]}

    def get_queryset(self) -> QuerySet[Policy]:
        """Policies in both times."""
        known = asking.known_at(self.parameters, catalogue())
        everything: Any = super().get_queryset()
        policies = everything.known_at(known).standing()
        day = None if self.detail else self.parameters.day(default=None)
        found: QuerySet[Policy] = policies if day is None else policies.holding_on(day)
        return found


class SourceViewSet(Edited):
    """Documents."""

    queryset = Source.objects.prefetch_related("issued_by__issuer")
    serializer_class = serializers.SourceSerializer
    filterset_class = filters.SourceFilters
    lookup_field = "slug"
    ordering_fields = {"id": "slug", "issued_on": "issued_on", "effective_on": "effective_on"}


class StatisticViewSet(Edited):
    """Figures; the two trade series are never to be joined."""

    queryset = Statistic.objects.select_related("indicator", "city")
    serializer_class = serializers.StatisticSerializer
    filterset_class = filters.StatisticFilters
    ordering_fields = {"indicator": "indicator__position", "year": "year", "value": "value"}


class RevisionViewSet(Edited):
    """Revisions, newest first."""

    queryset = Revision.objects.all()
    serializer_class = serializers.RevisionSerializer
    lookup_field = "number"
    lookup_value_regex = "[0-9]{1,9}"
    ordering_fields = ["number", "published_at"]


class CompareView(QuestionView):
    """How cities compare, topic by topic."""

    known_parameters = {
        **TIMES,
        "cities": "1 to 20 cities, the first being the baseline; city@day gives one its own day.",
        "focus_area": "Only topics of these focus areas.",
        "topic": "Only these topics.",
        "only": "`differences` leaves out rows that do not differ.",
        "certainty": "Answers less sure than this count as not verified.",
    }

    def answer(self, parameters: Parameters) -> dict[str, Any]:
        """The comparison."""
        kept = catalogue()
        return compare(
            asking.columns(parameters, kept),
            asking.topics(parameters, kept),
            kept,
            known_at=asking.known_at(parameters, kept),
            certainty=certainty(parameters),
            only_differences=parameters.choice("only", ["differences"]) is not None,
            language=self.language,
        )

    def csv_rows(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        """One line for each cell."""
        return [
            {
                "focus_area": row["topic"]["focus_area"],
                "topic": row["topic"]["slug"],
                "question": row["topic"]["question"],
                "outcome": row["outcome"],
                "city": column["city"]["slug"],
                "as_of": column["as_of"],
                **{name: value for name, value in cell.items() if name != "also"},
                "also": [other["policy"] for other in cell["also"]],
            }
            for row in data["rows"]
            for column, cell in zip(data["columns"], row["cells"], strict=True)
        ]


class ProfilesView(QuestionView):
    """Cities that have the same answers on a day."""

    known_parameters = {
        **TIMES,
        "focus_area": "Only topics of these focus areas.",
        "topic": "Only these topics.",
        "topics": "`all` counts every topic, a state then being an answer too.",
        "certainty": "Answers less sure than this count as not verified.",
    }

    def answer(self, parameters: Parameters) -> dict[str, Any]:
        """The profiles."""
        kept = catalogue()
        return profile_answer(
            parameters.day(),
            asking.topics(parameters, kept),
            kept,
            known_at=asking.known_at(parameters, kept),
            certainty=certainty(parameters),
            every_topic=parameters.choice("topics", ["all"]) is not None,
        )


def certainty(parameters: Parameters) -> Certainty:
    """How sure answers must at least be."""
    return Certainty(parameters.choice("certainty", list(Certainty), Certainty.UNVERIFIED))
