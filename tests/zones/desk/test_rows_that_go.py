"""Before a row is taken out its reviewer reads what goes with it, as after publication."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.text import capfirst

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, proposed, published, submitted, taken_out, written
from zones.dataset.table_registry import registry
from zones.desk.reversal import propose_undo
from zones.desk.set_publication import publish_set
from zones.models import ChangeSet
from zones.rules.vocabulary import Fate

pytestmark = pytest.mark.django_db

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")


def shown(change_set: ChangeSet, reviewer: Any) -> Any:
    client = Client()
    log_in_staff(client, reviewer)
    return client.get(reverse("admin:desk-set", args=[change_set.pk]))


def test_a_row_of_whatever_table_that_goes_is_shown_whole(analyst: Any, reviewer: Any) -> None:
    rows = {table.name: next(iter(known(table.name).items()), None) for table in registry}
    own = proposed(analyst, *(taken_out(name, row[0]) for name, row in rows.items() if row))
    reviewed = {one.judged.table.name: one for one in shown(own, reviewer).context["rows"]}
    goes = {name: one for name, one in reviewed.items() if not one.stays}
    assert len(goes) > len(rows) / 2
    for name, one in goes.items():
        columns = {column.name: str(column.label) for column in one.judged.table.columns}
        filled = [columns[own] for own, cell in (rows[name] or ((), {}))[1].items() if cell]
        assert sorted(label for label, _now, _then in one.cells) == sorted(filled), name
        assert all(now and not then for _label, now, then in one.cells)


def test_what_goes_is_shown_before_publication_as_after_it(analyst: Any, reviewer: Any) -> None:
    own = submitted(analyst, taken_out("policies", LIMIT))
    page = shown(own, reviewer)
    (one,) = page.context["rows"]
    assert one.fate == Fate.TAKEN_OUT
    before = one.cells
    text = page.content.decode()
    assert "5,000" in text
    for label, now, _then in before:
        assert capfirst(label) in text
        assert now
    publish_set(own, reviewer)
    (after,) = shown(own, reviewer).context["applied"]
    assert after["cells"] == before


def test_an_undo_shows_the_words_with_which_its_row_was_published(
    analyst: Any, reviewer: Any
) -> None:
    cells = known("policies")[LIMIT] | {"effective_from": "2027-01-01", "value": "6000"}
    own = written("policies", None, **cells)._replace(quote="每次六千元。")
    revision = published(analyst, reviewer, own)
    undo = propose_undo(revision, analyst)
    page = shown(undo, reviewer)
    (one,) = page.context["rows"]
    assert one.quoted.quote == "每次六千元。"
    assert page.content.decode().count("每次六千元。") == 1
    # A row that was never published with words has none.
    bare = shown(proposed(analyst, taken_out("policies", LIMIT)), reviewer)
    assert bare.context["rows"][0].quoted is None
