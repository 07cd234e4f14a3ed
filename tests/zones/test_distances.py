"""How far apart cities lie, held against a plain reading of the fixtures."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import combinations
from random import Random
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.rounds import rounds
from tests.zones import oracle
from tests.zones.later import MOVED, correct_something, move_on
from zones.models import Policy
from zones.rules.comparison import Answer
from zones.rules.distance import Distance, Distances
from zones.rules.variation import varies
from zones.rules.vocabulary import State
from zones.selectors.snapshot import current_snapshot, forget

pytestmark = pytest.mark.django_db


def known_cells(day: str) -> dict[str, dict[str, Any]]:
    """What is known of the topics that vary on a day: by topic, what each city answers."""
    cells: dict[str, dict[str, Any]] = {}
    for topic in oracle.varying(day):
        own = cells[topic] = {}
        for city in oracle.CITIES:
            state, value, keys = oracle.answer(city, topic, day)
            if state in oracle.KNOWN:
                own[city] = state, oracle.reading(topic, state, value, keys)
    return cells


def of_oracle(day: str) -> tuple[list[str], dict[tuple[str, str], tuple[int, int]]]:
    """The topics that vary, and the distance of each two cities, as one counts them by hand."""
    cells = known_cells(day)
    local = list(cells)
    found = {}
    for one, other in combinations(oracle.CITIES, 2):
        both = [cells[t] for t in local if one in cells[t] and other in cells[t]]
        differing = sum(str(own[one]) != str(own[other]) for own in both)
        found[one, other] = differing, len(local) - len(both)
    return local, found


@pytest.mark.parametrize("day", ["2019-12-31", "2026-11-23"])
def test_distances_are_what_one_counts_by_hand(day: str, client: Client) -> None:
    answered = client.get("/api/v1/distances/", {"as_of": day}).json()
    local, expected = of_oracle(day)
    assert sorted(answered["topics"]) == sorted(local)
    places = {city: place for place, city in enumerate(answered["cities"])}
    assert set(places) == set(oracle.CITIES)
    for (one, other), (differing, unknown) in expected.items():
        for row, column in ((places[one], places[other]), (places[other], places[one])):
            assert answered["differing"][row][column] == differing, (one, other)
            assert answered["not_comparable"][row][column] == unknown, (one, other)
    assert len({differing for differing, _ in expected.values()}) > 2


def test_the_nearest_are_those_that_can_differ_least(client: Client) -> None:
    far = client.get("/api/v1/distances/", {"as_of": "2026-11-23"}).json()
    place = far["cities"].index("hangzhou")
    answered = client.get(
        "/api/v1/cities/hangzhou/nearest/", {"as_of": "2026-11-23", "limit": 1000}
    ).json()
    assert (answered["city"], answered["topics"]) == ("hangzhou", far["topics"])
    assert len(answered["results"]) == len(far["cities"]) - 1
    told = [(row["city"], row["differing"], row["not_comparable"]) for row in answered["results"]]
    for slug, differing, unknown in told:
        other = far["cities"].index(slug)
        assert differing == far["differing"][place][other]
        assert unknown == far["not_comparable"][place][other]
    assert told == sorted(told, key=lambda row: (row[1] + row[2], row[1], row[2], row[0]))
    few = client.get("/api/v1/cities/hangzhou/nearest/", {"as_of": "2026-11-23", "limit": 3})
    assert few.json()["results"] == answered["results"][:3]
    chinese = client.get("/api/v1/cities/hangzhou/nearest/?lang=zh-hans&limit=1").json()
    assert chinese["results"][0]["name"] == oracle.CITIES[chinese["results"][0]["city"]]["name_zh"]


@pytest.mark.parametrize("day", ["2019-12-31", "2026-11-23"])
def test_each_neighbour_names_the_topics_that_differ_and_those_nobody_can_compare(
    day: str, client: Client
) -> None:
    cells = known_cells(day)
    answered = client.get("/api/v1/cities/zhengzhou/nearest/", {"as_of": day, "limit": 1000}).json()
    for row in answered["results"]:
        both = {t for t, own in cells.items() if "zhengzhou" in own and row["city"] in own}
        differing = {t for t in both if str(cells[t]["zhengzhou"]) != str(cells[t][row["city"]])}
        assert set(row["differing_topics"]) == differing, row["city"]
        assert set(row["not_comparable_topics"]) == cells.keys() - both, row["city"]
        assert len(row["differing_topics"]) == row["differing"]
        assert len(row["not_comparable_topics"]) == row["not_comparable"]
        in_order = [t for t in answered["topics"] if t in differing]
        assert row["differing_topics"] == in_order


def test_they_are_what_a_comparison_of_local_topics_says(client: Client) -> None:
    chance = Random(7)
    for _ in range(rounds(12, on_sqlite=4)):
        day = str(date(2015, 1, 1) + timedelta(chance.randrange(4300)))
        city, sure = chance.choice(list(oracle.CITIES)), chance.choice(["primary", "unverified"])
        asked = {"as_of": day, "certainty": sure}
        nearest = client.get(f"/api/v1/cities/{city}/nearest/", {**asked, "limit": 1000}).json()
        for row in chance.sample(nearest["results"], 3):
            compared = client.get(
                "/api/v1/compare/", {**asked, "cities": f"{city},{row['city']}", "only": "local"}
            ).json()["rows"]
            # A record of operation comes along with its standing, and varies by itself or not.
            by_outcome = {one["topic"]["slug"]: one["outcome"] for one in compared if one["varies"]}
            assert set(row["differing_topics"]) == {
                topic for topic, outcome in by_outcome.items() if outcome == "differs"
            }
            assert set(row["not_comparable_topics"]) == {
                topic
                for topic, outcome in by_outcome.items()
                if outcome in {"incomplete", "unknown"}
            }


def test_some_cities_are_taken_out_of_the_whole_in_the_order_asked_for(client: Client) -> None:
    asked = {"as_of": "2026-11-23"}
    whole = client.get("/api/v1/distances/", asked).json()
    some = client.get("/api/v1/distances/", {**asked, "cities": "hefei,杭州,Beijing"}).json()
    assert some["cities"] == ["hefei", "hangzhou", "beijing"]
    places = [whole["cities"].index(city) for city in some["cities"]]
    for kind in ("differing", "not_comparable"):
        assert some[kind] == [[whole[kind][one][other] for other in places] for one in places]


def test_as_a_spreadsheet_every_two_cities_have_a_line(client: Client) -> None:
    far = client.get("/api/v1/distances/", {"as_of": "2026-11-23"}).json()
    lines = client.get("/api/v1/distances/", {"as_of": "2026-11-23", "format": "csv"})
    text = b"".join(lines) if lines.streaming else lines.content
    head, *rows = text.decode("utf-8-sig").split("\r\n")[:-1]
    assert head == "city,other,differing,not_comparable,topics"
    assert len(rows) == len(far["cities"]) * (len(far["cities"]) - 1) // 2
    one, other, differing, unknown, topics = rows[-1].split(",")
    at = far["cities"].index(one), far["cities"].index(other)
    assert int(differing) == far["differing"][at[0]][at[1]]
    assert int(unknown) == far["not_comparable"][at[0]][at[1]]
    assert int(topics) == len(far["topics"])


def test_what_is_not_known_is_no_difference() -> None:
    yes, no = (Answer(State.STATED, (value,)) for value in (True, False))
    not_yet, unknown = Answer(State.NO_SUCH_RULE_YET), Answer(State.NOT_RESEARCHED)
    assert not varies([yes, yes, unknown])
    assert varies([yes, not_yet])
    found = Distances([[yes, no, unknown], [not_yet, yes, yes], [unknown, no, no]], 3)
    assert found.between(0, 1) == Distance(2, 1)
    assert found.between(1, 2) == Distance(0, 1)
    assert found.of(0) == [Distance(0, 1), Distance(2, 1), Distance(1, 2)]
    assert found.between(0, 1).at_most == 3
    assert Distances([], 2).between(0, 1) == Distance(0, 0)


def test_distances_take_at_most_one_query_beside_the_edition_and_the_policies(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    chance = Random(0)
    forget()
    # What is read once for an edition: its topics, cities and policies.
    client.get("/api/v1/distances/", {"as_of": "2020-01-01"})
    current_snapshot().answers(Policy.objects.values_list("pk", flat=True))
    for _ in range(3):
        day = date(2026, 1, 1) - timedelta(chance.randrange(200))
        with django_assert_max_num_queries(2):
            client.get("/api/v1/distances/", {"as_of": str(day)})
        with django_assert_max_num_queries(1):
            client.get("/api/v1/cities/hefei/nearest/", {"as_of": str(day)})


def test_an_older_revision_tells_its_own_distances(client: Client) -> None:
    before = client.get("/api/v1/distances/", {"as_of": "2026-11-23"}).content
    correct_something()
    move_on()
    then = client.get("/api/v1/distances/", {"as_of": "2026-11-23", "known_at": 1})
    assert json.loads(then.content) == json.loads(before)
    assert client.get(f"/api/v1/cities/{MOVED}/nearest/").status_code == 200


@pytest.mark.parametrize(
    ("address", "status", "named"),
    [
        ("cities/nowhere/nearest/", 404, None),
        ("cities/hangzhou/nearest/?limit=0", 400, "limit"),
        ("cities/hangzhou/nearest/?city=hefei", 400, "city"),
        ("distances/?as_of=yesterday", 400, "as_of"),
        ("distances/?known_at=99", 400, "known_at"),
        ("distances/?topic=rates", 400, "topic"),
        ("distances/?cities=hangzhou,hangzho", 400, "cities"),
        ("distances/?cities=hangzhou,杭州", 400, "cities"),
        (f"distances/?cities={','.join(list(oracle.CITIES)[:21])}", 400, "cities"),
    ],
)
def test_what_is_asked_wrongly_is_refused_by_name(
    client: Client, address: str, status: int, named: str | None
) -> None:
    refused = client.get(f"/api/v1/{address}")
    assert refused.status_code == status
    if named:
        assert [one["parameter"] for one in refused.json()["errors"]] == [named]
