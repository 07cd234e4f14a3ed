"""A cell that names nothing is refused in the same words by form, grid, set and API."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, proposed, said
from zones.dataset.naming import naming_of
from zones.dataset.table_registry import table_named
from zones.desk.grid import read_table
from zones.desk.grid_files import read_text
from zones.desk.grid_judgement import judged_grid
from zones.desk.grid_names import MOST_PICKED
from zones.desk.judgement import judge
from zones.desk.pickers import not_found
from zones.desk.proposals import open_set
from zones.desk.submitted_rows import SubmittedRows, judged_rows

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
UNKNOWN = "海关总署公告2099年第1号"
#: A table, a column of it that names a row, and the other cells of a row that is right.
NAMED = [
    ("policies", "source_id", LIMIT),
    ("policies", "topic", LIMIT),
    ("zones", "city", None),
    ("batches", "source_id", None),
    ("topics", "focus_area", None),
]


def cells_of(table: str, column: str, key: Any, typed: str) -> dict[str, str]:
    rows = known(table)
    return {**rows[key or min(rows)], column: typed}


@pytest.mark.parametrize("typed", [UNKNOWN, "no-such-row"])
@pytest.mark.parametrize(("table", "column", "key"), NAMED)
def test_grid_and_set_say_what_the_box_of_a_form_says(
    analyst: Any, table: str, column: str, key: Any, typed: str
) -> None:
    cells = cells_of(table, column, key, typed)
    named = naming_of(table_named(table), column, cells)
    assert named is not None
    words = str(not_found(named.table, typed))
    change_set = proposed(analyst, said(table, cells))
    (row,) = judge(change_set).rows
    assert words in [one.why for one in row.problems if one.column == column]
    text = "\t".join(cells) + "\n" + "\t".join(cell.replace("\n", " ") for cell in cells.values())
    grid = judged_grid(read_table(table_named(table), read_text(text)))
    (line,) = grid.rows
    assert [one.why for one in line.problems if one.column == column] == [words]
    client = Client()
    log_in_staff(client, analyst)
    posted = {f"cell_{name}": cell for name, cell in cells.items()}
    address = f"{reverse('admin:desk-row-new', args=[open_set(analyst, 'Form').pk])}?table={table}"
    answered = client.post(address, {"do": "save", **posted})
    (box,) = (one for one in answered.context["boxes"] if one.column.name == column)
    # What it may mean is there as buttons, behind the sentence.
    told = [html.unescape(strip_tags(one)) for one in box.errors]
    sentence, _mean, candidates = words.partition(" mean: ")
    (own,) = (one for one in told if one.startswith(sentence))
    assert all(one in own for one in candidates.rstrip("?").split("; ")), own


def test_the_api_says_so_too(analyst: Any) -> None:
    change_set = open_set(analyst, "A set")
    client = Client()
    log_in_staff(client, analyst)
    cells = cells_of("policies", "source_id", LIMIT, UNKNOWN)
    asked = json.dumps({"table": "policies", "rows": [cells]})
    address = reverse("api-change-set-check", args=[change_set.pk])
    seen = client.get(reverse("api-change-set", args=[change_set.pk])).headers["ETag"]
    answered = client.post(
        address, asked, content_type="application/json", headers={"If-Match": seen}
    ).json()
    assert str(not_found("sources", UNKNOWN)) in json.dumps(answered, ensure_ascii=False)


def test_a_document_that_is_not_known_may_be_added(analyst: Any) -> None:
    words = str(not_found("sources", UNKNOWN))
    assert words.startswith(f"No document is known here as “{UNKNOWN}”: add it to the set first")
    assert "no key" not in words


@pytest.mark.parametrize("is_one_name", [True, False])
@pytest.mark.parametrize(("column", "kind"), [("scope_code", "city"), ("source_id", "nation")])
def test_more_unknown_names_take_no_more_queries(
    column: str, kind: str, is_one_name: bool, analyst: Any
) -> None:
    own, counted = proposed(analyst), []
    cells = next(own for key, own in known("policies").items() if key[1] == "nation")
    scope = {"scope_kind": kind, "scope_code": "hangzhou" if kind == "city" else "CN"}
    for number in (MOST_PICKED + 20, MOST_PICKED + 20, 2 * MOST_PICKED):
        rows = [
            {
                **cells,
                **scope,
                "effective_from": f"{2000 + day}-01-01",
                column: "nowhere" if is_one_name else f"nowhere-{day}",
            }
            for day in range(number)
        ]
        with CaptureQueriesContext(connection) as asked:
            judged = judged_rows(SubmittedRows(table_named("policies"), rows), own)
        assert len(judged.refused) == number
        counted.append(len(asked))
    assert counted[2] <= counted[1]
    assert not is_one_name or counted[2] < MOST_PICKED
