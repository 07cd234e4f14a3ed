"""Keeping the rows in force equal to what the published policies and zones say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F

from zones.models import Coverage, InForce, Placement, Policy, Programme, Revision, Zone
from zones.models.policies import NATION_CODE
from zones.querysets.in_force import Row, insert, stored
from zones.rules.resolution import Rule, Scope, ScopeKind, State, resolve, timelines
from zones.rules.spans import FOREVER, WHOLE_TIME, Span, last_day, span_of_days, union
from zones.services.editions import new_edition
from zones.services.locks import lock_publication

NATION = Scope(ScopeKind.NATION, NATION_CODE)
BATCH = 2000

#: City to scope to the spans during which the scope binds the city.
CityBindings = dict[int, dict[Scope, list[Span]]]


class Difference(NamedTuple):
    """Rows that resolution gives and the table lacks, and the other way round."""

    missing: list[Row]
    surplus: list[tuple[int, Row]]


def city_bindings() -> CityBindings:
    """What binds each city when, as known now."""
    bindings: CityBindings = defaultdict(lambda: defaultdict(list))
    for city, scope, span in (*_placed(), *_designated(), *_covered()):
        bindings[city][scope].append(span)
    return {
        city: {NATION: [WHOLE_TIME], **{scope: union(spans) for scope, spans in own.items()}}
        for city, own in bindings.items()
    }


def programme_scope(programme: Programme) -> Scope:
    """A programme as a scope, ordered among programmes."""
    return Scope(ScopeKind.PROGRAMME, programme.slug, programme.position)


def scope_of(policy: Policy) -> Scope:
    """The scope a policy binds. The policy comes with its body selected."""
    if policy.programme is not None:
        return programme_scope(policy.programme)
    return Scope(ScopeKind(policy.scope_kind), policy.scope_code)


def rows_in_force(topic: int, cities: Collection[int], bindings: CityBindings) -> Iterator[Row]:
    """Resolve one topic for some cities from the policies known now."""
    lines = timelines(rules_of(Policy.objects.current().standing().filter(topic=topic))[topic])
    resolved: dict[tuple[tuple[Scope, tuple[Span, ...]], ...], list[tuple[Any, ...]]] = {}
    for city in cities:
        own = bindings[city]
        binding = tuple((scope, tuple(own[scope])) for scope in lines if scope in own)
        if binding not in resolved:
            resolved[binding] = [
                (
                    row.policy,
                    row.span.start.isoformat(),
                    _iso(last_day(row.span)),
                    row.answers.start.isoformat(),
                    _iso(last_day(row.answers)),
                    ",".join(map(str, row.also)),
                )
                for row in resolve(lines, own)
            ]
        for values in resolved[binding]:
            yield Row._make((city, topic, *values))


def difference(topic: int, cities: Collection[int], bindings: CityBindings) -> Difference:
    """Compare the current rows of a topic with a fresh resolution."""
    known = stored(topic, cities)
    fresh = list(rows_in_force(topic, cities, bindings))
    wanted = set(fresh)
    return Difference(
        [row for row in fresh if row not in known],
        [(pk, row) for row, pk in known.items() if row not in wanted],
    )


def write(found: Difference, revision: Revision) -> None:
    """Make the table agree from a revision on; what older revisions knew stays.

    A surplus row that the very revision recorded never was right, and goes.
    """
    surplus = [pk for pk, _ in found.surplus]
    for start in range(0, len(surplus), BATCH):
        rows = InForce.objects.filter(pk__in=surplus[start : start + BATCH])
        own = rows.filter(recorded_in=revision)
        own._raw_delete(own.db)
        rows.update(replaced_in=revision)
    insert(found.missing, revision.pk)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def rules_of(policies: Any) -> dict[int, list[Rule]]:
    """Policies as resolution sees them, by the id of their topic. One query."""
    found: dict[int, list[Rule]] = defaultdict(list)
    bodies = ("programme__slug", "province__iso_3166_2", "customs_district__code", "city__slug")
    own = ("pk", "effective_from", "effective_to", "state", "scope_kind", "programme__position")
    rows = policies.order_by("pk").values_list("topic", *own, *bodies)
    for topic, pk, first, last, state, kind, position, *codes in rows:
        code = next(filter(None, codes), NATION_CODE)
        span = span_of_days(first.first_day, last.last_day if last else None)
        scope = Scope(ScopeKind(kind), code, position or 0)
        found[topic].append(Rule(pk, scope, span, State(state)))
    return found


def _placed() -> Iterator[tuple[int, Scope, Span]]:
    by_city: dict[int, list[Placement]] = defaultdict(list)
    for placement in Placement.objects.current().select_related(
        "city", "province", "customs_district"
    ):
        by_city[placement.city_id].append(placement)
    for city, placements in by_city.items():
        placements.sort(key=lambda placement: placement.since or "")
        starts = [p.since.first_day if p.since else WHOLE_TIME.start for p in placements]
        for placement, start, stop in zip(placements, starts, [*starts[1:], FOREVER], strict=True):
            span = Span(start, stop)
            yield city, Scope(ScopeKind.PROVINCE, placement.province.iso_3166_2), span
            yield city, Scope(ScopeKind.CUSTOMS_DISTRICT, placement.customs_district.code), span
            yield city, Scope(ScopeKind.CITY, placement.city.slug), span


def _designated() -> Iterator[tuple[int, Scope, Span]]:
    for zone in _zones():
        yield zone.city_id, programme_scope(zone.batch.programme), zone_span(zone)


def _covered() -> Iterator[tuple[int, Scope, Span]]:
    zones = {zone.pk: zone for zone in _zones()}
    for coverage in Coverage.objects.filter(zone__in=zones):
        zone = zones[coverage.zone_id]
        until = coverage.covered_until.first_day if coverage.covered_until else FOREVER
        covered = Span(coverage.covered_from.first_day, until)
        yield coverage.city_id, programme_scope(zone.batch.programme), covered.meet(zone_span(zone))


def _zones() -> Iterable[Zone]:
    zones = Zone.objects.current().standing().select_related("batch__programme")
    return list(zones)


def zone_span(zone: Zone) -> Span:
    """The days a zone is in force: none at all where its start is not known."""
    if zone.designated_on is None:
        return Span(FOREVER, FOREVER)
    return Span(zone.designated_on.first_day, zone.ended_on.first_day if zone.ended_on else FOREVER)


def rebuild(*, check: bool) -> list[str]:
    """Resolve every topic anew and say which current rows differ.

    Without ``check`` the table is mended in place, for the newest revision: what was stored was
    not what that revision said.
    """
    told: list[str] = []
    with transaction.atomic():
        lock_publication()
        bindings = city_bindings()
        newest = Revision.objects.order_by("-number").first()
        for topic in (
            Policy.objects.published().order_by().values_list("topic", flat=True).distinct()
        ):
            found = difference(topic, list(bindings), bindings)
            told += [f"missing: {row}" for row in found.missing]
            told += [f"surplus: {row}" for _, row in found.surplus]
            if newest is not None and not check:
                write(found, newest)
    return told


def resolve_cut_short() -> None:
    """Resolve anew what is known now, if the last day of some policy is written cut short.

    Those ended a month or a year too early once. What an earlier revision said stays said.
    """
    cut_short = Policy.objects.current().standing().exclude(effective_to=F("effective_to_day"))
    with transaction.atomic():
        if cut_short.exclude(effective_to=None).exists() and rebuild(check=False):
            new_edition()
