"""Where two published rows cannot both be right, and only their order tells which one answers.

Within one scope the policy with the later start answers. That is how a rule follows another, so it
is no contradiction as long as the earlier one claims none of those days.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from zones.rules.intervals import FOREVER, Interval
from zones.rules.vocabulary import State


class Claim(NamedTuple):
    """During which days a policy holds as it is recorded, and whether it says something."""

    span: Interval
    state: State


class Clash(NamedTuple):
    """Two policies of one scope, by their places, that claim the same days."""

    earlier: int
    later: int
    days: Interval


def clashes(claims: Sequence[Claim]) -> Iterator[Clash]:
    """Yield the pairs of policies of one scope that claim the same days; they come by their starts.

    Where they say different things as well, they contradict each other.
    """
    spans = [_claimed(claims, place) for place in range(len(claims))]
    for earlier, later in combinations(range(len(claims)), 2):
        if days := spans[earlier].meet(claims[later].span):
            yield Clash(earlier, later, days)


def _claimed(claims: Sequence[Claim], place: int) -> Interval:
    """The days that a policy claims: up to its own end; without one, until another follows it.

    One that found nothing follows none that says something: to find nothing ends no rule.
    """
    own = claims[place]
    if own.span.stop != FOREVER:
        return own.span
    for later in claims[place + 1 :]:
        if later.state is not State.NONE_FOUND or own.state is State.NONE_FOUND:
            return Interval(own.span.start, later.span.start)
    return own.span


def same_figure(one: tuple[Decimal, int], other: tuple[Decimal, int]) -> bool:
    """Return whether two figures, each with its decimals, are the same as the coarser one says."""
    decimals = min(one[1], other[1])
    return round(one[0], decimals) == round(other[0], decimals)
