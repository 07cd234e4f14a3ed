"""Which topics vary on a day: by the plain reading, by the cells of all cities, in few queries."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.rounds import rounds
from tests.zones import oracle
from tests.zones.later import add_rows, correct_something, move_on
from zones.models import InForce, Policy
from zones.rules.comparison import Answer
from zones.rules.intervals import interval_of_days
from zones.rules.variation import AnswerSpan, Variation, varies
from zones.rules.vocabulary import Certainty, Layer, State
from zones.selectors.answer_matrix import answer_matrix
from zones.selectors.city_distances import city_distances
from zones.selectors.inquiry import Inquiry
from zones.selectors.known_rows import topics_known
from zones.selectors.placements import cities_on
from zones.selectors.snapshot import current_snapshot, forget
from zones.selectors.varying_topics import layers_of_topics, varying_topics

pytestmark = pytest.mark.django_db

YES, NO = Answer(State.STATED, (True,)), Answer(State.STATED, (False,))
NOT_YET, UNKNOWN = Answer(State.NO_SUCH_RULE_YET), Answer(State.NOT_RESEARCHED)
BEGAN, CHANGED, DAY = date(2015, 1, 1), date(2019, 1, 1), timedelta(1)


def asked(seed: int) -> Inquiry:
    """A day, a revision and a certainty by chance."""
    chance, kept = Random(seed), current_snapshot()
    day = date(2010, 1, 1) + timedelta(chance.randrange(6500))
    revision = chance.randint(1, kept.newest)
    return Inquiry(kept, revision, day, "en", chance.choice(list(Certainty)))


def slugs(inquiry: Inquiry) -> set[str]:
    return {inquiry.snapshot.topics[topic].slug for topic in varying_topics(inquiry)}


def by_every_cell(inquiry: Inquiry) -> dict[str, Layer]:
    """What topics are that can be compared, by the cells of all cities."""
    known = topics_known(inquiry).values()
    topics = [topic for topic in known if not topic.is_descriptive(inquiry.known_at)]
    answers = answer_matrix(list(cities_on(inquiry).values()), topics, inquiry).answers
    layers = {}
    for topic in topics:
        row = answers[topic.pk]
        known = all(answer.is_known for answer in row)
        layers[topic.slug] = (
            Layer.LOCAL if varies(row) else Layer.NATIONAL if known else Layer.PARTLY_KNOWN
        )
    return layers


def test_the_topics_that_vary_are_those_of_the_plain_reading() -> None:
    days = ["2010-01-01", "2014-12-31", "2019-12-31", "2026-11-23"]
    for seed in range(rounds(12, on_sqlite=3)):
        days.append((date(2012, 1, 1) + timedelta(Random(seed).randrange(6000))).isoformat())
    numbers = set()
    for day in days:
        inquiry = Inquiry.of_now(current_snapshot(), day=date.fromisoformat(day))
        for certainty in Certainty:
            sure = Inquiry(inquiry.snapshot, inquiry.known_at, inquiry.day, "en", certainty)
            found = slugs(sure)
            assert found == oracle.varying(day, certainty.value), (day, certainty)
            assert {
                sure.snapshot.topics[topic].slug: layer.value
                for topic, layer in layers_of_topics(sure).items()
            } == oracle.layers(day, certainty.value), (day, certainty)
            assert not found & oracle.DESCRIPTIVE
            numbers.add(len(found))
    assert {0} < numbers


def test_they_are_those_that_the_cells_tell_at_every_revision() -> None:
    correct_something()
    move_on()
    add_rows()
    told = set()
    for seed in range(rounds(200, on_sqlite=40)):
        inquiry = asked(seed)
        found, layers = slugs(inquiry), layers_of_topics(inquiry)
        assert {
            inquiry.snapshot.topics[topic].slug: layer
            for topic, layer in layers.items()
            if layer is not Layer.DESCRIPTIVE
        } == by_every_cell(inquiry), (inquiry.day, inquiry.known_at, inquiry.certainty)
        assert [topic.slug for topic in city_distances(inquiry).topics] == [
            topic.slug for topic in topics_known(inquiry).values() if topic.slug in found
        ]
        told.add(inquiry.known_at)
    assert len(told) > 3


def test_one_query_tells_of_every_day_however_many_rows(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    def costs(first: int) -> None:
        forget()
        kept = current_snapshot()
        kept.answers(Policy.objects.values_list("pk", flat=True))
        inquiry = Inquiry.of_now(kept)
        topics_known(inquiry)
        with django_assert_num_queries(first):
            varying_topics(inquiry)
        with django_assert_num_queries(0):
            for seed in range(50):
                day = date(2010, 1, 1) + timedelta(Random(seed).randrange(6000))
                varying_topics(inquiry.on(day))
                varying_topics(Inquiry(kept, kept.newest, day, "en", Certainty.PRIMARY))

    costs(1)
    before = InForce.objects.count()
    move_on()
    add_rows()
    assert InForce.objects.count() > before
    costs(1)


def test_what_moves_on_a_day_is_told_from_that_day_on() -> None:
    found = Variation(
        [
            AnswerSpan(YES, interval_of_days(BEGAN, None), 3),
            AnswerSpan(YES, interval_of_days(BEGAN, CHANGED - timedelta(1)), 1),
            AnswerSpan(NO, interval_of_days(CHANGED, None), 1),
        ]
    )
    for day, expected in ((BEGAN, False), (CHANGED - timedelta(1), False), (CHANGED, True)):
        assert (found.layer(day, cities=4, absent=UNKNOWN) is Layer.LOCAL) is expected, day


def test_a_gap_is_no_difference_and_a_rule_not_begun_is_one() -> None:
    found, before = Variation([AnswerSpan(YES, interval_of_days(BEGAN, None), 3)]), BEGAN - DAY
    for told, day, cities, absent, expected in (
        (found, BEGAN, 4, UNKNOWN, Layer.PARTLY_KNOWN),
        (found, BEGAN, 4, NOT_YET, Layer.LOCAL),
        (found, BEGAN, 3, NOT_YET, Layer.NATIONAL),
        (found, before, 4, NOT_YET, Layer.NATIONAL),
        (found, before, 4, UNKNOWN, Layer.PARTLY_KNOWN),
        (Variation(), BEGAN, 4, NOT_YET, Layer.NATIONAL),
        (Variation(), BEGAN, 4, UNKNOWN, Layer.PARTLY_KNOWN),
    ):
        assert told.layer(day, cities=cities, absent=absent) is expected, (day, cities, absent)


def test_an_answer_too_unsure_is_a_gap_and_no_baseline() -> None:
    unsure = AnswerSpan(Answer(State.NOT_VERIFIED), interval_of_days(BEGAN, None), 1)
    sure = AnswerSpan(YES, interval_of_days(BEGAN, None), 3)
    assert Variation([sure, unsure]).layer(BEGAN, cities=4, absent=UNKNOWN) is Layer.PARTLY_KNOWN
