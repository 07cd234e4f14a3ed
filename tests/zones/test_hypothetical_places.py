"""A place without pilot status is answered as a city is, and never a dead end."""

from __future__ import annotations

import csv
import io
import random
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests.zones import oracle

pytestmark = pytest.mark.django_db

SUIHUA = "Suihua:CN-HL:1900"
#: Provinces with the customs districts in which cities of theirs lie.
WHERE = sorted({(row["province"], row["customs_district"]) for row in oracle.read("cities")})
#: Bodies that have rules of their own are asked about more often than chance would.
WITH_RULES = {
    p["scope_code"] for p in oracle.POLICIES if p["scope_kind"] in ("province", "customs_district")
}


def described(random_: random.Random) -> tuple[str, str]:
    """A province and a district, more likely than not with rules of their own."""
    ruled = [pair for pair in WHERE if WITH_RULES & set(pair)]
    return random_.choice(ruled if random_.random() < 0.6 else WHERE)


def in_oracle(province: str, district: str) -> str:
    """The key of a place that the oracle reads as a city in no zone."""
    key = f"{province}:{district}"
    place = {"slug": key, "province": province, "customs_district": district}
    oracle.CITIES[key] = place | {"name_en": "", "name_zh": ""}
    return key


@pytest.fixture(autouse=True)
def _only_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oracle, "CITIES", dict(oracle.CITIES))


def span(place: str, topic: str, day: str, policy: str) -> tuple[str, str | None]:
    """From when until when the oracle has a policy answer without a break."""
    own = [p for p in oracle.POLICIES if p["topic"] == topic]
    edges = {oracle.first_day(p["effective_from"]) for p in own}
    for row in own:
        if row["effective_to"]:
            last = date.fromisoformat(oracle.last_day(row["effective_to"]))
            edges.add((last + timedelta(days=1)).isoformat())

    def answers(on: str) -> bool:
        keys = oracle.answer(place, topic, on)[2]
        return bool(keys) and keys[0] == policy

    since = day
    for edge in sorted((e for e in edges if e <= day), reverse=True):
        if not answers(edge):
            break
        since = edge
    stop = next((e for e in sorted(e for e in edges if e > day) if not answers(e)), None)
    return since, stop and (date.fromisoformat(stop) - timedelta(days=1)).isoformat()


@pytest.mark.parametrize("seed", range(12))
def test_every_answer_and_its_days_are_those_of_a_plain_reading(seed: int, client: Client) -> None:
    random_ = random.Random(seed)
    places = [described(random_) for _ in range(4)]
    day = date(2014, 1, 1) + timedelta(days=random_.randrange(4900))
    keys = [f"p{number}:{p}:{d}" for number, (p, d) in enumerate(places)]
    asked = f"/api/v1/compare/?cities={','.join(keys)}&as_of={day}"
    answer = client.get(asked).json()
    assert len(answer["rows"]) == len(oracle.TOPICS)
    found = 0
    for row in answer["rows"]:
        topic = row["topic"]["slug"]
        for (province, district), cell in zip(places, row["cells"], strict=True):
            place = in_oracle(province, district)
            state, value, policies = oracle.answer(place, topic, day.isoformat())
            assert cell["state"] == state, (topic, place)
            if not policies:
                continue
            found += 1
            also = [other["policy"] for other in cell["also"]]
            if state == "stated":
                assert [cell["policy"], *also] == policies
                assert cell["value"] == value
                since, until = span(place, topic, day.isoformat(), policies[0])
                assert (cell["from"], cell["until"]) == (since, until), (topic, place)
    assert found > 20


def test_a_preview_says_until_when_as_a_city_does(client: Client) -> None:
    address = "/api/v1/templates/import-1210-seller/preview/?as_of=2022-06-30"
    city = client.get(f"{address}&city=hangzhou").json()
    place = client.get(f"{address}&province=CN-ZJ&customs_district=2900").json()

    def days(preview: Any) -> dict[str, Any]:
        return {
            duty["number"]: (duty["policy"]["from"], duty["policy"]["until"])
            for part in ("included", "excluded", "to_confirm")
            for duty in preview[part]
            if duty["policy"] and duty["policy"]["scope"]["kind"] == "nation"
        }

    assert days(place)["7.7"][1] == "2023-09-19"
    both = days(place).keys() & days(city).keys()
    assert "7.7" in both
    assert {number: days(place)[number] for number in both} == {
        number: days(city)[number] for number in both
    }


