"""Previews say what applies, as an oracle reads it off the dataset, and why."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.test import Client

from tests.checklists import oracle
from tests.zones.oracle import CITIES

pytestmark = pytest.mark.django_db

DAYS = ("2019-06-30", "2026-11-23")
OTHERS = random.Random(20).sample(sorted(CITIES), 18)
SOME_CITIES = ["hangzhou", "shijiazhuang", *OTHERS]
VERDICTS = ("included", "excluded", "to_confirm")


def previewed(client: Client, template: str, **question: Any) -> Any:
    answer = client.get(f"/api/v1/templates/{template}/preview/", question)
    assert answer.status_code == 200, answer.content
    return answer.json()


def some_answers(seed: object) -> dict[str, list[str]]:
    """Answers to some of the questions, one or several."""
    chance = random.Random(str(seed))
    given = {}
    for slug, row in oracle.QUESTIONS.items():
        choices = row["choices"].split(";")
        most = len(choices) if row["multiple"] == "true" else 1
        given[slug] = chance.sample(choices, chance.randint(0, most))
    return {slug: choices for slug, choices in given.items() if choices}


@pytest.mark.parametrize("template", oracle.TEMPLATES)
@pytest.mark.parametrize("day", DAYS)
def test_a_preview_agrees_with_the_oracle(client: Client, template: str, day: str) -> None:
    rows = [row for row in oracle.REQUIREMENTS if row["template"] == template]
    for city in SOME_CITIES:
        given = some_answers((template, day, city))
        asked = [f"{question}:{choice}" for question in given for choice in given[question]]
        told = previewed(client, template, city=city, as_of=day, answer=asked)
        found = {duty["number"]: verdict for verdict in VERDICTS for duty in told[verdict]}
        wanted = {row["number"]: oracle.verdict(row, city, day, given) for row in rows}
        assert found == wanted, (city, given)
        assert told["gate"]["state"] == oracle.gate(template, city, day), city


@pytest.mark.parametrize("template", oracle.TEMPLATES)
def test_every_duty_says_what_decides_it(client: Client, template: str) -> None:
    rows = {row["number"]: row for row in oracle.REQUIREMENTS if row["template"] == template}
    for city in ("hangzhou", "shijiazhuang"):
        told = previewed(client, template, city=city, as_of="2019-06-30")
        for verdict in VERDICTS:
            for duty in told[verdict]:
                row = rows[duty["number"]]
                assert duty["reason"], duty["number"]
                match duty["why"]:
                    case "not-yet":
                        assert row["effective_from"] > "2019-06-30"
                        assert duty["reason"].startswith("begins on ")
                    case "ended":
                        assert row["effective_to"] < "2019-06-30"
                        assert duty["reason"].startswith("ended on ")
                    case "place-fails" | "place-holds":
                        topic = oracle.split(row["applies_when"])[0]
                        assert duty["policy"]["policy"].startswith(f"{topic}.")
                    case "company-holds" | "company-fails":
                        assert "not answered, taken as: " in duty["reason"]
                    case "company-unknown" | "place-unknown":
                        assert verdict == "to_confirm"
                    case "start-unknown":
                        assert row["effective_from"] == ""


def test_a_closed_trade_mode_is_a_stop_with_its_duties_still_there(client: Client) -> None:
    question = {"city": "shijiazhuang", "as_of": "2019-06-30"}
    told = previewed(client, "import-1210-seller", **question)
    assert told["gate"]["state"] == "stop"
    assert told["gate"]["policy"]["source"]["id"]
    assert {"1.1a", "1.3", "3.1", "4.2", "4.4"} <= {duty["number"] for duty in told["included"]}


@pytest.mark.parametrize(
    ("question", "parameter"),
    [
        ({}, "city"),
        ({"city": "hangzou"}, "city"),
        ({"city": "hangzhou", "as_of": "1800-01-01"}, "as_of"),
        ({"city": "hangzhou", "known_at": "99"}, "known_at"),
        ({"city": "hangzhou", "answer": "goods-kinds"}, "answer"),
        ({"city": "hangzhou", "answer": "colour:red"}, "answer"),
        ({"city": "hangzhou", "answer": "goods-kinds:gold"}, "answer"),
        (
            {
                "city": "hangzhou",
                "answer": ["company-kind:individual", "company-kind:overseas-company"],
            },
            "answer",
        ),
        ({"city": "hangzhou", "colour": "red"}, "colour"),
    ],
)
def test_a_wrong_question_names_the_parameter(
    client: Client, question: dict[str, Any], parameter: str
) -> None:
    answer = client.get("/api/v1/templates/import-1210-seller/preview/", question)
    assert answer.status_code == 400
    assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]


def test_an_unknown_template_is_not_found(client: Client) -> None:
    for path in ("", "preview/?city=hangzhou"):
        assert client.get(f"/api/v1/templates/nowhere/{path}").status_code == 404


def test_a_preview_asks_no_more_for_more_duties(
    client: Client, django_assert_num_queries: Any
) -> None:
    for template in ("import-1210-seller", "payment-institution"):
        path = f"/api/v1/templates/{template}/preview/?city=hangzhou"
        client.get(path)
        with django_assert_num_queries(2 if template == "import-1210-seller" else 1):
            client.get(path)


def test_no_staff_column_is_told(client: Client) -> None:
    full = client.get("/api/v1/templates/import-1210-seller/").content.decode()
    assert "evidence_url" not in full
    assert len(client.get("/api/v1/templates/import-1210-seller/").json()["requirements"]) == 32
