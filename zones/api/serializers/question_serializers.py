"""What compare and profiles answer, told for the API's description; the queries shape it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from zones.api.serializers.policy_serializers import CitedSerializer, ScopeSerializer
from zones.models import StartQualifier
from zones.models.labels import CERTAINTIES
from zones.models.value_types import ValueType
from zones.rules.vocabulary import Outcome, State


class CellBodySerializer(serializers.Serializer[Any]):
    """What a policy says; of none, its state alone says why."""

    state = serializers.ChoiceField(choices=[(state.value, state.name) for state in State])
    value = serializers.JSONField(
        help_text="true or false, a number, or a text, by the topic; null where nothing is stated"
    )
    display = serializers.CharField()
    summary = serializers.CharField()
    caveat = serializers.CharField()
    scope = ScopeSerializer(allow_null=True)
    effective_from = serializers.CharField(
        allow_null=True, help_text="YYYY, YYYY-MM or YYYY-MM-DD, as precise as the source"
    )
    effective_to = serializers.CharField(allow_null=True)
    start_qualifier = serializers.ChoiceField(choices=StartQualifier.choices, allow_blank=True)
    source = CitedSerializer(allow_null=True)  # type: ignore[assignment]  # it hides an attribute of Field
    clause = serializers.CharField()
    verification = serializers.ChoiceField(choices=CERTAINTIES, allow_null=True)
    verified_on = serializers.DateField(allow_null=True)
    policy = serializers.CharField(allow_null=True, help_text="The policy's identity")


class CellSerializer(CellBodySerializer):
    """The answer of a city on a day, with what wider scopes say beside it."""

    until = serializers.DateField(allow_null=True, help_text="The last such day, if known")
    from_written = serializers.CharField(
        allow_null=True,
        help_text="That first day no finer than it is written: 2025-04, or after 2019-12 where it "
        "follows a last day written so",
    )
    until_written = serializers.CharField(
        allow_null=True,
        help_text="That last day no finer than it is written: 2019-12, or before 2020-06 where "
        "what ended it begins on a day written so",
    )
    additive = serializers.BooleanField(help_text="Whether `also` is read together with it")
    later_differs = serializers.BooleanField(
        help_text="A policy of a wider scope is newer and says otherwise"
    )
    also = CellBodySerializer(many=True)

    def get_fields(self) -> dict[str, Any]:
        """These and ``from``, which Python keeps for itself."""
        words = "The first day on which this was the answer there"
        since = serializers.DateField(allow_null=True, help_text=words)
        return {**super().get_fields(), "from": since}


class ColumnCitySerializer(serializers.Serializer[Any]):
    """A city as a column names it."""

    slug = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    name_zh = serializers.CharField()
    province = serializers.CharField()
    customs_district = serializers.CharField()


class ColumnSerializer(serializers.Serializer[Any]):
    """A city on a day."""

    key = serializers.CharField()
    city = ColumnCitySerializer()
    as_of = serializers.DateField()


class TallySerializer(serializers.Serializer[Any]):
    """How many topics there are, and how many of each outcome."""

    topics = serializers.IntegerField()
    same = serializers.IntegerField()
    differs = serializers.IntegerField()
    incomplete = serializers.IntegerField()
    unknown = serializers.IntegerField()


class AreaTallySerializer(TallySerializer):
    """The same of one focus area."""

    focus_area = serializers.CharField()
    name = serializers.CharField()


class SummarySerializer(TallySerializer):
    """The same of all rows, shown or not."""

    by_focus_area = AreaTallySerializer(many=True)


class ComparedTopicSerializer(serializers.Serializer[Any]):
    """A topic as a row names it."""

    slug = serializers.CharField()
    question = serializers.CharField()
    focus_area = serializers.CharField()
    value_type = serializers.ChoiceField(choices=ValueType.choices)
    unit = serializers.CharField(allow_null=True)


class ComparedRowSerializer(serializers.Serializer[Any]):
    """A topic and its cells, in the order of the columns."""

    topic = ComparedTopicSerializer()
    outcome = serializers.ChoiceField(choices=[outcome.value for outcome in Outcome])
    cells = CellSerializer(many=True)


class ComparisonSerializer(serializers.Serializer[Any]):
    """How cities compare, topic by topic."""

    as_of = serializers.DateField()
    known_at = serializers.IntegerField()
    baseline = serializers.CharField()
    columns = ColumnSerializer(many=True)
    summary = SummarySerializer()
    rows = ComparedRowSerializer(many=True)


class ProfileSerializer(serializers.Serializer[Any]):
    """Cities with the same answers."""

    cities = serializers.ListField(child=serializers.CharField())
    size = serializers.IntegerField()
    differs_from_largest = serializers.ListField(child=serializers.CharField())


class ProfilesSerializer(serializers.Serializer[Any]):
    """All profiles of a day, largest first."""

    as_of = serializers.DateField()
    known_at = serializers.IntegerField()
    count = serializers.IntegerField()
    topics_left_out = serializers.ListField(child=serializers.CharField())
    results = ProfileSerializer(many=True)
