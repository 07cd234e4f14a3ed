"""The documents that answers rest on, for tables that show many answers at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from zones.models import Batch, City, Policy, Topic
from zones.selectors.answer_matrix import answer_matrix
from zones.selectors.inquiry import Inquiry
from zones.selectors.matching_cities import memberships
from zones.selectors.rendered_values import source_shape


def sources_of_answers(
    cities: Sequence[City], topics: Sequence[Topic], inquiry: Inquiry
) -> list[Mapping[str, Any]]:
    """Return the documents by which cities answer topics on a day, each once, by topic."""
    matrix = answer_matrix(cities, topics, inquiry)
    answering = (pk for topic in topics for pk in matrix.policies[topic.pk] if pk)
    return _sources(answering, inquiry)


def source_of_each_answer(
    cities: Sequence[City], topics: Sequence[Topic], inquiry: Inquiry
) -> dict[int, list[Mapping[str, Any] | None]]:
    """Return by city the documents by which it answers each topic."""
    policies = answer_matrix(cities, topics, inquiry).policies
    asked = {pk for own in policies.values() for pk in own if pk}
    rendered = inquiry.snapshot.rendered(asked, inquiry.language)
    return {
        city.pk: [
            rendered[pk]["source"] if (pk := policies[topic.pk][place]) else None
            for topic in topics
        ]
        for place, city in enumerate(cities)
    }


def sources_of_batches(cities: Collection[int], inquiry: Inquiry) -> list[Mapping[str, Any]]:
    """Return the documents of the batches in whose zones cities are on a day."""
    keys = {own.batch for own in memberships(inquiry) if own.city in cities}
    batches = Batch.objects.select_related("programme", "source").order_by(
        "programme__position", "number"
    )
    return [
        source_shape(batch.source, inquiry.language)
        for batch in batches
        if batch.source and f"{batch.programme.slug}.{batch.number}" in keys
    ]


def sources_of_topics(topics: Sequence[Topic], inquiry: Inquiry) -> list[Mapping[str, Any]]:
    """Return the documents of all policies of topics, whenever they hold, each once."""
    known = Policy.objects.known_at(inquiry.known_at).not_withdrawn()
    rows = known.filter(topic__in=topics).order_by("effective_from_day", "identity")
    by_topic: dict[int, list[int]] = {topic.pk: [] for topic in topics}
    for pk, topic in rows.values_list("pk", "topic"):
        by_topic[topic].append(pk)
    return _sources((pk for own in by_topic.values() for pk in own), inquiry)


def _sources(policies: Iterable[int], inquiry: Inquiry) -> list[Mapping[str, Any]]:
    asked = list(dict.fromkeys(policies))
    rendered = inquiry.snapshot.rendered(asked, inquiry.language)
    sources = (rendered[pk]["source"] for pk in asked)
    return list({source["id"]: source for source in sources if source}.values())
