"""What binds which city when, and by which rules: read as resolution takes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from zones.models import Coverage, Placement, Policy, Programme, Zone
from zones.models.querysets.in_force_sql import Ref
from zones.models.scopes import BODIES, CODE_PATHS, NATION_CODE, RANK_PATHS, code_of
from zones.rules.intervals import ALWAYS, FOREVER, WHOLE_TIME, Interval, interval_of_days, union
from zones.rules.partial_dates import PartialDate
from zones.rules.resolution import Rule, Scope
from zones.rules.vocabulary import ScopeKind, State

NATION = Scope(ScopeKind.NATION, NATION_CODE)

#: Where the parts of what binds a city are kept.
PLACED = ("city__slug", "province__iso_3166_2", "customs_district__code")
PROGRAMME = ("batch__programme__slug", "batch__programme__position")
DESIGNATED = ("pk", "identity", "city", *PROGRAMME, "designated_on", "ended_on")
COVERED = ("zone", "city", "covered_from", "covered_until")

#: City to scope to the spans during which the scope binds the city.
CityBindings = Mapping[Ref, Mapping[Scope, Sequence[Interval]]]


class CityLocation(NamedTuple):
    """Where a city lies from a day on."""

    city: str
    province: str
    customs_district: str

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """Return the scopes that bind a city because it lies there."""
        places = (body for body in BODIES.values() if body.is_place)
        return tuple(Scope(body.kind, getattr(self, body.column)) for body in places)


class ZoneSpans(NamedTuple):
    """A zone: its city and further ones that it covers, each during a span."""

    city: Ref
    scope: Scope
    span: Interval
    covered: tuple[tuple[Ref, Interval], ...] = ()


@dataclass
class BindingFacts:
    """Where cities lie, by city and first day, and which zones there are, by identity."""

    placements: dict[Ref, dict[date, CityLocation]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    zones: dict[str, ZoneSpans] = field(default_factory=dict)
    members: dict[Ref, set[Scope]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def known(cls) -> BindingFacts:
        """Return the facts as they are known now.

        It takes three queries, and one for each kind of body that has members.
        """
        facts = cls()
        # Plain columns: rows of models take three times as long, and every load reads all of them.
        placements = Placement.objects.current().order_by()
        for city, since, *where in placements.values_list("city", "since", *PLACED):
            facts.placements[city][start_of(since)] = CityLocation(*where)
        zones = Zone.objects.current().not_withdrawn().order_by()
        covered: dict[int, list[tuple[Ref, Interval]]] = defaultdict(list)
        for zone, city, *days in Coverage.objects.filter(zone__in=zones).values_list(*COVERED):
            covered[zone].append((city, covered_interval(*days)))
        for pk, identity, city, slug, position, *days in zones.values_list(*DESIGNATED):
            scope = Scope(ScopeKind.PROGRAMME, slug, position)
            span = zone_interval(*days)
            facts.zones[identity] = ZoneSpans(city, scope, span, tuple(covered[pk]))
        for body in BODIES.values():
            for city, _, code in body.memberships():
                facts.members[city].add(Scope(body.kind, code))
        return facts

    def place(self, placement: Placement) -> None:
        """Let a city lie somewhere from a day on."""
        self.placements[placement.city_id][start_of(placement.since)] = CityLocation(
            placement.city.slug,
            placement.province.iso_3166_2,
            placement.customs_district.code,
        )

    def displace(self, placement: Placement) -> None:
        """Let a city no longer lie where it lies from that day on."""
        places = self.placements[placement.city_id]
        places.pop(start_of(placement.since), None)
        if not places:
            del self.placements[placement.city_id]

    def designate(self, zone: Zone) -> None:
        """Let there be a zone, in the place of what was said of it before."""
        span = zone_interval(zone.designated_on, zone.ended_on)
        covered = (
            (coverage.city_id, covered_interval(coverage.covered_from, coverage.covered_until))
            for coverage in zone.coverages.all()
        )
        scope = programme_scope(zone.batch.programme)
        self.zones[zone.identity] = ZoneSpans(zone.city_id, scope, span, tuple(covered))

    def bindings(self) -> CityBindings:
        """Return the scopes that bind each city, with the spans during which they do."""
        found: dict[Ref, dict[Scope, list[Interval]]] = defaultdict(lambda: defaultdict(list))
        for city, places in self.placements.items():
            starts = sorted(places)
            for start, stop in zip(starts, [*starts[1:], FOREVER], strict=True):
                for scope in places[start].scopes:
                    found[city][scope].append(Interval(start, stop))
        for zone in self.zones.values():
            found[zone.city][zone.scope].append(zone.span)
            for city, span in zone.covered:
                found[city][zone.scope].append(span.meet(zone.span))
        for city in found.keys() & self.members.keys():
            for scope in self.members[city]:
                found[city][scope].append(WHOLE_TIME)
        return {
            city: {NATION: [WHOLE_TIME], **{scope: union(spans) for scope, spans in own.items()}}
            for city, own in found.items()
        }


def start_of(since: PartialDate | None) -> date:
    """Return the day from which a city lies somewhere: always, where no day is known."""
    return since.first_day if since else ALWAYS


def zone_interval(first: PartialDate | None, without: PartialDate | None) -> Interval:
    """Return the days a zone is in force: none at all where its start is not known."""
    if first is None:
        return Interval(FOREVER, FOREVER)
    return covered_interval(first, without)


def covered_interval(first: PartialDate, without: PartialDate | None) -> Interval:
    """Return the days from the first up to, but without, the day of the end."""
    return Interval(first.first_day, without.first_day if without else FOREVER)


def programme_scope(programme: Programme) -> Scope:
    """Return a programme as a scope, with its place among programmes."""
    return Scope(ScopeKind.PROGRAMME, programme.slug, programme.position)


def scope_of(policy: Policy) -> Scope:
    """Return the scope that a policy binds.

    The policy is read with its body, as else each takes a query.
    """
    if policy.programme is not None:
        return programme_scope(policy.programme)
    return Scope(ScopeKind(policy.scope_kind), policy.scope_code)


def rules_of(policies: Any) -> dict[int, list[Rule]]:
    """Return policies as resolution sees them, by the id of their topic, in one query."""
    found: dict[int, list[Rule]] = defaultdict(list)
    own = ("pk", "effective_from", "effective_to", "state", "scope_kind")
    rows = policies.order_by("pk").values_list("topic", *own, *RANK_PATHS, *CODE_PATHS)
    for topic, pk, first, last, state, kind, *body in rows:
        ranks, codes = body[: len(RANK_PATHS)], body[len(RANK_PATHS) :]
        span = interval_of_days(first.first_day, last.last_day if last else None)
        scope = Scope(ScopeKind(kind), code_of(codes), next(filter(None, ranks), 0))
        found[topic].append(Rule(pk, scope, span, State(state)))
    return found
