"""Compare, profiles and the city filter agree with a plain reading of the fixtures."""

from __future__ import annotations

import json
import re
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.test import Client
from drf_spectacular.views import SpectacularAPIView
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from cbec_portal.api.filter_lookups import may_be_empty
from cbec_portal.china_time import today_in_china
from cbec_portal.languages import CODES
from tests.threads import at_once
from tests.zones import oracle
from zones.selectors.snapshot import current_snapshot

pytestmark = pytest.mark.django_db

DAYS = ["2018-06-30", "2019-12-31", "2020-08-15", "2025-01-15", today_in_china().isoformat()]


def ask(client: Client, path: str, **parameters: Any) -> dict[str, Any]:
    response = client.get(f"/api/v1/{path}/", parameters)
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


@pytest.mark.parametrize("day", DAYS)
def test_compare_agrees_with_the_oracle_cell_by_cell(client: Client, day: str) -> None:
    cities = ["hangzhou", "zhengzhou", "shijiazhuang", "haikou", "pingtan", "guangzhou"]
    answer = ask(client, "compare", cities=",".join(cities), as_of=day)
    assert len(answer["rows"]) == 91
    for row in answer["rows"]:
        topic = row["topic"]["slug"]
        expected = [oracle.answer(city, topic, day) for city in cities]
        for cell, (state, value, keys) in zip(row["cells"], expected, strict=True):
            assert (cell["state"], cell["value"]) == (state, value), topic
            found = [cell["policy"], *(other["policy"] for other in cell["also"])]
            assert [key for key in found if key] == keys, topic
        assert row["outcome"] == oracle.outcome(topic, expected), topic
        told = oracle.TOPICS[topic]
        assert row["topic"]["label"] == told["label_en"]


@pytest.mark.parametrize("day", ["2016-12-31", "2025-01-15", today_in_china().isoformat()])
@pytest.mark.parametrize("every_topic", [False, True])
def test_profiles_agree_with_the_oracle(client: Client, day: str, every_topic: bool) -> None:
    more = {"topics": "all"} if every_topic else {}
    answer = ask(client, "profiles", as_of=day, **more)
    groups, left_out = oracle.profiles(date.fromisoformat(day), every_topic=every_topic)
    assert {frozenset(p["cities"]) for p in answer["results"]} == set(map(frozenset, groups))
    assert [p["size"] for p in answer["results"]] == [len(group) for group in groups]
    assert answer["topics_left_out"] == left_out
    assert answer["count"] == len(groups)


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ({"programme": "comprehensive"}, 181),
        ({"programme": "comprehensive", "as_of": "2026-11-23"}, 178),
        ({"programme": "comprehensive", "as_of": "2023-01-01"}, 165),
        ({"programme": "comprehensive", "as_of": "2019-12-31"}, 59),
        ({"programme": "comprehensive", "batch": "2"}, 12),
    ],
)
def test_zones_are_counted_as_published(
    client: Client, question: dict[str, str], count: int
) -> None:
    assert ask(client, "zones", **question)["count"] == count


def test_cities_where_a_policy_is_in_force(client: Client) -> None:
    question = {"policy": "bonded-import-1210:listed", "as_of": "2018-06-30", "limit": 1000}
    found = {city["slug"] for city in ask(client, "cities", **question)["results"]}
    assert found == {
        city
        for city in oracle.CITIES
        if oracle.answer(city, "bonded-import-1210", "2018-06-30")[1] == "listed"
    }


def test_haikou_stays_inside_a_zone_when_its_own_ends(client: Client) -> None:
    question = {
        "cities": "haikou@2025-03-31,haikou@2025-04-01",
        "topic": "export-deemed-profit-rate",
    }
    (row,) = ask(client, "compare", **question)["rows"]
    assert row["outcome"] == "same"
    assert row["cells"][0]["from"] == row["cells"][1]["from"] == "2020-01-01"


