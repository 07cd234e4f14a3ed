"""A workbook of the same question is the same bytes, whenever it is written."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from django.test import Client

from cbec_portal.api.sheets import TableSheet
from cbec_portal.api.workbooks import workbook_of
from zones.selectors.snapshot import forget

SHEET = TableSheet("One", ["Text", "Day"], [["a", date(2026, 1, 2)], ["=b", None]])


def test_it_holds_no_time_at_which_it_was_written() -> None:
    book = workbook_of([SHEET], "Question")
    with ZipFile(io.BytesIO(book)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        told = parts.read("docProps/core.xml")
    assert b"dcterms" not in told.partition(b">")[2]
    assert b"Question" in told
    read = openpyxl.load_workbook(io.BytesIO(book))
    assert [cell.value for cell in read.active["A"]] == ["Text", "a", "=b"]  # type: ignore[index]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/topics/bonded-import-1210/table.xlsx",
        "/sources/table.xlsx",
        "/api/v1/compare/?cities=hangzhou,ningbo&format=xlsx",
    ],
)
def test_an_answer_is_the_same_bytes_made_anew(address: str, client: Client) -> None:
    def asked() -> bytes:
        answer: Any = client.get(address)
        assert answer.status_code == 200
        return b"".join(answer) if answer.streaming else bytes(answer.content)

    first = asked()
    with ZipFile(io.BytesIO(first)) as parts:
        assert len({part.date_time for part in parts.infolist()}) == 1
    forget()
    assert asked() == first
