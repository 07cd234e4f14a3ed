"""What many cities answer on one day: thousands of cells of which only the answers count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from zones.models import City, Topic
from zones.queries.catalogue import Catalogue
from zones.querysets.in_force import answering, seek
from zones.rules.comparison import Answer, Certainty, as_sure_as


class Across(NamedTuple):
    """Answers of many cities on a day, by topic id and in the order of the cities.

    ``policies`` are the ids of those that answer, none where none does.
    """

    answers: dict[int, list[Answer]]
    policies: dict[int, list[int | None]]


def across(
    cities: Sequence[City],
    day: date,
    topics: Sequence[Topic],
    kept: Catalogue,
    *,
    known_at: int,
    certainty: Certainty = Certainty.UNVERIFIED,
) -> Across:
    """What cities answer on a day. Two queries, and one for policies not seen in this edition."""
    places = [city.pk for city in cities]
    policies = answering(places, [topic.pk for topic in topics], day, known_at=known_at)
    additive = [topic.pk for topic in topics if topic.additive]
    beside = seek([(city, day) for city in places], additive, known_at=known_at)
    named = {pk for row in policies.values() for pk in row if pk}
    known = kept.answers(named | kept.needed(beside))
    sure = {pk: as_sure_as(*known[pk], certainty) for pk in named}
    answers = {}
    for topic, row in policies.items():
        absent = kept.without_policy(topic, day)
        answers[topic] = [sure[pk] if pk else absent for pk in row]
    for found in beside:
        if found.also:
            answers[found.topic][found.place] = as_sure_as(*kept.known(found, known), certainty)
    return Across(answers, policies)