def test_a_less_sure_answer_is_not_verified_and_never_another_value(client: Client) -> None:
    answer = ask(
        client, "compare", cities="hangzhou,zhengzhou", as_of="2025-01-15", certainty="primary"
    )
    cells = [cell for row in answer["rows"] for cell in row["cells"]]
    assert {cell["verification"] for cell in cells} <= {"primary", None}
    assert "not-verified" in {cell["state"] for cell in cells}


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("compare/?cities=atlantis", "cities"),
        ("compare/?cities=hangzhou&as_of=2026-02-30", "as_of"),
        ("compare/?cities=hangzhou&as_of=1800-01-01", "as_of"),
        ("compare/?cities=hangzhou&known_at=99", "known_at"),
        ("compare/", "cities"),
        ("compare/?citys=hangzhou", "citys"),
        ("cities/?policy=bonded-import-1210:maybe", "policy"),
        ("cities/?province=CN-XX", "province"),
        ("policies/?topik=x", "topik"),
        ("zones/?designated_on__gte=yesterday", "designated_on__gte"),
        ("policies/?effective_from__lt=2026-02-30", "effective_from__lt"),
        ("policies/?value__gte=many", "value__gte"),
    ],
)
def test_a_wrong_question_names_the_parameter(client: Client, path: str, parameter: str) -> None:
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert parameter in [error["parameter"] for error in response.json()["errors"]]


STAFF = ("evidence_url", "seen_url", "note", "staff_note")
LISTS = [
    "provinces",
    "customs-districts",
    "cities",
    "programmes",
    "batches",
    "zones",
    "focus-areas",
    "topics",
    "policies",
    "sources",
    "statistics",
    "revisions",
]


@pytest.mark.parametrize("name", LISTS)
def test_lists_hold_no_staff_column_and_pin_their_queries(
    client: Client, name: str, django_assert_max_num_queries: Any
) -> None:
    current_snapshot()
    with django_assert_max_num_queries(8):
        rows = ask(client, name, limit=1000)["results"]
    assert rows
    assert not set(STAFF) & set(rows[0])
    assert not any(text in str(rows[0]) for text in ("evidence_url", "seen_url"))


@pytest.mark.parametrize("page", ["README.md", "docs/asking.md"])
def test_what_the_documents_show_as_an_answer_is_the_answer(client: Client, page: str) -> None:
    text = (Path(__file__).resolve().parents[2] / page).read_text(encoding="utf-8")
    shown = re.findall(r"```sh\ncurl -s '([^']*)'.*?```\n\n```json\n(.*?)```", text, re.S)
    assert shown
    for address, answer in shown:
        path = address.removeprefix("http://127.0.0.1:8000")
        assert json.loads(answer) == client.get(path).json()


