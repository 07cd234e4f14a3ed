"""A set is judged before it is held, and anew where something moved until it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, person, proposed, published, say_why_all, written
from tests.zones.desk.test_desk_api import Desk
from zones.desk import bulk_rows, judged_before, judgement
from zones.desk.acknowledgements import acknowledge_kinds, judged_to_acknowledge
from zones.desk.bulk_rows import judged_to_set, set_in_rows
from zones.desk.held_sets import MovedOnError
from zones.desk.judgement import judge, judge_rows
from zones.desk.proposals import propose
from zones.desk.refused_rows import RowsRefusedError
from zones.desk.row_warnings import unacknowledged
from zones.desk.set_steps import judged_to_send, submit
from zones.models import ChangeSet
from zones.rules.vocabulary import SetState

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
FAR = written("policies", LIMIT, value="900000000", verified_on="2026-11-24")
NAMED = written("cities", ("hangzhou",), name_en="Hangchow")


def sent_by_page(change_set: ChangeSet, someone: Any, **said: str) -> int:
    client = Client()
    log_in_staff(client, someone)
    form = {"seen": change_set.version, "form_mark": "ab" * 16, **said}
    page = reverse("admin:desk-set", args=[change_set.pk])
    return int(client.post(page, form).status_code)


def numbers_of(change_set: ChangeSet) -> list[int]:
    return list(change_set.rows.values_list("pk", flat=True))


WAYS: dict[str, Callable[[ChangeSet, Any], Any]] = {
    "a call": lambda own, someone: submit(own, someone),
    "the page": lambda own, someone: sent_by_page(own, someone, do="submit"),
    "the API": lambda own, someone: Desk(someone).ask("api-change-set-submit", own),
    "a cell by a call": lambda own, someone: set_in_rows(
        own, someone, numbers_of(own), "note", "Seen"
    ),
    "a cell on the page": lambda own, someone: sent_by_page(
        own, someone, do="set_cell", column="note", cell="Seen", rows=str(*numbers_of(own))
    ),
    "a reason on the page": lambda own, someone: sent_by_page(
        own, someone, do="acknowledge", **{"reason-unusual": "It is meant so."}
    ),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_locked_while_a_set_is_judged(
    way: str, analyst: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = proposed(analyst, FAR)
    own.reason = "It is meant so."
    own.save()
    if "reason" not in way:
        say_why_all(own, analyst)
        own.refresh_from_db()
    locked: list[bool] = []

    def judged(rows: Any) -> Any:
        locked.append(connection.in_atomic_block)
        return judge_rows(rows)

    monkeypatch.setattr(judgement, "judge_rows", judged)
    monkeypatch.setattr(bulk_rows, "judge_rows", judged)
    WAYS[way](own, analyst)
    assert locked
    assert not any(locked)
    own.refresh_from_db()
    if "cell" in way:
        assert own.rows.get().cells["note"] == "Seen"
    elif "reason" in way:
        assert not unacknowledged(own, judge(own))
    else:
        assert own.state == SetState.IN_REVIEW


@pytest.mark.django_db
def test_what_others_wrote_in_the_set_meanwhile_is_judged(analyst: Any, other_analyst: Any) -> None:
    own = proposed(analyst, NAMED)
    before = judged_to_send(own, analyst)
    propose(own, other_analyst, [written("policies", LIMIT, source_id="no-such-document")])
    with pytest.raises(RowsRefusedError, match="Mend the rows"):
        submit(own, analyst, before=before)


@pytest.mark.django_db
def test_what_was_published_meanwhile_is_judged(analyst: Any, reviewer: Any) -> None:
    own = proposed(analyst, NAMED)
    before = judged_to_send(own, analyst)
    published(person("ben", "analyst"), reviewer, NAMED)
    with pytest.raises(RowsRefusedError, match="would change what is known"):
        submit(own, analyst, before=before)
    assert known("cities")["hangzhou",]["name_en"] == "Hangchow"


@pytest.mark.django_db
def test_a_cell_is_set_by_what_the_set_and_the_portal_hold_by_then(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    """What somebody wrote in the row, or published, meanwhile is not written over unseen."""
    own = proposed(analyst, written("policies", LIMIT, note="Seen"))
    before = judged_to_set(own, analyst, numbers_of(own), "caveat_en", "Mind this.")
    propose(own, other_analyst, [written("policies", LIMIT, note="Seen twice")])
    set_in_rows(own, analyst, numbers_of(own), "caveat_en", "Mind this.", before=before)
    assert own.rows.get().cells == {"note": "Seen twice", "caveat_en": "Mind this."}
    before = judged_to_set(own, analyst, numbers_of(own), "caveat_en", "Mind that.")
    published(person("cem", "analyst"), reviewer, written("policies", LIMIT, caveat_zh="请注意。"))
    set_in_rows(own, analyst, numbers_of(own), "caveat_zh", "请留意。", before=before)
    assert own.rows.get().before["caveat_zh"] == "请注意。"


@pytest.mark.django_db
def test_a_row_that_went_meanwhile_is_missed(analyst: Any, other_analyst: Any) -> None:
    own = proposed(analyst, written("policies", LIMIT, note="Seen"), NAMED)
    wanted = numbers_of(own)
    (row,) = own.rows.filter(table="policies")
    before = judged_to_set(own, analyst, [row.pk], "caveat_en", "Mind this.")
    bulk_rows.drop_rows(own, other_analyst, [row.pk])
    with pytest.raises(MovedOnError):
        set_in_rows(own, analyst, [row.pk], "caveat_en", "Mind this.", before=before)
    assert len(numbers_of(own)) == len(wanted) - 1


@pytest.mark.django_db
def test_warnings_that_came_meanwhile_wait_for_a_reason(analyst: Any) -> None:
    own = proposed(analyst, NAMED)
    before = judged_to_acknowledge(own, analyst)
    propose(own, analyst, [FAR])
    acknowledge_kinds(own, analyst, {"unusual": "It is meant so."}, before=before)
    own.refresh_from_db()
    assert "unusual" not in {one.code for one in unacknowledged(own, judge(own))}


@pytest.mark.django_db
def test_a_set_that_is_written_in_while_it_is_judged_is_judged_again(
    analyst: Any, other_analyst: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, turns = proposed(analyst, NAMED), []

    def judged(change_set: ChangeSet) -> Any:
        found = judge(change_set)
        turns.append(change_set.version)
        if len(turns) == 1:
            propose(own, other_analyst, [written("cities", ("ningbo",), name_en="Ning-po")])
        return found

    monkeypatch.setattr(judged_before, "judge", judged)
    assert len(judged_to_send(own, analyst).found.rows) == 2
    assert len(turns) == 2


@pytest.mark.django_db
def test_what_is_refused_anyway_is_not_judged(
    analyst: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = submit(proposed(analyst, NAMED), analyst)
    monkeypatch.setattr(judged_before, "judge", pytest.fail)
    with pytest.raises(ValidationError, match="in review"):
        submit(own, analyst)
    with pytest.raises(MovedOnError):
        acknowledge_kinds(own, analyst, {}, seen=own.version - 1)
