"""A proposed row is merged cell by cell: its base, what is proposed, and what is here by now."""

from __future__ import annotations

from typing import Any

import pytest

from tests.zones.desk.acts import (
    judged,
    known,
    problems_of,
    proposed,
    published,
    row_of,
    said,
    taken_out,
    written,
)
from zones.dataset.table import Cells, Key
from zones.desk.judgement import judge
from zones.desk.proposals import MovedOnError, propose, repropose, settle
from zones.models import ChangeSet, ProposedRow
from zones.rules.vocabulary import Fate

pytestmark = pytest.mark.django_db

LIMIT: Key = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
SOURCE: Key = ("customs-2018-194",)


@pytest.fixture
def source() -> Key:
    """A document on which nothing rests but policies."""
    return next(iter(known("sources")))


def policy(key: Key = LIMIT) -> Cells:
    return known("policies")[key]


def test_a_row_tells_what_it_moves(analyst: Any) -> None:
    found = judged(proposed(analyst, written("policies", LIMIT, value="6000", note="Seen")))
    assert found.fate == Fate.CHANGED
    assert found.moved == {"value": ("5000", "6000"), "note": (policy()["note"], "Seen")}


@pytest.mark.parametrize("cell", ["5000", " 5000 ", "５０００", "5000.0"])
def test_a_cell_that_says_what_stands_there_changes_nothing(analyst: Any, cell: str) -> None:
    found = judge(proposed(analyst, written("policies", LIMIT, value=cell)))
    assert [own.fate for own in found.rows] == [Fate.SAME]
    assert not found.brings
    assert not found.hinders


def test_other_cells_of_a_row_are_taken_over_as_they_are_now(analyst: Any, reviewer: Any) -> None:
    mine = proposed(analyst, written("policies", LIMIT, value="6000"))
    published(analyst, reviewer, written("policies", LIMIT, summary_en="Said anew"))
    found = judged(mine)
    assert (found.fate, found.conflicts) == (Fate.CHANGED, [])
    assert found.after == {**policy(), "value": "6000"}
    assert policy()["summary_en"] == "Said anew"


def test_a_cell_that_moved_to_what_is_proposed_is_no_conflict(analyst: Any, reviewer: Any) -> None:
    mine = proposed(analyst, written("policies", LIMIT, value="6000.0"))
    published(analyst, reviewer, written("policies", LIMIT, value="6000"))
    assert judged(mine).fate == Fate.SAME


@pytest.mark.parametrize("mine", [True, False])
def test_a_settled_cell_stays_settled_until_it_moves_again(
    analyst: Any, reviewer: Any, mine: bool
) -> None:
    own = proposed(analyst, written("policies", LIMIT, value="6000", note="Ours"))
    published(analyst, reviewer, written("policies", LIMIT, value="7000", note="Theirs"))
    found = judged(own)
    assert found.fate == Fate.CONFLICT
    assert {c.column: (c.base, c.mine, c.live) for c in found.conflicts} == {
        "value": ("5000", "6000", "7000"),
        "note": (found.row.before["note"], "Ours", "Theirs"),
    }
    settle(found.row, analyst, "value", mine=mine)
    assert [c.column for c in judged(own).conflicts] == ["note"]
    published(analyst, reviewer, written("policies", LIMIT, summary_en="Another cell"))
    settle(found.row, analyst, "note", mine=mine)
    found = judged(own)
    assert found.conflicts == []
    assert found.fate == (Fate.CHANGED if mine else Fate.SAME)
    assert found.after is not None
    assert (found.after["value"], found.after["note"]) == (
        ("6000", "Ours") if mine else ("7000", "Theirs")
    )
    published(analyst, reviewer, written("policies", LIMIT, value="8000"))
    now = judged(own)
    assert [c.column for c in now.conflicts] == (["value"] if mine else [])
    assert now.after is not None
    assert now.after["value"] == "8000"


def test_a_cell_that_is_proposed_later_is_held_against_what_stood_there_then(
    analyst: Any, reviewer: Any
) -> None:
    own = proposed(analyst, written("policies", LIMIT, note="Ours"))
    published(analyst, reviewer, written("policies", LIMIT, value="7000"))
    propose(own, analyst, [written("policies", LIMIT, value="5000")])
    found = judged(own)
    assert (found.fate, found.conflicts) == (Fate.CHANGED, [])
    assert found.moved == {"value": ("7000", "5000"), "note": (policy()["note"], "Ours")}
    repropose(found.row, analyst, written("policies", LIMIT, summary_en="Said"))
    assert judged(own).moved.keys() == {"summary_en"}


def new_policy(**cells: str) -> Cells:
    return {**policy(), "effective_from": "2020-03-01", "note": "", "clause": "", **cells}


def test_a_new_row_that_somebody_else_wrote_meanwhile_is_settled_cell_by_cell(
    analyst: Any, reviewer: Any
) -> None:
    mine = proposed(analyst, said("policies", new_policy(value="6000", note="Ours")))
    assert judged(mine).fate == Fate.NEW
    published(analyst, reviewer, said("policies", new_policy(value="7000", clause="Art. 1")))
    found = judged(mine)
    assert found.fate == Fate.CONFLICT
    assert {c.column: (c.base, c.mine, c.live) for c in found.conflicts} == {
        "value": (None, "6000", "7000"),
        "clause": (None, "", "Art. 1"),
        "note": (None, "Ours", ""),
    }
    settle(found.row, analyst, "value", mine=True)
    assert {c.column for c in judged(mine).conflicts} == {"clause", "note"}
    settle(found.row, analyst, "clause", mine=False)
    settle(found.row, analyst, "note", mine=False)
    found = judged(mine)
    assert found.fate == Fate.CHANGED
    assert found.moved == {"value": ("7000", "6000")}
    published(analyst, reviewer, taken_out("policies", found.key))
    found = judged(mine)
    assert [(c.column, c.live) for c in found.conflicts] == [("", None)]
    settle(found.row, analyst, "", mine=True)
    assert judged(mine).fate == Fate.NEW
    assert judged(mine).after == {**new_policy(value="6000", clause="Art. 1")}


