"""The page of a topic: what all cities of an answer share is said once, and maps say something."""

from __future__ import annotations

import html
import re
from collections import Counter
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

QUESTIONS = [
    "/topics/bonded-import-1210/?as_of=2018-06-30",
    "/topics/bonded-import-1210/?as_of=2026-11-20",
    "/topics/bonded-import-1210/?as_of=2022-01-01&known_at=1",
    "/topics/import-single-transaction-limit/?as_of=2019-01-01",
]
LANGUAGES = ("en", "zh-hans")


def _page(client: Client, address: str) -> tuple[str, Any]:
    answer = client.get(address)
    return answer.content.decode(), answer.context


@pytest.mark.parametrize("address", QUESTIONS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_city_stands_once_under_its_answer(
    client: Client, address: str, language: str
) -> None:
    text, shown = _page(client, f"{address}&lang={language}")
    sections = re.findall(r'<section class="answer-group">.*?</section>', text, re.DOTALL)
    assert len(sections) == len(shown["groups"]) > 0
    for section, group in zip(sections, shown["groups"], strict=True):
        boxes = re.findall(r'name="cities" value="([^"]+)"', section)
        assert len(boxes) == len(set(boxes)) == group["count"]


@pytest.mark.parametrize("address", QUESTIONS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_when_answers_end_is_said_once_a_group(client: Client, address: str, language: str) -> None:
    text, shown = _page(client, f"{address}&lang={language}")
    sections = re.findall(r'<section class="answer-group">.*?</section>', text, re.DOTALL)
    for section, group in zip(sections, shown["groups"], strict=True):
        plain = html.unescape(section).casefold()
        notes = {group["note"], *group["noted"]} - {""}
        assert Counter({note: plain.count(note.casefold()) for note in notes}) == Counter(notes)


def test_many_cities_are_read_by_province(client: Client) -> None:
    text, shown = _page(client, QUESTIONS[0])
    assert [bool(group["provinces"]) for group in shown["groups"]] == [True, False]
    assert text.count("<dt>Zhejiang ") == 1
    assert sum(map(len, shown["groups"][0]["provinces"].values())) == 171


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "address", ["/topics/bonded-import-1210/", "/embed/topics/bonded-import-1210/"]
)
def test_the_map_shows_what_the_question_asks_about(
    client: Client, address: str, language: str
) -> None:
    """Where it is open, though it is not in most cities."""
    _text, shown = _page(client, f"{address}?as_of=2018-06-30&lang={language}")
    denied, listed = shown["groups"]
    assert denied["count"] > listed["count"]
    assert shown["shaded"] == listed["display"]
    assert sum(tile[3] for tile in shown["tiles"]) == listed["count"]
    _text, shown = _page(client, f"{address}?as_of=2018-06-30&answer=not-eligible")
    assert shown["shaded"] == shown["groups"][0]["display"]


@pytest.mark.parametrize("prefix", ["", "/embed"])
def test_what_all_cities_answer_alike_has_no_map(client: Client, prefix: str) -> None:
    text, shown = _page(
        client, f"{prefix}/topics/import-single-transaction-limit/?as_of=2019-01-01"
    )
    assert len(shown["groups"]) == 1
    assert 'viewBox="70 0 620 400"' not in text
    text, _shown = _page(client, f"{prefix}/topics/bonded-import-1210/?as_of=2018-06-30")
    assert 'viewBox="70 0 620 400"' in text


@pytest.mark.parametrize(("language", "day"), [("en", "1 Aug 2014"), ("zh-hans", "2014年8月1日")])
def test_the_first_day_of_a_rule_is_written_as_days_are(
    client: Client, language: str, day: str
) -> None:
    text, _shown = _page(client, f"/topics/bonded-import-1210/?lang={language}")
    assert f"<dd>{day}</dd>" in text


def test_the_list_of_topics_is_narrowed_by_words_as_a_search_is(client: Any) -> None:
    """An empty question is no question, and one that finds nothing leads on."""
    every = client.get("/topics/?lang=en").context["areas"]
    assert client.get("/topics/?q=&lang=en").context["areas"] == every
    shown = client.get("/topics/", {"q": "1210", "lang": "en"})
    slugs = {slug for area in shown.context["areas"].values() for slug, *_ in area["topics"]}
    assert "bonded-import-1210" in slugs
    assert len(slugs) < sum(len(area["topics"]) for area in every.values())
    none = client.get("/topics/", {"q": "qqqqzzzz", "lang": "en"})
    assert none.status_code == 200
    assert "No topic has these words." in none.content.decode()
    assert "/search/?q=qqqqzzzz" in none.content.decode()
