"""Which cities fit, by the zones they are in and the policies in force there on a day; and in which
programmes a city is on a day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from cbec_portal.caches import Kept
from cbec_portal.refusals import ParameterError, shown
from zones.models import City, Topic, Zone
from zones.models.querysets.zone_querysets import Membership, MembershipSpan
from zones.rules.vocabulary import State
from zones.selectors.answer_matrix import answer_matrix
from zones.selectors.inquiry import Inquiry
from zones.selectors.placements import cities_on

#: Of so many revisions it is kept which cities are in a zone from when until when.
MOST_REVISIONS = 8


class CityQuestion(NamedTuple):
    """What a list of cities is asked for beside the columns of a city."""

    programmes: list[str]
    batches: list[str]
    conditions: list[tuple[Topic, str]]


def batch_key(programme: str, number: int) -> str:
    """Return a batch's natural key: ``comprehensive.5``."""
    return f"{programme}.{number}"


def memberships(inquiry: Inquiry) -> frozenset[Membership]:
    """Return which cities are in a zone on the day; of all days it is kept for the edition."""
    return frozenset(span.membership for span in _spans(inquiry) if span.holds(inquiry.day))


def programmes_of(
    cities: Collection[int], days: Collection[date], inquiry: Inquiry
) -> dict[tuple[int, date], set[str]]:
    """Return the programmes that cities are in on days, by city id and day, as the inquiry's
    revision knew them.

    A city is in one by a zone of its own or by one that covers it.
    """
    found: dict[tuple[int, date], set[str]] = {(c, d): set() for c in cities for d in days}
    for span in _spans(inquiry):
        if span.membership.city in cities:
            for day in days:
                if span.holds(day):
                    found[span.membership.city, day].add(span.membership.programme)
    return found


def _spans(inquiry: Inquiry) -> Sequence[MembershipSpan]:
    """From when until when cities are in zones, which is kept for the edition."""
    known_at = inquiry.known_at
    kept: Kept[int, list[MembershipSpan]] = inquiry.snapshot.lately("memberships", MOST_REVISIONS)
    return kept.made(known_at, lambda: Zone.objects.membership_spans(known_at=known_at))


def cities_in_zones(question: CityQuestion, inside: Collection[Membership]) -> set[int]:
    """Return ids of the cities in a zone of one of the programmes and of one of the batches asked
    for.
    """
    by_programme = {m.city for m in inside if m.programme in question.programmes}
    by_batch = {m.city for m in inside if m.batch in question.batches}
    if not question.batches:
        return by_programme
    return by_programme & by_batch if question.programmes else by_batch


#: States that tell nothing about whether a rule holds: unknown is not no.
UNKNOWN = (State.NOT_RESEARCHED, State.NONE_FOUND, State.NOT_VERIFIED)


class Answers(NamedTuple):
    """What is stated of a topic by city id, and the cities of which nobody knows."""

    stated: dict[int, StatedAnswer]
    unknown: set[int]


class StatedAnswer(NamedTuple):
    """A stated answer: as ``policy=topic:value`` asks for it, as it is read, and whose it is."""

    value: str
    display: str
    identity: str


def stated_answers(
    topics: Sequence[Topic], cities: Iterable[City], inquiry: Inquiry
) -> dict[int, Answers]:
    """Return what is stated of each topic, by topic id."""
    asked = list(cities)
    known = answer_matrix(asked, topics, inquiry.of_any_certainty)
    named = {policy for row in known.policies.values() for policy in row if policy}
    rendered = inquiry.snapshot.rendered(named, inquiry.language)
    found = {topic.pk: Answers({}, set()) for topic in topics}
    for topic, row in known.answers.items():
        text = inquiry.snapshot.topics[topic].answer_type.text
        for city, answer, policy in zip(asked, row, known.policies[topic], strict=True):
            if answer.state is State.STATED and policy:
                own = rendered[policy]
                stated = StatedAnswer(text(answer.value), own.display, own.identity)
                found[topic].stated[city.pk] = stated
            elif answer.state in UNKNOWN:
                found[topic].unknown.add(city.pk)
    return found


def condition_text(topic: Topic, text: str) -> str:
    """Return a condition's value as ``policy=topic:value`` writes it.

    Raises:
        ParameterError: the value does not fit the topic.
    """
    return topic.answer_type.text(value_wanted(topic, text))


def cities_where(conditions: Sequence[tuple[Topic, str]], inquiry: Inquiry) -> list[int]:
    """Return ids of the cities where all these policies are in force.

    Raises:
        ParameterError: a value does not fit its topic.
    """
    wanted = [(topic.pk, value_wanted(topic, text)) for topic, text in conditions]
    topics = {topic.pk: topic for topic, _ in conditions}
    cities = list(cities_on(inquiry).values())
    known = answer_matrix(cities, list(topics.values()), inquiry.of_any_certainty).answers
    return [
        city.pk
        for place, city in enumerate(cities)
        if all(
            (answer := known[topic][place]).reading and answer.value == value
            for topic, value in wanted
        )
    ]


def value_wanted(topic: Topic, text: str) -> object:
    """Return a condition's value, typed by its topic, plainly.

    Raises:
        ParameterError: the value does not fit the topic.
    """

    def choice(key: str) -> str:
        slugs = list(topic.choices.values_list("slug", flat=True))
        if key not in slugs:
            raise ValueError(f"{key!r} is not one of: {', '.join(slugs)}")
        return key

    try:
        wanted: object = topic.answer_type.read(text, choice)
    except ValueError as wrong:
        raise ParameterError(
            "policy",
            f"{topic.slug}: {wrong}",
            value=f"{topic.slug}:{text}",
            words=_("“%s” is no answer to its topic.") % shown(text),
        ) from None
    return wanted
