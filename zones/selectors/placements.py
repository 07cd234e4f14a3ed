"""Where cities lie on a day, and what is said of them besides, as a revision knew it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from copy import copy
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple

from zones.models import City
from zones.models.places import OF_CITY
from zones.models.scopes import PLACE_COLUMNS
from zones.selectors.inquiry import Inquiry
from zones.selectors.snapshot import Snapshot

MOST_REVISIONS = 32


class _Placed(NamedTuple):
    """A placement: what it says, since which day of law, and which revisions know it."""

    pk: int
    city: int
    province: int
    customs_district: int
    adcode: str
    level: str
    latitude: Decimal
    longitude: Decimal
    since: str
    recorded: int
    replaced: int | None

    def known_at(self, revision: int) -> bool:
        """Return whether a revision knew it."""
        return self.recorded <= revision and (self.replaced is None or self.replaced > revision)


def cities_on(inquiry: Inquiry) -> Mapping[int, City]:
    """Return the cities that a revision knew, where they lay on a day, by id and in their usual
    order.

    A city of which something else was said is a copy with the province, customs districts, rank,
    code and coordinates of then. One that the revision did not place was not known to it.
    """
    stretch = stretch_of_places(inquiry)
    found: Mapping[int, City] = inquiry.snapshot.lately(
        "cities in their places", MOST_REVISIONS
    ).made(
        (inquiry.known_at, stretch),
        lambda: _cities(inquiry, _days_of_moves(inquiry)[stretch - 1] if stretch else ""),
    )
    return found


def cities_of_today(snapshot: Snapshot) -> Mapping[int, City]:
    """Return the cities that are known now, where they lie today in China, by id: one that moves
    later lies where it lies, one that lies nowhere yet where it will first.
    """
    inquiry = Inquiry.of_now(snapshot)
    there = cities_on(inquiry)
    return {pk: there.get(pk) or city_on(pk, inquiry) for pk in snapshot.cities_now}


def city_on(pk: int, inquiry: Inquiry) -> City:
    """Return a city that a revision knew, where it lay on a day; before it lay anywhere, where it
    lay first.
    """
    if city := cities_on(inquiry).get(pk):
        return city
    placed = _placements(inquiry.snapshot)
    first = next(row for row in placed if row.city == pk and row.known_at(inquiry.known_at))
    return _put(inquiry.snapshot.cities[pk], first, inquiry.snapshot)


def places_to_come(pk: int, inquiry: Inquiry) -> list[tuple[str, City]]:
    """Return from which later days on, as they are written, a city lies elsewhere, or something
    else is said of it, than on a day: each with the city as it is then, the earliest first.
    """
    day = inquiry.day.isoformat()
    return [
        (row.since, _put(inquiry.snapshot.cities[pk], row, inquiry.snapshot))
        for row in _placements(inquiry.snapshot)
        if row.city == pk and row.known_at(inquiry.known_at) and row.since > day
    ]


def cities_known(inquiry: Inquiry) -> list[City]:
    """Return the cities that a revision knew wherever they lay, as they are now."""
    placed = {row.city for row in _placements(inquiry.snapshot) if row.known_at(inquiry.known_at)}
    return [city for pk, city in inquiry.snapshot.cities.items() if pk in placed]


def stretch_of_places(inquiry: Inquiry) -> int:
    """Return which stretch of days the day is in, in which no city moves, counted from the
    earliest.
    """
    return bisect_right(_days_of_moves(inquiry), inquiry.day.isoformat())


def _placements(snapshot: Snapshot) -> list[_Placed]:
    """Every placement ever published, earliest day of law first."""

    def read() -> list[_Placed]:
        rows = map(_Placed._make, snapshot.placements)
        found = [row._replace(since=row.since or "") for row in rows]
        return sorted(found, key=lambda row: (row.since, row.city))

    return snapshot.remembered("placements", read)


def _days_of_moves(inquiry: Inquiry) -> Sequence[str]:
    """The days on which some city moved, earliest first."""

    def read() -> Sequence[str]:
        placed = _placements(inquiry.snapshot)
        return sorted({row.since for row in placed if row.since and row.known_at(inquiry.known_at)})

    days: Sequence[str] = inquiry.snapshot.lately("days of moves", MOST_REVISIONS).made(
        inquiry.known_at, read
    )
    return days


def _cities(inquiry: Inquiry, day: str) -> dict[int, City]:
    placed = _placements(inquiry.snapshot)
    there = {row.city: row for row in placed if row.known_at(inquiry.known_at) and row.since <= day}
    cities = [
        _put(city, there[pk], inquiry.snapshot)
        for pk, city in inquiry.snapshot.cities.items()
        if pk in there
    ]
    cities.sort(key=lambda city: (city.province.gb2260, city.adcode, city.slug))
    return {city.pk: city for city in cities}


def _put(city: City, where: _Placed, snapshot: Snapshot) -> City:
    in_part = snapshot.in_part.get(where.pk, [])
    bodies = (city.province_id, city.customs_district_id) == (
        where.province,
        where.customs_district,
    )
    details = all(getattr(city, name) == getattr(where, name) for name in OF_CITY)
    if bodies and details and not in_part:
        city.in_part = []
        return city
    put = copy(city)
    for name in OF_CITY:
        setattr(put, name, getattr(where, name))
    districts = snapshot.related["customs_district"]
    put.province = snapshot.related["province"][where.province]
    put.customs_district = districts[where.customs_district]
    put.in_part = sorted((districts[pk] for pk in in_part), key=attrgetter("code"))
    return put


def districts_by_province(inquiry: Inquiry) -> Mapping[int, frozenset[int]]:
    """Return the customs districts in which cities of each province lie or lay, by ids, as a
    revision or one before it knew; those under which a part of a city lies among them.
    """
    found: Mapping[int, frozenset[int]] = inquiry.snapshot.lately(
        "districts by province", MOST_REVISIONS
    ).made(inquiry.known_at, lambda: _districts_by_province(inquiry))
    return found


def _districts_by_province(inquiry: Inquiry) -> dict[int, frozenset[int]]:
    placed = [row for row in _placements(inquiry.snapshot) if row.recorded <= inquiry.known_at]
    found: dict[int, set[int]] = {}
    for row in placed:
        own = found.setdefault(row.province, set())
        own |= {row.customs_district, *inquiry.snapshot.in_part.get(row.pk, ())}
    return {province: frozenset(own) for province, own in found.items()}


class Stay(NamedTuple):
    """A body that policies bind, and the days of law from and until which a city lay in it."""

    kind: str
    body: int
    since: str
    until: str | None

    def holds(self, day: date) -> bool:
        """Return whether the city lay there on a day, or did so until it."""
        written = day.isoformat()
        return self.since <= written and (self.until is None or written <= self.until)


def stays(city: City, inquiry: Inquiry) -> list[Stay]:
    """Return a city's provinces and customs districts as a revision knew them, earliest first."""
    placed = _placements(inquiry.snapshot)
    known = [row for row in placed if row.city == city.pk and row.known_at(inquiry.known_at)]
    ends = [*(row.since for row in known[1:]), None]
    return [
        Stay(kind, getattr(row, kind), row.since, until)
        for row, until in zip(known, ends, strict=False)
        for kind in PLACE_COLUMNS
    ]
