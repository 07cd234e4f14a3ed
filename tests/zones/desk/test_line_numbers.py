"""Lines of a grid that are given back keep the numbers that they had when it was handed in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.zones.desk.grids import page_of, workbook
from tests.zones.desk.test_grid_page import HEAD, block
from zones.desk import proposals
from zones.models import ChangeSet

pytestmark = pytest.mark.django_db

GOOD, WRONG = ("2900", "2027-01-01", "4000"), ("3100", "2027-01-01", "four")
LATE = ("3300", "2027-13-01", "4000")
TEXT = block(GOOD, WRONG) + "\n\n" + block(("2900", "2028-01-01", "4000"), LATE).split("\n", 1)[1]


@pytest.fixture
def change_set(analyst: Any) -> ChangeSet:
    return proposals.open_set(analyst, "A grid")


@pytest.fixture
def page(change_set: ChangeSet, analyst: Any) -> Any:
    return page_of(change_set, analyst)


def told(answer: Any) -> dict[str, str]:
    """What the form of the page sends once more: its text, and which lines these were."""
    lines = re.search(r'name="lines" value="([^"]*)"', answer.content.decode())
    assert lines
    return {"text": answer.context["grid_text"], "lines": lines[1]}


def lines_of(answer: Any) -> list[int]:
    return sorted(row["line"] for row in answer.context["shown"])


@pytest.mark.parametrize("form", ["text", "file", "workbook"])
def test_what_is_left_keeps_its_numbers_however_often_it_is_read(page: Any, form: str) -> None:
    rows = [line.split("\t") for line in TEXT.split("\n")]
    posted: dict[str, Any] = {"text": TEXT}
    if form == "file":
        posted = {"file": SimpleUploadedFile("grid.csv", TEXT.encode())}
    elif form == "workbook":
        posted = {"file": SimpleUploadedFile("grid.xlsx", workbook(rows))}
    left = page(do="propose", **posted)
    assert left.context["proposed"] == 2
    assert lines_of(left) == [3, 6]
    for act in ("look", "mend", "look"):
        left = page(do=act, **told(left))
        assert lines_of(left) == [3, 6]
        assert "the numbers that they had" in left.content.decode()
    mended = told(left)
    mended["text"] = mended["text"].replace("four", "4000")
    assert lines_of(page(do="propose", **mended)) == [6]


def test_a_text_with_other_lines_is_numbered_as_it_is(page: Any) -> None:
    left = page(do="propose", text=TEXT)
    more = told(left) | {"text": block(WRONG, LATE, GOOD)}
    assert lines_of(page(do="look", **more)) == [2, 3, 4]
    other = told(left) | {"text": f"{HEAD}\tnote" + block(WRONG, LATE).removeprefix(HEAD)}
    assert lines_of(page(do="look", **other)) == [2, 3]


@pytest.mark.parametrize("said", ["", "x", "x:1,2,3", "x:٣,2", ":", "00000000:3,2,1"])
def test_numbers_that_no_page_told_are_not_believed(page: Any, said: str) -> None:
    assert lines_of(page(do="look", text=block(WRONG, LATE), lines=said)) == [2, 3]


def test_places_that_are_left_keep_their_numbers(change_set: ChangeSet, analyst: Any) -> None:
    page = page_of(change_set, analyst, "admin:desk-places")
    posted = {
        "topic": "import-single-transaction-limit",
        "cell_value": "4000",
        "scope_kind": "city",
        "places": "Hangzhou\nnowhere-at-all\nNingbo\nno-place",
        "shared_effective_from": "2027-01-01",
        "shared_source_id": "mof-gacc-sta-2018-49",
        "shared_verification": "secondary",
        "shared_summary_en": "A trial.",
        "shared_summary_zh": "试点。",
    }
    posted["ready"] = page(**posted, do="look").context["ready"]
    left = page(**posted, do="propose")
    assert left.context["proposed"] == 2
    assert lines_of(left) == [2, 4]
    lines = told(left)["lines"]
    again = posted | {"do": "look", "places": left.context["places"], "lines": lines}
    assert lines_of(page(**again)) == [2, 4]
