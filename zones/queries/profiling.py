"""Profiles, and the cities where a policy is in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from cbec_portal.api.errors import ParameterError
from zones.models import Topic
from zones.models.topics import ValueType, parse_boolean, parse_number
from zones.queries.asking import Column
from zones.queries.catalogue import Catalogue
from zones.queries.comparing import grid
from zones.queries.shapes import state_words
from zones.querysets.in_force import seek
from zones.rules.comparison import Certainty, profiles
from zones.rules.resolution import State


def profile_answer(
    day: date,
    topics: Sequence[Topic],
    kept: Catalogue,
    *,
    known_at: int,
    certainty: Certainty,
    every_topic: bool,
) -> dict[str, Any]:
    """All profiles of a day, largest first."""
    columns = [Column(city, day) for city in kept.cities.values()]
    known = grid(columns, topics, kept, known_at=known_at, certainty=certainty)
    answers = {
        column.city.slug: [known[topic.pk][place].answer for topic in topics]
        for place, column in enumerate(columns)
    }
    found = profiles(answers, [topic.slug for topic in topics], every_topic=every_topic)
    return {
        "as_of": day,
        "known_at": known_at,
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


class Apart(NamedTuple):
    """A topic on which a profile differs from the largest, and what either answers."""

    topic: Topic
    own: str
    largest: str


class Portrait(NamedTuple):
    """A profile as pages show it: what its cities answer, and what sets them apart."""

    cities: list[str]
    answers: list[tuple[Topic, str]]
    apart: list[Apart]


class Left(NamedTuple):
    """A topic that could not be counted, and how many cities do not state it."""

    topic: Topic
    cities: int


class Portraits(NamedTuple):
    """Profiles as pages show them: how many there are, a city of the largest, those shown."""

    groups: int
    largest: str
    shown: list[Portrait]
    left: list[Left]


def portraits(
    day: date,
    topics: Sequence[Topic],
    kept: Catalogue,
    *,
    known_at: int,
    certainty: Certainty,
    every_topic: bool,
    language: str,
    shown: slice,
) -> Portraits:
    """Some profiles of a day with their answers in words, and the topics left out.

    Args:
        shown: the profiles to tell of, counted from the largest.
    """
    columns = [Column(city, day) for city in kept.cities.values()]
    known = grid(columns, topics, kept, known_at=known_at, certainty=certainty)
    places = {column.city.slug: place for place, column in enumerate(columns)}
    found = profiles(
        {slug: [known[t.pk][place].answer for t in topics] for slug, place in places.items()},
        [topic.slug for topic in topics],
        every_topic=every_topic,
    )
    spoken_for = {
        places[profile.cities[0]] for profile in (*found.results[:1], *found.results[shown])
    }
    cells = (row[place] for row in known.values() for place in spoken_for)
    told = kept.tell({cell.found.policy for cell in cells if cell.found}, language)

    def words(topic: Topic, slug: str) -> str:
        cell = known[topic.pk][places[slug]]
        if cell.found and cell.answer.state is State.STATED:
            return told[cell.found.policy].display
        return state_words(cell.answer.state)

    left = set(found.topics_left_out)
    counted = [topic for topic in topics if topic.slug not in left]
    largest = found.results[0].cities[0] if found.results else ""
    return Portraits(
        len(found.results),
        largest,
        [
            Portrait(
                list(profile.cities),
                [(topic, words(topic, profile.cities[0])) for topic in counted],
                [
                    Apart(topic, words(topic, profile.cities[0]), words(topic, largest))
                    for topic in counted
                    if topic.slug in profile.differs_from_largest
                ],
            )
            for profile in found.results[shown]
        ],
        [
            Left(topic, sum(c.answer.state is not State.STATED for c in known[topic.pk]))
            for topic in topics
            if topic.slug in left
        ],
    )


def cities_where(
    conditions: Sequence[tuple[Topic, str]],
    day: date,
    kept: Catalogue,
    *,
    known_at: int,
) -> list[int]:
    """Ids of the cities where all these policies are in force.

    Raises:
        ParameterError: a value does not fit its topic.
    """
    wanted = {(topic.pk, (value_wanted(topic, text),)) for topic, text in conditions}
    topics = sorted({topic.pk for topic, _ in conditions})
    cities = list(kept.cities)
    found = seek([(city, day) for city in cities], topics, known_at=known_at)
    answers = kept.answers({row.policy for row in found})
    there: dict[int, set[tuple[int, object]]] = {city: set() for city in cities}
    for row in found:
        answer = answers[row.policy].answer
        if answer.reading:
            there[cities[row.place]].add((row.topic, answer.reading))
    return [city for city, own in there.items() if wanted <= own]


def value_wanted(topic: Topic, text: str) -> object:
    """A condition's value, typed by its topic.

    Raises:
        ParameterError: the value does not fit the topic.
    """
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
