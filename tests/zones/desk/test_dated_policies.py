"""Policies of a topic are held against those that they meet: as if against all, at less work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import combinations
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zones.desk.dated_policies import DatedPolicy, PoliciesOfScope
from zones.rules import contradictions
from zones.rules.contradictions import Claim, clashes
from zones.rules.intervals import FOREVER, Interval
from zones.rules.vocabulary import State

DAYS = [f"2020-01-{day:02}" for day in range(1, 9)]
STARTS = st.sampled_from(["2020", "2020-01", *DAYS])
ENDS = st.sampled_from(["", "", "", "2019", *DAYS, "2020-01"])
STATES = st.sampled_from([State.STATED, State.STATED, State.NONE_FOUND, State.NOT_APPLICABLE])


def policy(start: str, end: str, state: str = State.STATED) -> DatedPolicy:
    return DatedPolicy.of({"effective_from": start, "effective_to": end, "state": state})


POLICIES = st.lists(st.builds(policy, STARTS, ENDS, STATES), max_size=7)


def claimed_of_all(claims: list[Claim], place: int) -> Interval:
    own = claims[place]
    if own.span.stop != FOREVER:
        return own.span
    for later in claims[place + 1 :]:
        if later.state is not State.NONE_FOUND or own.state is State.NONE_FOUND:
            return Interval(own.span.start, later.span.start)
    return own.span


def clashes_of_all(claims: list[Claim]) -> Iterator[tuple[int, int, Interval]]:
    for one, other in combinations(range(len(claims)), 2):
        if days := claimed_of_all(claims, one).meet(claims[other].span):
            yield one, other, days


def clashing_of_all(own: DatedPolicy, scope: Iterable[DatedPolicy]) -> Iterator[Any]:
    rows = [own, *(other for other in scope if other.first != own.first)]
    rows.sort(key=lambda held: held.first)
    for one, other, _days in clashes_of_all([held.claim for held in rows]):
        if own is rows[one] or own is rows[other]:
            yield rows[one], rows[other]


def hidden_of_all(own: DatedPolicy, scope: list[DatedPolicy]) -> Iterator[DatedPolicy]:
    for other in scope:
        if own.span.meet(other.span) and not any(
            other.first < later.first <= own.first and later.lasts_to(own.first) for later in scope
        ):
            yield other


def in_order(found: Iterable[Any]) -> list[Any]:
    return sorted(found, key=repr)


@given(POLICIES)
def test_what_clashes_is_what_clashes_of_all_pairs(policies: list[DatedPolicy]) -> None:
    policies.sort(key=lambda own: own.first)
    claims = [own.claim for own in policies]
    assert list(clashes(claims)) == list(clashes_of_all(claims))
    scope = PoliciesOfScope(policies)
    for own in policies:
        assert list(scope.clashing(own)) == list(clashing_of_all(own, policies))


@given(POLICIES, st.builds(policy, STARTS, ENDS))
def test_what_is_hidden_is_what_is_hidden_of_all(
    policies: list[DatedPolicy], narrow: DatedPolicy
) -> None:
    found = PoliciesOfScope(policies).hidden_by(narrow)
    assert in_order(found) == in_order(hidden_of_all(narrow, policies))


def weekly(number: int, lasting: int | None) -> list[DatedPolicy]:
    """Policies that begin week after week, and go on or end some days later."""
    starts = [date(2017, 1, 3) + timedelta(weeks=week) for week in range(number)]
    return [
        policy(str(start), str(start + timedelta(days=lasting)) if lasting else "")
        for start in starts
    ]


@pytest.mark.parametrize("lasting", [None, 6, 8])
def test_twice_the_policies_are_twice_the_work(lasting: int | None) -> None:
    """A day of one is compared with a day of another so many times, whichever way it is done."""

    def work(number: int) -> int:
        policies = weekly(number, lasting)
        scope = PoliciesOfScope(policies)
        compared = mock.Mock(side_effect=Interval.meet)
        with mock.patch.object(Interval, "meet", lambda one, other: compared(one, other)):
            told = mock.Mock(wraps=contradictions.clashing_places)
            with mock.patch("zones.desk.dated_policies.clashing_places", told):
                for own in policies:
                    list(scope.clashing(own))
                    list(scope.hidden_by(policy(str(own.first), str(own.first))))
        assert told.call_count == 1, "the policies of a scope are held against each other once"
        return int(compared.call_count)

    assert work(80) <= 2 * work(40) + 10
