"""Resolution agrees, day by day, with the rules read plainly."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zones.rules.intervals import FOREVER, WHOLE_TIME, Interval, union
from zones.rules.partial_dates import PartialDate
from zones.rules.resolution import Rule, Scope, answer_on, answering, resolve, timelines
from zones.rules.vocabulary import ScopeKind, State

START = date(2020, 1, 1)
DAYS = 24
SCOPES = [
    Scope(ScopeKind.NATION, "CN"),
    Scope(ScopeKind.PROGRAMME, "wide", 1),
    Scope(ScopeKind.PROGRAMME, "narrow", 2),
    Scope(ScopeKind.PROVINCE, "CN-ZJ"),
    Scope(ScopeKind.CUSTOMS_DISTRICT, "2900"),
    Scope(ScopeKind.CITY, "hangzhou"),
]


def day(offset: int) -> date:
    return START + timedelta(days=offset)


@st.composite
def spans(draw: st.DrawFn) -> Interval:
    start = draw(st.integers(0, DAYS - 1))
    length = draw(st.integers(1, DAYS) | st.none())
    return Interval(day(start), FOREVER if length is None else day(start + length))


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Rule], dict[Scope, list[Interval]]]:
    starts = st.tuples(st.sampled_from(SCOPES), st.integers(0, DAYS - 1))
    rules = []
    for number, (scope, start) in enumerate(draw(st.lists(starts, max_size=14, unique=True))):
        length = draw(st.integers(1, DAYS) | st.none())
        stop = FOREVER if length is None else day(start + length)
        state = draw(st.sampled_from([State.STATED, State.NONE_FOUND, State.NOT_APPLICABLE]))
        rules.append(Rule(number, scope, Interval(day(start), stop), state))
    bindings = {
        scope: union(draw(st.lists(spans(), max_size=3)))
        for scope in SCOPES[1:5]
        if draw(st.booleans())
    }
    return rules, {SCOPES[0]: [WHOLE_TIME], SCOPES[5]: [WHOLE_TIME], **bindings}


def naive(
    rules: list[Rule], bindings: dict[Scope, list[Interval]], on: date
) -> tuple[int, tuple[int, ...]] | None:
    """The narrowest scope answers, within it the later start; none found hides nothing wider."""
    by_scope: dict[Scope, Rule] = {}
    for rule in rules:
        bound = any(span.start <= on < span.stop for span in bindings.get(rule.scope, []))
        if bound and rule.span.start <= on < rule.span.stop:
            before = by_scope.get(rule.scope)
            if before is None or rule.span.start > before.span.start:
                by_scope[rule.scope] = rule
    narrowest_first = [by_scope[scope] for scope in reversed(SCOPES) if scope in by_scope]
    if not narrowest_first:
        return None
    sure = [rule for rule in narrowest_first if rule.state is not State.NONE_FOUND]
    answer = (sure or narrowest_first)[0]
    wider = narrowest_first[narrowest_first.index(answer) + 1 :]
    return answer.policy, tuple(rule.policy for rule in wider)


@given(worlds())
def test_every_day_has_the_answer_of_a_plain_reading(
    world: tuple[list[Rule], dict[Scope, list[Interval]]],
) -> None:
    rules, bindings = world
    rows = resolve(timelines(rules), bindings)
    for offset in range(-1, 2 * DAYS + 2):
        row = answer_on(rows, day(offset))
        expected = naive(rules, bindings, day(offset))
        assert (row and (row.policy, row.also)) == expected


@given(worlds())
def test_rows_do_not_overlap_and_know_the_whole_span_of_their_answer(
    world: tuple[list[Rule], dict[Scope, list[Interval]]],
) -> None:
    rows = resolve(timelines(world[0]), world[1])
    for before, after in pairwise(rows):
        assert before.span.stop <= after.span.start
        joined = before.policy == after.policy and before.span.stop == after.span.start
        assert (before.answers == after.answers) == joined
    for row in rows:
        assert row.answers.start <= row.span.start
        assert row.span.stop <= row.answers.stop


@given(worlds())
def test_which_policy_answers_is_known_without_what_stands_beside_it(
    world: tuple[list[Rule], dict[Scope, list[Interval]]],
) -> None:
    lines = timelines(world[0])
    resolved = {(row.answers, row.policy): None for row in resolve(lines, world[1])}
    assert answering(lines, world[1]) == list(resolved)


@pytest.mark.parametrize(
    ("written", "first", "precision"),
    [
        ("2025", date(2025, 1, 1), "year"),
        ("2025-04", date(2025, 4, 1), "month"),
        ("2025-04-25", date(2025, 4, 25), "day"),
    ],
)
def test_a_date_cut_short_counts_from_its_first_day_and_shows_as_written(
    written: str, first: date, precision: str
) -> None:
    found = PartialDate(written)
    assert (found, found.first_day, found.precision) == (written, first, precision)


@pytest.mark.parametrize("wrong", ["", "25", "2025-13", "2026-02-30", "2025-4", "2025-04-25T00"])
def test_what_is_no_date_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="is not a d"):
        PartialDate(wrong)
