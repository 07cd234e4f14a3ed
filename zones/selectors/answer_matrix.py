"""What many cities answer on one day: thousands of cells of which only the answers count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from cbec_portal.caches import Kept
from zones.models import City, Topic
from zones.models.querysets.in_force_sql import PolicyAnswer, answering
from zones.rules.comparison import Answer, as_sure_as
from zones.selectors.counted_answers import stretch_of
from zones.selectors.inquiry import Inquiry
from zones.selectors.placements import cities_on, stretch_of_places
from zones.selectors.snapshot import KnownAnswer, also_of, known_together

#: For how many stretches of days it is kept what all cities answer to a topic.
MOST_ROWS = 2400


class AnswerMatrix(NamedTuple):
    """Answers of many cities on a day, by topic id and in the order of the cities.

    ``policies`` are the ids of those that answer, none where none does.
    """

    answers: dict[int, list[Answer]]
    policies: dict[int, list[int | None]]


class MatrixRow(NamedTuple):
    """A topic across cities: the policies that answer; what is known by them, of which there are
    few ``kinds``; and of which kind each city is.
    """

    policies: list[int | None]
    kinds: list[KnownAnswer | None]
    places: list[int]


def answer_matrix(
    cities: Sequence[City], topics: Sequence[Topic], inquiry: Inquiry
) -> AnswerMatrix:
    """Return what cities answer on a day.

    One query, and one for policies not seen in this edition. All cities are asked about most, so
    what they answer is kept, and holds for every day until one of them answers otherwise.
    """
    if [city.pk for city in cities] == list(cities_on(inquiry)):
        kept: Kept[tuple[int, ...], MatrixRow] = inquiry.snapshot.lately(
            "rows across all cities", MOST_ROWS
        )
        during = (inquiry.known_at, stretch_of_places(inquiry))
        keys = {topic.pk: (*during, topic.pk, stretch_of(topic.pk, inquiry)) for topic in topics}
        rows = {topic: row for topic, key in keys.items() if (row := kept.get(key))}
        fresh = [topic for topic in topics if topic.pk not in rows]
        for topic, row in _rows(cities, fresh, inquiry).items():
            rows[topic] = kept.put(keys[topic], row)
    else:
        rows = _rows(cities, topics, inquiry)
    answers = {}
    for topic, row in rows.items():
        absent = inquiry.snapshot.without_policy(topic, inquiry.day)
        told = [as_sure_as(*own, inquiry.certainty) if own else absent for own in row.kinds]
        answers[topic] = [told[place] for place in row.places]
    return AnswerMatrix(answers, {topic: row.policies for topic, row in rows.items()})


def _rows(
    cities: Sequence[City], topics: Sequence[Topic], inquiry: Inquiry
) -> dict[int, MatrixRow]:
    if not topics:
        return {}
    places = [city.pk for city in cities]
    asked = {topic.pk: topic.additive for topic in topics}
    found = answering(places, asked, inquiry.day, known_at=inquiry.known_at)
    distinct = {one: also_of(one) for one in set(chain.from_iterable(found.values())) if one}
    named = {one.policy for one in distinct}.union(*distinct.values())
    answers = inquiry.snapshot.answers(named)
    known = {one: known_together(one.policy, also, answers) for one, also in distinct.items()}
    return {topic: _row(row, known) for topic, row in found.items()}


def _row(
    row: Sequence[PolicyAnswer | None], known: Mapping[PolicyAnswer, KnownAnswer]
) -> MatrixRow:
    kinds = {one: place for place, one in enumerate(dict.fromkeys(row))}
    return MatrixRow(
        [one.policy if one else None for one in row],
        [known[one] if one else None for one in kinds],
        [kinds[one] for one in row],
    )
