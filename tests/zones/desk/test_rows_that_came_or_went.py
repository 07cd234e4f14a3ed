"""Where a row came or went since something was proposed of it, the conflict says so in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from tests.conftest import log_in_staff
from tests.zones.desk.acts import (
    judged,
    known,
    proposed,
    published,
    row_of,
    said,
    taken_out,
    written,
)
from zones.desk.row_drafts import RowDraft
from zones.models import ChangeSet
from zones.rules.vocabulary import Fate

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")


def anew(value: str) -> RowDraft:
    """A policy that nobody knows yet."""
    cells = {**known("policies")[LIMIT], "effective_from": "2020-02-03", "value": value}
    return said("policies", cells)


def came(analyst: Any, other: Any, reviewer: Any) -> ChangeSet:
    """A new row, which another published meanwhile otherwise."""
    own = proposed(analyst, anew("6000"))
    published(other, reviewer, anew("7000"))
    return own


def went(analyst: Any, other: Any, reviewer: Any) -> ChangeSet:
    """A change of a row, which another took out meanwhile."""
    own = proposed(analyst, written("policies", LIMIT, value="6000"))
    published(other, reviewer, taken_out("policies", LIMIT))
    return own


def moved(analyst: Any, other: Any, reviewer: Any) -> ChangeSet:
    """A row that is to be taken out, which another changed meanwhile."""
    own = proposed(analyst, taken_out("policies", LIMIT))
    published(other, reviewer, written("policies", LIMIT, value="7000"))
    return own


#: What is said when it was proposed, of what is proposed and of what is here now; nothing of what
#: such a conflict does not tell.
WAYS: dict[Callable[..., ChangeSet], dict[str, tuple[str, str, str]]] = {
    came: {
        "en": ("there was no such row", "6000", "7000"),
        "zh-hans": ("当时尚无此行", "6000", "7000"),
    },
    went: {"en": ("", "", "the row is gone"), "zh-hans": ("", "", "该行已删除")},
    moved: {"en": ("5000", "the row goes", "7000"), "zh-hans": ("5000", "删除该行", "7000")},
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_conflict_says_what_came_or_went(
    way: Callable[..., ChangeSet],
    language: str,
    analyst: Any,
    other_analyst: Any,
    reviewer: Any,
) -> None:
    own = way(analyst, other_analyst, reviewer)
    assert judged(own).fate == Fate.CONFLICT
    client = Client()
    log_in_staff(client, analyst)
    client.cookies["django_language"] = language
    page = client.get(reverse("admin:desk-set", args=[own.pk])).content.decode()
    table = page[page.index('<table class="rules cells cards">') :]
    told = [
        " ".join(strip_tags(cell).split())
        for cell in re.findall(r"<td[^>]*>(.*?)</td>", table, re.DOTALL)[:3]
    ]
    for cell, words in zip(told, WAYS[way][language], strict=True):
        assert words in cell
        assert cell, "no cell stands empty"


@pytest.mark.parametrize(
    ("language", "whole"), [("en", "Settle it for the whole row"), ("zh-hans", "整行一并取舍")]
)
@pytest.mark.parametrize(("keep", "fate"), [("mine", Fate.TAKEN_OUT), ("live", Fate.SAME)])
def test_a_row_that_goes_is_settled_by_one_choice(
    analyst: Any,
    other_analyst: Any,
    reviewer: Any,
    keep: str,
    fate: Fate,
    language: str,
    whole: str,
) -> None:
    own = proposed(analyst, taken_out("policies", LIMIT))
    theirs = written("policies", LIMIT, value="7000", summary_en="Anew", note="Seen")
    published(other_analyst, reviewer, theirs)
    assert len(judged(own).conflicts) == 3
    client = Client()
    log_in_staff(client, analyst)
    client.cookies["django_language"] = language
    address = reverse("admin:desk-set", args=[own.pk])
    page = client.get(address).content.decode()
    assert whole in page
    # What nobody settled yet is asked for, not told as done.
    asked = {"en": "changed here meanwhile: settle which holds", "zh-hans": "须确定以哪一个为准"}
    assert asked[language] in page
    (form,) = re.findall(r'name="theirs" value="(\w+)"', page)
    row = row_of(own)
    said = {"do": "settle", "row": row.pk, "seen": row.version, "column": "", "keep": keep}
    published(other_analyst, reviewer, written("policies", LIMIT, caveat_en="Moved once more"))
    assert client.post(address, {**said, "theirs": form}).status_code == 409
    (form,) = re.findall(r'name="theirs" value="(\w+)"', client.get(address).content.decode())
    assert client.post(address, {**said, "theirs": form}).status_code == 303
    assert judged(own).fate == fate
    # The form beside another cell, which a page of before may still show, overturns nothing.
    other = "live" if keep == "mine" else "mine"
    late = {**said, "column": "summary_en", "theirs": "Anew", "keep": other}
    assert client.post(address, late).status_code == 409
    assert judged(own).fate == fate


@pytest.mark.parametrize(("keep", "fate"), [("mine", Fate.TAKEN_OUT), ("live", Fate.SAME)])
def test_a_row_that_came_back_before_it_was_to_go_is_settled_on_the_page(
    analyst: Any, other_analyst: Any, reviewer: Any, keep: str, fate: Fate
) -> None:
    own = proposed(analyst, taken_out("policies", (*LIMIT[:3], "2020-02-03")))
    published(other_analyst, reviewer, anew("7000"))
    client = Client()
    log_in_staff(client, analyst)
    address = reverse("admin:desk-set", args=[own.pk])
    (form,) = re.findall(r'name="theirs" value="(\w+)"', client.get(address).content.decode())
    row = row_of(own)
    said = {"do": "settle", "row": row.pk, "seen": row.version, "column": "", "keep": keep}
    assert client.post(address, {**said, "theirs": form}).status_code == 303
    assert judged(own).fate == fate
