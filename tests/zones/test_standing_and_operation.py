"""What the law allows in a city, and what is recorded there, are one pair and two answers."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.zones import oracle
from zones.rules.operation import in_pairs, records_of_operation

pytestmark = pytest.mark.django_db

DAY = "2026-11-23"
STANDING, RECORD = "bonded-import-1210", "bonded-import-1210-in-operation"
HEAD = {
    "en": "Bonded retail import (1210): what the law allows, and what is recorded",
    "zh-hans": "网购保税进口（1210）：规定允许与运行记录",
}


def opened(client: Client, address: str, **asked: Any) -> str:
    page: Any = client.get(address, {"as_of": DAY, **asked})
    assert page.status_code == 200
    return unescape(page.content.decode())


@given(
    topics=st.lists(st.integers(0, 9), unique=True),
    records=st.dictionaries(st.integers(0, 4), st.integers(5, 9)),
)
def test_a_record_follows_its_standing_and_nothing_else_moves(
    topics: list[int], records: dict[int, int]
) -> None:
    records = {own: record for own, record in records.items() if own + 5 == record}
    found = in_pairs(topics, records)
    assert sorted(found) == sorted(topics)
    behind = {record for own, record in records.items() if own in topics}
    assert [t for t in found if t not in behind] == [t for t in topics if t not in behind]
    for own, record in records.items():
        if {own, record} <= {*topics}:
            assert found.index(record) == found.index(own) + 1


def test_only_what_is_among_the_topics_is_a_pair() -> None:
    assert records_of_operation({"x-in-operation": 1, "y": 2}) == {}


@pytest.mark.parametrize("asked", [{}, {"focus_area": "transactions"}])
def test_a_comparison_has_the_record_right_behind_the_standing(
    client: Client, asked: dict[str, str]
) -> None:
    question = {"cities": "zhengzhou,jinhua", "as_of": DAY, **asked}
    rows = client.get("/api/v1/compare/", question).json()["rows"]
    slugs = [row["topic"]["slug"] for row in rows]
    assert slugs.index(RECORD) == slugs.index(STANDING) + 1
    standing, record = (rows[slugs.index(slug)] for slug in (STANDING, RECORD))
    assert (standing["varies"], record["varies"]) == (True, False)
    told = [[cell["state"] for cell in row["cells"]] for row in (standing, record)]
    assert told == [
        [oracle.answer(city, slug, DAY)[0] for city in ("zhengzhou", "jinhua")]
        for slug in (STANDING, RECORD)
    ]
    assert record["cells"][1]["value"] is None
    assert record["cells"][1]["display"] == "not researched"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("address", "asked"),
    [("/compare/", {"cities": "zhengzhou,jinhua"}), ("/cities/jinhua/", {})],
)
def test_a_page_shows_them_as_one_pair(
    client: Client, address: str, asked: dict[str, str], language: str
) -> None:
    page = opened(client, address, lang=language, **asked)
    assert page.count(HEAD[language]) == 1
    pair = page.split(HEAD[language])[1]
    first, second = re.findall(r'<tr[^>]* class="paired">.*?</tr>', pair, re.S)
    end = "zh" if language == "zh-hans" else "en"
    questions = {slug: oracle.TOPICS[slug][f"question_{end}"] for slug in (STANDING, RECORD)}
    assert questions[STANDING] in first
    assert questions[RECORD] in second
    assert {"en": "not researched", "zh-hans": "尚未研究"}[language] in second


@pytest.mark.parametrize("only", ["differences", "local"])
def test_one_without_the_other_is_no_pair(client: Client, only: str) -> None:
    page = opened(client, "/compare/", cities="beijing,jinhua", only=only)
    assert HEAD["en"] not in page


def test_a_profile_tells_in_how_many_of_its_cities_it_is_recorded(client: Client) -> None:
    groups = client.get("/api/v1/profiles/", {"as_of": DAY}).json()["results"]
    page = opened(client, "/profiles/")
    for group in groups[:10]:
        recorded = sum(oracle.answer(city, RECORD, DAY)[1] is True for city in group["cities"])
        part = page.split(f'<section id="{group["cities"][0]}">')[1].split("</section>")[0]
        assert f"in operation in {recorded} of {group['size']}; of the others" in " ".join(
            part.split()
        )
