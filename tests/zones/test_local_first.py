"""What is local comes first, then what is partly known, the national baseline below: by the plain
reading, as page, JSON and CSV.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date, timedelta
from html import unescape
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cbec_portal.china_time import today_in_china
from tests.rounds import rounds
from tests.zones import oracle
from zones.selectors.snapshot import forget

pytestmark = pytest.mark.django_db

THREE = "hangzhou,zhengzhou,shenzhen"
BEFORE_ALL = "2010-01-01"
TALLY = ("same", "differs", "incomplete", "unknown", "described")


def ask(client: Client, **asked: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.get("/api/v1/compare/", asked).json()
    return answer


def opened(client: Client, address: str, **asked: Any) -> str:
    page: Any = client.get(address, {"lang": "en", **asked})
    assert page.status_code == 200
    return unescape(page.content.decode())


Judged = dict[str, tuple[str, str, list[str]]]


def judged(columns: list[tuple[str, str]], certainty: str = "unverified") -> Judged:
    """Of each topic its layer on the days of the columns, the outcome and the states."""
    layers = [oracle.layers(day, certainty) for _, day in columns]
    found = {}
    for topic in oracle.TOPICS:
        cells = [
            oracle.as_sure_as(oracle.answer(city, topic, day), certainty) for city, day in columns
        ]
        own = {of_day[topic] for of_day in layers}
        layer = next(layer for layer in oracle.LAYERS if layer in own)
        found[topic] = layer, oracle.outcome(topic, cells), [cell[0] for cell in cells]
    return found


def expected_rows(told: Judged, only: list[str]) -> list[tuple[str, bool, str, str]]:
    fitting = [
        topic
        for topic, (_layer, outcome, states) in told.items()
        if not set(only) - {"local"}
        or ("differences" in only and outcome == "differs")
        or ("gaps" in only and not set(states) <= oracle.KNOWN)
    ]
    rows = [topic for topic in fitting if told[topic][0] == "local" or "local" not in only]
    rows.sort(key=lambda topic: oracle.LAYERS.index(told[topic][0]))
    return [(topic, told[topic][0] == "local", *told[topic][:2]) for topic in oracle.paired(rows)]


def check_against_the_oracle(
    answer: dict[str, Any], columns: list[tuple[str, str]], only: list[str], certainty: str
) -> None:
    told = judged(columns, certainty)
    rows = [
        (row["topic"]["slug"], row["varies"], row["layer"], row["outcome"])
        for row in answer["rows"]
    ]
    assert rows == expected_rows(told, only)
    for name in ("local", "partly_known", "national"):
        own = [row for row in told.values() if row[0] == name.replace("_", "-")]
        counted = answer["summary"][name]
        assert counted["topics"] == len(own)
        for outcome in TALLY:
            assert counted[outcome] == sum(row[1] == outcome for row in own), (name, outcome)
            areas = counted["by_focus_area"]
            assert sum(area[outcome] for area in areas) == counted[outcome]
        assert counted["not_researched"] == [
            sum(row[2][at] == "not-researched" for row in own) for at in range(len(columns))
        ]
    assert answer["summary"]["described"] == len(oracle.DESCRIPTIVE)


def test_three_cities_today_show_what_is_local_first(client: Client) -> None:
    today = today_in_china().isoformat()
    answer = ask(client, cities=THREE)
    check_against_the_oracle(answer, [(city, today) for city in THREE.split(",")], [], "unverified")
    varies = [
        row["varies"]
        for row in answer["rows"]
        if not row["topic"]["slug"].endswith("-in-operation")  # it stands beside its standing
    ]
    assert varies == sorted(varies, reverse=True)
    local = answer["summary"]["local"]
    assert local["differs"]
    national = answer["summary"]["national"]
    assert local["topics"] < national["topics"] == national["same"]


def test_random_questions_are_answered_as_by_hand(client: Client) -> None:
    wishes = ["differences", "gaps", "local"]
    for seed in range(rounds(60, on_sqlite=12)):
        chance = Random(seed)
        days = [
            (date(2012, 1, 1) + timedelta(chance.randrange(5800))).isoformat() for _ in range(2)
        ]
        cities = chance.sample(list(oracle.CITIES), chance.randint(1, 4))
        columns = [(city, chance.choice(days)) for city in cities]
        only = chance.sample(wishes, chance.randint(0, 3))
        certainty = chance.choice(["primary", "secondary", "unverified"])
        asked = {
            "cities": ",".join(f"{city}@{day}" for city, day in columns),
            "certainty": certainty,
            **({"only": ",".join(only)} if only else {}),
        }
        check_against_the_oracle(ask(client, **asked), columns, only, certainty)


def test_the_head_of_an_area_counts_the_rows_that_stand_under_it(client: Client) -> None:
    """Also the record of an operation that stands beside what the law allows, though it counts
    among what is not known everywhere.
    """
    chance, paired = Random(7), 0
    for _ in range(rounds(12, on_sqlite=4)):
        cities = ",".join(chance.sample(list(oracle.CITIES), chance.randint(2, 4)))
        asked = {"cities": cities, "as_of": f"{chance.randint(2014, 2027)}-03-01"}
        context = client.get("/compare/", {"lang": "en", **asked}).context
        for area in context["sections"]["areas"]:
            outcomes = Counter(row["outcome"] for row in area["rows"])
            compared = len(area["rows"]) - outcomes["described"]
            if not compared:
                assert area["counted"] == ""
                continue
            same, differ = outcomes["same"], outcomes["differs"]
            paired += any("pair" in row for row in area["rows"])
            told = f"{same} of {compared} the same"
            if same == compared > 1:
                told = f"the same in all {compared}"
            assert area["counted"] == told + (f", {differ} differ" if differ else "")
    assert paired


@pytest.mark.parametrize("only", ["", "local", "differences", "local,gaps"])
def test_a_page_its_json_and_its_csv_are_one_question(client: Client, only: str) -> None:
    asked = {"cities": THREE, "as_of": "2026-11-23"} | ({"only": only} if only else {})
    answer = ask(client, **asked)
    page = opened(client, "/compare/", **asked)
    shown = re.findall(r'<details class="asked"><summary>(.*?)</summary><p>(.*?)</p>', page)
    rows = [(row["topic"]["label"], row["topic"]["question"]) for row in answer["rows"]]
    if only:
        assert shown == rows
    else:  # within a focus area those that are the same in all stand behind the others
        assert sorted(shown) == sorted(rows)
    for row in answer["rows"]:
        assert row["outcome"] in TALLY
    lines = client.get("/api/v1/compare/", {**asked, "format": "csv"})
    text: Any = b"".join(lines) if lines.streaming else lines.content  # type: ignore[attr-defined]
    table = list(csv.DictReader(text.decode("utf-8-sig").splitlines()))
    told = [
        (row["topic"]["slug"], str(row["varies"]).lower(), row["layer"], row["outcome"])
        for row in answer["rows"]
        for _ in row["cells"]
    ]
    assert [
        (line["topic"], line["varies"].lower(), line["layer"], line["outcome"]) for line in table
    ] == told
    summary = answer["summary"]
    local, national = summary["local"], summary["national"]
    assert f"{summary['partly_known']['topics']} more topics are not known everywhere" in page
    assert f"{local['differs']} of {local['topics']} local topics differ" in page
    assert f"{national['topics']} national rules are the same everywhere" in page
    for count, name in zip(
        local["not_researched"], ("Hangzhou", "Zhengzhou", "Shenzhen"), strict=True
    ):
        assert (f"{count} not researched for {name}" in page) == bool(count)


def folded(page: str) -> dict[str, bool]:
    """The parts that are folded, each with whether it is open."""
    parts = re.findall(r'<details class="layer" id="([\w-]+)-(?:open|folded)"( open)?>', page)
    return {layer: bool(is_open) for layer, is_open in parts}


def test_the_baseline_is_folded_unless_somebody_asks_for_less(client: Client) -> None:
    asked = {"cities": THREE, "as_of": "2026-11-23"}
    closed = {"partly-known": True, "national": False, "descriptive": False}
    assert folded(opened(client, "/compare/", **asked)) == closed
    assert folded(opened(client, "/cities/hangzhou/", as_of="2026-11-23")) == closed
    opened_too = dict.fromkeys(closed, True)
    for more in ({"focus_area": "payment"}, {"only": "gaps"}, {"as_of": BEFORE_ALL}):
        assert set(folded(opened(client, "/compare/", **{**asked, **more})).values()) == {True}
    before_and_after = {"cities": "hangzhou@2018-12-31,hangzhou@2019-01-01"}
    assert folded(opened(client, "/compare/", **before_and_after)) == opened_too


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/compare/", {"cities": THREE}),
        ("/cities/hangzhou/", {}),
        ("/compare/", {"cities": "xian"}),
    ],
)
def test_a_day_on_which_nothing_varies_says_so(
    client: Client, path: str, asked: dict[str, str]
) -> None:
    told = {
        "en": "On this day no two cities are known to differ in these topics",
        "zh-hans": "当日各城市在这些对比事项上均无不同",
    }
    assert oracle.varying(BEFORE_ALL) == frozenset()
    for language, words in told.items():
        assert words in opened(client, path, as_of=BEFORE_ALL, lang=language, **asked)
        assert words not in opened(client, path, as_of="2026-11-23", lang=language, **asked)


def test_a_city_tells_its_local_rules_first(client: Client) -> None:
    day = "2026-11-23"
    page = opened(client, "/cities/zhengzhou/", as_of=day)
    order = re.findall(r'<tr id="([a-z0-9-]+)"', page)
    told = judged([("zhengzhou", day)])
    assert order == [row[0] for row in expected_rows(told, [])]
    local = [row for row in told.values() if row[0] == "local"]
    assert f"{len(local)} local topics, answered differently from city to city" in page
    anchors = re.findall(r'<h3 id="([a-z-]+)">', page)
    assert len(set(anchors)) == len(anchors)
    areas = {row["focus_area"] for row in oracle.TOPICS.values()}
    assert {f"area-{area}" for area in areas} <= set(anchors)
    assert set(re.findall(r'href="#(area-[a-z-]+)"', page)) == {f"area-{area}" for area in areas}


def test_a_day_not_asked_about_before_is_not_counted_anew(client: Client) -> None:
    ask(client, cities=THREE, as_of="2020-01-01")
    for seed in range(3):
        day = date(2015, 1, 1) + timedelta(Random(seed).randrange(3000))
        with CaptureQueriesContext(connection) as read:
            ask(client, cities=THREE, as_of=day.isoformat())
        assert read.captured_queries
        assert not [one for one in read.captured_queries if "GROUP BY" in one["sql"]]
    forget()
    with CaptureQueriesContext(connection) as read:
        ask(client, cities=THREE, as_of="2020-01-01")
    assert len([one for one in read.captured_queries if "COUNT(" in one["sql"]]) == 1


def test_topics_say_whether_they_vary_where_a_day_is_asked(client: Client) -> None:
    def told(**asked: Any) -> dict[str, bool | None]:
        rows = client.get("/api/v1/topics/", {"limit": 1000, **asked}).json()["results"]
        return {row["slug"]: row["varies"] for row in rows}

    assert set(told().values()) == {None}
    for day, certainty in (("2026-11-23", "unverified"), ("2019-12-31", "primary")):
        local = oracle.varying(day, certainty)
        assert told(as_of=day, certainty=certainty) == {
            topic: topic in local for topic in oracle.TOPICS
        }
    one = client.get("/api/v1/topics/bonded-import-1210/", {"as_of": "2019-12-31"}).json()
    assert one["varies"] is ("bonded-import-1210" in oracle.varying("2019-12-31"))
    assert client.get("/api/v1/topics/", {"as_of": "today"}).status_code == 400


@pytest.mark.parametrize("more", [{}, {"topics": "all"}])
def test_profiles_tell_what_is_local_first(client: Client, more: dict[str, str]) -> None:
    day = "2025-01-15"
    answer = client.get("/api/v1/profiles/", {"as_of": day, **more}).json()
    order = oracle.in_order(day)
    local = oracle.varying(day)
    assert answer["topics_that_vary"] == [topic for topic in order if topic in local]
    for profile in answer["results"]:
        apart = profile["differs_from_largest"]
        assert apart == [topic for topic in order if topic in set(apart)]
    counted = [topic for topic in order if topic not in answer["topics_left_out"]]
    page = opened(client, "/profiles/", as_of=day, **more)
    told = len(set(counted) & local)
    assert f"{told} of {len(counted)} counted topics are local" in page
    same_in_all = "the others are known of every city and the same in all."
    assert (same_in_all in page) == (not more)
    if not more:
        apart = {t for profile in answer["results"] for t in profile["differs_from_largest"]}
        assert apart <= local
        states = {oracle.answer(city, t, day)[0] for t in counted for city in oracle.CITIES}
        assert "not-researched" not in states
    assert "no two cities are known" in opened(client, "/profiles/", as_of=BEFORE_ALL)
