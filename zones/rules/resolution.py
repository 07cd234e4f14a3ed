"""Which policy answers a topic for a city on a day.

Of the policies that bind a city on a day the narrowest scope answers, within a scope the one with
the later start; when it ends the next answers. A programme binds a city while the city is in one
of its zones or covered by one. A *none found* never hides a wider answer.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from zones.rules.intervals import (
    WHOLE_TIME,
    Interval,
    Timed,
    clip,
    during,
    side_by_side,
    union,
    without,
)
from zones.rules.vocabulary import ScopeKind, State


class Scope(NamedTuple):
    """One body of cities that policies bind together.

    ``order`` places programmes among themselves, from wide to narrow; it is 0 for other kinds.
    """

    kind: ScopeKind
    code: str
    order: int = 0

    @property
    def width(self) -> tuple[int, int]:
        """Return what sorts scopes from wide to narrow."""
        return list(ScopeKind).index(self.kind), self.order


class Rule(NamedTuple):
    """A policy as resolution sees it: one scope, the span it holds, and its state."""

    policy: int
    scope: Scope
    span: Interval
    state: State = State.STATED


class Decision(NamedTuple):
    """What decides a topic for a city during a span.

    ``answers`` is the whole span of the deciding policy, which ``span`` may cut where what stands
    beside it changes. ``also`` are the policies of wider scopes that hold at the same time,
    narrowest first.
    """

    span: Interval
    policy: int
    also: tuple[int, ...]
    answers: Interval


Timeline = Sequence[Timed[Rule]]
Bindings = Mapping[Scope, Sequence[Interval]]


def timelines(rules: Iterable[Rule]) -> dict[Scope, Timeline]:
    """Return the rules of one topic as a timeline for each scope, from wide to narrow."""
    by_scope: dict[Scope, list[Rule]] = {}
    for rule in rules:
        by_scope.setdefault(rule.scope, []).append(rule)
    ordered = sorted(by_scope, key=lambda scope: scope.width)
    return {scope: later_start_wins(by_scope[scope]) for scope in ordered}


def later_start_wins(rules: Sequence[Rule]) -> Timeline:
    """Return the timeline of rules of one scope, of which the one with the later start holds.

    When it ends, the one before holds again, if it has not ended itself.
    """
    waiting = sorted((rule for rule in rules if rule.span), key=lambda rule: rule.span.start)
    edges = sorted({edge for rule in waiting for edge in (rule.span.start, rule.span.stop)})
    holding: list[tuple[int, int, Rule]] = []
    timeline: list[Timed[Rule]] = []
    position = 0
    for start, stop in pairwise(edges):
        while position < len(waiting) and waiting[position].span.start == start:
            rule = waiting[position]
            heapq.heappush(holding, (-start.toordinal(), -position, rule))
            position += 1
        while holding and holding[0][2].span.stop <= start:
            heapq.heappop(holding)
        if holding:
            _extend(timeline, Interval(start, stop), holding[0][2])
    return timeline


def resolve(lines: Mapping[Scope, Timeline], bindings: Bindings) -> list[Decision]:
    """Return the rows in force of one topic for one city, earliest first.

    Args:
        lines: the topic's timelines, from wide to narrow, as :func:`timelines` gives them.
        bindings: the spans during which each scope binds the city, without overlaps.
    """
    binding = [clip(line, bindings[scope]) for scope, line in lines.items() if scope in bindings]
    rows: list[tuple[Interval, int, tuple[int, ...]]] = []
    for held in side_by_side(binding):
        policy, also = decide([rule for rule in held.what if rule is not None])
        if rows and rows[-1][0].stop == held.span.start and rows[-1][1:] == (policy, also):
            rows[-1] = (Interval(rows[-1][0].start, held.span.stop), policy, also)
        else:
            rows.append((held.span, policy, also))
    return _with_whole_spans(rows)


def answering(lines: Mapping[Scope, Timeline], bindings: Bindings) -> list[Timed[int]]:
    """Return which policy answers one topic for one city and when, whatever stands beside it.

    These are the ``answers`` of `resolve`, without a look at the rows that they hide.
    """
    narrow_first = [
        (lines[scope], bindings[scope]) for scope in reversed([*lines]) if scope in bindings
    ]
    found: list[Timed[int]] = []
    free = [WHOLE_TIME]
    for is_found in (True, False):
        for line, spans in narrow_first:
            taken = [
                Timed(held.span, held.what.policy)
                for gap in free
                for span in spans
                for held in during(line, gap.meet(span))
                if (held.what.state is not State.NONE_FOUND) is is_found
            ]
            found += taken
            free = without(free, union(own.span for own in taken))
    whole: list[Timed[int]] = []
    for own in sorted(found):
        if whole and whole[-1].what == own.what and whole[-1].span.stop == own.span.start:
            whole[-1] = Timed(Interval(whole[-1].span.start, own.span.stop), own.what)
        else:
            whole.append(own)
    return whole


def decide(rules: Sequence[Rule]) -> tuple[int, tuple[int, ...]]:
    """Return the answer among rules, and the wider ones kept beside it, as ids of policies.

    The rules come from wide to narrow. The narrowest that does not say *none found* answers; if all
    say so, the narrowest of all. The wider ones come from narrow to wide.
    """
    narrowest = last = len(rules) - 1
    while narrowest >= 0 and rules[narrowest].state is State.NONE_FOUND:
        narrowest -= 1
    if narrowest < 0:
        narrowest = last
    wider = [rule.policy for rule in rules[:narrowest]]
    wider.reverse()
    return rules[narrowest].policy, tuple(wider)


def answer_on(rows: Iterable[Decision], day: date) -> Decision | None:
    """Return the row that decides on a day, or none."""
    return next((row for row in rows if row.span.start <= day < row.span.stop), None)


def _extend(timeline: list[Timed[Rule]], span: Interval, rule: Rule) -> None:
    if timeline and timeline[-1].what is rule and timeline[-1].span.stop == span.start:
        timeline[-1] = Timed(Interval(timeline[-1].span.start, span.stop), rule)
    else:
        timeline.append(Timed(span, rule))


def _with_whole_spans(rows: Sequence[tuple[Interval, int, tuple[int, ...]]]) -> list[Decision]:
    """Give each row the unbroken span during which its policy answers."""
    finished: list[Decision] = []
    for run in _unbroken_runs(rows):
        whole = Interval(run[0][0].start, run[-1][0].stop)
        finished += [Decision(span, policy, also, whole) for span, policy, also in run]
    return finished


def _unbroken_runs(
    rows: Sequence[tuple[Interval, int, tuple[int, ...]]],
) -> Iterable[Sequence[tuple[Interval, int, tuple[int, ...]]]]:
    start = 0
    for index in range(1, len(rows) + 1):
        if (
            index == len(rows)
            or rows[index][1] != rows[index - 1][1]
            or (rows[index][0].start != rows[index - 1][0].stop)
        ):
            if rows[start:index]:
                yield rows[start:index]
            start = index