def test_the_same_new_row_of_two_is_nothing_to_settle(analyst: Any, reviewer: Any) -> None:
    mine = proposed(analyst, said("policies", new_policy(value="6000.0")))
    published(analyst, reviewer, said("policies", new_policy(value="6000")))
    assert judged(mine).fate == Fate.SAME


@pytest.mark.parametrize("mine", [True, False])
def test_a_row_that_was_taken_out_meanwhile_is_written_anew_or_left_out(
    analyst: Any, reviewer: Any, mine: bool
) -> None:
    was = policy()
    own = proposed(analyst, written("policies", LIMIT, value="6000")._replace(quote="6000元"))
    published(analyst, reviewer, taken_out("policies", LIMIT))
    found = judged(own)
    assert found.fate == Fate.CONFLICT
    assert [(c.column, c.live) for c in found.conflicts] == [("", None)]
    settle(found.row, analyst, "", mine=mine)
    found = judged(own)
    assert found.fate == (Fate.NEW if mine else Fate.SAME)
    assert not judge(own).hinders
    if mine:
        assert found.after == {**was, "value": "6000"}
    published(analyst, reviewer, said("policies", {**was, "value": "1"}))
    found = judged(own)
    assert found.fate == Fate.CONFLICT, "it is there again, which nobody has seen"


@pytest.mark.parametrize("mine", [True, False])
def test_a_row_to_be_taken_out_that_moved_meanwhile_is_a_conflict(
    analyst: Any, reviewer: Any, mine: bool
) -> None:
    own = proposed(analyst, taken_out("policies", LIMIT))
    assert judged(own).fate == Fate.TAKEN_OUT
    published(analyst, reviewer, written("policies", LIMIT, value="7000"))
    found = judged(own)
    assert [(c.column, c.base, c.mine, c.live) for c in found.conflicts] == [
        ("value", "5000", None, "7000")
    ]
    settle(found.row, analyst, "value", mine=mine)
    assert judged(own).fate == (Fate.TAKEN_OUT if mine else Fate.SAME)
    assert not judge(own).hinders


def test_taking_out_what_is_gone_already_changes_nothing(analyst: Any, reviewer: Any) -> None:
    own = proposed(analyst, taken_out("policies", LIMIT))
    published(analyst, reviewer, taken_out("policies", LIMIT))
    assert judged(own).fate == Fate.SAME
    was = own.rows.get().before
    assert was is not None
    published(analyst, reviewer, said("policies", {**was, "value": "1"}))
    assert judged(own).fate == Fate.CONFLICT


@pytest.mark.parametrize("mine", [True, False])
def test_what_nobody_knew_when_it_was_to_be_taken_out_is_a_conflict_once_it_is_there(
    analyst: Any, reviewer: Any, mine: bool
) -> None:
    cells = new_policy()
    key = (*LIMIT[:3], "2020-03-01")
    own = proposed(analyst, taken_out("policies", key))
    assert judged(own).fate == Fate.SAME
    published(analyst, reviewer, said("policies", cells))
    found = judged(own)
    assert [c.column for c in found.conflicts] == [""]
    settle(found.row, analyst, "", mine=mine)
    assert judged(own).fate == (Fate.TAKEN_OUT if mine else Fate.SAME)


def test_a_start_that_was_wrong_is_corrected_under_one_identity(
    analyst: Any, reviewer: Any
) -> None:
    before = policy()
    published(analyst, reviewer, written("policies", LIMIT, effective_from="2018-12-01"))
    now = known("policies")
    assert LIMIT not in now
    assert now[*LIMIT[:3], "2018-12-01"] == {**before, "effective_from": "2018-12-01"}


def test_a_start_is_not_corrected_to_one_that_another_has(analyst: Any) -> None:
    taken = proposed(
        analyst,
        said("policies", new_policy()),
        written("policies", LIMIT, effective_from="2020-03-01"),
    )
    found = judge(taken)
    assert Fate.REFUSED in [own.fate for own in found.rows]
    assert "effective_from" in dict(problems_of(found.rows))


def test_a_row_taken_out_of_the_set_meanwhile_is_told(analyst: Any, other_analyst: Any) -> None:
    from zones.desk.proposals import drop

    own = proposed(analyst, written("policies", LIMIT, value="6000"))
    row = row_of(own)
    drop(row, other_analyst)
    drop(row, other_analyst)  # twice is once
    with pytest.raises(MovedOnError, match="took this row out"):
        repropose(row, analyst, written("policies", LIMIT, value="7000"))
    with pytest.raises(MovedOnError, match="took this row out"):
        settle(row, analyst, "value", mine=True)


def test_rows_are_judged_unsaved_as_they_are_saved(analyst: Any) -> None:
    from zones.desk.judgement import judge_rows

    own = proposed(analyst, written("policies", LIMIT, value="6000"))
    row = row_of(own)
    copy = ProposedRow(
        change_set=ChangeSet(), table=row.table, key=row.key, cells=row.cells, before=row.before
    )
    (unsaved,) = judge_rows([copy]).rows
    saved = judged(own)
    assert (unsaved.fate, unsaved.after) == (saved.fate, saved.after)
