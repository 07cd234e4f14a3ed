"""What a policy says by now was verified by nobody on a day before it was written."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from cbec_portal.china_time import today_in_china
from tests.conftest import log_in_staff
from tests.zones.desk.acts import (
    known,
    proposed,
    published,
    said,
    say_why_all,
    warned_of,
    written,
)
from tests.zones.desk_forms import Desk
from zones.dataset.table_registry import registry
from zones.desk.addresses import address_of_row
from zones.desk.judgement import judge
from zones.desk.proposals import propose
from zones.desk.reversal import propose_undo
from zones.desk.row_warnings import warnings_of
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.models import ChangeSet

# The pages of the desk lean on undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
REPORTED = ("import-single-transaction-limit", "nation", "CN", "2016-04-08")
KIND = "verified-before"


def warned(own: ChangeSet) -> list[str]:
    return [about for code, about in warned_of(judge(own)) if code == KIND]


@pytest.mark.parametrize(
    "cells",
    [
        {"value": "6000"},
        {"state": "none-found", "value": ""},
        {"source_id": "mof-2018-157"},
        {"effective_to": "2026-12-31"},
    ],
)
def test_an_answer_that_is_another_waits_until_its_day_is_said(
    analyst: Any, cells: dict[str, str]
) -> None:
    own = proposed(analyst, written("policies", LIMIT, **cells))
    assert len(warned(own)) == 1
    with pytest.raises(ValidationError, match="before this was written"):
        submit(own, analyst)
    propose(own, analyst, [written("policies", LIMIT, verified_on="2026-11-30")])
    assert warned(own) == []


@pytest.mark.parametrize("cells", [{}, {"effective_to": "2026-11-30"}, {"note": "Seen"}])
def test_a_day_that_is_taken_away_waits_until_it_is_said_why(
    analyst: Any, cells: dict[str, str]
) -> None:
    before = known("policies")[LIMIT]["verified_on"]
    own = proposed(analyst, written("policies", LIMIT, verified_on="", **cells))
    assert [(code, about) for code, about in warned_of(judge(own)) if code == "no-day"] == [
        ("no-day", before)
    ]
    with pytest.raises(ValidationError, match="is taken away"):
        submit(own, analyst)
    say_why_all(own, analyst)
    submit(own, analyst)


def test_an_undo_may_give_back_that_no_day_was_said(analyst: Any, reviewer: Any) -> None:
    published(analyst, reviewer, written("policies", LIMIT, verified_on=""))
    revision = published(analyst, reviewer, written("policies", LIMIT, verified_on="2026-11-30"))
    undo = propose_undo(revision, analyst)
    assert "no-day" not in {code for code, _about in warned_of(judge(undo))}


def test_a_certainty_that_is_raised_waits_until_its_day_is_said(analyst: Any) -> None:
    own = proposed(analyst, written("policies", REPORTED, verification="primary"))
    assert [about.split()[0] for about in warned(own)] == ["verification"]
    propose(own, analyst, [written("policies", REPORTED, verified_on="2026-11-30")])
    assert warned(own) == []
    doubted = proposed(analyst, written("policies", REPORTED, verification="unverified"))
    assert warned(doubted) == []


@pytest.mark.parametrize(
    ("cells", "told"),
    [({}, "ana"), ({"verified_on": "2026-11-30"}, "ana, 30 Nov 2026")],
    ids=["the day stays", "the day is said"],
)
def test_nobody_is_named_for_a_day_on_which_somebody_else_verified(
    cells: dict[str, str], told: str, analyst: Any, reviewer: Any, client: Client
) -> None:
    own = proposed(analyst, written("policies", REPORTED, verification="primary", **cells))
    log_in_staff(client, reviewer)
    page = reverse("admin:desk-set", args=[own.pk])
    assert told_verified(client, page) == {told}
    say_why_all(own, analyst)
    revision = publish_set(submit(own, analyst), reviewer)
    assert told_verified(client, page) == {told}
    history = reverse("admin:desk-history")
    assert told_verified(client, f"{history}?revision={revision.number}") == {told}


def told_verified(client: Client, address: str) -> set[str]:
    """Whom, and which day, a page tells of who verified something."""
    text = client.get(address).content.decode()
    told = re.findall(r"Verified by: (.*?)\s*</p>", text, flags=re.S)
    return {" ".join(one.split()) for one in told}


def test_what_was_said_of_it_holds_for_that_answer_alone(analyst: Any) -> None:
    own = proposed(analyst, written("policies", LIMIT, value="6000"))
    say_why_all(own, analyst)
    propose(own, analyst, [written("policies", LIMIT, value="6001")])
    with pytest.raises(ValidationError, match="before this was written"):
        submit(own, analyst)


@pytest.mark.parametrize(
    "cells",
    [
        {"note": "Seen", "summary_en": "Told anew"},
        {"value": "6000", "verified_on": ""},
        {"value": "5000.0"},
    ],
)
def test_words_alone_and_a_day_that_is_gone_say_nothing(
    analyst: Any, cells: dict[str, str]
) -> None:
    assert warned(proposed(analyst, written("policies", LIMIT, **cells))) == []


def test_a_new_policy_and_one_verified_today_say_what_they_mean(
    analyst: Any, reviewer: Any
) -> None:
    new = said("policies", {**known("policies")[LIMIT], "effective_from": "2025-01-01"})
    assert warned(proposed(analyst, new)) == []
    today = today_in_china().isoformat()
    published(analyst, reviewer, written("policies", LIMIT, verified_on=today))
    assert warned(proposed(analyst, written("policies", LIMIT, value="6000"))) == []


def test_an_undo_gives_back_what_was_verified_on_that_day(analyst: Any, reviewer: Any) -> None:
    revision = published(analyst, reviewer, written("policies", LIMIT, value="6000"))
    undo = propose_undo(revision, analyst)
    assert warned(undo) == []
    propose(undo, analyst, [written("policies", LIMIT, value="7000")])
    assert len(warned(undo)) == 1


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_words_name_the_day(analyst: Any, language: str) -> None:
    own = proposed(analyst, written("policies", LIMIT, value="6000"))
    with override(language):
        (words,) = {one.words for one in warnings_of(judge(own)) if one.code == KIND}
    day = known("policies")[LIMIT]["verified_on"]
    assert day[:4] in words
    assert bool(re.search("[一-鿿]", words)) == (language != "en")


@pytest.mark.parametrize("day", ["", "2026-11-30"])
def test_the_form_of_an_end_asks_for_the_day_on_which_that_was_verified(day: str) -> None:
    """Sent as it is opened it is warned of nothing that it could not be told."""
    desk, today = Desk(), today_in_china().isoformat()
    ending = [table for table in registry if table.ends_by]
    assert [table.name for table in ending if table.column_named("verified_on")] == ["policies"]
    opened = {name: box.cell for name, box in desk.boxes("policies", LIMIT, "end").items()}
    assert opened["verified_on"] == today != known("policies")[LIMIT]["verified_on"]
    typed = {"effective_to": "2026-12-31", "verified_on": day or opened["verified_on"]}
    own = desk.proposes("policies", opened | typed, LIMIT, "end", change="ended")
    row = own.rows.get()
    assert row.cells == typed
    assert (warned(own), row.verified_by) == ([], desk.analyst.username)
    # The row stands in the set as it was sent.
    again = desk.client.get(f"/admin/desk/sets/{own.pk}/rows/{row.pk}/?as=end")
    assert {box.column.name: box.cell for box in again.context["boxes"]} == opened | typed


def test_an_end_makes_nothing_verified_that_nobody_verified(analyst: Any, reviewer: Any) -> None:
    bare = written("policies", LIMIT, verified_on="", verification="unverified")
    published(analyst, reviewer, bare)
    client = Client()
    log_in_staff(client, analyst)
    boxes = client.get(address_of_row("policies", LIMIT, "end")).context["boxes"]
    assert {box.column.name: box.cell for box in boxes}["verified_on"] == ""
