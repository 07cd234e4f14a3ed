"""A spreadsheet opens the same answer as CSV, with numbers as numbers and text as text."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from cbec_portal.api.renderers import write_xlsx

pytestmark = pytest.mark.django_db

QUESTION = "/api/v1/compare/?cities=hangzhou,shijiazhuang&as_of=2019-12-31&only=differences"


def sheet_of(content: bytes) -> list[tuple[Any, ...]]:
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_comparison_is_the_same_in_both(client: Client) -> None:
    told = client.get(f"{QUESTION}&format=xlsx")
    assert told.status_code == 200
    assert 'filename="compare.xlsx"' in told["Content-Disposition"]
    rows = sheet_of(told.content)
    lines = list(csv.reader(io.StringIO(client.get(f"{QUESTION}&format=csv").content.decode())))
    assert list(rows[0]) == lines[0]
    assert len(rows) == len(lines)
    place = lines[0].index("policy")
    assert [row[place] or "" for row in rows[1:]] == [line[place] for line in lines[1:]]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_no_cell_starts_a_formula() -> None:
    content = write_xlsx([{"text": '=HYPERLINK("x")', "number": 5000, "truth": True, "none": None}])
    workbook = load_workbook(io.BytesIO(content))
    cells = list(workbook.active.iter_rows())[1]  # type: ignore[union-attr]
    assert [cell.data_type for cell in cells] == ["s", "n", "b", "n"]
    assert [cell.value for cell in cells] == ['=HYPERLINK("x")', 5000, True, None]
