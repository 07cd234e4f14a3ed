"""All that happened: in law, day by day, and in what the portal published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from zones.models import Coverage, Policy, Zone
from zones.models.scopes import BODIES
from zones.rules.events import law_events
from zones.rules.intervals import interval_of_days
from zones.rules.resolution import Rule, Scope
from zones.rules.vocabulary import Change, ScopeKind, State

#: A body that policies bind: its kind and its id, which the nation has not.
BodyId = tuple[str, int | None]


class Event(NamedTuple):
    """One change, small enough to be kept: details are read for those that are shown.

    ``row`` is the id of a policy, a zone or a coverage, ``before`` that of the policy it follows.
    An ended policy has only ``before``. ``name`` is the identity of what it is about, which orders
    the events of a day the same in every database; ``source`` the id of the document it rests on.
    """

    day: date | None
    kind: Change
    what: str
    row: int | None
    before: int | None
    topic: int | None
    body: BodyId
    programme: int | None
    revision: int
    name: str
    source: int


_COLUMNS = (
    *("pk", "topic", "scope_kind", *Policy.body_columns),
    *("effective_from_day", "effective_to_day", "recorded_in", "change", "identity", "version"),
    "source",
)


class _Row(NamedTuple):
    """The columns of a policy that tell when it changed what."""

    pk: int
    topic: int
    scope_kind: str
    bodies: dict[str, int | None]
    first: str
    last: str | None
    revision: int
    change: str
    identity: str
    version: int
    source: int

    @property
    def body(self) -> BodyId:
        """Return the body that the policy binds."""
        own = BODIES.get(self.scope_kind)
        return self.scope_kind, self.bodies[own.column] if own else None

    @property
    def programme(self) -> int | None:
        """Return the programme that the policy binds, if it binds one."""
        return self.bodies["programme"]

    @property
    def rule(self) -> Rule:
        """Return the policy as a rule among those of its topic and body."""
        last = date.fromisoformat(self.last) if self.last else None
        span = interval_of_days(date.fromisoformat(self.first), last)
        return Rule(self.pk, Scope(ScopeKind(self.scope_kind), str(self.body[1])), span)


def _row(columns: tuple[Any, ...]) -> _Row:
    names = Policy.body_columns
    end = 3 + len(names)
    return _Row._make((*columns[:3], dict(zip(names, columns[3:end], strict=True)), *columns[end:]))


def of_law(known_at: int) -> Iterator[Event]:
    """Return the days on which the law moved, as a revision knew it.

    Only stated policies move it: that nothing was found, or that a topic does not apply, are
    findings of ours and no acts of anybody.
    """
    stated = Policy.objects.known_at(known_at).not_withdrawn().filter(state=State.STATED.value)
    rows = map(_row, stated.order_by("topic", "scope_kind").values_list(*_COLUMNS))
    ordered = sorted(rows, key=lambda row: (row.topic, row.scope_kind, row.body[1] or 0))
    for (topic, body), own in groupby(ordered, key=lambda row: (row.topic, row.body)):
        by_pk = {row.pk: row for row in own}
        for move in law_events([row.rule for row in by_pk.values()]):
            row = by_pk[move.policy or move.before or 0]
            yield Event(
                move.day,
                move.kind,
                "policy",
                move.policy,
                move.before,
                topic,
                body,
                row.programme,
                row.revision,
                row.identity,
                row.source,
            )
    yield from _zones_in_law(known_at)


def _zones_in_law(known_at: int) -> Iterator[Event]:
    zones = Zone.objects.known_at(known_at).not_withdrawn().order_by()
    own = ("pk", "city", "batch__programme", "recorded_in", "identity")
    ends = ("batch__source", "ended_by", "designated_day", "ended_day")
    for *row, name, by, ended_by, start, end in zones.values_list(*own, *ends):
        pk, city, programme, revision = row
        body, sources = (ScopeKind.CITY.value, city), (by, ended_by or by)
        yield from _both_ends("zone", pk, body, programme, revision, name, start, end, sources)
    cover = Coverage.objects.filter(zone__in=zones.values("pk")).order_by()
    of_zone = ("zone__batch__programme", "zone__recorded_in", "zone__identity")
    days = ("zone__batch__source", "city__slug", "covered_from_day", "covered_until_day")
    for *row, zone, by, slug, start, end in cover.values_list("pk", "city", *of_zone, *days):
        pk, city, programme, revision = row
        body, name = (ScopeKind.CITY.value, city), f"{zone} {slug}"
        sources = (by, by)
        yield from _both_ends("coverage", pk, body, programme, revision, name, start, end, sources)


def _both_ends(
    what: str,
    pk: int,
    body: BodyId,
    programme: int,
    revision: int,
    name: str,
    start: str | None,
    end: str | None,
    sources: tuple[int, int],
) -> Iterator[Event]:
    ends = ((start, Change.ENACTED), (end, Change.ENDED))
    for (day, kind), source in zip(ends, sources, strict=True):
        if day:
            yield Event(
                *(date.fromisoformat(day), kind, what, pk, None, None),
                *(body, programme, revision, name, source),
            )


def published(known_at: int) -> Iterator[Event]:
    """Return every version of a policy or a zone that some revision published, up to one."""
    versions_of = Policy.objects.filter(recorded_in__lte=known_at)
    rows = versions_of.order_by("identity", "version").values_list(*_COLUMNS)
    for _identity, versions in groupby(map(_row, rows), key=lambda row: row.identity):
        before = None
        for row in versions:
            kind = Change(row.change)
            yield Event(
                None,
                kind,
                "policy",
                row.pk,
                before,
                row.topic,
                row.body,
                row.programme,
                row.revision,
                row.identity,
                row.source,
            )
            before = row.pk
    own = ("identity", "pk", "change", "city", "batch__programme", "recorded_in", "batch__source")
    recorded = Zone.objects.filter(recorded_in__lte=known_at)
    zones = recorded.order_by("identity", "version").values_list(*own)
    for identity, own_versions in groupby(zones, key=lambda row: row[0]):
        earlier = None
        for _, pk, change, city, programme, revision, source in own_versions:
            city_itself = (ScopeKind.CITY.value, city)
            yield Event(
                None,
                Change(change),
                "zone",
                pk,
                earlier,
                None,
                city_itself,
                programme,
                revision,
                identity,
                source,
            )
            earlier = pk
