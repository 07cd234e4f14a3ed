"""A conflict that is found in review is settled from there, by who may, and the page says who."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import (
    judged,
    person,
    proposed,
    publication_form,
    published,
    row_of,
    submitted,
    written,
)
from zones.desk.set_steps import submit
from zones.models import ChangeSet, Revision, RowEdit
from zones.rules.vocabulary import Fate, SetState

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

HANGZHOU = ("hangzhou",)
COST = "Whoever settles this writes part of the set, so somebody else publishes it."
TAKE_BACK = "Take the set back and keep what is proposed"


def theirs_is_public(someone: Any) -> None:
    theirs = written("cities", HANGZHOU, name_en="Theirs")
    published(someone, person("rex", "reviewer"), theirs)


@pytest.fixture
def in_review(analyst: Any, other_analyst: Any) -> ChangeSet:
    """A set in review, of which another revision wrote a cell meanwhile."""
    own = submitted(analyst, written("cities", HANGZHOU, name_en="Mine"))
    theirs_is_public(other_analyst)
    assert judged(own).fate == Fate.CONFLICT
    return own


def page(someone: Any, own: ChangeSet) -> tuple[Client, str, str]:
    client = Client()
    log_in_staff(client, someone)
    address = reverse("admin:desk-set", args=[own.pk])
    return client, address, client.get(address, {"lang": "en"}).content.decode()


def settling(own: ChangeSet, **other: Any) -> dict[str, Any]:
    row = row_of(own)
    said = {"do": "settle", "row": row.pk, "seen": row.version, "seen_set": own.version}
    return {**said, "column": "name_en", "theirs": "Theirs", **other}


@pytest.mark.parametrize(("keep", "fate"), [("mine", Fate.CHANGED), ("live", Fate.SAME)])
def test_an_analyst_settles_it_with_one_click(
    in_review: ChangeSet, other_analyst: Any, keep: str, fate: Fate
) -> None:
    client, address, told = page(other_analyst, in_review)
    assert TAKE_BACK in told
    assert COST not in told  # who publishes nothing loses nothing
    assert client.post(address, settling(in_review, keep=keep)).status_code == 303
    in_review.refresh_from_db()
    assert in_review.state == SetState.DRAFT
    assert judged(in_review).fate == fate
    assert RowEdit.objects.filter(change_set=in_review, person=other_analyst).exists()


@pytest.mark.parametrize("keep", [{}, {"keep": ""}, {"keep": "theirs"}, {"keep": "MINE"}])
def test_what_says_neither_settles_nothing(
    in_review: ChangeSet, other_analyst: Any, keep: dict[str, str]
) -> None:
    client, address, _told = page(other_analyst, in_review)
    refused = client.post(address, settling(in_review, **keep))
    assert refused.status_code == 400
    assert refused.context["errors"]
    in_review.refresh_from_db()
    assert in_review.state == SetState.IN_REVIEW
    assert judged(in_review).fate == Fate.CONFLICT
    odd = client.post(address, {"do": "comment", "text": "Read", "state": "x"})
    assert odd.status_code == 400
    assert not in_review.comments.filter(text="Read").exists()


def test_who_settles_publishes_no_more_and_is_told_before(in_review: ChangeSet, both: Any) -> None:
    client, address, told = page(both, in_review)
    assert COST in told
    assert client.post(address, settling(in_review, keep="mine")).status_code == 303
    in_review.refresh_from_db()
    submit(in_review, both)
    refused = client.post(address, publication_form(in_review))
    assert refused.status_code == 403
    assert COST not in client.get(address, {"lang": "en"}).content.decode()


def test_who_may_publish_a_draft_is_told_as_well(
    analyst: Any, other_analyst: Any, both: Any
) -> None:
    own = proposed(analyst, written("cities", HANGZHOU, name_en="Mine"))
    theirs_is_public(other_analyst)
    assert COST in page(both, own)[2]
    assert COST not in page(analyst, own)[2]


def test_a_reviewer_is_told_who_settles_and_sends_the_row_back_with_one_click(
    in_review: ChangeSet, reviewer: Any
) -> None:
    client, address, told = page(reviewer, in_review)
    assert TAKE_BACK not in told
    assert told.count("Whoever proposes rows settles conflicts") == 1
    (why,) = {part.partition('"')[0] for part in told.split('name="text" value="')[1:]}
    sent = {"do": "send_back", "rows": row_of(in_review).pk, "seen": in_review.version}
    assert client.post(address, {**sent, "text": why}).status_code == 303
    in_review.refresh_from_db()
    assert in_review.state == SetState.SENT_BACK
    refused = client.post(address, settling(in_review, keep="mine"))
    assert refused.status_code == 403
    chinese = client.get(address, {"lang": "zh-hans"}).content.decode()
    assert "请确定以哪一个为准" in chinese


def test_nobody_settles_in_a_set_that_was_changed_since(
    in_review: ChangeSet, other_analyst: Any
) -> None:
    client, address, _told = page(other_analyst, in_review)
    refused = client.post(address, settling(in_review, keep="mine", seen_set=1))
    assert refused.status_code == 409
    in_review.refresh_from_db()
    assert in_review.state == SetState.IN_REVIEW


def told_side_by_side(someone: Any, own: ChangeSet, language: str = "en") -> list[list[str]]:
    """The cells of the table of conflicts, row by row, without its buttons."""
    client = Client()
    log_in_staff(client, someone)
    text = client.get(reverse("admin:desk-set", args=[own.pk]), {"lang": language}).content.decode()
    table = text.partition('<p class="caveat">')[2].partition("</table>")[0]
    assert "<tbody>" in table
    rows = table.partition("<tbody>")[2].split("</tr>")[:-1]
    parts = [re.split(r"</t[hd]>", re.sub(r"(?s)<form.*?</form>", "", row))[:4] for row in rows]
    return [[" ".join(re.sub(r"<[^>]*>", " ", own).split()) for own in cells] for cells in parts]


def test_the_three_cells_of_a_conflict_stand_side_by_side_with_who_made_the_last(
    in_review: ChangeSet, reviewer: Any, analyst: Any
) -> None:
    number = Revision.objects.latest("number").number
    ((label, base, mine, live),) = told_side_by_side(reviewer, in_review)
    assert (label, base, mine) == ("English name", "Hangzhou", "Mine")
    assert live == f"Theirs revision {number} , ben"
    page_of = page(reviewer, in_review)[2]
    assert f'href="{reverse("admin:desk-history")}?revision={number}"' in page_of
    published(analyst, person("rob", "reviewer"), written("cities", HANGZHOU, note="Else."))
    assert told_side_by_side(reviewer, in_review)[0][3] == live, "not who wrote another cell"


def test_who_settles_conflicts_is_told_once_of_a_page(analyst: Any, both: Any) -> None:
    names = ("name_en", "note")
    keys = (HANGZHOU, ("ningbo",))
    mine = [written("cities", key, **dict.fromkeys(names, "Mine")) for key in keys]
    theirs = [written("cities", key, **dict.fromkeys(names, "Theirs")) for key in keys]
    own, in_review = proposed(analyst, *mine), submitted(analyst, *mine)
    published(analyst, person("rex", "reviewer"), *theirs)
    assert page(both, own)[2].count(COST) == 1
    told = page(person("rob", "reviewer"), in_review)[2]
    assert told.count("Whoever proposes rows settles conflicts") == 1
    assert [cells[1] for cells in told_side_by_side(both, own)] == ["Hangzhou", "empty"]
    assert [cells[1] for cells in told_side_by_side(both, own, "zh-hans")] == ["Hangzhou", "空"]
