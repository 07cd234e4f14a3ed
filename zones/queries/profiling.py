"""Profiles, and the cities where a policy is in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from cbec_portal.api.errors import ParameterError
from zones.models import Topic
from zones.models.topics import ValueType, parse_boolean, parse_number
from zones.queries.asking import Column
from zones.queries.catalogue import Catalogue, comparable
from zones.queries.comparing import cells
from zones.querysets.in_force import seek
from zones.rules.comparison import Certainty, profiles
from zones.rules.resolution import State


def profile_answer(
    day: date,
    topics: Sequence[Topic],
    kept: Catalogue,
    *,
    known_at: int | None,
    certainty: Certainty,
    every_topic: bool,
) -> dict[str, Any]:
    """All profiles of a day, largest first."""
    columns = [Column(city, day) for city in kept.cities.values()]
    known = cells(columns, topics, kept, known_at=known_at, certainty=certainty)
    answers = {
        column.city.slug: {topic.slug: known[place, topic.pk].answer for topic in topics}
        for place, column in enumerate(columns)
    }
    found = profiles(answers, [topic.slug for topic in topics], every_topic=every_topic)
    return {
        "as_of": day,
        "known_at": known_at or kept.newest,
        "count": len(found.results),
        "topics_left_out": list(found.topics_left_out),
        "results": [
            {
                "cities": list(profile.cities),
                "size": len(profile.cities),
                "differs_from_largest": list(profile.differs_from_largest),
            }
            for profile in found.results
        ],
    }


def cities_where(
    conditions: Sequence[tuple[Topic, str]],
    day: date,
    kept: Catalogue,
    *,
    known_at: int | None,
) -> list[int]:
    """Ids of the cities where all these policies are in force.

    Raises:
        ParameterError: a value does not fit its topic.
    """
    wanted = {(topic.pk, _wanted(topic, text)) for topic, text in conditions}
    topics = sorted({topic.pk for topic, _ in conditions})
    cities = list(kept.cities)
    found = seek([(city, day) for city in cities], topics, known_at=known_at)
    policies = kept.fetch(row.policy for row in found)
    there: dict[int, set[tuple[int, object]]] = {city: set() for city in cities}
    for row in found:
        state, value = comparable(policies[row.policy])
        if state == State.STATED:
            there[cities[row.place]].add((row.topic, value))
    return [city for city, own in there.items() if wanted <= own]


def _wanted(topic: Topic, text: str) -> object:
    try:
        match topic.value_type:
            case ValueType.BOOLEAN:
                return parse_boolean(text)
            case ValueType.NUMBER:
                return parse_number(text)
            case ValueType.CHOICE:
                slugs = list(topic.choices.values_list("slug", flat=True))
                if text not in slugs:
                    raise ValueError(f"{text!r} is not one of: {', '.join(slugs)}")
    except ValueError as wrong:
        raise ParameterError("policy", f"{topic.slug}: {wrong}") from None
    return text
