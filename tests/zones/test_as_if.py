"""What would change if one city were like another is what a comparison of both says."""

from __future__ import annotations

import csv
import html
import io
from typing import Any

import pytest
from django.test import Client

from zones.rules.vocabulary import KNOWN_STATES, State

pytestmark = pytest.mark.django_db

PAIRS = [
    ("shenzhen", "ningbo", "2026-11-20", ""),
    ("hangzhou", "zhengzhou", "2018-06-30", ""),
    ("haikou", "shijiazhuang", "2021-03-01", "primary"),
    ("bortala", "beijing", "2012-12-31", ""),
]
LANGUAGES = ("en", "zh-hans")


def _compared(client: Client, asked: str) -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/compare/?{asked}")
    assert answer.status_code == 200
    return list(answer.json()["rows"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("city", "like", "day", "certainty"), PAIRS)
def test_the_answers_that_would_turn_are_those_that_differ(
    client: Client, city: str, like: str, day: str, certainty: str, language: str
) -> None:
    sure = f"&certainty={certainty}" if certainty else ""
    asked = f"cities={city},{like}&as_of={day}{sure}&lang={language}"
    rows = _compared(client, asked)
    context = client.get(f"/compare/as-if/?{asked}").context
    differing = {row["topic"]["slug"]: row for row in rows if row["outcome"] == "differs"}
    there, back = ([turn for _a, own in way.areas for turn in own] for way in context["directions"])
    assert {turn.topic["slug"] for turn in there} == set(differing)
    for turn, reverse in zip(there, back, strict=True):
        before, after = differing[turn.topic["slug"]]["cells"]
        assert (turn.before["display"], turn.after["display"]) == (
            before["display"],
            after["display"],
        )
        assert (reverse.before, reverse.after) == (turn.after, turn.before)
        told = (before if turn.ends else after)["source"]
        assert turn.ends == (after["source"] is None)
        assert (turn.document or {}).get("id") == (told or {}).get("id")
    unknown = {r["topic"]["slug"] for r in rows if r["outcome"] in ("incomplete", "unknown")}
    gaps = [topic["slug"] for _area, own in context["gap_rows"] for topic, _cells, _of in own]
    assert sorted(gaps) == sorted(unknown)
    assert context["turns"] == len(differing)
    assert context["turns"] + context["same"] + context["gaps"] == context["topics"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_and_its_table_say_the_same(client: Client, language: str) -> None:
    asked = f"cities=shenzhen,ningbo&as_of=2026-11-20&lang={language}"
    page = client.get(f"/compare/as-if/?{asked}")
    text = html.unescape(page.content.decode())
    table = client.get(f"/compare/as-if/table.csv?{asked}").content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(table)))[1:]
    assert len(lines) == page.context["turns"] > 0
    for question, area, before, after, document in lines:
        for told in (question, area, before, after):
            assert told in text.replace("\u2060", ""), told
        assert document
    assert client.get(f"/compare/as-if/table.xlsx?{asked}").status_code == 200
    assert "/api/v1/compare/?cities=shenzhen,ningbo&as_of=2026-11-20" in text


def test_what_is_not_known_is_said_to_be_and_never_turns(client: Client) -> None:
    asked = "/compare/as-if/?cities=shenzhen,ningbo&as_of=2026-11-20&lang=en"
    context = client.get(asked).context
    for _area, rows in context["gap_rows"]:
        for _topic, cells, of in rows:
            open_ones = [
                name
                for name, cell in zip(context["names"], cells, strict=True)
                if State(cell["state"]) not in KNOWN_STATES
            ]
            assert of == ", ".join(open_ones)
            assert of


def test_names_are_understood_and_a_missing_city_is_asked_for(client: Client) -> None:
    named = client.get("/compare/as-if/?cities=杭州&cities=Ningbo&lang=en")
    assert named.context["title"] == "What would change if Hangzhou were like Ningbo"
    alone = client.get("/compare/as-if/?cities=hangzhou&lang=en")
    assert alone.status_code == 200
    assert not alone.context["told"]
    for wrong in ("hangzhou,ningbo,wuhan", "hangzhou,nowhere"):
        assert client.get(f"/compare/as-if/?cities={wrong}").status_code == 400


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("/compare/?cities=shenzhen,ningbo&as_of=2021-01-01", "cities=shenzhen,ningbo"),
        ("/distances/?city=shenzhen&as_of=2021-01-01", "cities=shenzhen,ningbo"),
        ("/cities/shenzhen/?as_of=2021-01-01", "cities=shenzhen"),
    ],
)
def test_pages_of_two_cities_lead_there_on_their_day(
    client: Client, address: str, leads: str
) -> None:
    text = html.unescape(client.get(address).content.decode())
    assert f'href="/compare/as-if/?{leads}&as_of=2021-01-01"' in text


@pytest.mark.parametrize(
    "cities", ["shenzhen", "shenzhen,ningbo,wuhan", "shenzhen@2019-01-01,ningbo"]
)
def test_other_columns_do_not(client: Client, cities: str) -> None:
    text = client.get(f"/compare/?cities={cities}&as_of=2021-01-01").content.decode()
    assert "/compare/as-if/" not in text
