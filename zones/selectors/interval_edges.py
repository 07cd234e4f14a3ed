"""The days on which answers begin and end, as the dates were written that they come from.

Some sources give a month or a year alone. An answer begins when its policy or what binds the place
begins, or when the answer before it ends; it ends with its policy, with what binds the place, or
when the next answer begins. Whichever it is, its edge is told no finer than that date is written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import F

from zones.models import Coverage, InForce, Placement, Policy, Zone
from zones.models.querysets.in_force_sql import InForceRow
from zones.models.scopes import CODE_PATHS, PLACES, code_of
from zones.rules.partial_dates import day_after, first_day_text, last_day_text
from zones.rules.vocabulary import ScopeKind

if TYPE_CHECKING:
    from zones.selectors.snapshot import Snapshot

ONE_DAY = timedelta(days=1)
MOST_KEPT = 512

#: Kind and code of a scope.
Scope = tuple[str, str]
#: The policy and its scope that answer beside an edge.
Beside = tuple[int, Scope]


def before(written: str) -> str:
    """Return the words for an end that is known as a beginning written cut short."""
    return f"before {written}"


def after(written: str) -> str:
    """Return the words for a beginning that is known as a last day written cut short."""
    return f"after {written}"


def ending(until_written: str, day: str) -> str:
    """Return the first day without an answer, no finer than its last is written.

    Args:
        until_written: the last day, perhaps *before* a first one.
        day: ISO text of the day after it.
    """
    side, _, written = until_written.rpartition(" ")
    if side:
        return written
    return day if len(written) == len(day) else after(written)


class Edges:
    """The edges of answers in a city, or in a place without pilot status, as a revision knew them.

    All that is read is read once for an edition, what stands beside an edge only where something
    that is written cut short may have made it.
    """

    def __init__(self, snapshot: Snapshot, city: int | None, known_at: int) -> None:
        self.snapshot, self.city, self.known_at = snapshot, city, known_at

    def since(self, found: InForceRow, own: Mapping[str, Any]) -> str:
        """Return the day from which an answer holds, as it was written: perhaps *after* a last day.

        Args:
            found: the row in force.
            own: its policy as it is rendered.
        """
        day, start = found.since, own["effective_from"]
        if start == day and not self._bound:
            return day
        scope = (own["scope"]["kind"], own["scope"]["code"])
        begun = [start, self._bound.get((scope, day), "")]
        if own_start := [str(text) for text in begun if text and first_day_text(text) == day]:
            return min(own_start, key=len)
        policies = self._policies.ended.get((found.topic, day), {})
        if policies and (there := self._before(found, day)) and there[0] in policies:
            return after(policies[there[0]])
        if self._left(day) and (there := self._before(found, day)):
            return self._unbound.get((there[1], day), day)
        return day

    def through(self, found: InForceRow, own: Mapping[str, Any]) -> str | None:
        """Return the last day on which an answer holds, as it was written: perhaps *before* a first
        one.

        Args:
            found: the row in force.
            own: its policy as it is rendered.
        """
        last = found.through
        if last is None:
            return None
        if own["effective_to"] and last_day_text(own["effective_to"]) == last:
            return str(own["effective_to"])
        day = day_after(last)
        if left := self._unbound.get(((own["scope"]["kind"], own["scope"]["code"]), day)):
            return before(left)
        policies = self._policies.begun.get((found.topic, day), {})
        if policies and (there := self._after(found, day)) and there[0] in policies:
            return before(policies[there[0]])
        if self._joined(day) and (there := self._after(found, day)):
            joined = self._bound.get((there[1], day))
            return before(joined) if joined else last
        return last

    @cached_property
    def _policies(self) -> _Policies:
        return self.snapshot.remembered("policies cut short", _policies_cut_short)

    @cached_property
    def _bound(self) -> Mapping[tuple[Scope, str], str]:
        """The dates cut short from which scopes bind the city."""
        return {(one.scope, one.day): one.written for one in self._scopes() if not one.ends}

    @cached_property
    def _unbound(self) -> Mapping[tuple[Scope, str], str]:
        """The dates cut short from which scopes bind the city no longer."""
        return {(one.scope, one.day): one.written for one in self._scopes() if one.ends}

    def _scopes(self) -> Iterator[_CutShort]:
        known = self.snapshot.remembered("scopes cut short", _scopes_by_city)
        return (one for one in known.get(self.city or 0, ()) if one.known_at(self.known_at))

    def _left(self, day: str) -> bool:
        return any(on == day for _scope, on in self._unbound)

    def _joined(self, day: str) -> bool:
        return any(on == day for _scope, on in self._bound)

    def _before(self, found: InForceRow, day: str) -> Beside | None:
        """The policy that answered until the day before."""
        if self.city is None:
            return (found.before, ("", "")) if found.before else None
        last = date.fromisoformat(day) - ONE_DAY
        return self._beside(found.topic, until_day=last)

    def _after(self, found: InForceRow, day: str) -> Beside | None:
        """The policy that answers from the day on."""
        if self.city is None:
            return (found.after, ("", "")) if found.after else None
        return self._beside(found.topic, from_day=date.fromisoformat(day))

    def _beside(self, topic: int, **day: date) -> Beside | None:
        read = self.snapshot.lately("beside edges", MOST_KEPT)
        asked = (self.city, self.known_at, *day.items())
        rows: Mapping[int, Beside] = read.made(
            asked, lambda: _answering(self.city or 0, self.known_at, **day)
        )
        return rows.get(topic)


class _Policies(NamedTuple):
    """What policies say that begin or end on a date cut short, by topic and the day of the edge."""

    begun: dict[tuple[int, str], dict[int, str]]
    ended: dict[tuple[int, str], dict[int, str]]


def _policies_cut_short() -> _Policies:
    found = _Policies({}, {})
    published = Policy.objects.published().order_by()
    begun: Any = published.exclude(effective_from=F("effective_from_day"))
    for pk, topic, written in begun.values_list("pk", "topic", "effective_from"):
        found.begun.setdefault((topic, first_day_text(written)), {})[pk] = str(written)
    ended: Any = published.exclude(effective_to=F("effective_to_day")).exclude(effective_to=None)
    for pk, topic, written in ended.values_list("pk", "topic", "effective_to"):
        day = date.fromisoformat(last_day_text(written)) + ONE_DAY
        found.ended.setdefault((topic, day.isoformat()), {})[pk] = str(written)
    return found


def _answering(city: int, known_at: int, **day: date) -> dict[int, Beside]:
    """The policies whose answers in a city have this edge, with their scopes, by topic."""
    rows = InForce.objects.known_at(known_at).filter(city=city, **day).order_by()
    columns = ("topic", "policy", "policy__scope_kind", *(f"policy__{path}" for path in CODE_PATHS))
    return {
        topic: (policy, (kind, code_of(codes)))
        for topic, policy, kind, *codes in rows.values_list(*columns)
    }


class _CutShort(NamedTuple):
    """A date cut short from which a scope binds a city, or no longer does."""

    city: int
    scope: Scope
    day: str
    written: str
    ends: bool
    recorded: int
    replaced: int | None

    def known_at(self, revision: int) -> bool:
        """Return whether a revision knew it."""
        return self.recorded <= revision and (self.replaced is None or self.replaced > revision)


def _scopes_by_city() -> dict[int, list[_CutShort]]:
    """Three queries."""
    found: dict[int, list[_CutShort]] = {}
    for one in (*_of_zones(), *_of_coverages(), *_of_placements()):
        if one.written != one.day:
            found.setdefault(one.city, []).append(one)
    return found


def _of_zones() -> Iterator[_CutShort]:
    zones: Any = Zone.objects.published().order_by()
    columns = ("city", "batch__programme__slug", "designated_on", "ended_on")
    known = ("recorded_in", "replaced_in")
    for city, code, began, ended, *revisions in zones.values_list(*columns, *known):
        yield from _span(city, [(ScopeKind.PROGRAMME.value, code)], began, ended, revisions)


def _of_coverages() -> Iterator[_CutShort]:
    cover = Coverage.objects.filter(zone__recorded_in__isnull=False).order_by()
    columns = ("city", "zone__batch__programme__slug", "covered_from", "covered_until")
    known = ("zone__recorded_in", "zone__replaced_in")
    ends = "zone__ended_on"
    for city, code, began, until, zone, *revisions in cover.values_list(*columns, ends, *known):
        ended = min(filter(None, (until, zone)), key=first_day_text, default=None)
        yield from _span(city, [(ScopeKind.PROGRAMME.value, code)], began, ended, revisions)


def _of_placements() -> Iterator[_CutShort]:
    """Where a city lies ends where it lies elsewhere, which the same revisions need not know."""
    placed: Any = Placement.objects.published().order_by()
    columns = ("city", "since", *(body.path for body in PLACES))
    known = ("recorded_in", "replaced_in")
    rows: dict[int, list[tuple[Any, ...]]] = {}
    for city, since, *row in placed.values_list(*columns, *known):
        *codes, recorded, replaced = row
        rows.setdefault(city, []).append((_bodies(codes), since, recorded, replaced))
    for city, own in rows.items():
        for bodies, since, *revisions in own:
            yield from _span(city, bodies, since, None, revisions)
            left = {body for other in own for body in other[0]} - {*bodies}
            yield from _span(city, left, None, since, revisions)


def _bodies(codes: Iterable[str]) -> list[Scope]:
    return [(body.kind.value, code) for body, code in zip(PLACES, codes, strict=True)]


def _span(
    city: int,
    scopes: Collection[Scope],
    began: str | None,
    without: str | None,
    revisions: Iterable[Any],
) -> Iterator[_CutShort]:
    for written, ends in ((began, False), (without, True)):
        if written:
            for scope in scopes:
                day = first_day_text(written)
                yield _CutShort(city, scope, day, str(written), ends, *revisions)
