"""What is researched, held against a plain reading of the fixtures."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.zones import oracle
from zones.rules.completeness import Completeness, completeness
from zones.rules.vocabulary import State

pytestmark = pytest.mark.django_db

NUMBERS = ("cells", "researched", "none_found", "not_researched")


def numbers(states: Counter[str]) -> tuple[int, ...]:
    gaps = states["not-researched"]
    return states.total(), states.total() - gaps, states["none-found"], gaps


@pytest.mark.parametrize("day", ["2015-06-30", "2026-11-23"])
def test_every_cell_is_counted_once_by_topic_city_and_province(day: str, client: Client) -> None:
    answered = client.get("/api/v1/research/", {"as_of": day}).json()
    by_topic, by_city, by_province = (defaultdict(Counter) for _ in range(3))
    lacking = defaultdict(set)
    for topic in oracle.TOPICS:
        for city, row in oracle.CITIES.items():
            state, *_ = oracle.answer(city, topic, day)
            for counted, key in (
                (by_topic, topic),
                (by_city, city),
                (by_province, row["province"]),
            ):
                counted[key][state] += 1
            if state == "not-researched":
                lacking[topic].add(city)
    for name, counted in (("topic", by_topic), ("city", by_city), ("province", by_province)):
        rows = {
            row[name]: row
            for row in answered[{"topic": "topics", "city": "cities"}.get(name, "provinces")]
        }
        assert rows.keys() == counted.keys()
        for key, states in counted.items():
            assert tuple(rows[key][number] for number in NUMBERS) == numbers(states), key
    for row in answered["topics"]:
        assert set(row["not_researched_in"]) == lacking[row["topic"]]
    whole = sum(by_topic.values(), Counter())
    assert tuple(answered["summary"][number] for number in NUMBERS) == numbers(whole)
    assert 0 < answered["summary"]["not_researched"] < answered["summary"]["cells"]


def test_topics_narrow_it_down_and_a_spreadsheet_names_the_cities(client: Client) -> None:
    asked = {"as_of": "2026-11-23", "focus_area": "payment"}
    answered = client.get("/api/v1/research/", asked).json()
    assert {row["focus_area"] for row in answered["topics"]} == {"payment"}
    cells = len(answered["topics"]) * len(answered["cities"])
    assert answered["summary"]["cells"] == cells
    told = client.get("/api/v1/research/", {**asked, "format": "csv"}).content.decode("utf-8-sig")
    head, *rows = told.split("\r\n")[:-1]
    assert head == "topic,focus_area,cells,researched,none_found,not_researched,not_researched_in"
    assert len(rows) == len(answered["topics"])
    first = answered["topics"][0]
    assert rows[0].endswith(";".join(first["not_researched_in"]))


def test_what_was_sought_in_vain_is_researched() -> None:
    states = [State.STATED, State.NONE_FOUND, State.NOT_APPLICABLE, State.NOT_RESEARCHED]
    found = completeness([*states, State.NO_SUCH_RULE_YET])
    assert found == Completeness(researched=4, none_found=1, not_researched=1)
    assert (found.cells, found.percent) == (5, 80)
    assert (found + found).cells == 10
    assert completeness([]).percent is None
    assert completeness([State.STATED] * 999 + [State.NOT_RESEARCHED]).percent == 99


def test_it_takes_one_query_for_all_cells(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/api/v1/profiles/", {"topics": "all", "as_of": "2026-11-23"})
    client.get("/api/v1/profiles/", {"topics": "all", "as_of": "2026-11-22"})
    with django_assert_num_queries(1):  # the edition: those cells are kept
        client.get("/api/v1/research/", {"as_of": "2026-11-23"})


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_the_page_says_what_the_api_does_and_links_to_what_lacks(lang: str, client: Client) -> None:
    asked = {"as_of": "2026-11-23", "lang": lang}
    answered = client.get("/api/v1/research/", asked).json()
    page = client.get("/research/", asked).content.decode()
    whole = answered["summary"]
    for number in (whole["researched"], whole["cells"]):
        assert f"{number:,}" in page
    lacking = [row for row in answered["topics"] if row["not_researched_in"]]
    assert lacking
    for row in lacking:
        assert f"/topics/{row['topic']}/?as_of=2026-11-23" in page
        for city in row["not_researched_in"]:
            assert f"/cities/{city}/?as_of=2026-11-23" in page
    assert "/api/v1/research/?as_of=2026-11-23" in page
    assert client.get("/research/?topic=rates").status_code == 400


@pytest.mark.parametrize("narrowed", [{}, {"province": "CN-ZJ,CN-GD"}])
def test_a_gap_longer_than_what_it_leaves_out_is_told_by_that(
    narrowed: dict[str, str], client: Client
) -> None:
    asked = {"as_of": "2026-11-23", "lang": "en", **narrowed}
    answered = client.get("/api/v1/research/", asked).json()
    page = client.get("/research/", asked).content.decode()
    rows = page.partition("<tbody>")[2].partition("</tbody>")[0].split("</tr>")
    everyone, told = [row["city"] for row in answered["cities"]], set()
    for topic in answered["topics"]:
        gap = topic["not_researched_in"]
        if not gap:
            continue
        (row,) = (one for one in rows if f"/topics/{topic['topic']}/?" in one)
        cell = row.partition('data-label="Not researched for"')[2]
        printed, _, for_screens = cell.partition('<details class="no-print">')
        named = re.findall(r"/cities/([a-z0-9-]+)/", printed)
        if len(gap) > max(6, len(everyone) - len(gap)):
            assert sorted([*named, *gap]) == sorted(everyone), "what is printed says which they are"
            assert re.findall(r"/cities/([a-z0-9-]+)/", for_screens) == gap
            told.add("all but" if named else "all cities")
            assert ("all but" if named else "all cities") in printed
        else:
            assert named == gap
            told.add("named")
    assert {"all but", "named"} <= told


@pytest.mark.parametrize(
    "asked",
    [
        {"city": "hangzhou"},
        {"city": "杭州,Hefei", "focus_area": "payment"},
        {"province": "CN-ZJ,CN-AH", "topic": "bonded-import-1210,local-cash-support"},
        {"province": "CN-ZJ", "city": "hangzhou,hefei"},
    ],
)
def test_cities_and_topics_narrow_it_down_without_changing_a_cell(
    asked: dict[str, str], client: Client
) -> None:
    day = {"as_of": "2026-11-23"}
    whole = client.get("/api/v1/research/", day).json()
    answered = client.get("/api/v1/research/", {**day, **asked}).json()
    named = {"杭州": "hangzhou", "Hefei": "hefei"}
    cities = {named.get(text, text) for text in asked.get("city", "").split(",")} - {""}
    provinces = set(asked.get("province", "").split(",")) - {""}
    expected = [
        row["city"]
        for row in whole["cities"]
        if (not cities or row["city"] in cities) and (not provinces or row["province"] in provinces)
    ]
    assert [row["city"] for row in answered["cities"]] == expected
    lacking = {row["topic"]: set(row["not_researched_in"]) for row in whole["topics"]}
    for row in answered["topics"]:
        assert row["not_researched_in"] == [c for c in expected if c in lacking[row["topic"]]]
        assert row["cells"] == len(expected)
    page = client.get("/research/", {**day, **asked, "lang": "en"}).content.decode()
    summary = answered["summary"]
    assert f"{summary['researched']:,} of {summary['cells']:,} answers researched" in page


@pytest.mark.parametrize(
    ("asked", "named", "meant"),
    [
        ("city=hangzho", "city", "hangzhou"),
        ("province=CN-ZZ", "province", "CN-ZJ"),
        ("focus_area=paymnt", "focus_area", "payment"),
        ("topic=bonded-import-1211", "topic", "bonded-import-1210"),
    ],
)
def test_what_there_is_not_is_refused_with_what_may_be_meant(
    asked: str, named: str, meant: str, client: Client
) -> None:
    refused = client.get(f"/api/v1/research/?{asked}")
    assert refused.status_code == 400
    assert [one["parameter"] for one in refused.json()["errors"]] == [named]
    page = client.get(f"/research/?{asked}&lang=en")
    assert page.status_code == 400
    assert f"{named}={meant}" in page.content.decode()


def test_the_page_of_no_city_claims_nothing(client: Client) -> None:
    page = client.get("/research/?city=hangzhou&province=CN-AH&lang=en").content.decode()
    assert "No city fits all of this." in page
    assert "No topic has a gap." not in page


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_where_no_city_fits_nothing_is_claimed(lang: str, client: Client) -> None:
    asked = {"city": "hangzhou", "province": "CN-HL", "as_of": "2026-11-23", "lang": lang}
    answered = client.get("/api/v1/research/", asked).json()
    assert set(answered["summary"].values()) == {0}
    assert answered["topics"] == answered["cities"] == answered["provinces"] == []
    told = client.get("/api/v1/research/", {**asked, "format": "csv"}).content.decode("utf-8-sig")
    assert len(told.splitlines()) <= 1
    page = client.get("/research/", asked)
    html = page.content.decode()
    assert page.status_code == 200
    words = {"en": "No city fits all of this.", "zh-hans": "没有符合全部条件的城市。"}
    assert words[lang] in html
    assert "<table" not in html
    # An address, such as that of a feed with its limit, claims nothing.
    told = re.sub(r'="[^"]*"', "", html[html.index("<h1") : html.index("</main>")])
    for claim in ("100", "no gap", "<h2", "CSV"):
        assert claim not in told
