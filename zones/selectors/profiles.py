"""Profiles: cities with the same answers on a day, and what sets them apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from zones.models import City, Topic
from zones.rules.comparison import Answer, Profile, Profiles, profiles
from zones.rules.partial_dates import last_day_text
from zones.rules.vocabulary import Layer, State
from zones.selectors.answer_matrix import answer_matrix
from zones.selectors.inquiry import Inquiry
from zones.selectors.placements import cities_on
from zones.selectors.rendered_values import state_words
from zones.selectors.topic_order import in_layers, in_order, shown_order


def profiles_on(topics: Sequence[Topic], inquiry: Inquiry, *, every_topic: bool) -> Profiles:
    """Return all profiles of a day, largest first, and the topics that could not be counted.

    Topics stand in the order in which they are shown.
    """
    topics = in_order(topics, inquiry)
    cities = list(cities_on(inquiry).values())
    known = answer_matrix(cities, topics, inquiry).answers
    return _profiles(cities, topics, known, inquiry.known_at, every_topic=every_topic)


class Apart(NamedTuple):
    """A topic on which a profile differs from the largest, and what either answers."""

    topic: Topic
    own: str
    largest: str


class Standing(NamedTuple):
    """What the law allows in the cities of a profile, and in how many it is recorded to be done."""

    topic: Topic
    own: str
    recorded: int


class Portrait(NamedTuple):
    """A profile as pages show it: its cities, what sets them apart, and what is recorded beside
    what the law allows.
    """

    cities: list[str]
    apart: list[Apart]
    standings: list[Standing]


class UncountedTopic(NamedTuple):
    """A topic that could not be counted, and of how many cities it is not known.

    One that is ``described`` only names things and is never counted.
    """

    topic: Topic
    cities: int
    described: bool


class Portraits(NamedTuple):
    """Profiles as pages show them.

    ``groups`` is how many there are, ``largest`` a city of the largest and ``answers`` what that
    one answers, each with the last day of its policy or none, first the ``beside_local`` that stand
    with what is local. ``local`` is how many of the topics are.
    """

    groups: int
    largest: str
    answers: list[tuple[Topic, str, str]]
    beside_local: int
    local: int
    shown: list[Portrait]
    left: list[UncountedTopic]


def portraits(
    topics: Sequence[Topic], inquiry: Inquiry, *, every_topic: bool, shown: slice
) -> Portraits:
    """Return some profiles of a day with what sets them apart in words, and the topics left out.

    Args:
        shown: the profiles to tell of, counted from the largest.
    """
    layers = in_layers(topics, inquiry)
    topics = shown_order(layers, inquiry.snapshot)
    cities = list(cities_on(inquiry).values())
    known = answer_matrix(cities, topics, inquiry)
    places = {city.slug: place for place, city in enumerate(cities)}
    found = _profiles(cities, topics, known.answers, inquiry.known_at, every_topic=every_topic)
    spoken_for = {
        places[profile.cities[0]] for profile in (*found.results[:1], *found.results[shown])
    }
    answering = (row[place] for row in known.policies.values() for place in spoken_for)
    rendered = inquiry.snapshot.rendered(filter(None, answering), inquiry.language)

    def words(topic: Topic, slug: str) -> str:
        answer = known.answers[topic.pk][places[slug]]
        policy = known.policies[topic.pk][places[slug]]
        if policy and answer.state is State.STATED:
            return rendered[policy].display
        return state_words(answer.state, inquiry.language)

    def last_day(topic: Topic) -> str:
        policy = known.policies[topic.pk][places[largest]]
        written = policy and rendered[policy]["effective_to"]
        return last_day_text(written) if written else ""

    def recorded(record: Topic, profile: Profile) -> int:
        answers = (known.answers[record.pk][places[slug]] for slug in profile.cities)
        return sum(answer.state is State.STATED and answer.value is True for answer in answers)

    left = set(found.topics_left_out)
    operations = inquiry.snapshot.operations
    pairs = [(t, operations[t.pk]) for t in topics if t.pk in operations and t.slug not in left]
    pairs = [(topic, record) for topic, record in pairs if record in topics]
    counted, local = [t for t in topics if t.slug not in left], layers[Layer.LOCAL]
    beside = {t.slug for t in local} | {record.slug for topic, record in pairs if topic in local}
    largest = found.results[0].cities[0] if found.results else ""
    standard = {topic.slug: words(topic, largest) for topic in counted if largest}
    by_slug = inquiry.snapshot.topics_by_slug
    return Portraits(
        len(found.results),
        largest,
        [(by_slug[slug], said, last_day(by_slug[slug])) for slug, said in standard.items()],
        sum(slug in beside for slug in standard),
        sum(topic in local for topic in counted),
        [
            Portrait(
                list(profile.cities),
                [
                    Apart(by_slug[slug], words(by_slug[slug], profile.cities[0]), standard[slug])
                    for slug in profile.differs_from_largest
                ],
                [
                    Standing(topic, words(topic, profile.cities[0]), recorded(record, profile))
                    for topic, record in pairs
                ],
            )
            for profile in found.results[shown]
        ],
        [
            UncountedTopic(
                topic,
                sum(not answer.is_known for answer in known.answers[topic.pk]),
                topic.is_descriptive(inquiry.known_at),
            )
            for topic in topics
            if topic.slug in left
        ],
    )


def _profiles(
    cities: Sequence[City],
    topics: Sequence[Topic],
    known: Mapping[int, Sequence[Answer]],
    known_at: int,
    *,
    every_topic: bool,
) -> Profiles:
    by_city = zip(*(known[topic.pk] for topic in topics), strict=True)
    answers = {city.slug: own for city, own in zip(cities, by_city, strict=True)}
    return profiles(
        answers,
        [topic.slug for topic in topics],
        every_topic=every_topic,
        descriptive={topic.slug for topic in topics if topic.is_descriptive(known_at)},
    )
