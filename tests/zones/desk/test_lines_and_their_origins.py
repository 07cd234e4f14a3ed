"""What a line of an export was made from decides how it is read, and what is made of it is told."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.conftest import log_in_staff
from tests.zones.desk.grids import page_of, separated, workbook
from tests.zones.desk.test_grid_exports import as_file, rows_of
from zones.dataset.load import load_dataset
from zones.dataset.load_report import Report
from zones.dataset.problems import Refused
from zones.dataset.row_origins import MADE_FROM
from zones.dataset.table import Cells
from zones.dataset.table_registry import table_named
from zones.desk import proposals
from zones.desk.grid import read_table
from zones.desk.grid_export import export_grid
from zones.desk.grid_files import read_upload
from zones.desk.grid_judgement import JudgedGrid, judged_grid
from zones.models import ChangeSet
from zones.rules.vocabulary import Fate

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

POLICIES, COVERAGE = "policies", "zone_coverage"
UNSAID = "It does not say what it was made from: every cell that differs is a change."
TWIN = "what names the row is another now"


@pytest.fixture
def change_set(analyst: Any) -> ChangeSet:
    return proposals.open_set(analyst, "A grid")


def exported(table: str) -> list[Cells]:
    return rows_of(export_grid(table_named(table), "csv"))


def handed_in(table: str, content: bytes) -> JudgedGrid:
    return judged_grid(read_table(table_named(table), read_upload("x", content)))


def loaded(folder: Path, table: str, rows: list[Cells]) -> Report:
    (folder / f"{table}.csv").write_bytes(as_file(rows))
    try:
        return load_dataset(folder, dry_run=True)
    except Refused as refused:
        if refused.report is None:
            raise
        return refused.report


def page_words(change_set: ChangeSet, analyst: Any, table: str, rows: list[Cells]) -> str:
    text = separated([list(rows[0]), *(list(row.values()) for row in rows)], "\t")
    answer = page_of(change_set, analyst)(do="look", text=text, table=table)
    return unescape(answer.content.decode())


def started(row: Cells) -> bool:
    return re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", row["effective_from"]) is not None


# ---- lines that do not say what they were made from


def test_a_line_that_does_not_say_what_it_was_made_from_says_so(
    change_set: ChangeSet, analyst: Any, tmp_path: Path
) -> None:
    rows = exported(POLICIES)[:4]
    rows[1] |= {MADE_FROM: "", "note": "A word."}
    rows[2] |= {MADE_FROM: ""}  # it changes nothing, so nothing is made of that
    found = handed_in(POLICIES, as_file(rows))
    assert [row.row.told for row in found.rows] == [[], [UNSAID], [], []]
    assert page_words(change_set, analyst, POLICIES, rows).count(UNSAID) == 1
    assert f"Line 3: {UNSAID}" in loaded(tmp_path, POLICIES, rows).changes[POLICIES].said


def test_of_a_file_of_which_no_line_says_so_it_is_said_once() -> None:
    rows = [row | {MADE_FROM: "", "note": "A word."} for row in exported(POLICIES)[:3]]
    found = handed_in(POLICIES, as_file(rows))
    assert found.reading.told.count(UNSAID) == 1
    assert not any(row.row.told for row in found.rows)


# ---- lines with another key than the row that they were made from


def test_another_start_in_an_exported_line_is_told_with_the_way_to_correct_it(
    change_set: ChangeSet, analyst: Any, tmp_path: Path
) -> None:
    first, *others = [row for row in exported(POLICIES) if started(row)][:3]
    moved = first | {"effective_from": "2031-01-15", "effective_to": ""}
    rows = [moved, *others]
    found = handed_in(POLICIES, as_file(rows))
    assert found.rows[0].row.twin == table_named(POLICIES).key_of(first)
    told = page_words(change_set, analyst, POLICIES, rows)
    assert told.count(TWIN) == 1
    assert re.search(r"/policies/\?key=[^\"]*&as=version&effective_from=2031-01-15\"", told)
    assert "Correct that row instead" in told
    (address,) = re.findall(r'class="go" href="([^"]*/propose/[^"]*)"', told)
    client = Client()
    log_in_staff(client, analyst)
    assert 'value="2031-01-15"' in client.get(address).content.decode()
    said = loaded(tmp_path, POLICIES, rows).changes[POLICIES].said
    assert [words for words in said if TWIN in words and words.startswith("Line 2: ")]


@pytest.mark.parametrize("name", ["zones", "zone_coverage", "sources", "statistics", "batches"])
def test_so_is_another_key_of_any_table(name: str, change_set: ChangeSet, analyst: Any) -> None:
    table = table_named(name)
    rows = exported(name)
    first = max(rows, key=lambda row: sum(map(bool, row.values())))
    other = {"zones": "nowhere", "sources": "another-key", "batches": "99"}
    part = table.key[-1]
    moved = first | {part: other.get(name, "2031-01-15" if name == "zone_coverage" else "99")}
    found = handed_in(name, as_file([moved]))
    (row,) = found.rows
    assert row.row.twin == table.key_of(first)
    told = page_words(change_set, analyst, name, [moved])
    is_renamed = name in ("sources", "batches")
    assert ("Give that row this key instead" in told) == is_renamed
    assert ("Take that row out as well" in told) != is_renamed
    (address,) = re.findall(r'class="go" href="([^"]*/propose/[^"]*)"', told)
    client = Client()
    log_in_staff(client, analyst)
    assert ("current=" in address) == is_renamed
    assert client.get(address).status_code == 200


def test_a_copy_of_a_line_that_is_there_as_well_is_a_new_row_and_no_more(
    change_set: ChangeSet, analyst: Any
) -> None:
    first = next(row for row in exported(POLICIES) if started(row))
    copy = first | {"effective_from": "2031-01-15", "effective_to": ""}
    found = handed_in(POLICIES, as_file([first, copy]))
    assert [row.row.twin for row in found.rows] == [(), ()]
    assert TWIN not in page_words(change_set, analyst, POLICIES, [first, copy])


# ---- months of which a spreadsheet made days


def of_a_month() -> Cells:
    return next(row for row in exported(COVERAGE) if row["covered_from"] == "2025-04")


@pytest.mark.parametrize("written", ["Apr-25", "2025/4/1", "2025/04/01", "2025-04-01 00:00:00"])
def test_a_month_that_a_spreadsheet_wrote_otherwise_was_not_touched(
    change_set: ChangeSet, analyst: Any, tmp_path: Path, written: str
) -> None:
    rows = [of_a_month() | {"covered_from": written}]
    (row,) = handed_in(COVERAGE, as_file(rows)).rows
    assert (row.fate, row.problems) == (Fate.SAME, [])
    told = page_words(change_set, analyst, COVERAGE, rows)
    assert f"read {written} as 2025-04, as it was exported" in told
    report = loaded(tmp_path, COVERAGE, rows)
    assert list(report.fates(table_named(COVERAGE)).values()) == [Fate.SAME]
    assert f"read {written} as 2025-04, as it was exported" in "\n".join(report.readings())


def test_other_cells_of_such_a_line_are_changes() -> None:
    row = of_a_month() | {"covered_from": "Apr-25", "note": "A word."}
    (found,) = handed_in(COVERAGE, as_file([row])).rows
    assert (found.fate, found.moved) == (
        Fate.CHANGED,
        {"note": (of_a_month()["note"], "A word.")},
    )


@pytest.mark.parametrize(
    "cells",
    [
        {"covered_from": "Apr-25", MADE_FROM: ""},
        {"covered_from": "May-25"},
        {"covered_from": "2025/4/2"},
        {"covered_from": "2025-04-01"},  # the dataset writes a day so: somebody learnt it
    ],
)
def test_nothing_is_guessed_without_what_it_was_made_from(cells: Cells) -> None:
    (found,) = handed_in(COVERAGE, as_file([of_a_month() | cells])).rows
    assert found.fate != Fate.SAME
    assert not any(note.as_exported for note in found.row.notes)


def test_the_day_that_a_workbook_holds_for_a_month_was_not_touched_either(
    change_set: ChangeSet, analyst: Any
) -> None:
    row = of_a_month()
    cells: list[Any] = [*row.values()]
    cells[list(row).index("covered_from")] = date(2025, 4, 1)
    file = workbook([list(row), cells])
    (found,) = handed_in(COVERAGE, file).rows
    assert found.fate == Fate.SAME
    upload = SimpleUploadedFile("zone_coverage.xlsx", file)
    answer = page_of(change_set, analyst)(do="look", table=COVERAGE, file=upload)
    assert "as 2025-04, as it was exported" in unescape(answer.content.decode())
    # What is given back says the same when it is read once more.
    again = page_of(change_set, analyst)(
        do="look", table=COVERAGE, text=answer.context["grid_text"]
    )
    assert "There is nothing to do" in again.content.decode()
