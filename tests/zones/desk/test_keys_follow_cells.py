"""A new row is what its cells say: its key, who wrote in it and what it rests on follow them."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from tests.conftest import log_in_staff
from tests.zones.desk.acts import (
    again,
    known,
    proposed,
    published,
    row_of,
    said,
    say_why_all,
    taken_out,
    written,
)
from tests.zones.desk.grids import separated
from zones.dataset.applied_rows import key_of_text, key_text
from zones.dataset.table import Key
from zones.dataset.table_registry import table_named
from zones.desk import set_publication
from zones.desk.addresses import address_of_row
from zones.desk.blind_readings import draw_readings, involved_in, read_again
from zones.desk.cell_words import CellWords
from zones.desk.proposals import open_set, propose, repropose
from zones.desk.row_drafts import RowDraft
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import send_back, submit
from zones.desk.settlement import settle
from zones.models import AppliedRow, ChangeSet, City, Policy
from zones.services.key_changes import rename

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
OLD, NEW = ("2025-01-01", "2025-02-01")


def limit(**cells: str) -> RowDraft:
    """A new policy, of the first day unless cells say another."""
    draft = said("policies", {**known("policies")[LIMIT], "effective_from": OLD, **cells})
    return draft._replace(quote="6000元")


def key(start: str, *scope: str) -> Key:
    return (LIMIT[0], *(scope or LIMIT[1:3]), start)


def set_of(author: Any, writer: Any, *drafts: RowDraft) -> ChangeSet:
    """A set that somebody opened and another wrote."""
    own = open_set(author, "A try")
    propose(own, writer, drafts)
    return own


def publish(own: ChangeSet, someone: Any, reviewer: Any) -> list[AppliedRow]:
    own.refresh_from_db()
    say_why_all(own, someone)
    submit(own, someone)
    revision = publish_set(own, reviewer)
    return list(AppliedRow.objects.filter(revision=revision).order_by("key"))


def test_a_row_is_published_by_whoever_wrote_in_it_whatever_its_key_was(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    own = set_of(analyst, other_analyst, limit())
    row = repropose(row_of(own), other_analyst, limit(effective_from=NEW, value="6000"))
    assert key_of_text(row.key) == key(NEW)
    assert key_of_text(row_of(own).key) == key(NEW)
    (applied,) = publish(own, analyst, reviewer)
    assert (applied.key, applied.authors) == (key_text(key(NEW)), "ben")
    assert (applied.quote, applied.reviewer) == ("6000元", "rui")


def test_whoever_wrote_an_answer_under_another_key_reads_it_no_second_time(
    monkeypatch: Any, analyst: Any, other_analyst: Any, both: Any, reviewer: Any
) -> None:
    own = set_of(analyst, other_analyst, limit())
    repropose(row_of(own), both, limit(effective_from=NEW, value="6000"))
    # Not every name may fit beside an applied row: its edits tell of each.
    monkeypatch.setattr(set_publication, "LONGEST_AUTHORS", 1)
    publish(own, analyst, reviewer)
    policy = Policy.objects.current().get(topic__slug=LIMIT[0], effective_from=NEW)
    assert {"ben", "bo"} <= involved_in([policy])[policy.pk]
    (reading,) = draw_readings(reviewer, 100, topic=LIMIT[0]).readings.all()
    with pytest.raises(PermissionDenied, match="took part"):
        read_again(reading, other_analyst, again("stated", "6000"))


def test_a_moved_start_of_a_known_policy_keeps_its_writer_and_words(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    moved = written("policies", LIMIT, effective_from="2018-12-01")._replace(quote="自")
    (applied,) = publish(set_of(analyst, other_analyst, moved), analyst, reviewer)
    assert (applied.authors, applied.quote) == ("ben", "自")
    policy = Policy.objects.current().get(topic__slug=LIMIT[0], effective_from="2018-12-01")
    assert "ben" in involved_in([policy])[policy.pk]


def test_a_row_of_a_city_that_is_renamed_meanwhile_keeps_its_writer_and_words(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    city = limit(scope_kind="city", scope_code="hangzhou")
    own = set_of(analyst, other_analyst, city)
    rename(City.objects.get(slug="hangzhou"), "hangzhou-shi")
    again = limit(scope_kind="city", scope_code="hangzhou-shi")
    repropose(row_of(own), other_analyst, again)
    (applied,) = publish(own, analyst, reviewer)
    assert applied.key == key_text(key(OLD, "city", "hangzhou-shi"))
    assert (applied.authors, applied.quote) == ("ben", "6000元")


def test_a_row_of_the_key_that_another_had_stands_beside_it(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    own = set_of(analyst, other_analyst, limit())
    repropose(row_of(own), other_analyst, limit(effective_from=NEW, summary_en="Moved."))
    propose(own, analyst, [limit(summary_en="Pasted.")])
    rows = {key_of_text(row.key): row.cells["summary_en"] for row in own.rows.all()}
    assert rows == {key(NEW): "Moved.", key(OLD): "Pasted."}
    propose(own, analyst, [limit(effective_from=NEW, summary_en="Pasted too.")])
    assert own.rows.count() == 2
    applied = publish(own, analyst, reviewer)
    assert [row.authors for row in applied] == ["ana", "ben, ana"]


def test_rows_sent_back_go_on_with_who_wrote_in_each(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    own = set_of(analyst, other_analyst, limit())
    row = repropose(row_of(own), analyst, limit(effective_from=NEW))
    propose(own, analyst, [limit()])
    say_why_all(own, analyst)
    submit(own, analyst)
    part = send_back(own, reviewer, "Look again", [row])
    assert [edit.name for edit in part.edits.filter(row=row)] == ["ben", "ana"]
    # Who wrote the row that bears its former key now may have read what it said.
    assert [(edit.name, edit.row) for edit in part.edits.exclude(row=row)] == [("ana", None)]


def test_two_rows_are_not_edited_into_one(analyst: Any, reviewer: Any) -> None:
    published(analyst, reviewer, limit(value="6000"))
    own = set_of(analyst, analyst, limit(effective_from=NEW), limit(effective_from="2025-03-01"))
    with pytest.raises(ValidationError, match="such a row already"):
        repropose(row_of(own, key(NEW)), analyst, limit(effective_from="2025-03-01"))
    # Nor is one that was taken out meanwhile written anew under the key of another.
    propose(own, analyst, [written("policies", key(OLD), effective_from=NEW)])
    published(analyst, reviewer, taken_out("policies", key(OLD)))
    with pytest.raises(ValidationError, match="such a row already"):
        settle(row_of(own, key(OLD)), analyst, "", mine=True)
    assert {key_of_text(row.key)[-1] for row in own.rows.all()} == {OLD, NEW, "2025-03-01"}


def row_address(own: ChangeSet, start: str) -> str:
    return reverse("admin:desk-row", args=[own.pk, row_of(own, key(start)).pk])


def typed(draft: RowDraft) -> dict[str, str]:
    cells = {f"cell_{name}": cell for name, cell in draft.cells.items()}
    return cells | {"quote": draft.quote}


@pytest.mark.parametrize("do", ["save", "keep"])
@pytest.mark.parametrize(
    ("start", "why"),
    [
        ("2025-03-01", "The change set holds such a row already"),
        (LIMIT[-1], "There is such a row already"),
    ],
)
def test_the_form_tells_beside_its_box_that_the_row_is_there(
    analyst: Any, do: str, start: str, why: str
) -> None:
    own = set_of(analyst, analyst, limit(effective_from=NEW), limit(effective_from="2025-03-01"))
    client = Client()
    log_in_staff(client, analyst)
    body = typed(limit(effective_from=start)) | {"do": do, "seen": "1"}
    answer = client.post(row_address(own, NEW), body)
    text = answer.content.decode()
    assert answer.status_code == 400
    box = text.index('name="cell_effective_from"')
    assert why in text[box - 1500 : box + 1500]
    assert row_of(own, key(NEW)).cells["effective_from"] == NEW
    # It leads to the row that is there: that of the set, or the form of the one that is known.
    there = own.rows.filter(key=key_text(key(start))).first()
    known = address_of_row("policies", key(start))
    address = reverse("admin:desk-row", args=[own.pk, there.pk]) if there else escape(known)
    name = CellWords("en").row(table_named("policies"), key(start))
    assert f'<a href="{address}">{name} (policies)</a>' in text[box : box + 1500]


def test_the_page_of_a_set_and_its_api_name_the_row_that_is_there(
    analyst: Any, reviewer: Any
) -> None:
    published(analyst, reviewer, limit(value="6000"))
    own = set_of(analyst, analyst, limit(effective_from=NEW))
    propose(own, analyst, [written("policies", key(OLD), effective_from=NEW)])
    first, second = own.rows.order_by("pk")
    client = Client()
    log_in_staff(client, analyst)
    name = escape(CellWords("en").row(table_named("policies"), key(NEW)))
    link = reverse("admin:desk-row", args=[own.pk, first.pk])
    text = client.get(reverse("admin:desk-set", args=[own.pk])).content.decode()
    assert f'<a href="{link}">{name} (policies)</a> is there already.' in text
    rows = client.get(reverse("api-change-set-rows", kwargs={"number": own.pk})).json()["results"]
    (problem,) = rows[1]["problems"]
    assert rows[1]["id"] == second.pk
    assert problem["rows"] == [{"table": "policies", "key": list(key(NEW)), "id": first.pk}]
    # A cell of which a table has one names the row that has it.
    area, *others = known("focus_areas").values()
    twice = proposed(analyst, written("focus_areas", (area["slug"],), position="2"))
    (other,) = (row["slug"] for row in others if row["position"] == "2")
    text = client.get(reverse("admin:desk-set", args=[twice.pk])).content.decode()
    assert escape(address_of_row("focus_areas", (other,))) in text


@pytest.mark.parametrize("do", ["save", "keep"])
def test_the_form_and_the_grid_know_a_row_by_what_it_says_now(analyst: Any, do: str) -> None:
    own = set_of(analyst, analyst, limit(effective_from=NEW, value="6000"))
    client = Client()
    log_in_staff(client, analyst)
    moved = limit(effective_from="2025-03-01", value="6000")
    answer = client.post(row_address(own, NEW), typed(moved) | {"do": do, "seen": "1"})
    assert answer.status_code == 303, answer.content.decode()
    other = limit(effective_from=NEW, value="7")
    grid = separated([[*other.cells, "quote"], [*other.cells.values(), other.quote]])
    body = {"do": "propose", "table": "policies", "text": grid}
    answer = client.post(reverse("admin:desk-grid", args=[own.pk]), body)
    assert answer.status_code == 303, answer.content.decode()
    rows = {key_of_text(row.key)[-1]: row.cells["value"] for row in own.rows.all()}
    assert rows == {"2025-03-01": "6000", NEW: "7"}


def test_rows_that_kept_a_former_key_are_named_anew_unless_that_is_taken(analyst: Any) -> None:
    own = set_of(analyst, analyst, limit(), limit(effective_from=NEW), limit(effective_from="2025"))
    for start, said_by_now in ((OLD, "2025-03-01"), ("2025", NEW)):
        row = row_of(own, key(start))
        row.cells["effective_from"] = said_by_now
        row.save()
    migration = import_module("zones.migrations.0040_keys_follow_cells")
    migration.follow_cells(apps, SimpleNamespace(connection=connection))
    starts = {key_of_text(row.key)[-1] for row in own.rows.all()}
    assert starts == {"2025-03-01", NEW, "2025"}
