"""When law moves: the days on which the rule of one topic and one scope begins, changes, ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from zones.rules.intervals import FOREVER, Timed
from zones.rules.resolution import Rule, later_start_wins
from zones.rules.vocabulary import Change

#: The kinds that move the law itself.
OF_LAW = (Change.ENACTED, Change.AMENDED, Change.ENDED)


class LawEvent(NamedTuple):
    """What happens on a day: the policy that then holds, and the one that held before."""

    day: date
    kind: Change
    policy: int | None
    before: int | None


def law_events(rules: Sequence[Rule]) -> Iterator[LawEvent]:
    """Yield the moves of the rules of one topic in one scope, earliest first.

    A rule that takes over from another amends it, also where the other has just ended: the law did
    not lapse between them. So does one that holds again when a later one has ended.
    """
    before: Timed[Rule] | None = None
    for held in later_start_wins(rules):
        if before and before.span.stop < held.span.start:
            yield _end(before)
            before = None
        kind = Change.AMENDED if before else Change.ENACTED
        yield LawEvent(
            held.span.start, kind, held.what.policy, before.what.policy if before else None
        )
        before = held
    if before and before.span.stop < FOREVER:
        yield _end(before)


def _end(held: Timed[Rule]) -> LawEvent:
    return LawEvent(held.span.stop, Change.ENDED, None, held.what.policy)
