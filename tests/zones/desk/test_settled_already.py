"""What is in no conflict any more is not settled: that would throw away what is proposed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import (
    known,
    person,
    proposed,
    published,
    row_of,
    said,
    taken_out,
    written,
)
from zones.desk.held_sets import MovedOnError
from zones.desk.set_steps import take_back_and_settle
from zones.desk.settlement import settle
from zones.models import ChangeSet, SetComment
from zones.rules.vocabulary import SetState

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
WORDS = "not in conflict any more"


def as_it_is(own: ChangeSet) -> list[Any]:
    return list(own.rows.order_by("pk").values())


def noted(own: ChangeSet) -> list[Any]:
    """What was noted of settled conflicts."""
    return list(SetComment.objects.filter(change_set=own).values_list("text", flat=True))


DRAFTS = {
    "a changed row": lambda: written("policies", LIMIT, value="6000", note="Seen"),
    "a new row": lambda: said(
        "policies", {**known("policies")[LIMIT], "effective_from": "2025-01-01"}
    ),
    "a row to go": lambda: taken_out("policies", LIMIT),
}


@pytest.mark.parametrize("mine", [True, False])
@pytest.mark.parametrize("column", ["", "value", "note", "clause"])
@pytest.mark.parametrize("draft", DRAFTS)
def test_a_row_in_no_conflict_stays_as_it_is(
    analyst: Any, draft: str, column: str, mine: bool
) -> None:
    own = proposed(analyst, DRAFTS[draft]())
    before = as_it_is(own)
    with pytest.raises(MovedOnError, match=WORDS):
        settle(row_of(own), analyst, column, mine=mine)
    assert as_it_is(own) == before
    assert noted(own) == []
    ChangeSet.objects.filter(pk=own.pk).update(state=SetState.IN_REVIEW)
    with pytest.raises(MovedOnError, match=WORDS):
        take_back_and_settle(row_of(own), analyst, column, mine=mine)
    assert ChangeSet.objects.get(pk=own.pk).state == SetState.IN_REVIEW


@pytest.mark.parametrize("mine", [True, False])
@pytest.mark.parametrize("column", ["", "note"])
def test_one_cell_in_conflict_lets_no_other_be_settled(
    analyst: Any, reviewer: Any, column: str, mine: bool
) -> None:
    own = proposed(analyst, DRAFTS["a changed row"]())
    published(person("ben", "analyst"), reviewer, written("policies", LIMIT, value="7000"))
    before = as_it_is(own)
    with pytest.raises(MovedOnError, match=WORDS):
        settle(row_of(own), analyst, column, mine=mine)
    assert as_it_is(own) == before
    settle(row_of(own), analyst, "value", mine=mine)
    with pytest.raises(MovedOnError, match=WORDS):
        settle(row_of(own), analyst, "value", mine=not mine)
    assert row_of(own).cells["note"] == "Seen"


@pytest.mark.parametrize("keep", ["mine", "live"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_says_so_and_writes_nothing(analyst: Any, keep: str, language: str) -> None:
    own = proposed(analyst, DRAFTS["a changed row"]())
    row = row_of(own)
    before = as_it_is(own)
    client = Client()
    log_in_staff(client, analyst)
    page = f"{reverse('admin:desk-set', args=[own.pk])}?lang={language}"
    form = {"do": "settle", "row": row.pk, "column": "value", "keep": keep, "seen": row.version}
    sent = client.post(page, {**form, "theirs": known("policies")[LIMIT]["value"]})
    assert sent.status_code == 409
    words = WORDS if language == "en" else "此处已不再冲突"
    assert words in sent.content.decode()
    assert as_it_is(own) == before
