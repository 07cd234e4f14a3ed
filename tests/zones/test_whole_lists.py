"""What is taken along is the whole list in every form, made a page at a time."""

from __future__ import annotations

import csv
import io
import json
import re
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from cbec_portal.api import pagination, whole_lists
from cbec_portal.api.renderers import CSVRenderer, JSONRenderer, XLSXRenderer
from cbec_portal.costly_responses import is_dear
from tests.public_answers import LISTS

pytestmark = pytest.mark.django_db
ALL_LISTS = [*LISTS, "changes", "templates"]
#: Pages with a list that the API has too, each with a question that narrows it.
PAGES = [
    *("/changes/", "/changes/?by=publication", "/sources/", "/cities/", "/zones/", "/batches/"),
    *("/statistics/", "/topics/bonded-import-1210/", "/sources/gacc-2018-194/"),
    *("/cities/?province=CN-ZJ", "/changes/?city=hangzhou"),
]


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def rows_of(client: Client, name: str) -> list[Any]:
    """All rows, page by page."""
    address: str | None = f"/api/v1/{name}/?limit=400"
    rows: list[Any] = []
    while address:
        answer = client.get(address).json()
        rows += answer["results"]
        address = answer["next"]
    return rows


@pytest.mark.parametrize("name", ALL_LISTS)
def test_every_list_is_whole_in_every_form(
    client: Client, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = rows_of(client, name)
    # Pages of a whole list are as long as pages may be; shorter ones make many of them.
    monkeypatch.setattr(pagination.Pagination, "max_limit", 100)
    whole = json.loads(content(client.get(f"/api/v1/{name}/?limit=all")))
    assert whole["results"] == rows
    assert (whole["count"], whole["next"], whole["previous"]) == (len(rows), None, None)
    for asked in ("format=csv", "format=csv&limit=all"):
        text = content(client.get(f"/api/v1/{name}/?{asked}")).decode()
        assert len(list(csv.reader(io.StringIO(text)))) == len(rows) + 1
    book = content(client.get(f"/api/v1/{name}/?format=xlsx"))
    sheet = load_workbook(io.BytesIO(book)).worksheets[0]
    assert sheet.max_row == len(rows) + 1


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_part_that_is_asked_for_is_a_part(client: Client, form: str) -> None:
    for asked in ("limit=7", "offset=1280", "limit=7&offset=3"):
        answer = client.get(f"/api/v1/policies/?{asked}&format={form}")
        assert 'rel="next"' in answer["Link"] or "offset=1280" in asked


@pytest.mark.parametrize("name", ["policies", "cities", "search"])
def test_a_whole_table_is_what_its_pages_are(client: Client, name: str) -> None:
    """The same rows and columns, whether made at once or a page at a time."""
    asked = "q=import&" if name == "search" else ""
    whole = content(client.get(f"/api/v1/{name}/?{asked}format=csv")).decode()
    rows: list[dict[str, str]] = []
    address: str | None = f"/api/v1/{name}/?{asked}format=csv&limit=150"
    while address:
        answer = client.get(address)
        rows += csv.DictReader(io.StringIO(answer.content.decode()))
        found = re.search(r'<([^>]+)>; rel="next"', answer.get("Link", ""))
        address = found[1] if found else None
    for own, other in zip(csv.DictReader(io.StringIO(whole)), rows, strict=True):
        assert {k: v for k, v in own.items() if v} == {k: v for k, v in other.items() if v}


@pytest.mark.parametrize("asked", ["limit=all&offset=3", "limit=everything", "limit=1001"])
def test_what_is_no_number_and_not_all_is_refused(client: Client, asked: str) -> None:
    answer = client.get(f"/api/v1/policies/?{asked}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "limit"


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_offers_as_json_is_all_of_it(client: Client, page: str) -> None:
    text = client.get(page).content.decode()
    (link,) = set(re.findall(r'href="(/api/v1/[^"]+format=json)"', text))
    answer = json.loads(content(client.get(link.replace("&amp;", "&"))))
    assert len(answer["results"]) == answer["count"]
    assert answer["next"] is None


def test_a_long_list_is_sent_from_the_disk(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = content(client.get("/api/v1/policies/?limit=all"))
    monkeypatch.setattr(whole_lists, "MOST_IN_MEMORY", 10_000)
    answer = client.get("/api/v1/policies/?limit=all")
    assert answer.streaming
    assert content(answer) == usual
    assert answer["ETag"]
    again = client.get("/api/v1/policies/?limit=all", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("renderer", [JSONRenderer(), CSVRenderer(), XLSXRenderer()])
def test_a_whole_list_needs_no_more_room_than_a_page(
    renderer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole_lists, "MOST_IN_MEMORY", 10_000)

    def peak(many: int) -> int:
        def pages() -> Iterator[list[dict[str, Any]]]:
            for page in range(many):
                yield [{"a": page * 500 + row, "b": {"c": f"{row} " * 20}} for row in range(500)]

        tracemalloc.start()
        answer = whole_lists.whole_list(None, renderer, {"count": many * 500}, pages)
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        answer.close()
        return most

    peak(1)
    assert peak(40) < 1.5 * peak(4)


@pytest.mark.parametrize(
    ("asked", "dear"),
    [("limit=all", True), ("format=csv", True), ("format=csv&limit=20", False), ("", False)],
)
def test_a_whole_list_waits_its_turn(client: Client, asked: str, dear: bool) -> None:
    assert is_dear(client.get(f"/api/v1/focus-areas/?{asked}").wsgi_request) is dear
