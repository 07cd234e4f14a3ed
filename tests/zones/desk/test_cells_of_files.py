"""What spreadsheets put around a cell, and cells that are too long, are read or refused alike in a
grid, in a workbook and by the loader.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.utils.translation import override

from tests.zones.desk.acts import known
from tests.zones.desk.grids import separated, workbook
from zones.dataset.csv_files import LONGEST_CELL
from zones.dataset.dump import dump_dataset
from zones.dataset.formula_cells import no_formula, without_apostrophe
from zones.dataset.load import load_dataset
from zones.dataset.load_report import Report
from zones.dataset.problems import Problem, Refused
from zones.dataset.table_registry import table_named
from zones.desk.grid import read_table
from zones.desk.grid_files import Sheet, UnreadableFileError, read_text, read_upload
from zones.desk.grid_judgement import judged_grid
from zones.models import CustomsDistrict
from zones.rules.vocabulary import Fate

pytestmark = pytest.mark.django_db

CODE, NAME = "0700", "name_en"


def rows_with(**cells: str) -> list[list[str]]:
    """The head of the customs districts and one of them, with some cells that are others."""
    own = {**known("customs_districts")[(CODE,)], **cells}
    return [list(own), list(own.values())]


def loaded(rows: list[list[str]], folder: Path) -> tuple[Report | None, list[Problem]]:
    with (folder / "customs_districts.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    try:
        return load_dataset(folder, dry_run=True), []
    except Refused as refused:
        return None, refused.problems


def sheets(rows: list[list[str]]) -> list[Sheet]:
    return [
        read_text(separated(rows, "\t")),
        read_upload("x.csv", separated(rows).encode()),
        read_upload("x.xlsx", workbook(rows)),
    ]


def test_a_code_that_a_spreadsheet_keeps_is_read_alike_and_said(tmp_path: Path) -> None:
    written = f'="{CODE}"'
    rows = rows_with(code=written)
    report, problems = loaded(rows, tmp_path)
    assert report is not None, problems
    assert f"customs_districts.csv, line 2, column code: read {written} as {CODE}" in list(
        report.readings()
    )
    for sheet in sheets(rows):
        (row,) = judged_grid(read_table(table_named("customs_districts"), sheet)).rows
        assert row.fate == Fate.SAME
        assert [(note.written, note.read) for note in row.row.notes] == [(written, CODE)]


@pytest.mark.parametrize("formula", ["=1+1", "=A1", '="a"&"b"', "=HYPERLINK(1)", " =1+1"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_any_other_formula_is_refused_alike_by_line_and_column(
    formula: str, language: str, tmp_path: Path
) -> None:
    rows = rows_with(name_en=formula)
    with override(language):
        report, (problem,) = loaded(rows, tmp_path)
        assert report is None
        assert (problem.line, problem.column) == (2, NAME)
        own = sheets(rows) if formula.startswith("=") else sheets(rows)[:2]
        for sheet in own:
            (row,) = judged_grid(read_table(table_named("customs_districts"), sheet)).rows
            assert row.fate == Fate.REFUSED
            (wrong,) = row.problems
            assert (wrong.line, wrong.column, wrong.why) == (2, NAME, problem.why)


@pytest.mark.parametrize("text", ["=1+1", '="0700"', "'=x", "''=x"])
def test_a_text_that_begins_as_a_formula_is_dumped_and_loaded_as_it_is(
    text: str, tmp_path: Path
) -> None:
    CustomsDistrict.objects.filter(code=CODE).update(name_en=text)
    dump_dataset(tmp_path)
    report = load_dataset(tmp_path, dry_run=True)
    changes = report.changes["customs_districts"]
    assert not changes.corrected
    assert not list(report.readings())
    assert without_apostrophe(no_formula(text)) == text


@pytest.mark.parametrize("text", ["'x", "'", "''", "x=1", "-1", "@x", ""])
def test_any_other_text_is_dumped_as_it_stands(text: str) -> None:
    assert (no_formula(text), without_apostrophe(text)) == (text, text)


@pytest.mark.parametrize("length", [LONGEST_CELL + 1, 200_000])
@pytest.mark.parametrize(
    ("language", "words"), [("en", "Line 2, column name_en"), ("zh-hans", "第2行，name_en列")]
)
def test_a_cell_that_is_too_long_is_refused_by_line_and_column(
    length: int, language: str, words: str, tmp_path: Path
) -> None:
    rows = rows_with(name_en="x" * length)
    files = [separated(rows).encode(), separated(rows, "\t").encode()]
    if length < 32_767:  # no more fits in a cell of a workbook
        files.append(workbook(rows))
    with override(language):
        for file in files:
            with pytest.raises(UnreadableFileError, match=words) as refused:
                read_upload("x", file)
            assert str(length) in str(refused.value)
    _report, (problem,) = loaded(rows, tmp_path)
    assert (problem.line, problem.column) == (2, NAME)
    assert problem.why == f"has {length} characters; at most {LONGEST_CELL} are read"
