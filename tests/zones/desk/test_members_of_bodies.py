"""Bodies that have cities as members bind them as soon as they are public, however they come."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cbec_portal.china_time import today_in_china
from tests.zones.datasets import Row, read_rows
from tests.zones.desk.acts import problems_of, proposed, published, submitted, written
from tests.zones.oracle import FIXTURES
from zones.api.filters import CityFilters, MemberFilter
from zones.dataset import load
from zones.dataset.dump import dump_dataset
from zones.dataset.load import load_dataset
from zones.dataset.place_tables import table_of_bodies
from zones.dataset.table_registry import registry
from zones.desk import set_publication
from zones.desk.judgement import judge
from zones.models import City, InForce
from zones.models.scopes import BODIES
from zones.rules.vocabulary import Certainty
from zones.selectors.affected_cities import affected_cities, cities_of_bodies
from zones.selectors.inquiry import Inquiry
from zones.selectors.snapshot import current_snapshot
from zones.services.editions import new_edition
from zones.services.in_force_rows import rebuild
from zones.services.key_changes import rename

pytestmark = pytest.mark.django_db

TOPIC = "b2b-export-9710-9810-available"
KIND = "customs_district"
AREA = "0199"
MEMBERS = "cities_in_part"


@pytest.fixture(autouse=True)
def _districts_have_members(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """Let a kind of body have members: the cities that a part of them lies in."""
    monkeypatch.setitem(BODIES, KIND, replace(BODIES[KIND], members=MEMBERS))
    table = table_of_bodies(BODIES[KIND])
    monkeypatch.setitem(registry._tables, table.name, table)
    rebuild(check=False)


def test_what_members_are_bound_by_is_in_force() -> None:
    assert rebuild(check=True) == []


@pytest.fixture(params=[True, False], ids=["alone", "never let alone"])
def _others(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others publish nothing meanwhile, or always something else."""
    for owner in (load, set_publication) if not request.param else ():
        real: Callable[..., Any] = owner.forecast

        def meanwhile(*given: Any, real: Callable[..., Any] = real) -> Any:
            new_edition()
            return real(*given)

        monkeypatch.setattr(owner, "forecast", meanwhile)


def area(*cities: str) -> Row:
    names = {"name_en": "An area", "name_zh": "某区"}
    return {"code": AREA, **names, MEMBERS: ";".join(cities)}


