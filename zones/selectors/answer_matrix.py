"""What many cities answer on one day: thousands of cells of which only the answers count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import chain
from operator import eq
from typing import NamedTuple

from cbec_portal.caches import Kept
from zones.models import City, Topic
from zones.models.querysets.in_force_sql import answering
from zones.rules.comparison import Answer, as_sure_as
from zones.selectors.inquiry import Inquiry
from zones.selectors.placements import cities_on
from zones.selectors.snapshot import KnownAnswer, also_of, known_together

#: How many topics on a day are kept of all cities: all of them on some thirty days.
MOST_ROWS = 2400


class AnswerMatrix(NamedTuple):
    """Answers of many cities on a day, by topic id and in the order of the cities.

    ``policies`` are the ids of those that answer, none where none does.
    """

    answers: dict[int, list[Answer]]
    policies: dict[int, list[int | None]]


class MatrixRow(NamedTuple):
    """A topic across cities: the policies that answer and what is known by them."""

    policies: list[int | None]
    known: list[KnownAnswer | None]


def answer_matrix(
    cities: Sequence[City], topics: Sequence[Topic], inquiry: Inquiry
) -> AnswerMatrix:
    """Return what cities answer on a day.

    One query, and one for policies not seen in this edition. All cities are asked about most, and
    most often on the same few days, so what they answer is kept.
    """
    everyone = cities_on(inquiry)
    if len(cities) == len(everyone) and all(map(eq, cities, everyone.values())):
        read: Kept[tuple[int, date, int], MatrixRow] = inquiry.snapshot.lately(
            "rows across all cities", MOST_ROWS
        )
        rows = {
            t.pk: row for t in topics if (row := read.get((inquiry.known_at, inquiry.day, t.pk)))
        }
        fresh = [topic for topic in topics if topic.pk not in rows]
        same: Kept[tuple[object, ...], MatrixRow] = inquiry.snapshot.lately(
            "equal rows across cities", MOST_ROWS
        )
        additive = {topic.pk for topic in topics if topic.additive}
        for topic, row in _rows(cities, fresh, inquiry).items():
            # Between two changes the row of every day is the same, and kept once.
            if topic not in additive:
                policies = (topic, *row.policies)
                row = same.get(policies) or same.put(policies, row)
            rows[topic] = read.put((inquiry.known_at, inquiry.day, topic), row)
    else:
        rows = _rows(cities, topics, inquiry)
    answers = {}
    for topic, row in rows.items():
        absent = inquiry.snapshot.without_policy(topic, inquiry.day)
        # Few of the cells are different objects: each is looked at once.
        places = list(map(id, row.known))
        told = {
            place: as_sure_as(*own, inquiry.certainty) if own else absent
            for place, own in dict(zip(places, row.known, strict=True)).items()
        }
        answers[topic] = [told[place] for place in places]
    return AnswerMatrix(answers, {topic: row.policies for topic, row in rows.items()})


def _rows(
    cities: Sequence[City], topics: Sequence[Topic], inquiry: Inquiry
) -> dict[int, MatrixRow]:
    places = [city.pk for city in cities]
    asked = {topic.pk: topic.additive for topic in topics}
    found = answering(places, asked, inquiry.day, known_at=inquiry.known_at)
    distinct = {one: also_of(one) for one in set(chain.from_iterable(found.values())) if one}
    named = {one.policy for one in distinct}.union(*distinct.values())
    answers = inquiry.snapshot.answers(named)
    known = {one: known_together(one.policy, also, answers) for one, also in distinct.items()}
    return {
        topic: MatrixRow(
            [one.policy if one else None for one in row],
            [known[one] if one else None for one in row],
        )
        for topic, row in found.items()
    }
