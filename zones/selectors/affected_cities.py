"""In how many cities today's answers rest on rows of the dataset, whatever table they are of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from django.db.models import Count

from zones.models import InForce, Zone
from zones.models.scopes import BODIES, CODE_PATHS, NATION_CODE, code_of
from zones.models.value_types import LISTED
from zones.rules.vocabulary import ScopeKind
from zones.selectors.body_members import members_of_bodies
from zones.selectors.inquiry import Inquiry
from zones.selectors.placements import cities_on

#: The natural key of a row of a table.
Key = tuple[str, ...]
#: Tells of rows of one table, by their keys, in how many cities something rests on them.
CityCounter = Callable[[Inquiry, Collection[Key]], Mapping[Key, int]]


def affected_cities(inquiry: Inquiry, table: str, keys: Collection[Key]) -> Mapping[Key, int]:
    """Return in how many cities something rests today on rows of a table, by their keys.

    What is not known counts as many as would be bound by it; what no answer rests on counts none.
    It takes a fixed number of queries for each table.
    """
    count = COUNTERS.get(table)
    return count(inquiry, keys) if count else {}


def cities_of_bodies(inquiry: Inquiry, kind: str, keys: Collection[Key]) -> Mapping[Key, int]:
    """Return how many cities lie today in bodies of a kind of scope or are members of them, by the
    keys of these.
    """
    places = _places(inquiry)
    return {key: places[kind, key[0]] for key in keys}


def _answering(path: str, *more: str) -> CityCounter:
    """Count the cities answered today by rows in force that name a row at these paths."""
    names = (path, *more)

    def count(inquiry: Inquiry, keys: Collection[Key]) -> Mapping[Key, int]:
        rows = (
            InForce.objects.current()
            .on(inquiry.day)
            .filter(**{f"{path}__in": {key[0] for key in keys}})
        )
        counted = rows.order_by().values_list(*names).annotate(n=Count("city", distinct=True))
        return {tuple(map(str, own)): number for *own, number in counted}

    return count


def _of_policies(inquiry: Inquiry, keys: Collection[Key]) -> Mapping[Key, int]:
    """Those that a policy answers; one that is not known would answer those that it binds."""
    rows = InForce.objects.current().on(inquiry.day).order_by()
    paths = [f"policy__{path}" for path in CODE_PATHS]
    named = rows.filter(topic__slug__in={key[0] for key in keys}).values_list(
        "topic__slug", "policy__scope_kind", "policy__effective_from", *paths
    )
    found: dict[Key, int] = {}
    for topic, kind, start, *codes, number in named.annotate(n=Count("city")):
        found[topic, kind, code_of(codes), str(start)] = number
    missing = [key for key in keys if key not in found]
    return found | _bound(inquiry, missing)


def _bound(inquiry: Inquiry, keys: Iterable[Key]) -> dict[Key, int]:
    """In how many cities policies, by their keys, would bind today."""
    places = _places(inquiry)
    members = _members(inquiry)
    return {
        key: members[(key[2],)] if key[1] == ScopeKind.PROGRAMME else places[key[1], key[2]]
        for key in keys
    }


def _places(inquiry: Inquiry) -> Counter[tuple[str, str]]:
    """How many cities lie in places today or are members of bodies, by kind of scope and key."""
    there = cities_on(inquiry)
    cities = list(there.values())
    found = Counter({(ScopeKind.NATION.value, NATION_CODE): len(cities)})
    for kind, body in BODIES.items():
        if body.is_place:
            for city in cities:
                own: Any = city if kind == ScopeKind.CITY else getattr(city, body.column)
                found[kind, getattr(own, body.key)] += 1
    for own_key, members in members_of_bodies().items():
        found[own_key] += len(members & there.keys())
    return found


def _members(inquiry: Inquiry) -> Counter[Key]:
    """How many cities are in programmes and batches today, by the key of either."""
    found: Counter[Key] = Counter()
    members = Zone.objects.memberships(on=inquiry.day, known_at=None)
    for own in members:
        found[own.programme, str(own.number)] += 1
    for programme, _city in {(own.programme, own.city) for own in members}:
        found[(programme,)] += 1
    return found


def _in_programmes(inquiry: Inquiry, keys: Collection[Key]) -> Mapping[Key, int]:
    members = _members(inquiry)
    return {key: members[key] for key in keys}


def _in_zones(_inquiry: Inquiry, keys: Collection[Key]) -> Mapping[Key, int]:
    """The city of a zone, and those that it covers, whether or not it is in force."""
    zones = Zone.objects.current().not_withdrawn().order_by()
    named = zones.filter(city__slug__in={key[1] for key in keys}).values_list(
        "batch__programme__slug", "city__slug"
    )
    covered = {(own[0], own[1]): own[2] for own in named.annotate(n=Count("coverages__city"))}
    return {key: 1 + covered.get((key[0], key[1]), 0) for key in keys}


def _one_city(_inquiry: Inquiry, keys: Collection[Key]) -> Mapping[Key, int]:
    return dict.fromkeys(keys, 1)


COUNTERS: Mapping[str, CityCounter] = {
    "policies": _of_policies,
    "topics": _answering("topic__slug"),
    "focus_areas": _answering("topic__focus_area__slug"),
    "choices": _answering("topic__slug", f"policy__{LISTED.path}"),
    "sources": _answering("policy__source__slug"),
    "issuers": _answering("policy__source__issuers__slug"),
    "programmes": _in_programmes,
    "batches": _in_programmes,
    "zones": _in_zones,
    "zone_coverage": _one_city,
    "cities": _one_city,
    "former_placements": _one_city,
}
