"""Asking for many cities at once says what asking for each cell says."""

from __future__ import annotations

from datetime import date

import pytest

from zones.models.querysets.in_force_sql import Answering, answering, seek
from zones.rules.vocabulary import Certainty
from zones.selectors.answer_matrix import answer_matrix
from zones.selectors.city_comparison import grid
from zones.selectors.inquiry import Column, Inquiry
from zones.selectors.snapshot import current_snapshot

pytestmark = pytest.mark.django_db

DAYS = [date(2013, 6, 30), date(2016, 5, 11), date(2019, 12, 31), date(2026, 11, 23)]


@pytest.mark.parametrize("day", DAYS)
def test_the_index_alone_answers_as_the_rows_do(day: date) -> None:
    kept = current_snapshot()
    cities = list(kept.cities)[::-7]
    topics = list(kept.topics)[::-1]
    additive = {topic: kept.topics[topic].additive for topic in topics}
    found = answering(cities, additive, day, known_at=kept.newest)
    rows = seek([(city, day) for city in cities], topics, known_at=kept.newest)
    expected: dict[int, list[Answering | None]] = {topic: [None] * len(cities) for topic in topics}
    for row in rows:
        also = row.also if additive[row.topic] else ""
        expected[row.topic][row.place] = Answering(row.policy, also)
    assert found == expected
    assert any(policy for own in found.values() for policy in own) == bool(rows)


@pytest.mark.parametrize("certainty", list(Certainty))
@pytest.mark.parametrize("day", DAYS)
def test_answers_across_cities_are_those_of_the_grid(day: date, certainty: Certainty) -> None:
    kept = current_snapshot()
    everyone, topics = list(kept.cities.values()), list(kept.topics.values())
    for cities in (everyone, everyone, everyone[5:9]):  # read, kept, and not all cities
        inquiry = Inquiry(kept, kept.newest, day, "en", certainty)
        cells = grid([Column(city, day) for city in cities], topics, inquiry)
        found = answer_matrix(cities, topics, inquiry)
        for topic, row in cells.items():
            assert found.answers[topic] == [cell.answer for cell in row]
            assert found.policies[topic] == [c.found.policy if c.found else None for c in row]
    assert any(topic.additive for topic in topics)


def test_nothing_asked_is_nothing_answered() -> None:
    kept = current_snapshot()
    topic = next(iter(kept.topics))
    assert answering([], {topic: False}, DAYS[0], known_at=kept.newest) == {topic: []}
    assert answering(list(kept.cities)[:2], {}, DAYS[0], known_at=kept.newest) == {}
