"""Asking for many cities at once says what asking for each cell says."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from pytest_django import DjangoAssertNumQueries

from zones.models import InForce
from zones.models.querysets.in_force_sql import PolicyAnswer, answering, seek
from zones.rules.vocabulary import Certainty
from zones.selectors.answer_matrix import answer_matrix
from zones.selectors.city_comparison import grid
from zones.selectors.inquiry import Column, Inquiry
from zones.selectors.placements import cities_on
from zones.selectors.snapshot import current_snapshot, forget

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
    expected: dict[int, list[PolicyAnswer | None]] = {
        topic: [None] * len(cities) for topic in topics
    }
    for row in rows:
        also = row.also if additive[row.topic] else ""
        expected[row.topic][row.place] = PolicyAnswer(row.policy, also)
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


def test_what_is_kept_of_a_stretch_of_days_is_what_each_of_its_days_answers() -> None:
    forget()
    kept = current_snapshot()
    topics = list(kept.topics.values())
    starts = InForce.objects.order_by("from_day").values_list("from_day", flat=True).distinct()
    ends = InForce.objects.exclude(until_day=None).order_by("until_day")
    days = {*starts, *ends.values_list("until_day", flat=True).distinct()}
    around = sorted({day + timedelta(days=by) for day in days for by in (-1, 0, 1)})
    for day in Random(3).sample(around, 40):
        inquiry = Inquiry(kept, kept.newest, day, "en")
        cities = list(cities_on(inquiry).values())
        found = answer_matrix(cities, topics, inquiry)
        # Asked in another order, nothing kept answers.
        anew = answer_matrix(cities[::-1], topics, inquiry)
        for topic in kept.topics:
            assert found.answers[topic] == anew.answers[topic][::-1], (day, topic)
            assert found.policies[topic] == anew.policies[topic][::-1], (day, topic)


def test_a_day_on_which_nothing_moves_reads_no_cells(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    kept = current_snapshot()
    topics = list(kept.topics.values())
    spans = list(InForce.objects.values_list("from_day", "until_day"))
    moves = {day for day, _ in spans} | {day + timedelta(days=1) for _, day in spans if day}
    days = (date(2019, 1, 2) + timedelta(days=by) for by in range(3000))
    still = next(day for day in days if day not in moves)
    before, on = (Inquiry(kept, kept.newest, still - timedelta(days=by), "en") for by in (1, 0))
    cities = list(cities_on(before).values())
    answer_matrix(cities, topics, before)
    with django_assert_num_queries(0):
        answer_matrix(cities, topics, on)


def test_nothing_asked_is_nothing_answered() -> None:
    kept = current_snapshot()
    topic = next(iter(kept.topics))
    assert answering([], {topic: False}, DAYS[0], known_at=kept.newest) == {topic: []}
    assert answering(list(kept.cities)[:2], {}, DAYS[0], known_at=kept.newest) == {}