@pytest.mark.parametrize("held", ["3", -5, 10**400, 2**63, float("nan"), {}, True, [3], 3.0])
def test_a_count_that_somebody_else_put_into_the_cache_is_made_good(
    client: Client, held: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = ask(client, "zones", limit=1)["count"]
    kept: dict[str, Any] = {}
    monkeypatch.setattr(cache, "get", lambda key: kept.setdefault(key, held))
    monkeypatch.setattr(cache, "set", lambda key, value, _seconds: kept.update({key: value}))
    assert ask(client, "zones", limit=1)["count"] == told
    assert list(kept.values()) == [told]


SCHEMAS = [f"/api/v1/schema/?format=json&lang={language}" for language in CODES]


def test_schemas_asked_for_at_once_are_those_asked_for_alone() -> None:
    alone = [Client().get(address).content for address in SCHEMAS]
    assert len({*alone}) == len(alone)
    found = at_once([partial(Client().get, address) for address in SCHEMAS])
    assert [getattr(one, "content", one) for one in found] == alone


def test_a_schema_is_made_once_for_all_who_ask(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.KEPT_PAGE_BYTES = 8_000_000
    first = client.get("/api/v1/schema/")
    monkeypatch.setattr(SpectacularAPIView, "get", None)
    again = client.get("/api/v1/schema/")
    known = client.get("/api/v1/schema/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.content, known.status_code) == (first.content, 304)


def test_a_schema_takes_no_parameters_of_others(client: Client) -> None:
    answer = client.get("/api/v1/schema/?as_of=2020-01-01")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "as_of")


@pytest.fixture(scope="module")
def schema(django_db_setup: None, django_db_blocker: Any) -> dict[str, Any]:
    """The description of the API, which nothing changes."""
    with django_db_blocker.unblock():
        return Client().get("/api/v1/schema/", {"format": "json"}).json()  # type: ignore[no-any-return]


def test_the_schema_names_the_columns_of_a_policy(client: Client, schema: dict[str, Any]) -> None:
    row = ask(client, "policies", limit=1)["results"][0]
    assert set(schema["components"]["schemas"]["Policy"]["properties"]) == set(row)
    chosen = ask(client, "policies", limit=1, fields="identity,value")["results"][0]
    assert list(chosen) == ["identity", "value"]


@pytest.mark.parametrize(
    ("described", "asked"),
    [
        *((f"{name}/", f"{name}/?limit=1000") for name in [*LISTS, "changes", "templates"]),
        ("compare/", "compare/?cities=hangzhou,shijiazhuang&as_of=2018-06-30"),
        ("profiles/", "profiles/?as_of=2016-12-31"),
        ("zones/{identity}/", "zones/comprehensive.haikou/"),
        ("templates/{slug}/", "templates/import-1210-seller/"),
        ("templates/{slug}/preview/", "templates/import-1210-seller/preview/?city=shijiazhuang"),
    ],
)
def test_answers_are_as_the_schema_describes_them(
    client: Client, described: str, asked: str, schema: dict[str, Any]
) -> None:
    answers = schema["paths"][f"/api/v1/{described}"]["get"]["responses"]
    own = answers["200"]["content"]["application/json"]["schema"]
    answer = client.get(f"/api/v1/{asked}").json()
    validator = Draft202012Validator({**own, "components": schema["components"]})
    assert [error.message for error in validator.iter_errors(answer)] == []
    named = own if "properties" in own else schema["components"]["schemas"][own["$ref"][21:]]
    assert set(named["properties"]) == set(answer)


def resolved(part: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A part of the schema, which may name another by a reference."""
    if "$ref" not in part:
        return part
    found: Any = schema
    for step in part["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return found  # type: ignore[no-any-return]  # JSON is Any


def test_the_schema_tells_what_writes_take_and_every_parameter_means(
    schema: dict[str, Any],
) -> None:
    for path, methods in schema["paths"].items():
        for method, described in methods.items():
            body = described.get("requestBody", {}).get("content", {})
            for media in body.values():
                assert resolved(media["schema"], schema)["properties"], (path, method)
            for parameter in described.get("parameters", []):
                told = parameter.get("description") or parameter["in"] == "path"
                assert told or parameter["name"] in ("format", "limit", "offset"), (path, parameter)
    start = schema["paths"]["/api/v1/checklists/"]["post"]["requestBody"]["content"]
    begun = resolved(start["application/json"]["schema"], schema)
    assert {"template", "places", "answers"} <= set(begun["properties"])
    item = schema["paths"]["/api/v1/checklists/{key}/items/{item}/"]["patch"]
    assert "If-Match" in {parameter["name"] for parameter in item["parameters"]}


@pytest.mark.parametrize("ordering", ["effective_to", "-effective_to", "value", "-value"])
def test_rows_without_a_value_come_last_either_way(client: Client, ordering: str) -> None:
    name = ordering.removeprefix("-")
    numbers = {"topic": "import-single-transaction-limit"} if name == "value" else {}
    rows = ask(client, "policies", ordering=ordering, limit=1000, **numbers)["results"]
    known = [row[name] is not None for row in rows]
    assert known == sorted(known, reverse=True)
    values = [row[name] for row in rows if row[name] is not None]
    assert values == sorted(values, reverse=ordering.startswith("-"))


@pytest.mark.parametrize(
    ("name", "question", "holds"),
    [
        ("policies", {"value__gte": "5000"}, lambda row: row["value"] >= 5000),
        (
            "policies",
            {"effective_from__gt": "2024-06-30", "effective_from__lte": "2025-03-31"},
            lambda row: "2024-06-30" < f"{row['effective_from']}-01-01"[:10] <= "2025-03-31",
        ),
        (
            "zones",
            {"designated_on__gte": "2019-12-15", "designated_on__lt": "2020-05-06"},
            lambda row: "2019-12-15" <= row["designated_on"] < "2020-05-06",
        ),
        (
            "sources",
            {"issued_on__lt": "2015-01-01"},
            lambda row: row["issued_on"] < "2015",
        ),
        ("statistics", {"year__gte": "2024"}, lambda row: row["year"] >= 2024),
    ],
)
def test_ranges_cut_where_they_say(
    client: Client, name: str, question: dict[str, str], holds: Any
) -> None:
    rows = ask(client, name, limit=1000, **question)["results"]
    assert rows
    assert all(map(holds, rows))
    everything = ask(client, name, limit=1000)["count"]
    assert len(rows) < everything


def test_the_queries_of_a_comparison_do_not_grow(
    client: Client, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    questions = ("hangzhou", ",".join(list(oracle.CITIES)[:20]))
    for cities in questions:
        with django_assert_max_num_queries(12):
            ask(client, "compare", cities=cities)
    for cities in questions:
        with django_assert_num_queries(1):  # the edition
            ask(client, "compare", cities=cities)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/cities/?programme=comprehensive", 200),
        ("/cities/haikou/", 200),
        ("/cities/nowhere/", 404),
        ("/compare/", 200),
        ("/compare/?cities=hangzhou,zhengzhou&as_of=2019-01-01&only=differences", 200),
        ("/compare/?cities=atlantis", 400),
        ("/compare/?cities=hangzhou&as_of=2026-02-30", 400),
        ("/api/v1/schema/", 200),
        ("/api/v1/docs/", 200),
        ("/api/v1/nothing/", 404),
    ],
)
def test_pages_answer(client: Client, path: str, status: int) -> None:
    assert client.get(path).status_code == status


#: Days reckoned from dates that are always there.
ALWAYS_THERE = {"Coverage.covered_from_day"}


def test_no_order_leaves_it_to_the_database_where_rows_without_a_value_stand() -> None:
    """SQLite puts NULL first, PostgreSQL last, if nothing is said."""
    ours = ("zones", "checklists")
    models = [model for model in apps.get_models() if model.__module__.startswith(ours)]
    assert len(models) > 30
    left = {
        f"{model.__name__}.{name}"
        for model in models
        for name in model._meta.ordering
        if isinstance(name, str) and may_be_empty(model, name.removeprefix("-"))
    }
    assert left == ALWAYS_THERE


@pytest.mark.parametrize("descending", ["", "-"])
@pytest.mark.parametrize("name", ["indicator", "year", ""])
def test_figures_of_the_nation_come_first_among_equals(
    client: Client, name: str, descending: str
) -> None:
    asked = {"ordering": f"{descending}{name}"} if name else {}
    rows = ask(client, "statistics", limit=1000, **asked)["results"]
    by_year: dict[tuple[str, int], list[str]] = {}
    for row in rows:
        by_year.setdefault((row["indicator"], row["year"]), []).append(row["scope"])
    mixed = [scopes for scopes in by_year.values() if "CN" in scopes and len(set(scopes)) > 1]
    assert mixed
    assert {scopes[0] for scopes in mixed} == {"CN"}
