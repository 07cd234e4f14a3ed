"""The policies of one topic with their days: which of them claim the same, and which hide others.

Those of a scope are sorted once. Each is then held against those that it meets, never against all.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from zones.dataset.table import Cells
from zones.rules.contradictions import Claim, clashing_places
from zones.rules.intervals import Interval, interval_of_days
from zones.rules.partial_dates import PartialDate
from zones.rules.vocabulary import ScopeKind, State

#: The places of kinds of scopes, from wide to narrow.
RANKS = {kind.value: rank for rank, kind in enumerate(ScopeKind)}


class DatedPolicy(NamedTuple):
    """A policy that will be known, and its days, read once; without a last day it has no end."""

    cells: Cells
    first: date
    last: date | None
    span: Interval

    @classmethod
    def of(cls, cells: Cells) -> DatedPolicy:
        """Read the days of a policy."""
        end = cells["effective_to"]
        last = PartialDate(end).last_day if end else None
        first = PartialDate(cells["effective_from"]).first_day
        return cls(cells, first, last, interval_of_days(first, last))

    @property
    def topic(self) -> str:
        """Return the key of its topic."""
        return self.cells["topic"]

    @property
    def scope(self) -> tuple[str, str]:
        """Return whom it binds."""
        return self.cells["scope_kind"], self.cells["scope_code"]

    @property
    def claim(self) -> Claim:
        """Return during which days it holds as it is recorded, and whether it says something."""
        return Claim(self.span, State(self.cells["state"]))

    def lasts_to(self, day: date) -> bool:
        """Return whether it has not ended before a day."""
        return self.last is None or self.last >= day


def _holds(own: DatedPolicy) -> bool:
    return own.span.start < own.span.stop


#: An earlier and a later policy of one scope that claim the same days.
Pair = tuple[DatedPolicy, DatedPolicy]


class PoliciesOfScope:
    """The policies of one topic and scope, by their starts."""

    def __init__(self, policies: Iterable[DatedPolicy]) -> None:
        self.policies = sorted(policies, key=lambda own: own.first)
        self._starts = [own.first for own in self.policies]

    @cached_property
    def _latest(self) -> Sequence[date]:
        """By place, the latest last day of a policy and of those that start before it."""
        return list(accumulate((own.last or date.max for own in self.policies), max))

    def clashing(self, own: DatedPolicy) -> Sequence[Pair]:
        """Return the pairs in which a policy of the scope and another claim the same days."""
        begin, end = self._place(own.first), bisect_right(self._starts, own.first)
        if end - begin == 1 and self.policies[begin].cells == own.cells:
            return self._pairs.get(begin, ())
        # Others start on the day of this one, of which all but one are refused: only it counts.
        rows = [*self.policies[:begin], own, *self.policies[end:]]
        found = clashing_places([held.claim for held in rows])
        pairs = ((rows[earlier], rows[later]) for earlier, later in found)
        return [pair for pair in pairs if own is pair[0] or own is pair[1]]

    def answering_before(self, own: DatedPolicy) -> DatedPolicy | None:
        """Return the policy that answers until one of the scope begins, if any does."""
        for place in range(self._place(own.first) - 1, -1, -1):
            if self.policies[place].lasts_to(own.first):
                return self.policies[place]
        return None

    @cached_property
    def _pairs(self) -> Mapping[int, list[Pair]]:
        found: dict[int, list[Pair]] = defaultdict(list)
        for earlier, later in clashing_places([held.claim for held in self.policies]):
            pair = self.policies[earlier], self.policies[later]
            found[earlier].append(pair)
            found[later].append(pair)
        return found

    def said_on_days_of(self, own: DatedPolicy) -> Iterator[DatedPolicy]:
        """Yield the others that claim days of one of the scope: that which answers until it begins,
        and those that start while it holds.
        """
        if (before := self.answering_before(own)) is not None:
            yield before
        here = self._place(own.first, after=True)
        yield from filter(_holds, self.policies[here : self._place(own.span.stop)])

    def hidden_by(self, narrow: DatedPolicy) -> Iterator[DatedPolicy]:
        """Yield the policies that would answer on days of a narrower one: that which does when it
        starts, and those that start while it holds. What they found counts for nothing here.
        """
        here = self._place(narrow.first, after=True)
        for place in range(here - 1, -1, -1):
            if self._latest[place] < narrow.span.start:
                break  # none that starts so early lasts so long
            if self.policies[place].lasts_to(narrow.first):
                yield from self._beginning_with(place, narrow)
                break
        # They start while it holds, so they meet it unless they hold on no day at all.
        yield from filter(_holds, self.policies[here : self._place(narrow.span.stop)])

    def _beginning_with(self, place: int, narrow: DatedPolicy) -> Iterator[DatedPolicy]:
        """The policies that start on the day of that at a place and hold when a narrower does."""
        for own in self.policies[self._place(self._starts[place]) : place + 1]:
            if narrow.span.meet(own.span):
                yield own

    def _place(self, day: date, *, after: bool = False) -> int:
        return (bisect_right if after else bisect_left)(self._starts, day)


class PoliciesOfTopic:
    """The policies of one topic, by whom they bind."""

    def __init__(self, policies: Iterable[DatedPolicy]) -> None:
        by_scope: dict[tuple[str, str], list[DatedPolicy]] = defaultdict(list)
        for own in policies:
            by_scope[own.scope].append(own)
        self.scopes = {scope: PoliciesOfScope(own) for scope, own in by_scope.items()}

    @cached_property
    def _wider(self) -> Mapping[int, list[tuple[str, str]]]:
        return {
            rank: [scope for scope in self.scopes if RANKS[scope[0]] < rank]
            for rank in RANKS.values()
        }

    def wider_than(self, own: DatedPolicy) -> Sequence[tuple[str, str]]:
        """Return the scopes of policies that are wider than that of one."""
        return self._wider[RANKS[own.scope[0]]]
