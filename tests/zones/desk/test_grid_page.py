"""The page of a grid: what is pasted or uploaded is read, its rows proposed, a table exported."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known
from tests.zones.desk.grids import page_of
from zones.dataset.table_registry import registry
from zones.desk import proposals
from zones.models import ChangeSet, Edition

pytestmark = pytest.mark.django_db

HEAD = "topic\tscope_kind\tscope_code\teffective_from\tvalue\tsummary_en\tsummary_zh\tsource_id"
HEAD += "\tverification\tstate"
ROW = "import-single-transaction-limit\tcustoms_district\t{}\t{}\t{}\tA trial.\t试点。"
ROW += "\tmof-gacc-sta-2018-49\tsecondary\tstated"


@pytest.fixture
def change_set(analyst: Any) -> ChangeSet:
    return proposals.open_set(analyst, "A grid")


@pytest.fixture
def page(change_set: ChangeSet, analyst: Any) -> Any:
    return page_of(change_set, analyst)


def block(*rows: tuple[str, str, str]) -> str:
    return "\n".join([HEAD, *(ROW.format(*row) for row in rows)])


def test_good_rows_are_proposed_and_the_others_given_back(page: Any, change_set: ChangeSet) -> None:
    text = block(("2900", "2027/1/1", "4000"), ("3100", "2027-01-01", "four"))
    edition = Edition.objects.get().number
    looked = page(do="look", text=text)
    assert looked.status_code == 200
    assert not change_set.rows.exists()
    assert "read 2027/1/1 as 2027-01-01" in looked.content.decode()
    proposed = page(do="propose", text=text)
    assert proposed.status_code == 200
    assert change_set.rows.count() == 1
    left = proposed.context["grid_text"]
    assert left.splitlines() == [HEAD, ROW.format("3100", "2027-01-01", "four")]
    mended = page(do="propose", text=left.replace("four", "4000"))
    assert mended.status_code == 303
    assert change_set.rows.count() == 2
    assert Edition.objects.get().number == edition, "nothing public was touched"


def test_a_matrix_takes_what_its_cells_share(page: Any, change_set: ChangeSet) -> None:
    grid = "\tHangzhou\t郑州\nimport-single-transaction-limit\t4000\t4,500"
    shared = {
        "shared_effective_from": "2027-01-01",
        "shared_source_id": "mof-gacc-sta-2018-49",
        "shared_verification": "secondary",
        "shared_summary_en": "A trial.",
        "shared_summary_zh": "试点。",
    }
    answer = page(do="propose", text=grid, table="matrix", scope_kind="city", **shared)
    assert answer.status_code == 303, answer.context["errors"]
    cells = [row.cells for row in change_set.rows.all()]
    assert {(own["scope_code"], own["value"]) for own in cells} == {
        ("hangzhou", "4000"),
        ("zhengzhou", "4500"),
    }


@pytest.mark.parametrize(
    ("posted", "told"),
    [
        ({"do": "look", "text": ""}, "nothing in it"),
        ({"do": "propose", "text": "a\tb\n1\t2"}, "no column of this table"),
        ({"do": "look", "text": "x", "table": "no-such-table"}, "no such table"),
        ({"do": "elsewhere"}, "does not say what is to be done"),
    ],
)
def test_what_cannot_be_read_is_told_and_nothing_is_kept(
    page: Any, change_set: ChangeSet, posted: dict[str, str], told: str
) -> None:
    answer = page(**posted)
    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert not change_set.rows.exists()


@pytest.mark.parametrize("table", [table.name for table in registry])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_handed_in_unedited_is_nothing_to_do(
    page: Any, analyst: Any, change_set: ChangeSet, table: str, form: str
) -> None:
    client = Client()
    log_in_staff(client, analyst)
    file = client.get(reverse("admin:desk-export"), {"table": table, "form": form})
    assert file.status_code == 200
    assert f"{table}.{form}" in file.headers["Content-Disposition"]
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(file.content), read_only=True)
        assert sum(1 for _row in book.active.rows) == len(known(table)) + 1
    for do, status in (("look", 200), ("mend", 200), ("propose", 400)):
        upload = SimpleUploadedFile(f"{table}.{form}", file.content)
        answer = page(do=do, table=table, file=upload)
        assert answer.status_code == status
        told = answer.content.decode()
        assert told.count("There is nothing to do") == 1
        if known(table):
            assert told.index("There is nothing to do") < told.index("known already")
        assert 'value="propose"' not in told
        assert "too long to be kept" not in told
    assert not change_set.rows.exists()


def test_what_is_exported_is_for_staff_of_the_desk(plain_user: Any, staff: Any) -> None:
    address = reverse("admin:desk-export")
    client = Client()
    client.force_login(plain_user)
    assert client.get(address, {"table": "policies"}).status_code == 302
    log_in_staff(client, staff)
    assert client.get(address, {"table": "policies"}).status_code == 403


def test_an_export_of_nothing_is_not_found(analyst: Any) -> None:
    client = Client()
    log_in_staff(client, analyst)
    for asked in ({"table": "no-such"}, {"table": "policies", "form": "pdf"}, {}):
        assert client.get(reverse("admin:desk-export"), asked).status_code == 404


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "\n" + '"' * 300_000,
        "\n".join((HEAD, *('"' * 9_000 for _row in range(300)))),
        "a,b\n" * 300_000,
        HEAD + "\n" + "x" * 1_100_000,
    ],
    ids=["quotes", "lines of quotes", "rows", "one cell"],
)
def test_a_long_text_that_cannot_be_read_is_not_given_back(page: Any, text: str) -> None:
    answer = page(do="look", text=text)
    assert answer.status_code == 400
    assert "was not kept" in answer.content.decode()
    assert answer.context["grid_text"] == ""
    assert len(answer.content) < 100_000


def test_a_grid_that_no_page_could_hold_is_refused(page: Any) -> None:
    row = ROW.format("3100", "2027-01-01", "'" * 4_900)
    answer = page(do="look", text="\n".join([HEAD, *[row] * 500]))
    assert answer.status_code == 400
    assert "hand it in in parts" in answer.content.decode()
    assert len(answer.content) < 100_000


def test_a_short_text_that_cannot_be_read_is_given_back(page: Any) -> None:
    text = HEAD + "\n" + '"' * 1_001
    assert page(do="look", text=text).context["grid_text"] == text


@pytest.mark.parametrize("name", ["desk-sets", "desk-row-new", "desk-grid", "desk-set"])
def test_a_form_that_holds_more_than_boxes_take_keeps_what_is_short(
    change_set: ChangeSet, analyst: Any, name: str
) -> None:
    client = Client()
    log_in_staff(client, analyst)
    kwargs = {} if name == "desk-sets" else {"number": change_set.pk}
    long = dict.fromkeys(("reason", "text", "quote", "cell_summary_en", "note"), "&" * 300000)
    boxes = {**long, "cell_topic": "kept", "table": "policies", "seen": "1"}
    acts = {"desk-sets": "open", "desk-grid": "look", "desk-set": "comment"}
    boxes |= {"title": "kept", "do": acts.get(name, "save")}
    answer = client.post(reverse(f"admin:{name}", kwargs=kwargs), boxes)
    assert answer.status_code == 400
    assert "not kept" in answer.content.decode()
    assert len(answer.content) < 200_000
    assert answer.context["posted"]["title"] == "kept"
    assert not change_set.comments.exists()
