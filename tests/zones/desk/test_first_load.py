"""The log tells of every row from its beginning on: the first load, and loads of no revision."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.datasets import change_rows, copy_of_fixtures
from tests.zones.desk.acts import known, published, said, taken_out, written
from zones.dataset.applied_rows import key_text
from zones.dataset.load import load_dataset
from zones.dataset.table import Cells, Key
from zones.dataset.table_registry import registry, table_named
from zones.desk.first_load import brought, first_told, unpublished
from zones.models import AppliedRow, Revision

# The pages of the desk lean on undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT: Key = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")


@pytest.fixture
def page(analyst: Any) -> Any:
    client = Client()
    log_in_staff(client, analyst)
    address = reverse("admin:desk-history")
    return lambda **asked: client.get(address, asked)


def fresh() -> Cells:
    own = known("sources")["gacc-2018-194",]
    return {**own, "id": "tomorrow", "document_number": ""}


def test_it_counts_the_rows_of_every_table_whatever_came_and_went_since(
    analyst: Any, reviewer: Any
) -> None:
    before = {one.table.name: one.rows for one in brought()}
    assert before == {table.name: len(rows) for table in registry if (rows := known(table.name))}
    published(analyst, reviewer, said("sources", fresh()))
    published(
        analyst,
        reviewer,
        written("policies", LIMIT, value="6000", effective_from="2019-01-02"),
        taken_out("sources", ("tomorrow",)),
    )
    published(analyst, reviewer, taken_out("policies", (*LIMIT[:3], "2019-01-02")))
    assert {one.table.name: one.rows for one in brought()} == before


@pytest.mark.parametrize("table", ["policies", "cities", "zones", "requirements"])
def test_each_row_of_it_has_a_beginning(table: str, page: Any) -> None:
    own = table_named(table)
    key, cells = next(iter(known(table).items()))
    first = first_told(own, key)
    assert first is not None
    assert (first.before, first.after, first.revision) == (None, cells, 1)
    shown = page(table=table, key=key_text(key)).content.decode()
    assert "the first load" in shown
    assert "the dataset → the dataset" in shown


def test_the_beginning_is_what_was_said_then(analyst: Any, reviewer: Any) -> None:
    table, before = table_named("policies"), known("policies")[LIMIT]
    published(analyst, reviewer, written("policies", LIMIT, value="6000"))
    published(analyst, reviewer, written("policies", LIMIT, effective_from="2019-01-02"))
    first = first_told(table, (*LIMIT[:3], "2019-01-02"))
    assert first is not None
    assert (first.key, first.after) == (LIMIT, before)
    published(analyst, reviewer, taken_out("policies", (*LIMIT[:3], "2019-01-02")))
    gone = first_told(table, (*LIMIT[:3], "2019-01-02"))
    assert gone is not None
    assert gone.after == before


def test_what_came_later_did_not_come_with_it(analyst: Any, reviewer: Any) -> None:
    published(analyst, reviewer, said("sources", fresh()))
    assert first_told(table_named("sources"), ("tomorrow",)) is None
    assert first_told(table_named("sources"), ("never",)) is None


def test_nothing_is_told_where_the_log_began_later() -> None:
    Revision.objects.create(
        number=2, published_at="2026-01-01T00:00Z", author="a", publisher="b", summary="c"
    )
    assert first_told(table_named("policies"), LIMIT) is None


def test_the_page_of_the_first_revision_says_what_it_brought_and_offers_no_undo(page: Any) -> None:
    shown = page(revision=1)
    told = shown.content.decode()
    assert dict(shown.context["brought"])["policies"] == len(known("policies"))
    assert "Propose to undo" not in told
    assert "Nothing was noted" not in told


def test_loads_that_made_no_revision_are_listed_and_shown(page: Any, tmp_path: Path) -> None:
    folder = copy_of_fixtures(tmp_path)
    change_rows(folder / "cities.csv", lambda rows: [{**rows[0], "name_en": "Peking"}, *rows[1:]])
    report = load_dataset(folder, summary="An older name")
    assert report.revision is None
    (one,) = unpublished(9)
    assert (one.rows, one.reason, one.reviewer) == (1, "An older name", "dataset")
    listed = page().content.decode()
    assert f'href="?edit={one.edit}"' in listed
    assert "An older name" in listed
    assert "Peking" in page(edit=one.edit).content.decode()


def test_a_cell_is_told_across_revisions_and_rows_lead_to_it(
    analyst: Any, reviewer: Any, page: Any
) -> None:
    for value in ("6000", "7000"):
        published(analyst, reviewer, written("policies", LIMIT, value=value))
        published(analyst, reviewer, written("policies", LIMIT, note=f"Note {value}"))
    asked = {"table": "policies", "key": key_text(LIMIT)}
    row = page(**asked)
    addresses = {address for one in row.context["shown"] for *_, address in one["cells"]}
    (cell,) = [address for address in addresses if address.endswith("column=value")]
    assert cell.replace("&", "&amp;") in row.content.decode()
    told = page(**asked, column="value")
    pairs = [(old, new) for one in told.context["shown"] for _l, old, new, _a in one["cells"]]
    assert pairs == [("6000", "7000"), ("5000", "6000"), ("", "5000")]
    assert "Note 6000" not in told.content.decode()
    assert AppliedRow.objects.filter(revision=1).count() == 0
