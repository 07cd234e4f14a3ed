from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from cbec_portal.api.renderers import cell_text, dump_json

Ask = Callable[..., Any]


def table(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.content
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("*/*", "application/json"),
        ("", "application/json"),
        ("application/json; charset=utf-8", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/*", "text/csv; charset=utf-8"),
        ("text/csv, */*", "text/csv; charset=utf-8"),
        ("text/csv;q=0.5, application/json", "application/json"),
        ("application/json;q=0.2, */*", "text/csv; charset=utf-8"),
    ],
)
def test_the_format_follows_accept(ask: Ask, accept: str, content_type: str) -> None:
    assert ask("limits/", accept=accept)["Content-Type"] == content_type


def test_the_format_parameter_comes_before_accept(ask: Ask) -> None:
    assert ask("limits/?format=csv", accept="application/json")["Content-Type"].startswith("text")
    assert ask("limits/?format=json", accept="text/html")["Content-Type"] == "application/json"


def test_a_format_nobody_offers_is_not_acceptable(ask: Ask) -> None:
    answer = ask("limits/", accept="image/png")
    assert answer.status_code == 406
    assert answer["Content-Type"] == "application/problem+json"


def test_json_numbers_are_numbers_and_days_are_iso(ask: Ask) -> None:
    row = ask("limits/?cities=hangzhou").json()["results"][0]
    assert (row["whole"], row["part"], row["day"]) == (5000, 9.1, "2019-01-01")
    assert isinstance(row["whole"], int)


def test_csv_flattens_rows_and_keeps_every_column(ask: Ask) -> None:
    first, second = table(ask("limits/?cities=hangzhou&format=csv"))
    assert list(first) == [
        "city.slug",
        "city.tags",
        "whole",
        "part",
        "day",
        "label",
        "risky",
        "number",
        "flag",
        "nothing",
        "extra",
    ]
    assert first["city.tags"] == "a; b"
    assert (first["whole"], first["part"], first["flag"], first["nothing"]) == (
        "5000",
        "9.1",
        "true",
        "",
    )
    assert second["city.slug"] == ""


def test_csv_cells_never_start_a_formula_and_numbers_stay_numbers(ask: Ask) -> None:
    first, second = table(ask("limits/?cities=hangzhou&format=csv"))
    assert first["risky"] == "'=1+1"
    assert second["extra"] == "'-text"
    assert first["number"] == "-5"


@pytest.mark.parametrize(
    ("address", "name"), [("limits/", "limits"), ("days/", "days"), ("broken/", "")]
)
def test_csv_is_a_file_named_after_its_view(client: Any, address: str, name: str) -> None:
    client.raise_request_exception = False
    answer = client.get(f"/api/v1/{address}?format=csv")
    if name:
        assert answer["Content-Disposition"] == f'attachment; filename="{name}.csv"'
    else:
        assert "Content-Disposition" not in answer


def test_columns_of_a_question_can_be_chosen(ask: Ask) -> None:
    answer = ask("limits/?cities=hangzhou&fields=part,whole&omit=whole").json()
    assert answer["results"] == [{"part": 9.1}, {}]


@pytest.mark.parametrize(
    ("address", "headers", "language"),
    [
        ("limits/", {}, "en"),
        ("limits/", {"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"}, "zh-hans"),
        ("limits/", {"accept-language": "fr, zh-Hans;q=0.5"}, "zh-hans"),
        ("limits/", {"accept-language": "en-GB, zh;q=0.5"}, "en"),
        ("limits/", {"accept-language": "fr"}, "en"),
        ("limits/?lang=zh-hans", {"accept-language": "en"}, "zh-hans"),
        ("limits/?lang=en", {"accept-language": "zh"}, "en"),
    ],
)
def test_the_language_follows_lang_then_accept_language(
    ask: Ask, address: str, headers: dict[str, str], language: str
) -> None:
    answer = ask(address, **headers)
    assert answer.json()["language"] == answer["Content-Language"] == language
    assert {"Accept", "Accept-Language"} <= set(answer["Vary"].split(", "))


def test_words_come_in_the_language_asked_for(ask: Ask) -> None:
    labels = {
        lang: ask(f"limits/?cities=hangzhou&lang={lang}").json()["results"][0]["label"]
        for lang in ("en", "zh-hans")
    }
    assert labels["en"] == "English"


@pytest.mark.parametrize("ending", ["", "?format=csv", "?lang=zh-hans"])
@pytest.mark.parametrize(
    ("address", "status"),
    [("nowhere/", 404), ("users/nobody/", 404), ("broken/", 500)],
)
@pytest.mark.django_db
def test_every_error_has_one_shape(client: Any, address: str, status: int, ending: str) -> None:
    client.raise_request_exception = False
    answer = client.get(f"/api/v1/{address}{ending}")
    problem = json.loads(answer.content)
    assert answer.status_code == problem["status"] == status
    assert answer["Content-Type"] == "application/problem+json"
    assert problem.keys() == {"type", "title", "status", "detail"}
    assert "secret" not in problem["detail"]


def test_the_description_of_the_api_knows_every_parameter() -> None:
    from drf_spectacular.generators import SchemaGenerator

    from tests.cbec_portal import sample_urls

    described = SchemaGenerator(patterns=sample_urls.urlpatterns).get_schema(
        request=None, public=True
    )
    names = {
        address: {parameter["name"] for parameter in methods["get"]["parameters"]}
        for address, methods in described["paths"].items()
    }
    assert names["/api/v1/users/"] == {
        *("is_staff", "group", "name", "joined", "joined_from", "id__gte", "id__lte", "q"),
        *("lang", "format", "limit", "offset", "fields", "omit", "ordering"),
    }
    assert names["/api/v1/users/{username}/"] == {"username", "lang", "format"}
    assert names["/api/v1/limits/"] == {"as_of", "cities", "fields", "omit", "lang", "format"}
    answers = described["paths"]["/api/v1/users/"]["get"]["responses"]
    assert "application/problem+json" in answers["default"]["content"]


@pytest.mark.parametrize(
    ("number", "written"),
    [
        *(("5000.00", "5000"), ("9.10", "9.1"), ("1E+3", "1000"), ("100", "100")),
        *(("0.00", "0"), ("-0.00", "0"), ("-0.50", "-0.5"), ("1E-4", "0.0001")),
    ],
)
def test_a_number_is_written_alike_in_json_and_in_cells(number: str, written: str) -> None:
    assert dump_json(Decimal(number)).decode() == cell_text(Decimal(number)) == written
