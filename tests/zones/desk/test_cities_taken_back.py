"""A new city is taken back with all that was said of it: earlier revisions go on to tell of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.zones.desk.acts import known, problems_of, proposed, published, said, written
from tests.zones.desk.test_desk_dump import Elsewhere
from tests.zones.desk.test_every_table import tomorrow
from tests.zones.desk.test_reversal import LIMIT, answers, dataset, undone
from tests.zones.test_for_ever import body, without_what_is_now
from zones.admin.effect_picture import picture_of
from zones.dataset.dump import dump_dataset
from zones.dataset.load import load_dataset
from zones.desk.cell_words import CellWords
from zones.desk.effect import effect_of
from zones.desk.judgement import judge
from zones.desk.reversal import propose_undo
from zones.models import Revision
from zones.rules.vocabulary import Fate
from zones.services.in_force_rows import rebuild
from zones.services.version_chains import broken_chains

pytestmark = pytest.mark.django_db

#: What names the revision by its number.
NUMBER = re.compile(r"known_at=|revision|-r\d", re.IGNORECASE)


def founded(analyst: Any, reviewer: Any) -> Revision:
    """A revision that makes a new city, with its zone, coverage, figures, rules and a move."""
    new = tomorrow()
    city = {**new["cities"][0], "province": "CN-ZJ", "customs_district": "2900"}
    city = {**city, "other_customs_districts": "", "adcode": "339900"}
    zone = {**next(iter(known("zones").values())), "city": city["slug"], "ended_on": ""}
    zone |= {"designated_on": "2020-05-06", "successor": "", "zone_name_en": "", "zone_name_zh": ""}
    covers = {**new["zone_coverage"][0], "programme": zone["programme"], "zone_city": "tomorrow"}
    policy = {**known("policies")[LIMIT], "scope_kind": "city", "scope_code": city["slug"]}
    figure = {**next(iter(known("statistics").values())), "scope": city["slug"]}
    moved = {"city": city["slug"], "until": "2021", "province": "CN-SH", "customs_district": "2200"}
    assert city["slug"] == "tomorrow"
    return published(
        analyst,
        reviewer,
        said("cities", city),
        said("former_placements", moved),
        said("zones", zone),
        said("zone_coverage", {**covers, "covered_from": "2020-06"}),
        said("policies", {**policy, "value": "1"}),
        said("statistics", figure),
    )


def test_a_new_city_is_taken_back_with_all_that_was_said_of_it(
    analyst: Any, reviewer: Any, client: Client
) -> None:
    before, answered = dataset(), answers(client)
    founding = founded(analyst, reviewer)
    asked = [
        f"/api/v1/cities/?known_at={founding.number}&limit=1000",
        f"/api/v1/cities/?known_at={founding.number}&format=csv",
        f"/api/v1/compare/?cities=hangzhou,tomorrow&as_of=2022-01-01&known_at={founding.number}",
    ]
    page = f"/cities/tomorrow/?known_at={founding.number}&as_of=2022-01-01"
    said_then = [without_what_is_now(body(client, address)) for address in asked]
    own = propose_undo(founding, analyst)
    assert not judge(own).hinders, problems_of(judge(own).rows)
    assert "tomorrow" in effect_of(judge(own)).cities
    undo = undone(founding, analyst, reviewer)
    assert dataset() == before
    assert answers(client) == answered
    assert rebuild(check=True) == []
    assert broken_chains() == []
    assert [without_what_is_now(body(client, address)) for address in asked] == said_then
    assert "Of tomorrow" in client.get(page).content.decode()
    listed = client.get("/api/v1/cities/?limit=1000").json()["results"]
    assert "tomorrow" not in [city["slug"] for city in listed]
    assert client.get("/cities/tomorrow/").status_code == 404
    assert client.get("/api/v1/compare/?cities=hangzhou,tomorrow").status_code == 400
    assert "/cities/tomorrow/" not in client.get("/sitemap.xml").content.decode()
    undone(undo, analyst, reviewer)
    assert ("tomorrow",) in known("cities")
    listed = client.get("/api/v1/cities/?limit=1000").json()["results"]
    assert "tomorrow" in [city["slug"] for city in listed]
    assert rebuild(check=True) == []
    assert broken_chains() == []
    assert [without_what_is_now(body(client, address)) for address in asked] == said_then


def test_a_city_on_which_later_work_rests_is_not_taken_back(analyst: Any, reviewer: Any) -> None:
    founding = founded(analyst, reviewer)
    later = {**known("policies")[LIMIT], "scope_kind": "city", "scope_code": "tomorrow"}
    published(analyst, reviewer, said("policies", {**later, "effective_from": "2020-02-02"}))
    own = propose_undo(founding, analyst)
    refused = {row.table.name: problems_of([row]) for row in judge(own).rows if row.problems}
    assert list(refused) == ["cities"]
    assert "tomorrow 2020-02-02" in str(refused["cities"])


def test_nothing_names_a_city_that_was_taken_back(analyst: Any, reviewer: Any) -> None:
    undone(founded(analyst, reviewer), analyst, reviewer)
    policy = {**known("policies")[LIMIT], "scope_kind": "city", "scope_code": "tomorrow"}
    (row,) = judge(proposed(analyst, said("policies", policy))).rows
    assert row.fate == Fate.REFUSED
    assert "tomorrow was taken out: write it again first." in str(problems_of([row]))
    other = {**known("cities")["hangzhou",], "slug": "day-after", "adcode": "339900"}
    (row,) = judge(proposed(analyst, said("cities", other))).rows
    assert "This is the code of tomorrow" in str(problems_of([row]))


def test_a_history_carries_cities_that_were_taken_back(
    analyst: Any, reviewer: Any, tmp_path: Path, client: Client, elsewhere: Elsewhere
) -> None:
    founding = founded(analyst, reviewer)
    undone(founding, analyst, reviewer)
    asked = f"/api/v1/compare/?cities=tomorrow&as_of=2022-01-01&known_at={founding.number}"
    then = client.get(asked).json()
    dump_dataset(tmp_path / "now")
    assert "tomorrow" not in (tmp_path / "now" / "cities.csv").read_text()
    dump_dataset(tmp_path / "ever", history=True)
    with elsewhere():
        load_dataset(tmp_path / "ever")
        assert client.get(asked).json() == then
        assert ("tomorrow",) not in known("cities")
        assert rebuild(check=True) == []
        assert broken_chains() == []
        dump_dataset(tmp_path / "again", history=True)
    for file in (tmp_path / "ever").glob("*.csv"):
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes(), file.name


def test_every_page_is_as_it_was_once_a_city_is_taken_back(
    analyst: Any, reviewer: Any, client: Client
) -> None:
    undone(founded(analyst, reviewer), analyst, reviewer)
    pages = ("", "cities/", "zones/", "profiles/", "topics/spread/", "research/", "statistics/")
    asked = [
        *(f"/{page}" for page in pages),
        *("/changes/", "/changes/feed/", "/changes/calendar.ics", "/distances/?city=hangzhou"),
        *(f"/topics/{LIMIT[0]}/", "/compare/?cities=hangzhou", "/search/?q=tomorrow", "/about/"),
        *("/api/v1/changes/?limit=500", "/api/v1/zones/?limit=500", "/api/v1/profiles/"),
    ]
    for address in asked:
        response = client.get(address)
        assert response.status_code == 200, address
    found = client.get("/search/?q=Of+tomorrow").content.decode()
    assert "/cities/tomorrow/" not in found


def test_the_picture_of_an_effect_has_no_place_for_a_city_that_was_taken_back(
    analyst: Any, reviewer: Any
) -> None:
    before = len(known("cities"))
    undo = undone(founded(analyst, reviewer), analyst, reviewer)
    turned = judge(proposed(analyst, written("policies", LIMIT, value="4999")))
    shown: Any = picture_of(effect_of(turned), CellWords("en"))
    assert (shown["cities"], shown["width"] // shown["cities"]) == (before, 6)
    assert int(shown["rows"][0]["told"].split()[0]) <= before
    brought_back: Any = picture_of(effect_of(judge(propose_undo(undo, analyst))), CellWords("en"))
    assert [city for city, _topics in brought_back["new"]] == ["Of tomorrow"]


def test_no_page_counts_or_lists_a_city_that_was_taken_back(
    analyst: Any, reviewer: Any, client: Client
) -> None:
    pages = [
        *("/cities/", "/zones/", "/profiles/", "/topics/", "/topics/spread/", "/atlas/"),
        *("/research/", "/statistics/", "/batches/", f"/topics/{LIMIT[0]}/", "/distances/"),
        *("/compare/?cities=hangzhou", "/templates/", "/sources/", "/about/"),
    ]

    def figures() -> dict[str, list[str]]:
        told = {page: without_what_is_now(body(client, page)) for page in pages}
        return {
            page: [line for line in lines if not NUMBER.search(line)]
            for page, lines in told.items()
            if isinstance(lines, list)
        }

    before = figures()
    assert len(before) == len(pages)
    undone(founded(analyst, reviewer), analyst, reviewer)
    for page, lines in figures().items():
        assert lines == before[page], page
