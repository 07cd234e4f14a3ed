"""Tables of places and of where cities were before they moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from zones.dataset.columns import Column, names_some, number, one_of, partial_date, text
from zones.dataset.tables import (
    Cells,
    Changes,
    ForeignKey,
    Key,
    Load,
    Lookup,
    ModelTable,
    Reference,
    Table,
)
from zones.models import City, CustomsDistrict, Level, Placement, Province, Region


def named() -> tuple[Column, Column]:
    """The two names everything has."""
    return (
        text("name_en", longest=200, required=True),
        text("name_zh", longest=200, required=True),
    )


class Provinces(ModelTable):
    """Province-level units."""

    name = "provinces"
    title = "Province-level units of the mainland"
    model = Province
    key = ("iso_3166_2",)
    columns = (
        text("iso_3166_2", longest=5, required=True),
        text("gb2260", longest=6, required=True),
        *named(),
        one_of("region_en", Region.values, "region"),
    )


class CustomsDistricts(ModelTable):
    """Customs districts."""

    name = "customs_districts"
    title = "Directly-under customs districts"
    model = CustomsDistrict
    key = ("code",)
    columns = (text("code", longest=4, required=True), *named())


class Cities(ModelTable):
    """Cities. A changed province or customs district is published as a placement."""

    name = "cities"
    title = "Cities and areas that ever had pilot status"
    model = City
    key = ("slug",)
    columns = (
        text("slug", longest=50, required=True),
        text("adcode", longest=6),
        *named(),
        one_of("level", Level.values),
        text("province", "province__iso_3166_2", required=True),
        text("customs_district", "customs_district__code", required=True),
        names_some("other_customs_districts"),
        number("lat", "latitude", least=-90, most=90),
        number("lon", "longitude", least=-180, most=180),
        text("note", staff=True),
    )
    references = (
        Reference("province", Province, "iso_3166_2"),
        Reference("customs_district", CustomsDistrict, "code"),
    )
    foreign_keys = (
        ForeignKey(("province",), "provinces", ("iso_3166_2",)),
        ForeignKey(("customs_district",), "customs_districts", ("code",)),
    )
    derived = ("other_customs_districts",)

    def queryset(self) -> Any:
        """Cities with the districts under which a part of them lies."""
        return super().queryset().prefetch_related("other_customs_districts")

    def cells(self, row: City) -> dict[str, str]:
        """One city's cells."""
        others = ";".join(district.code for district in row.other_customs_districts.all())
        values = {
            c.name: c.cell_of(self._value(row, c))
            for c in self.columns
            if c.name != "other_customs_districts"
        }
        return {c.name: values.get(c.name, others) for c in self.columns}

    def write_children(self, changes: Changes, load: Load) -> None:
        """Write the further districts."""
        districts = Lookup(CustomsDistrict, "code")
        for key, city in self.by_key(changes.rows).items():
            row = changes.rows[key]
            try:
                codes = row.values["other_customs_districts"]
                city.other_customs_districts.set([districts[code] for code in codes])
            except ValueError as wrong:
                self.refuse(load, row, "other_customs_districts", str(wrong))

    def finish(self, load: Load) -> None:
        """Note new and moved cities for publication."""
        if FormerPlacements.name not in load.changes:
            place_cities(load)


class FormerPlacements(Table):
    """Where cities were before they moved; ``until`` is the first day they were not."""

    name = "former_placements"
    title = "Provinces and customs districts of cities before they moved"
    key = ("city", "until")
    columns = (
        text("city", longest=50, required=True),
        partial_date("until", required=True),
        text("province", longest=5, required=True),
        text("customs_district", longest=4, required=True),
    )
    foreign_keys = (
        ForeignKey(("city",), "cities", ("slug",)),
        ForeignKey(("province",), "provinces", ("iso_3166_2",)),
        ForeignKey(("customs_district",), "customs_districts", ("code",)),
    )

    def current(self) -> Iterable[Cells]:
        """Former placements as known now, by city and day."""
        for city, placements in sorted(_placements_by_city().items()):
            for former, later in pairwise(placements):
                yield {
                    "city": city,
                    "until": str(later.since),
                    "province": former.province.iso_3166_2,
                    "customs_district": former.customs_district.code,
                }

    def write(self, changes: Changes, load: Load) -> None:
        """Leave it to ``finish``: a city is placed once it and all its moves are read."""

    def take_out(self, absent: Mapping[Key, Cells], load: Load) -> None:
        """Leave it to ``finish``."""

    def finish(self, load: Load) -> None:
        """Note new and moved cities for publication."""
        place_cities(load)


Body = tuple[Province, CustomsDistrict]


def place_cities(load: Load) -> None:
    """Note placements that are new or were wrong, of the cities that a load touches."""
    if load.is_history:
        return
    cities = load.changes.get(Cities.name, Changes())
    former = load.changes.get(FormerPlacements.name, Changes())
    lost = set(former.absent) if load.withdraw else set()
    touched = {key[0] for key in (*cities.rows, *former.rows, *lost)}
    stored = _placements_by_city(touched)
    moves = _moves(stored, former, load)
    for city in City.objects.filter(slug__in=touched):
        own = sorted(key for key in moves if key[0] == city.slug and key not in lost)
        starts = [None, *(until for _, until in own)]
        bodies = [*(moves[key] for key in own), (city.province, city.customs_district)]
        _note(city, list(zip(starts, bodies, strict=True)), stored.get(city.slug, []), load)


def _moves(stored: dict[str, list[Placement]], former: Changes, load: Load) -> dict[Key, Body]:
    """Where cities were until some day: as known, then as the load says."""
    moves: dict[Key, Body] = {
        (slug, str(later.since)): (before.province, before.customs_district)
        for slug, placements in stored.items()
        for before, later in pairwise(placements)
    }
    cities = Lookup(City, "slug")
    provinces, districts = Lookup(Province, "iso_3166_2"), Lookup(CustomsDistrict, "code")
    for key, row in former.rows.items():
        try:
            cities[key[0]]
            body = provinces[row.cells["province"]], districts[row.cells["customs_district"]]
        except ValueError as wrong:
            FormerPlacements().refuse(load, row, None, str(wrong))
        else:
            moves[key] = body
    return moves


def _note(
    city: City,
    wanted: list[tuple[str | None, Body]],
    stored: list[Placement],
    load: Load,
) -> None:
    """Draft what is wanted and not stored, and replace what is stored and not wanted."""
    known = {(p.since, (p.province, p.customs_district)): p for p in stored}
    load.publication.replaced_placements += [
        placement for key, placement in known.items() if key not in wanted
    ]
    for since, (province, district) in (key for key in wanted if key not in known):
        draft = Placement(city=city, province=province, customs_district=district, since=since)
        draft.save()
        load.publication.placements.append(draft)


def _placements_by_city(slugs: Iterable[str] | None = None) -> dict[str, list[Placement]]:
    """Placements as known now, from the first to the latest."""
    placements = Placement.objects.current().select_related("city", "province", "customs_district")
    if slugs is not None:
        placements = placements.filter(city__slug__in=slugs)
    found: dict[str, list[Placement]] = {}
    for placement in sorted(placements, key=lambda placement: placement.since or ""):
        found.setdefault(placement.city.slug, []).append(placement)
    return found
