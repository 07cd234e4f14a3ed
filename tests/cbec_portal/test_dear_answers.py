"""Dear answers take a third of the threads, and the rest are told when to ask again."""

from __future__ import annotations

import io
import threading
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from openpyxl import load_workbook
from openpyxl.cell import WriteOnlyCell

from cbec_portal import costly_responses
from cbec_portal.api import workbooks
from cbec_portal.api.sheets import TableSheet
from cbec_portal.availability import BusyError
from cbec_portal.costly_responses import CostlySlots, DearAnswers, is_dear
from cbec_portal.threads import THREADS

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.mark.parametrize(
    ("address", "accept", "dear"),
    [
        ("/api/v1/policies/?format=xlsx", "", True),
        ("/api/v1/policies/", WORKBOOK, True),
        ("/api/v1/policies/?format=json", WORKBOOK, False),
        ("/api/v1/policies/?format=csv&limit=1000", "", True),
        ("/api/v1/policies/?limit=1000", "text/csv", True),
        ("/api/v1/policies/?limit=１０００", "text/csv", True),
        ("/api/v1/policies/?format=csv", "", True),
        ("/api/v1/policies/?format=csv&limit=50", "", False),
        ("/api/v1/policies/?limit=all", "", True),
        ("/api/v1/policies/?limit=1000", "", False),
        ("/checklists/1/checklist.pdf", "", True),
        ("/checklists/1/audit-pack.zip", "", True),
        ("/api/v1/checklists/1/audit-pack/", "", True),
        ("/checklists/1/items.xlsx", "", True),
        ("/topics/bonded-import-1210/pictures/map.png", "", True),
        ("/pictures/growth.svg", "", True),
        ("/cities/hangzhou/card.png", "", True),
        ("/compare/?format=xlsx", "", False),
        ("/", "", False),
    ],
)
def test_what_is_dear(address: str, accept: str, dear: bool) -> None:
    assert is_dear(RequestFactory().get(address, headers={"Accept": accept})) is dear


def test_twelve_at_once_take_a_third_of_the_threads() -> None:
    at_work, go_on, most = threading.Semaphore(0), threading.Event(), THREADS // 3
    working: list[int] = []

    def make(_request: HttpRequest) -> HttpResponse:
        working.append(1)
        at_work.release()
        go_on.wait(20)
        working.pop()
        return HttpResponse("made")

    answers = DearAnswers(make)
    found: list[HttpResponse] = []

    def ask() -> None:
        found.append(answers(RequestFactory().get("/api/v1/policies/?format=xlsx")))

    asking = [threading.Thread(target=ask) for _ in range(12)]
    for one in asking:
        one.start()
    assert at_work.acquire(timeout=20)
    for one in asking:
        one.join(0.2)
    refused = [answer for answer in found if answer.status_code == 503]
    assert len(refused) == 12 - most
    assert {answer.headers["Retry-After"] for answer in refused} == {"5"}
    assert len(working) == 1
    go_on.set()
    for one in asking:
        one.join(20)
    assert sum(answer.status_code == 200 for answer in found) == most
    assert answers(RequestFactory().get("/api/v1/policies/?format=xlsx")).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        *("/research/", "/distances/", "/profiles/", "/atlas/"),
        *("/api/v1/research/", "/api/v1/distances/", "/api/v1/profiles/"),
    ],
)
def test_days_on_which_all_cities_are_resolved_take_a_third_of_the_threads(
    path: str, client: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.ROOT_URLCONF = "cbec_portal.urls"
    asked = {"as_of": "2017-04-05"}
    assert client.get(path, asked).status_code == 200
    places = CostlySlots(1)
    monkeypatch.setattr(costly_responses, "DAYS", places)
    with places.turn():
        refused = client.get(path, {"as_of": "2017-04-06"})
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        # What everybody asks for, and what asks for little, is answered meanwhile.
        assert client.get(path).status_code == 200
        assert client.get("/about/").status_code == 200
    assert client.get(path, {"as_of": "2017-04-06"}).status_code == 200


@pytest.mark.django_db
def test_a_file_of_such_a_day_does_not_wait_for_its_own_turn(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.ROOT_URLCONF = "cbec_portal.urls"
    monkeypatch.setattr(costly_responses, "SLOTS", CostlySlots(1))
    monkeypatch.setattr(costly_responses, "DAYS", CostlySlots(1))
    assert client.get("/research/table.csv?as_of=2017-04-07").status_code == 200
    assert client.get("/api/v1/research/?as_of=2017-04-07&format=xlsx").status_code == 200


def test_a_place_is_free_again_after_a_failure() -> None:
    places = CostlySlots(1)
    for _ in range(3):
        with pytest.raises(RuntimeError), places.turn():
            raise RuntimeError("failed")


def test_nobody_waits_for_a_turn_for_ever() -> None:
    places = CostlySlots(2, patience=0.01)
    with places.turn(), pytest.raises(BusyError), places.turn():
        pass


def test_only_the_head_gets_cells_of_the_library_and_odd_texts_stay_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[Any] = []

    def counted(*arguments: Any) -> Any:
        made.append(arguments)
        return WriteOnlyCell(*arguments)

    monkeypatch.setattr(workbooks, "WriteOnlyCell", counted)
    texts = ["=1+1", "+1", "-1", "@A1", "#N/A", "\t=1", "plain", "1", "2019-01-01", "＝1"]
    texts += ['<a> & "b"', " kept  blanks ", "two\nlines", "杭州", "]]>", "_x000D_"]
    written = workbooks.workbook_of(
        [TableSheet("t", ["a", "b"], [[text, 1] for text in texts * 10])]
    )
    assert len(made) == 2 + 2  # the heads, and how texts and days look
    read = load_workbook(io.BytesIO(written)).active.iter_rows(min_row=2, max_row=len(texts) + 1)
    rows = list(read)
    assert [row[0].value for row in rows] == texts
    assert {row[0].data_type for row in rows} == {"s"}
    assert {row[1].data_type for row in rows} == {"n"}


def test_a_sheet_holds_what_its_head_says_and_nothing_where_nothing_is() -> None:
    rows: list[list[Any]] = [[True, 1.5, None], [None, float("nan"), ""], [False, -3, "x" * 40_000]]
    sheet = load_workbook(
        io.BytesIO(workbooks.workbook_of([TableSheet("t", ["a", "b", "c"], rows)]))
    ).active
    assert [list(row) for row in sheet.iter_rows(values_only=True)] == [
        ["a", "b", "c"],
        [True, 1.5, None],
        [None, None, None],
        [False, -3, "x" * workbooks.LONGEST_CELL],
    ]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:C4")
    assert [cell.font.bold for cell in sheet[1]] == [True] * 3
    none = load_workbook(io.BytesIO(workbooks.workbook_of([TableSheet("t", [], [])]))).active
    assert none.max_row == 1
