"""What is wrong with a row in conflict is told at once, beside what is to be settled."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, proposed, published, row_of, said, taken_out, written
from tests.zones.desk.grids import judged
from zones.desk.judgement import judge
from zones.desk.settlement import settle
from zones.models import ChangeSet
from zones.rules.vocabulary import Fate

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
#: Wrong cells of a policy, and the columns of which each is told.
WRONG: list[tuple[dict[str, str], set[str]]] = [
    ({"value": "many"}, {"value"}),
    ({"effective_to": "2001"}, {"effective_to"}),
    ({"source_id": "nobody-knows"}, {"source_id"}),
    ({"value": "many", "source_id": "nobody-knows"}, {"value", "source_id"}),
    ({"verified_on": "2190-01-01", "summary_zh": ""}, {"verified_on", "summary_zh"}),
]


def moved(analyst: Any, reviewer: Any) -> None:
    """Somebody else publishes other cells of the row."""
    here = {"value": "7000", "effective_to": "2031", "summary_zh": "另一个", "note": "Seen"}
    published(analyst, reviewer, written("policies", LIMIT, **here))


def told(own: ChangeSet) -> tuple[Fate, set[str | None], set[str]]:
    (row,) = judge(own).rows
    columns = {problem.column for problem in row.problems}
    return row.fate, columns, {one.column for one in row.conflicts}


@pytest.mark.parametrize(("cells", "columns"), WRONG)
def test_wrong_cells_are_told_beside_a_conflict(
    cells: dict[str, str], columns: set[str], analyst: Any, reviewer: Any
) -> None:
    """The conflict lies in the wrong cell itself, or in another."""
    own = proposed(analyst, written("policies", LIMIT, **({"note": "Mine"} | cells)))
    _fate, alone, _none = told(own)
    assert alone == columns
    moved(analyst, reviewer)
    fate, beside, conflicts = told(own)
    assert (fate, beside) == (Fate.CONFLICT, columns)
    assert "note" in conflicts
    client = Client()
    log_in_staff(client, analyst)
    page = client.get(reverse("admin:desk-set", args=[own.pk])).content.decode()
    assert page.count('value="settle"') == len(conflicts)
    assert page.count("⚠") >= len(conflicts) + len(columns)
    for column in conflicts:
        settle(row_of(own), analyst, column, mine=True)
    assert told(own) == (Fate.REFUSED, columns, set())


def test_what_is_kept_as_it_is_here_is_wrong_no_more(analyst: Any, reviewer: Any) -> None:
    own = proposed(analyst, written("policies", LIMIT, value="many", note="Mine"))
    moved(analyst, reviewer)
    settle(row_of(own), analyst, "value", mine=False)
    assert told(own) == (Fate.CONFLICT, set(), {"note"})
    settle(row_of(own), analyst, "note", mine=True)
    assert told(own)[0] == Fate.CHANGED


def test_a_row_in_conflict_that_is_right_is_told_of_nothing_else(
    analyst: Any, reviewer: Any
) -> None:
    own = proposed(analyst, written("policies", LIMIT, value="6000"))
    moved(analyst, reviewer)
    assert told(own) == (Fate.CONFLICT, set(), {"value"})


def test_a_row_that_went_meanwhile_is_told_of_its_wrong_cells(analyst: Any, reviewer: Any) -> None:
    own = proposed(analyst, written("policies", LIMIT, value="many"))
    published(analyst, reviewer, taken_out("policies", LIMIT))
    assert told(own) == (Fate.CONFLICT, {"value"}, {""})


def test_a_row_that_came_meanwhile_is_told_of_its_wrong_cells(analyst: Any, reviewer: Any) -> None:
    new = {**known("policies")[LIMIT], "scope_kind": "city", "scope_code": "hangzhou"}
    new |= {"effective_from": "2020-02-03"}
    own = proposed(analyst, said("policies", new | {"value": "many", "note": "Mine"}))
    published(analyst, reviewer, said("policies", new | {"note": "Theirs"}))
    fate, columns, conflicts = told(own)
    assert (fate, columns) == (Fate.CONFLICT, {"value"})
    assert "note" in conflicts


def test_a_row_that_names_one_in_conflict_is_told_of_its_own_cells(
    analyst: Any, reviewer: Any
) -> None:
    own = proposed(
        analyst,
        written("provinces", ("CN-ZJ",), name_en="Mine"),
        written("cities", ("hangzhou",), name_en="Hang", customs_district="0001"),
    )
    published(analyst, reviewer, written("provinces", ("CN-ZJ",), name_en="Theirs"))
    fates = {row.table.name: row for row in judge(own).rows}
    assert fates["provinces"].fate == Fate.CONFLICT
    assert len(fates["cities"].problems) == 1


def test_a_grid_tells_wrong_cells_of_a_row_of_its_set_that_is_in_conflict(
    analyst: Any, reviewer: Any
) -> None:
    own = proposed(analyst, written("policies", LIMIT, note="Mine"))
    moved(analyst, reviewer)
    head = ("topic", "scope_kind", "scope_code", "effective_from", "value")
    (row,) = judged("policies", [head, (*LIMIT, "many")], change_set=own).rows
    assert row.fate == Fate.REFUSED
    assert [one.column for one in row.problems] == ["value"]