def test_a_place_stands_beside_cities_in_every_format(client: Client) -> None:
    asked = f"cities=hangzhou,{SUIHUA}@2019-12-31,{SUIHUA}&as_of=2020-06-30"
    answer = client.get(f"/api/v1/compare/?{asked}").json()
    assert [column["key"] for column in answer["columns"]] == [
        "hangzhou@2020-06-30",
        f"{SUIHUA}@2019-12-31",
        f"{SUIHUA}@2020-06-30",
    ]
    place = answer["columns"][1]["city"]
    assert (place["name"], place["province"]) == ("Suihua", "CN-HL")
    assert place["customs_district"] == "1900"
    table = client.get(f"/api/v1/compare/?{asked}&format=csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert {row["city"] for row in rows} == {"hangzhou", SUIHUA}
    book = load_workbook(io.BytesIO(client.get(f"/api/v1/compare/?{asked}&format=xlsx").content))
    assert book.active is not None
    assert book.active.max_row == len(rows) + 1
    page = client.get(f"/compare/?{asked}").content.decode()
    assert f"/places/{SUIHUA}/?as_of=2019-12-31" in page.replace("%3A", ":")
    assert page.count('class="city"') == 3


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ("Suihua:CN-HL:1900", SUIHUA),
        ("绥化:CN-HL:1900", "绥化:CN-HL:1900"),
        ("Dabu county:CN-HL", "Dabu county:CN-HL:1900"),
    ],
)
def test_a_place_is_named_as_its_reader_names_it(client: Client, asked: str, key: str) -> None:
    answer = client.get(f"/api/v1/compare/?cities={quote(asked)}&as_of=2020-06-30").json()
    assert answer["baseline"] == f"{key}@2020-06-30"
    page = client.get(f"/places/{quote(asked)}/?as_of=2020-06-30")
    assert page.status_code == 200
    assert f"<h1>{key.partition(':')[0]}</h1>" in page.content.decode()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("Suihua:CN-XX:1900", "CN-XX"),
        ("Suihua:CN-HL:19", "19"),
        (":CN-HL:1900", "NAME:PROVINCE:DISTRICT"),
        ("a:b:c:d", "NAME:PROVINCE:DISTRICT"),
        ("Somewhere:CN-GD", "customs district"),
        (f"{'x' * 61}:CN-HL:1900", "NAME:PROVINCE:DISTRICT"),
        (f"{SUIHUA},Suihua:CN-HL", "Named twice"),
        (f"{SUIHUA}@2019-02-30", "not a day of the calendar"),
    ],
)
def test_a_place_that_cannot_be_is_refused_with_words(
    client: Client, asked: str, told: str
) -> None:
    refused = client.get(f"/api/v1/compare/?cities={quote(asked, safe=',')}")
    assert refused.status_code == 400
    assert told in refused.content.decode()
    assert client.get(f"/compare/?cities={quote(asked, safe=',')}").status_code == 400


def test_the_page_of_a_place_answers_as_the_api_does(client: Client) -> None:
    asked = f"/api/v1/compare/?cities={SUIHUA}&as_of=2020-06-30"
    stated = [row for row in client.get(asked).json()["rows"] if row["cells"][0]["policy"]]
    page = client.get(f"/places/{SUIHUA}/?as_of=2020-06-30").content.decode()
    assert len(stated) > 20
    for row in stated:
        assert f'id="{row["topic"]["slug"]}"' in page
    assert page.count("<details>") >= len(stated)


@pytest.mark.parametrize("words", ["Suihua", "绥化", "Xinzhou", "Dabu county"])
def test_search_offers_to_answer_a_place_that_no_pilot_names(client: Client, words: str) -> None:
    page = client.get(f"/search/?q={quote(words)}").content.decode()
    assert 'action="/places/"' in page
    assert f'value="{words}"' in page
    found = client.get(f"/places/?name={quote(words)}&province=CN-HL&customs_district=1900")
    assert found.status_code == 302
    assert client.get(found["Location"]).status_code == 200


@pytest.mark.parametrize("words", ["hangzhou", "Heilongjiang", "bonded", "国函〔2015〕44号", ""])
def test_where_something_is_found_no_place_is_asked_for(client: Client, words: str) -> None:
    page = client.get(f"/search/?q={quote(words)}", headers={"Accept-Language": "en"})
    assert 'action="/places/"' not in page.content.decode()
    assert bool(words) == ('<ol class="hits found"' in page.content.decode())


def test_a_city_that_is_named_is_not_asked_where_it_lies(client: Client) -> None:
    assert client.get("/places/?name=杭州")["Location"] == "/cities/hangzhou/"


def test_a_district_is_asked_for_where_the_province_has_several(client: Client) -> None:
    page = client.get("/places/?name=Meizhou+county&province=CN-GD")
    assert page.status_code == 200
    assert "several customs districts" in page.content.decode()
    one = client.get("/places/?name=Suihua&province=CN-HL")
    assert one["Location"] == f"/places/{SUIHUA}/"


def test_a_province_named_in_the_search_is_chosen(client: Client) -> None:
    page = client.get("/search/?q=Suihua+Heilongjiang").content.decode()
    assert 'value="CN-HL" selected' in page


def test_queries_do_not_grow_with_places(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    def asked(count: int) -> str:
        names = [f"p{n}:{':'.join(WHERE[n])}" for n in range(count)]
        return f"/api/v1/compare/?cities={','.join(['hangzhou', *names])}&as_of=2020-06-30"

    client.get(asked(9))
    with django_assert_max_num_queries(3):
        client.get(asked(1))
    with django_assert_max_num_queries(3):
        client.get(asked(9))


@pytest.mark.parametrize("name", ["Hangzhou", "hangzhou", "杭州", "杭州市", "HANGZHOU "])
def test_a_pilot_city_is_no_place_without_status(client: Client, name: str) -> None:
    """It is answered as a city, which more rules bind, or refused with its key."""
    place = f"{name}:CN-ZJ:2900"
    told = client.get("/api/v1/compare/", {"cities": f"zhengzhou,{place}"})
    assert told.status_code == 400
    assert "ask for hangzhou" in str(told.json()["errors"])
    page = client.get("/compare/", {"cities": f"zhengzhou,{place}"})
    assert page.status_code == 400
    assert "is a pilot city there" in page.content.decode()
    new_area = client.get("/api/v1/compare/?cities=雄安新区:CN-HE:0400")
    assert "ask for xiongan" in str(new_area.json()["errors"])
    form = {"name": name, "province": "CN-ZJ", "customs_district": "2900"}
    assert client.get("/places/", form)["Location"] == "/cities/hangzhou/"
    assert client.get(f"/places/{place.replace(' ', '')}/").status_code == 400


def test_a_town_of_a_pilot_citys_name_elsewhere_is_a_place(client: Client) -> None:
    for place in ("Hangzhou:CN-HL:1900", "Wuhu county:CN-AH:3300", "芜湖县:CN-AH:3300"):
        assert client.get("/api/v1/compare/", {"cities": place}).status_code == 200
