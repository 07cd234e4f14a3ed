"""What a set brings is found in it by all it is called, in forms, offers and grids."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from tests.zones.desk.acts import proposed, said
from tests.zones.desk_forms import Desk, kept
from zones.admin.row_form import RowForm
from zones.dataset.table_registry import table_named
from zones.desk.grid import CellReader
from zones.desk.grid_names import GridWords
from zones.desk.grid_rows import GridRow
from zones.desk.new_rows import NewRows
from zones.models import ChangeSet

pytestmark = pytest.mark.django_db

#: By table: a row that nobody knows, and what it may be called, within the row that it lies in.
NEW: dict[str, tuple[dict[str, str], list[str]]] = {
    "sources": (
        {
            "id": "mof-2031-99",
            "document_number": "财关税〔2031〕99号",
            "title_en": "Notice on parcels of the year after next",
            "title_zh": "关于后年包裹的通知",
        },
        [
            *("mof-2031-99", "财关税〔2031〕99号", "财关税[2031]99号", "财关税 2031 99"),
            *("notice on parcels of the year after next", "关于后年包裹的通知"),
        ],
    ),
    "topics": (
        {
            "slug": "parcel-lockers",
            "label_en": "Parcel lockers",
            "label_zh": "快递柜",
            "question_en": "Are parcel lockers subsidised?",
            "question_zh": "快递柜是否有补贴？",
            "value_type": "choice",
        },
        ["parcel-lockers", "PARCEL LOCKERS", "快递柜", "快递柜是否有补贴？"],
    ),
    "cities": (
        {"slug": "newtown", "name_en": "Newtown", "name_zh": "新镇市"},
        ["newtown", "Newtown City", "新镇市", "新镇", "xinzhen"],
    ),
    "batches": (
        {
            "programme": "comprehensive",
            "number": "77",
            "document_number": "国函〔2031〕7号",
            "title_en": "The seventy-seventh batch",
            "title_zh": "关于第七十七批的批复",
        },
        [
            "77",
            "batch 77",
            "第77批",
            "国函〔2031〕7号",
            "国函2031年7号",
            "the seventy-seventh batch",
        ],
    ),
    "choices": (
        {
            "topic": "parcel-lockers",
            "choice": "half",
            "label_en": "By half",
            "label_zh": "补贴一半",
        },
        ["half", "by half", "补贴一半"],
    ),
    "issuers": (
        {"slug": "office", "name_en": "Office of Parcels", "name_zh": "包裹办公室"},
        ["Office of Parcels", "包裹办公室"],
    ),
}
#: By table: a row of another that names it: its table and column, what stands beside it.
NAMED_BY = {
    "sources": ("policies", "source_id", {}),
    "topics": ("policies", "topic", {}),
    "cities": ("policies", "scope_code", {"scope_kind": "city"}),
    "batches": ("zones", "batch", {"programme": "comprehensive"}),
    "choices": ("policies", "value", {"topic": "parcel-lockers"}),
    "issuers": ("sources", "issuers", {}),
}


@pytest.fixture
def own(analyst: Any) -> ChangeSet:
    """A set that brings a row of each table."""
    return proposed(analyst, *(said(table, cells) for table, (cells, _) in NEW.items()))


@pytest.mark.parametrize("table", NEW)
def test_it_is_picked_in_forms_and_grids(own: ChangeSet, table: str) -> None:
    name, column, beside = NAMED_BY[table]
    there = table_named(name)
    brought = NewRows(own)
    reader = CellReader(there, GridWords(brought))
    for typed in NEW[table][1]:
        cells = {**beside, column: typed}
        form = RowForm(there, cells, "en", "version", brought)
        read = form.read({f"cell_{key}": cell for key, cell in cells.items()})
        errors = {box.column.name: box.errors for box in form.boxes if box.errors}
        assert errors == {}, typed
        wanted = typed if table == "issuers" else NEW[table][0][table_named(table).key[-1]]
        assert read[column] == wanted, typed
        row = GridRow(1)
        reader.read(row, {**beside, column: typed}, "")
        assert (row.cells[column], row.problems) == (wanted, []), typed


@pytest.mark.parametrize("table", NEW)
def test_it_is_offered_in_its_set_alone(own: ChangeSet, table: str) -> None:
    desk = Desk()
    cells, called = NEW[table]
    _name, _column, beside = NAMED_BY[table]
    whole = next(iter(beside.values()), "") if table in ("batches", "choices") else ""
    address = reverse("admin:desk-pick", args=[table])
    asked = {"q": called[1], "within": whole}
    key = [cells[part] for part in table_named(table).key]
    first, *_others = desk.client.get(address, {**asked, "set": own.pk}).json()["picks"]
    assert first["key"] == key
    assert first["rank"] == 0
    for other in ("", "999999", "x", "9" * 40):
        told = desk.client.get(address, {**asked, "set": other}).json()["picks"]
        assert key not in [pick["key"] for pick in told]


def test_a_name_of_a_known_row_and_a_new_one_picks_neither(analyst: Any) -> None:
    own = proposed(analyst, said("cities", {**NEW["cities"][0], "name_zh": "杭州市"}))
    form = RowForm(table_named("policies"), {"scope_kind": "city"}, "en", "version", NewRows(own))
    for typed, read in (("杭州市", "杭州市"), ("hangzhou", "hangzhou"), ("newtown", "newtown")):
        posted = {"cell_scope_kind": "city", "cell_scope_code": typed}
        assert form.read(posted)["scope_code"] == read
    (box,) = [box for box in form.boxes if box.column.name == "scope_code"]
    assert "(newtown)" in box.errors[0]
    assert "(hangzhou)" in box.errors[0]


def test_rows_that_are_taken_out_or_known_are_not_new(own: ChangeSet) -> None:
    assert ("cities", ("newtown",)) in NewRows(own)
    assert ("cities", ("hangzhou",)) not in NewRows(own)
    assert ("cities", ("newtown",)) not in NewRows()


def test_a_page_of_the_set_reads_what_it_brings(own: ChangeSet) -> None:
    desk = Desk()
    address = reverse("admin:desk-row-new", args=[own.pk])
    posted = {
        "do": "save",
        "cell_topic": "快递柜",
        "cell_value": "补贴一半",
        "cell_scope_kind": "nation",
        "cell_scope_code": "CN",
        "cell_source_id": "财关税[2031]99号",
        "cell_effective_from": "2031-01-01",
        "cell_state": "stated",
    }
    answered = desk.client.post(address, posted)
    shown = kept(answered)
    assert (shown["topic"], shown["value"]) == ("快递柜", "补贴一半")
    boxes = {box.column.name: box for box in answered.context["boxes"]}
    refused = {name: [str(why) for why in box.errors] for name, box in boxes.items()}
    assert (refused["value"], refused["scope_code"]) == ([], [])
    # What they name is read, and is not in order itself.
    assert refused["topic"] == ["topic “parcel-lockers” is refused: mend that first"]
    assert refused["source_id"] == ["source “mof-2031-99” is refused: mend that first"]
    assert "(mof-2031-99)" in boxes["source_id"].called
