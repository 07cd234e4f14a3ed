"""Tables of places."""

from __future__ import annotations

from typing import Any

from zones.dataset.columns import Column, names_some, number, one_of, text
from zones.dataset.tables import Changes, ForeignKey, Load, Lookup, ModelTable, Reference
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
        """Write the further districts, and note moves for publication."""
        districts = Lookup(CustomsDistrict, "code")
        for key, city in self.by_key(changes.rows).items():
            row = changes.rows[key]
            try:
                codes = row.values["other_customs_districts"]
                city.other_customs_districts.set([districts[code] for code in codes])
            except ValueError as wrong:
                self.refuse(load, row, "other_customs_districts", str(wrong))
            self._place(city, load)

    @staticmethod
    def _place(city: City, load: Load) -> None:
        """Note that a city is new or its placement was wrong."""
        placed = Placement.objects.current().filter(city=city).order_by("-since_day").first()
        same = placed and (placed.province_id, placed.customs_district_id) == (
            city.province_id,
            city.customs_district_id,
        )
        if same:
            return
        draft = Placement(
            city=city,
            province=city.province,
            customs_district=city.customs_district,
            since=placed.since if placed else None,
        )
        draft.save()
        load.publication.placements.append(draft)
        if placed:
            load.publication.replaced_placements.append(placed)
