"""Names of places are read alike in both languages; that of a customs district is no city's."""

from __future__ import annotations

import pytest

from tests.zones.desk.acts import known
from zones.desk.grid_files import read_text
from zones.desk.grid_matrix import read_matrix
from zones.desk.grid_names import GridWords
from zones.desk.grid_rows import GridReading
from zones.desk.pickers import candidates, picks_named
from zones.rules.names import key_forms
from zones.selectors.place_names import cities_named, nearest_cities
from zones.selectors.snapshot import current_snapshot

pytestmark = pytest.mark.django_db

TOPIC = "import-single-transaction-limit"


def read(*places: str, across: bool = False, words: GridWords | None = None) -> GridReading:
    lines = [["place", TOPIC], *([place, "6000"] for place in places)]
    if across:
        lines = [["topic", *places], [TOPIC, *("6000" for _place in places)]]
    return read_matrix(read_text("\n".join("\t".join(line) for line in lines)), {}, "", words)


def test_what_is_called_customs_is_never_a_city() -> None:
    cities, districts = known("cities"), known("customs_districts")
    own = {cells[name] for cells in districts.values() for name in ("name_en", "name_zh")}
    snapshot, words = current_snapshot(), GridWords()
    for (slug,), cells in sorted(cities.items())[::6]:
        short = key_forms(cells["name_zh"])[-1]
        for name in (f"{cells['name_en']} Customs", f"{short}海关", f"{short}关区"):
            assert cities_named(name, snapshot) == [], name
            assert picks_named("cities", name) == [], name
            (row,) = read(name, words=words).rows
            assert row.cells.get("scope_kind") in (None, "customs_district"), (slug, name)
            if name not in own and not name.endswith("关区"):
                assert row.problems or row.notes, name
    for name in ("Foshan Customs", "佛山海关"):
        (row,) = read(name).rows
        assert "scope_code" not in row.cells
        assert row.problems
    # It may still be meant, and is offered.
    assert "foshan" in nearest_cities("佛山海关", snapshot) or candidates("cities", "佛山")


@pytest.mark.parametrize("name", ["Customs", "Customs District", "海关", "关区"])
def test_a_district_is_named_in_each_of_its_ways(name: str) -> None:
    words = GridWords()
    for (code,), cells in known("customs_districts").items():
        own = cells["name_en"].removesuffix(" Customs")
        place = cells["name_zh"].removesuffix("海关")
        typed = f"{own} {name}" if name.isascii() else f"{place}{name}"
        (row,) = read(typed, words=words).rows
        assert (row.cells.get("scope_kind"), row.cells.get("scope_code")) == (
            "customs_district",
            code,
        ), typed


def test_both_languages_of_a_name_that_several_kinds_bear_are_refused_alike() -> None:
    cities = {cells["name_zh"].removesuffix("市"): cells for cells in known("cities").values()}
    words, told = GridWords(), 0
    for cells in known("customs_districts").values():
        place = cells["name_zh"].removesuffix("海关")
        if place not in cities:
            continue
        city = cities[place]
        named = (city["name_en"], place, city["name_zh"])
        english, chinese, full = read(*named, words=words).rows
        assert english.problems, city["name_en"]
        assert chinese.problems, place
        assert {o.cell for p in english.problems for o in p.offers} == {
            o.cell for p in chinese.problems for o in p.offers
        }
        if city["name_zh"] not in ("北京市", "天津市", "上海市", "重庆市"):  # provinces as well
            assert full.cells["scope_code"] == city["slug"]
            (key,) = read(city["slug"], words=words).rows
            assert key.cells["scope_code"] == city["slug"]
        told += 1
    assert told > 30


@pytest.mark.parametrize("across", [False, True])
@pytest.mark.parametrize(
    ("typed", "is_told"),
    [
        ("foshan", False),
        ("Foshan", False),
        ("佛山市", False),
        ("city foshan (Foshan)", False),
        ("城市 佛山市", False),
        ("佛山", True),
        ("Foshan City", True),
        ("Huangpu", True),
        ("黄埔海关", False),
        ("5200", False),
        ("nation", False),
    ],
)
def test_how_a_name_is_read_is_said_where_it_is_not_the_own_name(
    typed: str, is_told: bool, across: bool
) -> None:
    (row,) = read(typed, across=across).rows
    assert "scope_code" in row.cells, row.problems
    told = [note for note in row.notes if note.column == "scope_code"]
    assert bool(told) == is_told
    for note in told:
        assert (note.written, note.read) == (typed, row.cells["scope_code"])
