"""Who verified a row is noted with what verifies it, kept in histories, and told to staff alone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import proposed, published, row_of, taken_out, written
from zones.dataset.table_registry import table_named
from zones.desk.first_load import first_told
from zones.desk.history import of_object
from zones.desk.proposals import repropose
from zones.desk.reversal import propose_undo
from zones.models import AppliedRow, Policy, ProposedRow

# The pages of the desk lean on undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

KEY = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
BATCH = ("comprehensive", "1")
#: What says that somebody read the document, in cells and beside them.
SAYING: dict[str, dict[str, str]] = {
    "the day": {"verified_on": "2026-11-20"},
    "the certainty": {"verification": "secondary"},
    "the quote": {"quote": "五千元"},
    "the quote in English": {"quote_en": "5,000 yuan"},
    "where it was read": {"read_at": "https://www.gov.cn/read"},
}
CELLS = {"verified_on", "verification"}


def saying(table: str, key: tuple[str, ...], said: dict[str, str], **cells: str) -> Any:
    own = {name: cell for name, cell in said.items() if name in CELLS}
    beside = {name: cell for name, cell in said.items() if name not in CELLS}
    return written(table, key, **cells, **own)._replace(**{"quote": "", **beside})


@pytest.mark.parametrize("said", SAYING.values(), ids=SAYING)
def test_whoever_says_last_what_verifies_a_row_is_noted(
    said: dict[str, str], analyst: Any, other_analyst: Any
) -> None:
    own = proposed(analyst, saying("policies", KEY, {}, note="Seen"))
    assert row_of(own).verified_by == ""
    anew = repropose(row_of(own), other_analyst, saying("policies", KEY, said, note="Seen"))
    assert row_of(own).verified_by == other_analyst.get_username()
    # Who changes something else verified nothing, and takes nothing away.
    repropose(anew, analyst, saying("policies", KEY, said, note="Seen again"))
    assert row_of(own).verified_by == other_analyst.get_username()
    repropose(anew, analyst, saying("policies", KEY, {}, note="Seen again"))
    assert row_of(own).verified_by == ""


def test_nobody_verified_what_is_said_to_be_unverified(analyst: Any) -> None:
    own = proposed(analyst, saying("policies", KEY, {"verification": "unverified"}))
    assert row_of(own).verified_by == ""


@pytest.mark.parametrize("said", [own for own in SAYING.values() if "verified_on" not in own])
def test_nobody_verified_a_policy_that_says_no_day(said: dict[str, str], analyst: Any) -> None:
    own = proposed(analyst, saying("policies", KEY, said, verified_on=""))
    assert row_of(own).verified_by == ""


@pytest.mark.parametrize(("table", "key"), [("policies", KEY), ("batches", BATCH)])
def test_the_history_keeps_who_did_and_staff_alone_is_told(
    table: str, key: tuple[str, ...], analyst: Any, reviewer: Any, superuser: Any
) -> None:
    draft = saying(table, key, {"quote": "原文如此。"}, note="Seen")
    revision = published(analyst, reviewer, draft)
    (first, *_earlier) = of_object(table_named(table), key).rows
    assert first.verified_by == analyst.get_username()
    client = Client()
    log_in_staff(client, superuser)
    pages = [
        reverse("admin:desk-set", args=[revision.change_set.pk]),
        f"{reverse('admin:desk-history')}?revision={revision.number}",
    ]
    if table == "policies":
        policy = Policy.objects.get(recorded_in=revision)
        pages.append(reverse("admin:zones_policy_change", args=[policy.pk]))
    for page in pages:
        assert "Verified by: ana" in " ".join(client.get(page).content.decode().split())
    for public in ("/cities/hangzhou/import-single-transaction-limit/", "/changes/?by=publication"):
        assert "Verified by" not in Client().get(public).content.decode()
    listed = Client().get("/api/v1/policies/?limit=1").content.decode()
    assert "verified_by" not in listed


def test_what_came_before_names_nobody_and_an_undo_names_nobody_anew(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    first = first_told(table_named("policies"), KEY)
    assert first is not None
    assert first.verified_by == ""
    said = {"verified_on": "2026-11-20"}
    revision = published(analyst, reviewer, saying("policies", KEY, said, note="Seen"))
    undo = propose_undo(revision, other_analyst)
    assert row_of(undo).verified_by == ""


def test_to_take_a_row_out_verifies_nothing(analyst: Any) -> None:
    own = proposed(analyst, taken_out("cities", ("wuhan",)))
    assert row_of(own).verified_by == ""


@pytest.mark.django_db(transaction=True)
def test_dumps_keep_the_name_and_restores_bring_it_back(
    analyst: Any,
    reviewer: Any,
    tmp_path: Path,
    elsewhere: Callable[[], AbstractContextManager[None]],
) -> None:
    said = {"quote": "原文如此。"}
    published(analyst, reviewer, saying("policies", KEY, said, note="Seen"))
    proposed(analyst, saying("batches", BATCH, said, note="Seen"))
    call_command("dump_dataset", str(tmp_path / "dump"), history=True, verbosity=0)
    with elsewhere():
        call_command("load_dataset", str(tmp_path / "dump"), verbosity=0)
        assert [row.verified_by for row in ProposedRow.objects.filter(table="batches")] == ["ana"]
        assert AppliedRow.objects.filter(verified_by="ana").count() == 1
