"""A proposed row is merged cell by cell: its base, what is proposed, and what is here by now."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import (
    judged,
    known,
    problems_of,
    proposed,
    published,
    row_of,
    said,
    say_why_all,
    taken_out,
    written,
)
from zones.dataset.table import Cells, Key
from zones.desk.held_sets import MovedOnError
from zones.desk.judgement import conflicting, judge
from zones.desk.proposals import propose, repropose
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.desk.settlement import settle
from zones.models import ChangeSet, ProposedRow
from zones.rules.vocabulary import Fate

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

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


@pytest.mark.parametrize("goes", [True, False])
@pytest.mark.parametrize("column", ["nonsense", "quote", "before"])
def test_what_no_row_of_the_table_has_cannot_be_settled(
    analyst: Any, column: str, goes: bool
) -> None:
    draft = taken_out("policies", LIMIT) if goes else written("policies", LIMIT, note="Ours")
    row = row_of(proposed(analyst, draft))
    with pytest.raises(ValidationError, match="no such column"):
        settle(row, analyst, column, mine=True, theirs="")


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
    assert judged(own).fate == Fate.REFUSED
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


MOVED: Key = (*LIMIT[:3], "2019-02-01")


def move_start(analyst: Any, reviewer: Any) -> None:
    """Let somebody else correct the start of the limit, which gives it another key."""
    published(analyst, reviewer, written("policies", LIMIT, effective_from=MOVED[3]))


def test_a_row_whose_key_moved_is_followed_and_corrected(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    own = proposed(analyst, written("policies", LIMIT, value="6000"))
    out = proposed(analyst, taken_out("policies", LIMIT))
    move_start(other_analyst, reviewer)
    found = judged(own)
    assert (found.fate, found.key, found.moved) == (
        Fate.CHANGED,
        MOVED,
        {"value": ("5000", "6000")},
    )
    assert [one.column for one in judged(out).conflicts] == ["effective_from"]
    settle(row_of(out), analyst, "effective_from", mine=True)
    assert (judged(out).fate, judged(out).key) == (Fate.TAKEN_OUT, MOVED)
    say_why_all(own, analyst)
    publish_set(submit(own, analyst), reviewer)
    (key,) = (key for key in known("policies") if key[:3] == LIMIT[:3] and key[3] > "2019")
    assert (key, policy(MOVED)["value"]) == (MOVED, "6000")


@pytest.mark.parametrize("mine", [True, False])
def test_a_key_that_both_moved_is_settled_as_any_cell(
    analyst: Any, other_analyst: Any, reviewer: Any, mine: bool
) -> None:
    own = proposed(analyst, written("policies", LIMIT, effective_from="2019-03-01", value="6000"))
    move_start(other_analyst, reviewer)
    found = judged(own)
    assert [(c.column, c.base, c.mine, c.live) for c in found.conflicts] == [
        ("effective_from", "2019-01-01", "2019-03-01", "2019-02-01")
    ]
    assert conflicting(own.rows.all())[0].conflicts == found.conflicts
    settle(found.row, analyst, "effective_from", mine=mine, theirs="2019-02-01")
    found = judged(own)
    assert (found.fate, found.key) == (Fate.CHANGED, MOVED)
    start = {"effective_from": ("2019-02-01", "2019-03-01")} if mine else {}
    assert found.moved == {"value": ("5000", "6000")} | start
    assert not judge(own).hinders


def test_two_rows_of_a_set_that_are_one_by_now_are_refused(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    own = proposed(analyst, written("policies", LIMIT, value="6000"))
    new = {**known("policies")[LIMIT], "effective_from": MOVED[3], "value": "6500"}
    propose(own, analyst, [said("policies", new)])
    move_start(other_analyst, reviewer)
    found = judge(own)
    assert [one.fate for one in found.rows] == [Fate.CHANGED, Fate.CONFLICT]
    with pytest.raises(ValidationError, match="such a row already"):
        repropose(found.rows[0].row, analyst, written("policies", MOVED, value="7000"))


def test_the_page_says_under_which_key_a_row_lives_on_and_is_proposed(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    own = proposed(analyst, written("policies", LIMIT, effective_from="2019-03-01"))
    move_start(other_analyst, reviewer)
    client = Client()
    log_in_staff(client, analyst)
    shown = client.get(reverse("admin:desk-set", args=[own.pk])).content.decode()
    assert "lives on as 2019-02-01 since revision 2, by ben" in shown
    assert "1 Feb 2019 → 1 Mar 2019" in shown
    form = client.get(reverse("admin:desk-row", args=[own.pk, row_of(own).pk])).content.decode()
    assert "2019-03-01" in form
    assert "2019-02-01" in form