@pytest.mark.parametrize("are_there", [True, False])
def test_a_kind_of_scope_is_an_option_of_data_that_have_such_bodies(
    are_there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = registry._tables["customs_districts"]
    if not are_there:
        monkeypatch.setattr(type(table), "ever", lambda _self: iter(()))
    dump_dataset(tmp_path)
    package = json.loads((tmp_path / "datapackage.json").read_text())
    described = {own["name"]: own["schema"]["fields"] for own in package["resources"]}
    (kinds,) = (own for own in described["policies"] if own["name"] == "scope_kind")
    assert ("customs-districts" in described) == are_there
    assert (KIND in kinds["constraints"]["enum"]) == are_there


def test_members_of_an_open_set_are_followed_where_they_are_called_otherwise(analyst: Any) -> None:
    own = proposed(analyst, written("customs_districts", None, **area("hangzhou", "ningbo")))
    rename(City.objects.get(slug="hangzhou"), "hang-zhou")
    (row,) = judge(own).rows
    assert row.after is not None
    assert row.after[MEMBERS] == "hang-zhou;ningbo"


def policy() -> Row:
    rows = read_rows(FIXTURES / "policies.csv")
    own = next(r for r in rows if (r["topic"], r["scope_kind"]) == (TOPIC, "customs_district"))
    days = {"effective_from": "2026-03-01", "effective_to": "", "start_qualifier": ""}
    return own | days | {"scope_code": AREA, "note": ""}


def load_rows(folder: Path, **tables: Iterable[Row]) -> Any:
    for name, rows in tables.items():
        listed = list(rows)
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, listed[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(listed)
    return load_dataset(folder).revision


def bound() -> set[str]:
    """The cities that the area's policy answers."""
    rows = InForce.objects.current().filter(policy__customs_district__code=AREA)
    return set(rows.values_list("city__slug", flat=True))


@pytest.mark.usefixtures("_others")
def test_an_area_and_its_policy_loaded_together_bind_its_members(part: Path) -> None:
    revision = load_rows(part, customs_districts=[area("hangzhou", "hefei")], policies=[policy()])
    assert revision is not None
    assert bound() == {"hangzhou", "hefei"}
    assert rebuild(check=True) == []


@pytest.mark.usefixtures("_others")
def test_a_load_that_changes_members_alone_is_a_revision(part: Path) -> None:
    first = load_rows(part, customs_districts=[area("hangzhou", "hefei")], policies=[policy()])
    (part / "policies.csv").unlink()
    second = load_rows(part, customs_districts=[area("hefei", "zhengzhou")])
    assert second is not None
    assert second.number == first.number + 1
    assert bound() == {"hefei", "zhengzhou"}
    assert rebuild(check=True) == []
    then = InForce.objects.known_at(first.number).filter(policy__customs_district__code=AREA)
    assert set(then.values_list("city__slug", flat=True)) == {"hangzhou", "hefei"}
    assert load_rows(part, customs_districts=[area("zhengzhou", "hefei")]) is None


def test_members_of_a_body_that_binds_them_by_nothing_are_no_revision(part: Path) -> None:
    assert load_rows(part, customs_districts=[area("hangzhou")]) is None
    assert load_rows(part, customs_districts=[area("hefei")]) is None
    assert rebuild(check=True) == []


@pytest.mark.usefixtures("_others")
def test_a_set_that_changes_members_changes_their_answers(
    part: Path, analyst: Any, reviewer: Any
) -> None:
    load_rows(part, customs_districts=[area("hangzhou", "hefei")], policies=[policy()])
    own = submitted(analyst, written("customs_districts", (AREA,), **{MEMBERS: "hefei;zhengzhou"}))
    expected = judge(own).expected.facts.members
    told = {city for city, scopes in expected.items() if AREA in {scope.code for scope in scopes}}
    assert told == {City.objects.get(slug=slug).pk for slug in ("hefei", "zhengzhou")}
    set_publication.publish_set(own, reviewer)
    assert bound() == {"hefei", "zhengzhou"}
    assert rebuild(check=True) == []


def test_members_of_an_area_are_counted_listed_and_filtered_by_it(
    part: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_rows(part, customs_districts=[area("hangzhou", "hefei")], policies=[policy()])
    kept = current_snapshot()
    inquiry = Inquiry(kept, kept.newest, today_in_china(), "en", Certainty.UNVERIFIED)
    key = (TOPIC, "customs_district", AREA, "2027-01-01")
    assert affected_cities(inquiry, "policies", [key])[key] == 2
    assert cities_of_bodies(inquiry, "customs_district", [(AREA,)]) == {(AREA,): 2}
    page = client.get("/cities/", {"customs_district": AREA})
    assert page.status_code == 200
    assert page.context["found"] == 2
    assert "/cities/hangzhou/" in page.text
    filters = CityFilters.base_filters | {"customs_district": MemberFilter(BODIES[KIND])}
    monkeypatch.setattr(CityFilters, "base_filters", filters)
    answer = client.get("/api/v1/cities/", {"customs_district": AREA}).json()
    assert {row["slug"] for row in answer["results"]} == {"hangzhou", "hefei"}


def test_a_city_that_comes_with_its_area_is_bound(part: Path, analyst: Any, reviewer: Any) -> None:
    cells = read_rows(FIXTURES / "cities.csv")[0]
    city = cells | {"slug": "newtown", "adcode": "990100", "name_en": "Newtown", "name_zh": "新镇"}
    city |= {"other_customs_districts": ""}
    load_rows(part, customs_districts=[area("newtown")], cities=[city], policies=[policy()])
    assert bound() == {"newtown"}
    assert rebuild(check=True) == []
    published(analyst, reviewer, written("customs_districts", (AREA,), **{MEMBERS: ""}))
    assert bound() == set()
    assert rebuild(check=True) == []


def test_a_member_that_is_no_city_is_refused_beside_its_cell(analyst: Any) -> None:
    own = proposed(analyst, written("customs_districts", ("2900",), **{MEMBERS: "hangzhou;2015"}))
    found = judge(own)
    assert found.hinders
    assert [(cell, "2015" in why) for cell, why in problems_of(found.rows)] == [(MEMBERS, True)]
