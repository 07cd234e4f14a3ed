"""A row that names rows of its own set is judged against those, whatever column names them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import problems_of, proposed, said
from tests.zones.desk.grids import separated
from tests.zones.desk.test_every_table import tomorrow
from tests.zones.desk.test_taken_out import naming
from zones.dataset.applied_rows import key_of_text
from zones.dataset.naming import rows_named
from zones.dataset.table import Cells
from zones.dataset.table_registry import table_named
from zones.desk.cell_words import CellWords
from zones.desk.grid import read_table
from zones.desk.grid_files import read_text
from zones.desk.grid_judgement import judged_grid
from zones.desk.grid_names import GridWords
from zones.desk.judgement import judge, judge_rows
from zones.desk.new_rows import NewRows
from zones.desk.proposals import drop
from zones.models import ChangeSet
from zones.rules.vocabulary import Fate

pytestmark = pytest.mark.django_db

#: What a test may say of rows of the set; the last two name a choice and a topic that it lacks.
GOOD_TESTS = {
    "applies_when": (
        *("tomorrow-chosen=two", "tomorrow-chosen!=one", "tomorrow-listed=true"),
        *("programme=tomorrow", "programme!=tomorrow"),
    ),
    "asks": ("tomorrow=yes", "tomorrow!=no"),
}
WRONG_TESTS = {
    "applies_when": (
        *("tomorrow-chosen=three", "tomorrow-nowhere=two", "programme=the-day-after"),
        "tomorrow-listed=perhaps",
    ),
    "asks": ("tomorrow=perhaps", "the-day-after=yes"),
}


def new_rows() -> dict[str, list[Cells]]:
    rows = tomorrow()
    del rows["aliases"]  # they lead to what is known
    return rows


def own_set(analyst: Any, *, but: tuple[str, Cells] | None = None) -> ChangeSet:
    """A set with new rows of every table; without one of them."""
    drafts = [
        said(name, cells)
        for name, rows in new_rows().items()
        for cells in rows
        if but is None or (name, cells) != but
    ]
    return proposed(analyst, *drafts)


def fates_of(change_set: ChangeSet, analyst: Any, name: str, cells: Cells) -> dict[str, Fate]:
    """What a grid, the API and a form say becomes of a row beside those of a set."""
    table = table_named(name)
    told = {**cells, "quote": "原文如此。"} if "verification" in cells else dict(cells)
    text = separated([list(told), list(told.values())], "\t", "\n")
    words = GridWords(NewRows(change_set))
    (line,) = judged_grid(read_table(table, read_text(text), words), change_set, words).rows
    client = Client()
    log_in_staff(client, analyst)
    address = reverse("api-change-set-check", args=[change_set.pk])
    asked = json.dumps({"table": name, "rows": [told]})
    (row,) = client.post(
        address, asked, content_type="application/json", headers={"If-Match": "*"}
    ).json()["rows"]
    return {"grid": line.fate, "api": Fate(row["fate"])}


def test_every_kind_of_reference_is_judged_against_the_rows_of_the_set(analyst: Any) -> None:
    """Handed in last, beside all the others, by a grid and by a program."""
    seen = set()
    for name, cells, named in naming(new_rows()):
        kind = (name, named.column, named.table)
        if kind in seen:
            continue
        seen.add(kind)
        if any(own == name for own, _column, _table in seen - {kind}):
            continue  # the row was handed in already, with all that it names
        change_set = own_set(analyst, but=(name, cells))
        fates = fates_of(change_set, analyst, name, cells)
        assert set(fates.values()) == {Fate.NEW}, (name, fates)
    assert len(seen) > 20


def test_what_the_set_does_not_bring_is_refused_beside_the_column_that_names_it(
    analyst: Any,
) -> None:
    change_set = own_set(analyst)
    found = judge(change_set)
    assert {own.fate for own in found.rows} == {Fate.NEW}, problems_of(found.rows)
    tried, silent = set(), []
    for name, cells, named in naming(new_rows()):
        kind = (name, named.column, named.table)
        if kind in tried:
            continue
        tried.add(kind)
        gone = [
            row
            for row in change_set.rows.all()
            if (row.table, key_of_text(row.key)) == (named.table, named.key)
        ]
        left = [row for row in change_set.rows.all() if row not in gone]
        key = table_named(name).key_of(cells)
        rows = {(one.table.name, one.key): one for one in judge_rows(left).rows}
        own = rows[name, key]
        columns = {part for problem in own.problems for part in (problem.column or "").split(", ")}
        beside = {(one.table, one.key) for one in rows_named(table_named(name), cells)}
        is_told_there = any(
            one in rows and rows[one].fate == Fate.REFUSED for one in beside
        )  # a row that it names lacks the same
        if named.column not in columns and not is_told_there:
            silent.append((kind, own.fate, own.problems))
    assert not silent, "\n".join(map(str, silent))


@pytest.mark.parametrize("column", GOOD_TESTS)
def test_conditions_test_what_the_set_brings(analyst: Any, column: str) -> None:
    (duty,) = new_rows()["requirements"]
    change_set = own_set(analyst, but=("requirements", duty))
    for test in GOOD_TESTS[column]:
        fates = fates_of(change_set, analyst, "requirements", {**duty, column: test})
        assert set(fates.values()) == {Fate.NEW}, test
    for test in WRONG_TESTS[column]:
        fates = fates_of(change_set, analyst, "requirements", {**duty, column: test})
        assert set(fates.values()) == {Fate.REFUSED}, test


def test_a_choice_that_leaves_the_set_is_tested_no_more(analyst: Any) -> None:
    change_set = own_set(analyst)
    choice = next(
        row
        for row in change_set.rows.filter(table="choices")
        if key_of_text(row.key) == ("tomorrow-chosen", "two")
    )
    drop(choice, analyst)
    (own,) = (one for one in judge(change_set).rows if one.table.name == "requirements")
    assert own.fate == Fate.REFUSED
    assert [problem.column for problem in own.problems] == ["applies_when"]


def test_a_policy_is_headed_by_the_name_of_a_place_that_its_set_brings(analyst: Any) -> None:
    own = own_set(analyst)
    kinds = {"city": "cities", "province": "provinces", "customs_district": "customs_districts"}
    words = CellWords("en", NewRows(own))
    for kind, table in kinds.items():
        (key,) = table_named(table).key_of(new_rows()[table][0])
        name = new_rows()[table][0]["name_en"]
        assert words.scope(kind, key).startswith(f"{name} ("), kind
        assert words.scope_with_code(kind, key).startswith(f"{name} ("), kind
        cells = {"scope_kind": kind, "scope_code": key}
        assert words.cell(table_named("policies"), "scope_code", key, cells).startswith(name), kind
    assert CellWords("en").scope("city", "tomorrow") == "tomorrow (city)"
