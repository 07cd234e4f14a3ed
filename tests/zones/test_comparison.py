"""How rows of a comparison and groups of cities are judged, by small cases."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zones.rules.comparison import (
    Answer,
    as_sure_as,
    outcome,
    profiles,
    standing_apart,
    state_without_policy,
    tally,
)
from zones.rules.vocabulary import Certainty, Outcome, State

YES, NO = Answer(State.STATED, (True,)), Answer(State.STATED, (False,))
UNKNOWN = Answer(State.NOT_RESEARCHED)
NONE_FOUND = Answer(State.NONE_FOUND)
NOT_YET = Answer(State.NO_SUCH_RULE_YET)
NOT_APPLICABLE = Answer(State.NOT_APPLICABLE)
NOT_VERIFIED = Answer(State.NOT_VERIFIED)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([YES, YES], Outcome.SAME),
        ([YES, NO], Outcome.DIFFERS),
        ([YES, NO, UNKNOWN], Outcome.DIFFERS),
        ([YES, UNKNOWN], Outcome.INCOMPLETE),
        ([NO, NONE_FOUND], Outcome.INCOMPLETE),
        ([UNKNOWN, NONE_FOUND], Outcome.UNKNOWN),
        ([YES], Outcome.SAME),
        ([YES, NOT_YET], Outcome.DIFFERS),
        ([YES, NOT_APPLICABLE, UNKNOWN], Outcome.DIFFERS),
        ([NOT_APPLICABLE, NOT_YET], Outcome.DIFFERS),
        ([NOT_YET, NOT_YET], Outcome.SAME),
        ([NOT_APPLICABLE, NONE_FOUND], Outcome.INCOMPLETE),
        ([YES, NOT_VERIFIED], Outcome.INCOMPLETE),
        ([NOT_VERIFIED, UNKNOWN, NONE_FOUND], Outcome.UNKNOWN),
        ([Answer(State.STATED, (0,)), Answer(State.STATED, (False,))], Outcome.SAME),
    ],
)
def test_unknown_is_not_no(answers: list[Answer], expected: Outcome) -> None:
    assert outcome(answers) is expected


@given(st.permutations([YES, NO, UNKNOWN, NONE_FOUND, NOT_YET]), st.integers(1, 5))
def test_the_order_of_columns_does_not_matter(answers: list[Answer], count: int) -> None:
    some = answers[:count]
    assert outcome(some) is outcome(list(reversed(some)))


@pytest.mark.parametrize(
    ("answers", "places", "from_most"),
    [
        ([YES, YES, NO, YES], (2,), True),
        ([NO, YES, YES], (0,), True),
        ([YES, YES, NO, NOT_YET, YES], (2, 3), True),
        ([YES, NO, NOT_YET], (1, 2), False),
        ([YES, NO, NO, YES], (1, 2), False),
        ([UNKNOWN, YES, YES, NO], (3,), True),
        ([UNKNOWN, YES, NO, NOT_YET], (), False),
        ([YES, YES, UNKNOWN, YES], (), True),
        ([YES, NO], (), True),
        ([YES, NO, UNKNOWN], (), True),
        ([UNKNOWN, NONE_FOUND, NOT_VERIFIED], (), True),
    ],
)
def test_what_stands_apart_from_most_or_from_the_first(
    answers: list[Answer], places: tuple[int, ...], from_most: bool
) -> None:
    assert standing_apart(answers) == (places, from_most)


@given(st.lists(st.sampled_from([YES, NO, NOT_YET, UNKNOWN, NONE_FOUND]), max_size=8))
def test_a_gap_never_stands_apart_and_what_is_the_same_nowhere(answers: list[Answer]) -> None:
    apart = standing_apart(answers).places
    assert all(answers[place].is_known for place in apart)
    if apart:
        assert outcome(answers) is Outcome.DIFFERS
        left = {one for place, one in enumerate(answers) if place not in apart and one.is_known}
        assert len(left) == 1


def test_a_rule_has_not_begun_before_its_topic() -> None:
    begins = date(2019, 1, 1)
    assert state_without_policy(date(2018, 12, 31), begins) is State.NO_SUCH_RULE_YET
    assert state_without_policy(begins, begins) is State.NOT_RESEARCHED
    assert state_without_policy(date(1999, 1, 1), None) is State.NOT_RESEARCHED


@pytest.mark.parametrize(
    ("certainty", "wanted", "kept"),
    [
        (Certainty.PRIMARY, Certainty.PRIMARY, True),
        (Certainty.SECONDARY, Certainty.PRIMARY, False),
        (Certainty.SECONDARY, Certainty.SECONDARY, True),
        (Certainty.UNVERIFIED, Certainty.SECONDARY, False),
        (Certainty.UNVERIFIED, Certainty.UNVERIFIED, True),
    ],
)
def test_a_less_sure_answer_is_not_verified(
    certainty: Certainty, wanted: Certainty, kept: bool
) -> None:
    expected = YES if kept else Answer(State.NOT_VERIFIED)
    assert as_sure_as(YES, certainty, wanted) == expected


def test_profiles_leave_out_what_is_not_known_everywhere() -> None:
    answers = {"a": [YES, YES], "b": [YES, UNKNOWN], "c": [NOT_YET, NO]}
    found = profiles(answers, ["one", "two"], every_topic=False)
    assert [profile.cities for profile in found.results] == [("a", "b"), ("c",)]
    assert found.results[1].differs_from_largest == ("one",)
    assert found.topics_left_out == ("two",)
    everything = profiles(answers, ["one", "two"], every_topic=True)
    assert [profile.cities for profile in everything.results] == [("a",), ("b",), ("c",)]
    assert everything.results[1].differs_from_largest == ("two",)
    assert everything.topics_left_out == ()


def test_a_descriptive_topic_is_never_compared() -> None:
    for answers in ([YES, YES], [YES, NO], [YES, UNKNOWN], [UNKNOWN]):
        assert outcome(answers, descriptive=True) is Outcome.DESCRIBED


def test_profiles_never_count_a_descriptive_topic() -> None:
    answers = {"a": [YES, YES], "b": [YES, NO]}
    for every_topic in (False, True):
        found = profiles(answers, ["rule", "name"], every_topic=every_topic, descriptive={"name"})
        assert [profile.cities for profile in found.results] == [("a", "b")]
        assert found.topics_left_out == ("name",)


def test_a_tally_names_every_outcome() -> None:
    counted = tally({Outcome.SAME: 2, Outcome.UNKNOWN: 1})
    nothing = {"differs": 0, "incomplete": 0, "described": 0}
    assert counted == {"topics": 3, "same": 2, "unknown": 1, **nothing}
