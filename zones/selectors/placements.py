"""Where cities lie: the province and customs district of each, as a revision knew it, on a day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from copy import copy
from datetime import date
from typing import Any, NamedTuple

from zones.models import City
from zones.selectors.snapshot import Snapshot

MOST_REVISIONS = 32


class _Placed(NamedTuple):
    """A placement: what it says, since which day of law, and which revisions know it."""

    city: int
    province: int
    customs_district: int
    since: str
    recorded: int
    replaced: int | None

    def known_at(self, revision: int) -> bool:
        """Whether a revision knew it."""
        return self.recorded <= revision and (self.replaced is None or self.replaced > revision)


def cities_on(kept: Snapshot, day: date, *, known_at: int) -> Mapping[int, City]:
    """The cities that a revision knew, where they lay on a day, by id and in their usual order.

    A city that moved is a copy with the province and customs district of then. One of which the
    revision did not say where it lies was not known to it.
    """
    placed = _placements(kept)
    moves = kept.lately("days of moves", MOST_REVISIONS).made(
        known_at, lambda: _days_of_moves(placed, known_at)
    )
    stretch = bisect_right(moves, day.isoformat())
    found: Mapping[int, City] = kept.lately("cities in their places", MOST_REVISIONS).made(
        (known_at, stretch),
        lambda: _cities(kept, placed, moves[stretch - 1] if stretch else "", known_at),
    )
    return found


def _placements(kept: Snapshot) -> list[_Placed]:
    """Every placement ever published, earliest day of law first."""

    def read() -> list[_Placed]:
        rows = map(_Placed._make, kept.placements)
        found = [row._replace(since=row.since or "") for row in rows]
        return sorted(found, key=lambda row: (row.since, row.city))

    return kept.remembered("placements", read)


def _days_of_moves(placed: list[_Placed], known_at: int) -> list[str]:
    """The days on which some city moved, earliest first."""
    return sorted({row.since for row in placed if row.since and row.known_at(known_at)})


def _cities(kept: Snapshot, placed: list[_Placed], day: str, known_at: int) -> dict[int, City]:
    there = {row.city: row for row in placed if row.known_at(known_at) and row.since <= day}
    cities = [
        _put(city, there[pk], kept.related) for pk, city in kept.cities.items() if pk in there
    ]
    cities.sort(key=lambda city: (city.province.gb2260, city.adcode, city.slug))
    return {city.pk: city for city in cities}


def _put(city: City, where: _Placed, related: Mapping[str, Mapping[int, Any]]) -> City:
    if (city.province_id, city.customs_district_id) == (where.province, where.customs_district):
        return city
    moved = copy(city)
    moved.province = related["province"][where.province]
    moved.customs_district = related["customs_district"][where.customs_district]
    return moved


def districts_by_province(kept: Snapshot, *, known_at: int) -> Mapping[int, frozenset[int]]:
    """The customs districts in which cities of each province lie or lay, by ids, as a revision or
    one before it knew; those under which a part of a city lies among them.
    """
    found: Mapping[int, frozenset[int]] = kept.lately("districts by province", MOST_REVISIONS).made(
        known_at, lambda: _districts_by_province(kept, known_at)
    )
    return found


def _districts_by_province(kept: Snapshot, known_at: int) -> dict[int, frozenset[int]]:
    placed = [row for row in _placements(kept) if row.recorded <= known_at]
    in_part = kept.remembered("districts of parts", _districts_of_parts)
    found: dict[int, set[int]] = {}
    for row in placed:
        own = found.setdefault(row.province, set())
        own |= {row.customs_district, *in_part.get(row.city, ())}
    return {province: frozenset(own) for province, own in found.items()}


def _districts_of_parts() -> dict[int, set[int]]:
    """The customs districts under which parts of a city lie, by ids."""
    found: dict[int, set[int]] = {}
    between = City.other_customs_districts.through.objects.values_list("city", "customsdistrict")
    for city, district in between:
        found.setdefault(city, set()).add(district)
    return found


class Stay(NamedTuple):
    """A body that policies bind, and the days of law from and until which a city lay in it."""

    kind: str
    body: int
    since: str
    until: str | None

    def holds(self, day: date) -> bool:
        """Whether the city lay there on a day, or did so until it."""
        written = day.isoformat()
        return self.since <= written and (self.until is None or written <= self.until)


def stays(city: City, kept: Snapshot, *, known_at: int) -> list[Stay]:
    """The provinces and customs districts of a city as a revision knew them, earliest first."""
    placed = _placements(kept)
    known = [row for row in placed if row.city == city.pk and row.known_at(known_at)]
    ends = [*(row.since for row in known[1:]), None]
    return [
        Stay(kind, getattr(row, kind), row.since, until)
        for row, until in zip(known, ends, strict=False)
        for kind in ("province", "customs_district")
    ]
