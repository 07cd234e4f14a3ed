"""The search of the API finds what the page does, in the API's manners."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/search/"
DAY = {"as_of": "2026-11-23"}


def answered(client: Client, **asked: Any) -> Any:
    return client.get(ADDRESS, asked).json()


@pytest.mark.parametrize("words", ["hangzhou 1210", "退货", "import", "5000", "hangzou"])
def test_the_api_finds_what_the_page_does(client: Client, words: str) -> None:
    page = client.get("/search/", {"q": words}).context
    answer = answered(client, q=words, limit=1000)
    assert answer["count"] == page["count"] == len(answer["results"])
    found = [(hit.kind, hit.key) for hit, *_ in page["found"]]
    assert [(hit["kind"], hit["key"]) for hit in answer["results"]][: len(found)] == found


def test_an_answer_has_its_day_and_source(client: Client) -> None:
    (hit, *_) = answered(client, q="hangzhou 1210", **DAY)["results"]
    assert (hit["kind"], hit["key"]) == ("answer", "hangzhou/bonded-import-1210")
    assert (hit["city"], hit["topic"]) == ("hangzhou", "bonded-import-1210")
    assert (hit["state"], hit["display"]) == ("stated", "On the pilot list")
    assert (hit["from"], hit["until"]) == ("2019-01-01", None)
    assert hit["source"]["id"] == "mofcom-2018-486"
    answers = {"policy": hit["policy"], "display": hit["display"]}
    compared = client.get(
        "/api/v1/compare/", {"cities": "hangzhou", "topic": "bonded-import-1210", **DAY}
    ).json()
    cell = compared["rows"][0]["cells"][0]
    assert {name: cell[name] for name in answers} == answers


def test_a_topic_has_what_most_cities_answer(client: Client) -> None:
    (hit, *_) = answered(client, q="5000", kind="topic", **DAY)["results"]
    assert hit["answers"] == [{"display": "5,000 CNY", "cities": hit["cities"]}]


def test_what_was_mistyped_and_what_is_found_in_part_is_said(client: Client) -> None:
    assert {hit["instead"] for hit in answered(client, q="hangzou")["results"]} == {"hangzhou"}
    partly = answered(client, q="labels smuggling drugs")["results"]
    assert {hit["partly"] for hit in partly} == {True}


def test_pages_of_hits_add_up(client: Client) -> None:
    whole = answered(client, q="return", limit=1000)
    rows: list[Any] = []
    address: str | None = f"{ADDRESS}?q=return&limit=7"
    while address:
        answer = client.get(address).json()
        rows += answer["results"]
        address = answer["next"]
    assert rows == whole["results"]


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({}, "q"),
        ({"q": ""}, "q"),
        ({"q": "a", "kind": "cities"}, "kind"),
        ({"words": "a"}, "words"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(
    client: Client, asked: dict[str, str], parameter: str
) -> None:
    answer = client.get(ADDRESS, asked)
    assert answer.status_code == 400
    assert parameter in [error["parameter"] for error in answer.json()["errors"]]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_hits_are_a_table_too(client: Client, form: str) -> None:
    answer = client.get(ADDRESS, {"q": "hangzhou 1210", "format": form})
    assert answer.status_code == 200
    if form == "csv":
        assert "hangzhou/bonded-import-1210" in answer.content.decode()


def test_columns_are_chosen_and_languages_kept_apart(client: Client) -> None:
    chosen = answered(client, q="hangzhou", fields="key,label", lang="zh-hans")["results"]
    assert chosen[0] == {"key": "hangzhou", "label": "杭州市"}
    assert answered(client, q="hangzhou", fields="label")["results"][0] == {"label": "Hangzhou"}


def test_known_at_leaves_out_what_was_not_known(client: Client) -> None:
    first = answered(client, q="import", known_at=1, limit=1)
    assert first["count"] >= 0
    assert client.get(ADDRESS, {"q": "import", "known_at": 9999}).status_code == 400
