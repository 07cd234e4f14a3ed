"""Where two published rows cannot both be right, and only their order tells which one answers.

Within one scope the policy with the later start answers. That is how a rule follows another, so it
is no contradiction as long as the earlier one claims none of those days.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
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

    Where they say different things as well, they contradict each other. Each is compared with those
    that start before its days are over, and with none beyond.
    """
    claimed = _claimed(claims)
    for earlier, later in clashing_places(claims, claimed):
        days = claimed[earlier].meet(claims[later].span)
        yield Clash(earlier, later, days)


def clashing_places(
    claims: Sequence[Claim], claimed: Sequence[Interval] = ()
) -> Iterator[tuple[int, int]]:
    """Yield the places of the pairs that clash: of thousands that all do, their days take longer.

    Whoever knows the days that the policies claim already may say them.
    """
    starts = [claim.span.start for claim in claims]
    whole = [place for place, claim in enumerate(claims) if claim.span]
    for earlier, span in enumerate(claimed or _claimed(claims)):
        if span:
            over = bisect_left(starts, span.stop, earlier + 1)
            for place in range(bisect_right(whole, earlier), bisect_left(whole, over)):
                yield earlier, whole[place]


def _claimed(claims: Sequence[Claim]) -> list[Interval]:
    """The days that policies claim: up to their own end; without one, until another follows.

    One that found nothing follows none that says something: to find nothing ends no rule.
    """
    spans: list[Interval] = []
    following: date | None = None
    saying: date | None = None
    for own in reversed(claims):
        stop = following if own.state is State.NONE_FOUND else saying
        if own.span.stop != FOREVER or stop is None:
            spans.append(own.span)
        else:
            spans.append(Interval(own.span.start, stop))
        following = own.span.start
        saying = saying if own.state is State.NONE_FOUND else following
    return spans[::-1]


def same_figure(one: tuple[Decimal, int], other: tuple[Decimal, int]) -> bool:
    """Return whether two figures, each with its decimals, are the same as the coarser one says."""
    decimals = min(one[1], other[1])
    return round(one[0], decimals) == round(other[0], decimals)
