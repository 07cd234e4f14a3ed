"""What will be known after a load, as far as resolution goes by it: read off the cells alone.

Nothing of a load is stored before the lock is taken, so what it adds is told by natural keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from zones.dataset.naming import table_of
from zones.dataset.place_tables import Cities, FormerPlacements
from zones.dataset.policy_table import Policies, identities_of, stored_policies
from zones.dataset.programme_tables import Programmes
from zones.dataset.table import Cells, Changes, Key, Table
from zones.dataset.zone_tables import ZoneCoverage, Zones, identities_of_zones
from zones.models import City, Programme, Topic
from zones.models.bindings import (
    BindingFacts,
    CityLocation,
    ZoneSpans,
    covered_interval,
    start_of,
    zone_interval,
)
from zones.models.querysets.in_force_sql import Ref
from zones.models.scopes import BODIES
from zones.rules.intervals import ALWAYS, Interval
from zones.rules.partial_dates import PartialDate
from zones.rules.resolution import Scope
from zones.rules.vocabulary import ScopeKind, State
from zones.services.forecast import Expectation


def expected_of(changes: Mapping[str, Changes], *, withdraw: bool) -> Expectation:
    """Return what will be known once a load has published what it brings.

    What the load cannot write, because it names what is nowhere, is expected all the same.

    Args:
        changes: what each table brings.
        withdraw: whether what the tables lack is taken out.
    """
    return _Reading(changes, withdraw).expected()


class _Reading:
    def __init__(self, changes: Mapping[str, Changes], withdraw: bool) -> None:
        self._changes, self._withdraw = changes, withdraw
        self._cities: dict[str, int] = dict(City.objects.order_by().values_list("slug", "pk"))
        self._topics: dict[str, int] = dict(Topic.objects.order_by().values_list("slug", "pk"))
        self._positions = dict(Programme.objects.order_by().values_list("slug", "position"))
        self._positions |= {
            key[0]: row.values["position"] for key, row in self._of(Programmes).rows.items()
        }
        self._found = Expectation(BindingFacts.known())
        self._facts = self._found.facts

    def expected(self) -> Expectation:
        """Return what will be known: places, members, zones, coverage and policies, in order."""
        self._move_cities()
        self._change_members()
        self._change_zones()
        self._change_coverage()
        self._change_policies()
        return self._found

    def _of(self, table: type[Table]) -> Changes:
        return self._changes.get(table.name, Changes())

    def _lost(self, changes: Changes) -> Mapping[Key, Cells]:
        return changes.absent if self._withdraw else {}

    def _city(self, slug: str) -> Ref:
        return self._cities.get(slug, slug)

    def _move_cities(self) -> None:
        """Place anew every city of which a row says where it lies or lay."""
        cities, former = self._of(Cities), self._of(FormerPlacements)
        lost = self._lost(former)
        gone = {slug for (slug,) in self._lost(cities)}
        for slug in gone:
            self._facts.placements.pop(self._city(slug), None)
        touched = {key[0] for key in (*cities.rows, *former.rows, *lost)} - gone
        bodies = ("slug", "province__iso_3166_2", "customs_district__code")
        now = {
            slug: CityLocation(slug, *where)
            for slug, *where in City.objects.filter(slug__in=touched).values_list(*bodies)
        }
        for key, row in cities.rows.items():
            now[key[0]] = CityLocation(key[0], row.cells["province"], row.cells["customs_district"])
        for slug in touched & now.keys():
            places = self._facts.placements[self._city(slug)]
            moves = {until: places[start] for start, until in pairwise(sorted(places))}
            for _, until in (key for key in lost if key[0] == slug):
                moves.pop(start_of(PartialDate(until)), None)
            for row in (row for key, row in former.rows.items() if key[0] == slug):
                where = row.cells["province"], row.cells["customs_district"]
                moves[start_of(row.values["until"])] = CityLocation(slug, *where)
            untils = sorted(moves)
            bodies_in_order = [*(moves[until] for until in untils), now[slug]]
            self._facts.placements[self._city(slug)] = dict(
                zip([ALWAYS, *untils], bodies_in_order, strict=True)
            )

    def _change_members(self) -> None:
        """Let bodies have the members that their rows will name."""
        for body in BODIES.values():
            if not body.members:
                continue
            changes = self._changes.get(table_of(body.model).name, Changes())
            before = [changes.before[key] for key in changes.corrected]
            gone = {
                Scope(body.kind, cells[body.key])
                for cells in (*self._lost(changes).values(), *before)
            }
            for scopes in self._facts.members.values():
                scopes -= gone
            for row in changes.rows.values():
                for slug in row.values[body.members]:
                    own = Scope(body.kind, row.cells[body.key])
                    self._facts.members[self._city(slug)].add(own)

    def _change_zones(self) -> None:
        zones = self._of(Zones)
        self._identities = identities_of_zones()
        for key in self._lost(zones):
            self._facts.zones.pop(self._identities.get(key, ""), None)
        for key, row in zones.rows.items():
            identity = self._identities.setdefault(key, ".".join(key))
            known = self._facts.zones.get(identity)
            self._facts.zones[identity] = ZoneSpans(
                self._city(row.cells["city"]),
                self._programme(row.cells["programme"]),
                zone_interval(row.values["designated_on"], row.values["ended_on"]),
                known.covered if known else (),
            )

    def _programme(self, slug: str) -> Scope:
        return Scope(ScopeKind.PROGRAMME, slug, self._positions.get(slug, 0))

    def _change_coverage(self) -> None:
        coverage = self._of(ZoneCoverage)
        for key in (*self._lost(coverage), *coverage.corrected):
            until = coverage.before[key]["covered_until"]
            self._cover(
                key,
                remove=covered_interval(PartialDate(key[3]), PartialDate(until) if until else None),
            )
        for key, row in coverage.rows.items():
            self._cover(key, add=covered_interval(PartialDate(key[3]), row.values["covered_until"]))

    def _cover(
        self, key: Key, *, add: Interval | None = None, remove: Interval | None = None
    ) -> None:
        identity = self._identities.get(key[:2], "")
        if zone := self._facts.zones.get(identity):
            covered = list(zone.covered)
            if remove and (gone := (self._city(key[2]), remove)) in covered:
                covered.remove(gone)
            if add:
                covered.append((self._city(key[2]), add))
            self._facts.zones[identity] = zone._replace(covered=tuple(covered))

    def _change_policies(self) -> None:
        found, policies = self._found, self._of(Policies)
        lost = self._lost(policies)
        stored = stored_policies((*policies.corrected, *lost))
        identities = identities_of(policies)
        for policy in stored.values():
            found.gone[policy.topic].add(policy.pk)
        for key, row in policies.rows.items():
            kind, code = ScopeKind(row.cells["scope_kind"]), row.cells["scope_code"]
            topic = row.cells["topic"]
            found.add(
                identities[key],
                self._topics.get(topic, topic),
                self._programme(code) if kind == ScopeKind.PROGRAMME else Scope(kind, code),
                row.values["effective_from"],
                row.values["effective_to"],
                State(row.cells["state"]),
            )
