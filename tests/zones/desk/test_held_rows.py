"""A grid or a conflict that would write over somebody else shows both first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import judged, known, proposed, published, row_of, written
from zones.desk.proposals import drop, propose, repropose
from zones.models import ChangeSet

pytestmark = pytest.mark.django_db

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
HEAD = "topic\tscope_kind\tscope_code\teffective_from\tvalue\tsummary_en\tsummary_zh\tsource_id"
HEAD += "\tverification\tstate\tquote"
ROW = "import-single-transaction-limit\tcustoms_district\t2900\t2027-01-01\t{}\tA trial.\t试点。"
ROW += "\tmof-gacc-sta-2018-49\tsecondary\tstated\t原文如此。"


def client_of(who: Any) -> Client:
    client = Client()
    log_in_staff(client, who)
    return client


def posted_to(change_set: ChangeSet, who: Any) -> Callable[..., Any]:
    client, address = client_of(who), reverse("admin:desk-grid", args=[change_set.pk])
    return lambda **posted: client.post(address, posted)


def grid(value: str) -> str:
    return "\n".join([HEAD, ROW.format(value)])


def test_a_grid_that_writes_over_somebody_shows_both_first(
    analyst: Any, other_analyst: Any
) -> None:
    own = proposed(other_analyst)
    theirs = posted_to(own, other_analyst)
    assert theirs(do="propose", text=grid("4000")).status_code == 303
    page = posted_to(own, analyst)
    refused = page(do="propose", text=grid("4500"))
    assert refused.status_code == 400
    text = refused.content.decode()
    assert "In this set already, by ben" in text
    assert "<s>4000</s> → 4500" in text
    assert row_of(own).cells["value"] == "4000"
    held = refused.context["held"]
    assert f'name="held" value="{held}"' in text
    # Rows that were added since, or that say something else by now, were not shown.
    more = f"{grid('4500')}\n{ROW.format('4500').replace('2900', '3100')}"
    assert theirs(do="propose", text=more.replace("4500", "4000")).status_code == 303
    assert page(do="propose", text=more, held=held).status_code == 400
    assert theirs(do="propose", text=grid("4100")).status_code == 303
    assert page(do="propose", text=grid("4500"), held=held).status_code == 400
    shown = page(do="look", text=grid("4500")).context["held"]
    assert page(do="propose", text=grid("4500"), held=shown).status_code == 303
    assert own.rows.get(key__contains="2900").cells["value"] == "4500"
    # What says the same as the set is nothing that is written over.
    assert "In this set already" not in theirs(do="look", text=grid("4500")).content.decode()


def test_what_would_be_written_over_is_listed_however_much_else_is(
    analyst: Any, other_analyst: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zones.admin.told_grid.SHOWN", 2)
    own = proposed(other_analyst)
    last = ROW.replace("2900", "9000").format("4000")
    theirs = posted_to(own, other_analyst)
    assert theirs(do="propose", text=f"{HEAD}\n{last}").status_code == 303
    rows = [ROW.replace("2900", code).format("4500") for code in ("2900", "3100", "0100", "0200")]
    text = "\n".join([HEAD, *rows, last.replace("4000", "4500")])
    page = posted_to(own, analyst)
    shown = page(do="look", text=text)
    assert len(shown.context["shown"]) == 3
    assert shown.context["left_out"] == 2
    assert "In this set already, by ben" in shown.content.decode()
    # Where theirs is gone meanwhile, nothing is written over, and nothing is told of it.
    drop(row_of(own), other_analyst)
    done = page(do="propose", text=text, held=shown.context["held"])
    assert done.status_code == 303
    assert own.rows.count() == 5


def test_what_one_wrote_oneself_is_shown_and_may_be_written_over(analyst: Any) -> None:
    own = proposed(analyst)
    page = posted_to(own, analyst)
    assert page(do="propose", text=grid("4000")).status_code == 303
    assert "In this set already, by ana" in page(do="look", text=grid("4500")).content.decode()
    assert page(do="propose", text=grid("4500")).status_code == 303
    assert row_of(own).cells["value"] == "4500"


def test_a_quote_alone_that_is_written_over_is_shown(analyst: Any, other_analyst: Any) -> None:
    own = proposed(other_analyst)
    assert posted_to(own, other_analyst)(do="propose", text=grid("4000")).status_code == 303
    other = grid("4000").replace("原文如此。", "另有原文。")
    refused = posted_to(own, analyst)(do="propose", text=other)
    assert refused.status_code == 400
    assert "<s>原文如此。</s> → 另有原文。" in refused.content.decode()
    assert row_of(own).quote == "原文如此。"


def test_more_rows_that_are_held_take_no_more_queries(analyst: Any, other_analyst: Any) -> None:
    districts = [code for (code,) in known("customs_districts")]
    counts = []
    for count in (2, 30):
        own = proposed(other_analyst)
        text = "\n".join([HEAD, *(ROW.replace("2900", code) for code in districts[:count])])
        theirs = text.replace("{}", "4000")
        assert posted_to(own, other_analyst)(do="propose", text=theirs).status_code == 303
        page = posted_to(own, analyst)
        page(do="look", text=theirs)
        with CaptureQueriesContext(connection) as asked:
            shown = page(do="look", text=text.replace("{}", "4500"))
        assert shown.content.decode().count("In this set already, by ben") == count
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_conflict_is_settled_beside_what_was_shown(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    own = proposed(analyst, written("policies", LIMIT, note="Mine."))
    published(other_analyst, reviewer, written("policies", LIMIT, note="Theirs."))
    (conflict,) = judged(own).conflicts
    row = row_of(own)
    client, page = client_of(analyst), reverse("admin:desk-set", args=[own.pk])
    shown = client.get(page).content.decode()
    assert f'name="theirs" value="{conflict.live}"' in shown
    sent = {"do": "settle", "row": row.pk, "column": conflict.column, "keep": "mine"}
    sent |= {"seen": row.version, "theirs": "Theirs."}
    published(other_analyst, reviewer, written("policies", LIMIT, note="Once more."))
    moved = client.post(page, sent)
    assert moved.status_code == 409
    assert "changed once more meanwhile" in moved.content.decode()
    assert judged(own).conflicts
    assert client.post(page, {**sent, "theirs": "Once more."}).status_code == 303
    assert not judged(own).conflicts


def test_a_row_that_somebody_edited_is_not_taken_out_unseen(
    analyst: Any, other_analyst: Any
) -> None:
    own = proposed(analyst, written("policies", LIMIT, note="Mine."))
    row = row_of(own)
    repropose(row, other_analyst, written("policies", LIMIT, note="Better."))
    client, page = client_of(analyst), reverse("admin:desk-set", args=[own.pk])
    assert (
        client.post(page, {"do": "drop", "sure": "1", "row": row.pk, "seen": 1}).status_code == 409
    )
    assert row_of(own).cells["note"] == "Better."
    propose(own, analyst, [written("policies", LIMIT, note="Best.")])
    dropped = {"do": "drop", "sure": "1", "row": row.pk, "seen": row_of(own).version}
    assert client.post(page, dropped).status_code == 303
    assert not own.rows.exists()
