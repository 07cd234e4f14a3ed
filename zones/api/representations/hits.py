"""Hits of a search as JSON, as CSV and in the API's schema, side by side."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from rest_framework import serializers

from zones.api.representations.cells import CitedSerializer, ScopeSerializer
from zones.rules.vocabulary import HitKind, State
from zones.selectors.search import SearchResult
from zones.selectors.search_hits import Hit


def hits_shape(hits: Iterable[Hit], searched: SearchResult, day: date) -> list[dict[str, Any]]:
    """Return hits as JSON, the best first, with what holds of them on a day."""
    return [_hit(hit, searched, day) for hit in hits]


def asked_shape(searched: SearchResult, day: date) -> dict[str, Any]:
    """Return how a question was read: what an answer without a hit can tell as well."""
    return {
        "as_of": day,
        "instead": searched.instead or None,
        "partly": searched.partly,
        "not_held": searched.not_held or None,
    }


def _hit(hit: Hit, searched: SearchResult, day: date) -> dict[str, Any]:
    cell = hit.cell or {}
    return {
        "kind": hit.kind.value,
        "key": hit.key,
        "label": hit.label,
        "beside": hit.beside,
        "city": hit.city or None,
        "topic": hit.topic or None,
        "state": cell.get("state"),
        "display": cell.get("display"),
        "scope": cell.get("scope"),
        "from": cell.get("from_written") or hit.since,
        "until": cell.get("until_written") or hit.until,
        "source": cell.get("source"),
        "policy": cell.get("policy") or (hit.key if hit.kind == HitKind.POLICY else None),
        "answers": [{"display": one.display, "cities": one.cities} for one in hit.told],
        "cities": hit.cities,
        "topics": hit.topics,
        "programmes": list(hit.within),
        "status": hit.status or None,
        **asked_shape(searched, day),
    }


class AnswerCountSerializer(serializers.Serializer[Any]):
    """What so many cities answer to a topic."""

    display = serializers.CharField()
    cities = serializers.IntegerField()


class HitSerializer(serializers.Serializer[Any]):
    """Something found, with what holds of it on the day."""

    kind = serializers.ChoiceField(choices=[(kind.value, kind.value) for kind in HitKind])
    key = serializers.CharField(
        help_text="The natural key; of an answer those of city and topic, with a slash between."
    )
    label = serializers.CharField()  # type: ignore[assignment]  # it hides an attribute of Field
    beside = serializers.CharField(help_text="What tells it from others: its province, its number.")
    city = serializers.CharField(allow_null=True)
    topic = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(
        choices=[(state.value, state.name) for state in State],
        allow_null=True,
        help_text="Of an answer and of a policy.",
    )
    display = serializers.CharField(
        allow_null=True, help_text="What an answer or a policy says, as it is read."
    )
    scope = ScopeSerializer(allow_null=True)
    until = serializers.CharField(allow_null=True, help_text="The last day, as it is written.")
    source = CitedSerializer(allow_null=True)  # type: ignore[assignment]  # as above
    policy = serializers.CharField(allow_null=True, help_text="The policy that answers.")
    answers = AnswerCountSerializer(
        many=True, help_text="Of a topic: what most cities answer; `cities` counts all of them."
    )
    cities = serializers.IntegerField(
        allow_null=True, help_text="How many cities are asked, or lie in a place."
    )
    topics = serializers.IntegerField(allow_null=True, help_text="How many a focus area has.")
    programmes = serializers.ListField(
        child=serializers.CharField(), help_text="The programmes that a city is in."
    )
    status = serializers.CharField(allow_null=True, help_text="Of a document.")
    as_of = serializers.DateField(
        help_text="The day whose law is told: the one among the words, else the one asked for."
    )
    instead = serializers.CharField(
        allow_null=True, help_text="What was sought where nothing is called what was asked."
    )
    partly = serializers.BooleanField(help_text="Whether nothing holds all the words.")
    not_held = serializers.CharField(
        allow_null=True,
        help_text="The number of a document that was asked for, where none of it is held.",
    )

    def get_fields(self) -> dict[str, Any]:
        """Return the columns in order; one is named by a word of Python."""
        fields: dict[str, Any] = super().get_fields()
        first = serializers.CharField(
            allow_null=True, help_text="Since when, as it is written: of what is dated."
        )
        ordered: dict[str, Any] = {}
        for name, field in fields.items():
            if name == "until":
                ordered["from"] = first
            ordered[name] = field
        return ordered

    def to_representation(self, instance: dict[str, Any]) -> Any:
        """Return the hit with its columns in order."""
        return {str(name): instance[str(name)] for name in self.fields}
