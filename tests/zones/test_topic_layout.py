"""The page of a topic: what all cities of an answer share is said once, and maps say something."""

from __future__ import annotations

import html
import re
from collections import Counter
from typing import Any

import pytest
from django.test import Client

from zones.selectors.snapshot import current_snapshot

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


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("prefix", ["", "/embed"])
@pytest.mark.parametrize(
    ("slug", "signs"),
    [
        ("bonded-import-1210", {"eligible-unconfirmed": "A", "listed": "B"}),
        ("export-retail-hs-digits", {"4": "A", "10": "B"}),
    ],
)
def test_several_answers_are_on_one_map_in_their_own_order(
    client: Client, slug: str, signs: dict[str, str], prefix: str, language: str
) -> None:
    """Never the largest group first: each has its sign, its tone and a link to its own map."""
    day = "as_of=2026-11-20"
    text, shown = _page(client, f"{prefix}/topics/{slug}/?{day}&lang={language}")
    told = {group["key"]: group["count"] for group in shown["groups"]}
    assert told.keys() == signs.keys()
    assert not shown["shaded"]
    looks = [one.look for one in shown["all_answers"]]
    assert len(looks) == len(set(looks)) == len(signs)
    tiles = re.findall(r'<text x="36" y="31">([^<]*)</text>', text)
    counted: Counter[str] = Counter()
    for tile in tiles:
        counted.update({sign: int(count) for sign, count in re.findall(r"([A-Z])(\d+)", tile)})
    assert counted == {signs[key]: count for key, count in told.items()}
    links = re.findall(rf'href="([^"]*/topics/{slug}/\?answer=[^"]*)"', text)
    assert len(links) == len(signs)
    for link, key in zip(links, signs, strict=True):
        _text, alone = _page(client, html.unescape(link))
        assert f"answer={key}" in link
        assert sum(tile[3] for tile in alone["tiles"]) == told[key]
    parts = re.findall(r'<rect class="tile (shade-\d)" x="[\d.]+" y="37"', text)
    assert set(parts) == set(looks)
    picture = client.get(f"/topics/{slug}/pictures/map.svg?{day}").content.decode()
    assert picture.count('y="37" width=') == len(parts)
    assert all(f">{sign}</text>" in picture for sign in signs.values())


def test_very_many_answers_are_mapped_by_whether_there_is_one(client: Client) -> None:
    text, shown = _page(client, "/topics/local-cash-support/?as_of=2026-11-20")
    stated = [group for group in shown["groups"] if group["state"] == "stated"]
    assert len(stated) > 4
    assert not shown["shaded"]
    assert sum(tile[3] for tile in shown["tiles"]) == sum(group["count"] for group in stated)
    assert "Cities for which an answer is on record" in text
    assert '<option value="">Any answer</option>' in text


@pytest.mark.parametrize("day", ["2018-06-30", "2026-11-20"])
def test_no_map_opens_on_the_largest_of_several_answers(client: Client, day: str) -> None:
    for slug, topic in current_snapshot().topics_by_slug.items():
        _text, shown = _page(client, f"/topics/{slug}/?as_of={day}")
        denied = set(map(topic.answer_type.text, current_snapshot().denials_of(topic)))
        held = [
            group["display"]
            for group in shown["groups"]
            if group["state"] == "stated" and group["key"] not in denied
        ]
        assert shown["shaded"] == (held[0] if len(held) == 1 else ""), slug


@pytest.mark.parametrize("prefix", ["", "/embed"])
def test_what_all_cities_answer_alike_has_no_map(client: Client, prefix: str) -> None:
    text, shown = _page(
        client, f"{prefix}/topics/import-single-transaction-limit/?as_of=2019-01-01"
    )
    assert len(shown["groups"]) == 1
    assert 'class="map-room"' not in text
    text, _shown = _page(client, f"{prefix}/topics/bonded-import-1210/?as_of=2018-06-30")
    assert 'class="map-room"' in text


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_is_one_choice_whatever_commas_it_has(client: Client, language: str) -> None:
    asked = {"as_of": "2026-11-20", "lang": language}
    page = client.get("/topics/local-cash-support/", asked)
    keys = [group["key"] for group in page.context["groups"] if group["key"].count(",") > 1]
    assert keys
    for key in keys[:3]:
        chosen = client.get("/topics/local-cash-support/", {**asked, "answer": key})
        assert chosen.context["narrowed"] == page.context["narrowed"] + 1
    blank = client.get("/topics/local-cash-support/", {**asked, "answer": ""})
    assert blank.context["narrowed"] == page.context["narrowed"]
