"""Which cities fit: by the zones they are in and the policies in force there on a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from cbec_portal.api.parameters import Parameters
from zones.models import Batch, City, Topic, Zone
from zones.models.querysets.zone_querysets import Membership
from zones.rules.vocabulary import State
from zones.selectors import inquiry
from zones.selectors.answer_matrix import answer_matrix
from zones.selectors.profiles import value_wanted
from zones.selectors.snapshot import Snapshot


class CityQuestion(NamedTuple):
    """What a list of cities is asked for beside the columns of a city."""

    day: date
    known_at: int
    programmes: list[str]
    batches: list[str]
    conditions: list[tuple[Topic, str]]


def city_question(parameters: Parameters, kept: Snapshot) -> CityQuestion:
    """Read ``programme``, ``batch``, ``policy`` and both times.

    Raises:
        ParameterError: one of them is wrong.
    """
    known_at = inquiry.known_at(parameters, kept)
    programmes = [row.slug for row in kept.related["programme"].values()]
    return CityQuestion(
        parameters.day(),
        known_at,
        parameters.choices("programme", programmes),
        _batches(parameters) if "batch" in parameters else [],
        inquiry.conditions(parameters.repeated("policy"), kept),
    )


def _batches(parameters: Parameters) -> list[str]:
    """Natural keys of the batches asked for: ``comprehensive.5``, or ``5`` of every programme."""
    there = list(Batch.objects.values_list("programme__slug", "number"))
    named = {batch_key(*batch): [batch_key(*batch)] for batch in there}
    for programme, number in there:
        named.setdefault(str(number), []).append(batch_key(programme, number))
    return [key for name in parameters.choices("batch", named) for key in named[name]]


def batch_key(programme: str, number: int) -> str:
    """A batch's natural key: ``comprehensive.5``."""
    return f"{programme}.{number}"


def memberships(question: CityQuestion) -> set[Membership]:
    """Which cities are in a zone on the day of the question."""
    found: set[Membership] = Zone.objects.memberships(on=question.day, known_at=question.known_at)
    return found


def cities_in_zones(question: CityQuestion, inside: Collection[Membership]) -> set[int]:
    """Ids of the cities in a zone of one of the programmes and of one of the batches asked for."""
    by_programme = {m.city for m in inside if m.programme in question.programmes}
    by_batch = {m.city for m in inside if m.batch in question.batches}
    if not question.batches:
        return by_programme
    return by_programme & by_batch if question.programmes else by_batch


#: States that tell nothing about whether a rule holds: unknown is not no.
UNKNOWN = (State.NOT_RESEARCHED, State.NONE_FOUND, State.NOT_VERIFIED)


class Answers(NamedTuple):
    """What is stated of a topic by city id, and the cities of which nobody knows."""

    stated: dict[int, Stated]
    unknown: set[int]


class Stated(NamedTuple):
    """A stated answer: as ``policy=topic:value`` asks for it, and as it is read."""

    value: str
    display: str


def stated_answers(
    topics: Sequence[Topic],
    cities: Iterable[City],
    kept: Snapshot,
    *,
    day: date,
    known_at: int,
    language: str,
) -> dict[int, Answers]:
    """What is stated of each topic, by topic id."""
    asked = list(cities)
    known = answer_matrix(asked, day, topics, kept, known_at=known_at)
    named = {policy for row in known.policies.values() for policy in row if policy}
    told = kept.tell(named, language)
    found = {topic.pk: Answers({}, set()) for topic in topics}
    for topic, row in known.answers.items():
        text = kept.topics[topic].answer_type.text
        for city, answer, policy in zip(asked, row, known.policies[topic], strict=True):
            if answer.state is State.STATED and policy:
                display = told[policy].display
                found[topic].stated[city.pk] = Stated(text(answer.value), display)
            elif answer.state in UNKNOWN:
                found[topic].unknown.add(city.pk)
    return found


def condition_text(topic: Topic, text: str) -> str:
    """A condition's value as ``policy=topic:value`` writes it.

    Raises:
        ParameterError: the value does not fit the topic.
    """
    return topic.answer_type.text(value_wanted(topic, text))
