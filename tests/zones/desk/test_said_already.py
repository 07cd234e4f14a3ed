"""What a set says already of a row: handed in again it brings nothing, and another way of the row
shows it before it is written over.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, proposed, taken_out, written
from tests.zones.desk_forms import Desk
from zones.dataset.table_registry import table_named
from zones.desk.submitted_rows import (
    SubmittedRows,
    UnreadyRowsError,
    judged_rows,
    propose_rows,
)
from zones.models import ChangeSet, ProposedRow
from zones.rules.vocabulary import Fate, Proposal

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
NEW = {**dict(zip(("topic", "scope_kind", "scope_code", "effective_from"), LIMIT, strict=True))} | {
    "effective_from": "2027-01-01",
    "value": "6000",
    "state": "stated",
    "source_id": "mof-gacc-sta-2018-49",
    "verification": "secondary",
    "summary_en": "A limit.",
    "summary_zh": "限值。",
}
GRID = "\n".join("\t".join(line) for line in (NEW.keys(), NEW.values()))


def grid(client: Client, own: ChangeSet, text: str, do: str, **beside: str) -> Any:
    page = reverse("admin:desk-grid", args=[own.pk])
    return client.post(page, {"do": do, "table": "policies", "text": text, **beside})


def test_a_line_that_the_set_holds_word_for_word_is_not_proposed_again(analyst: Any) -> None:
    client = Client()
    log_in_staff(client, analyst)
    own = proposed(analyst)
    assert grid(client, own, GRID, "propose").status_code == 302 or own.rows.count() == 1
    row = own.rows.get()
    read = grid(client, own, GRID, "look")
    assert read.context["counts"] == ["1 row as the set says already"]
    assert [one.fate for one in read.context["judged"].rows] == [Fate.HELD]
    again = grid(client, own, GRID, "propose")
    assert any("or what the set says already" in error for error in again.context["errors"])
    # A program is told the same.
    handed = SubmittedRows(table_named("policies"), [NEW])
    own = ChangeSet.objects.get(pk=own.pk)
    assert [one.fate for one in judged_rows(handed, own).rows] == [Fate.HELD]
    with pytest.raises(UnreadyRowsError, match="nothing to do"):
        propose_rows(handed, own, analyst)
    assert own.rows.get().version == row.version
    # Another word is another matter.
    other = judged_rows(handed._replace(written=[NEW | {"value": "7000"}]), own)
    assert [one.fate for one in other.rows] == [Fate.NEW]


#: What may be wrong with a row: a cell that cannot be read, one that names nothing, two days.
WRONG = {
    "verification": "perhaps",
    "source_id": "nobody-knows",
    "effective_to": "2026-12-31",
    "scope_code": "nobody-knows",
}


@pytest.mark.parametrize("column", WRONG)
def test_a_refused_row_that_the_set_holds_word_for_word_is_held_with_its_faults(
    analyst: Any, column: str
) -> None:
    """Handed in with another row, it does not hinder that."""
    client = Client()
    log_in_staff(client, analyst)
    wrong = NEW | {"effective_to": "", column: WRONG[column]}
    own = proposed(analyst, written("policies", None, **wrong)._replace(quote=""))
    handed = SubmittedRows(table_named("policies"), [wrong])
    (program,) = judged_rows(handed, own).rows
    text = "\n".join("\t".join(line) for line in (wrong.keys(), wrong.values()))
    read = grid(client, own, text, "look")
    assert read.context["counts"] == ["1 row as the set says already"]
    (line,) = read.context["judged"].rows
    for judged in (program, line):
        assert (judged.fate, [one.column for one in judged.problems]) == (Fate.HELD, [column])
    (shown,) = read.context["shown"]
    assert [label for label, _why in shown["problems"]]
    assert "nothing to do" in str(grid(client, own, text, "propose").context["errors"]).lower()
    right = NEW | {"effective_from": "2028-01-01"}
    own = ChangeSet.objects.get(pk=own.pk)
    propose_rows(handed._replace(written=[wrong, right]), own, analyst)
    assert own.rows.count() == 2
    # Another word is another matter.
    (other,) = judged_rows(handed._replace(written=[wrong | {"value": "7000"}]), own).rows
    assert other.fate == Fate.REFUSED


def test_a_line_to_mend_can_be_left_out(analyst: Any) -> None:
    client = Client()
    log_in_staff(client, analyst)
    own = proposed(analyst)
    wrong = ["\t".join((NEW | {"scope_code": name}).values()) for name in ("one", "two")]
    text = "\n".join([GRID, *wrong])
    shown = grid(client, own, text, "mend", only_errors="1").context
    assert [one["left_by"] for one in shown["shown"]] == ["leave 3", "leave 4"]
    beside = {"only_errors": "1", "lines": shown["lines"]}
    left = grid(client, own, shown["grid_text"], "leave 3", **beside).context
    assert [one["line"] for one in left["shown"]] == [4]
    assert left["counts"] == ["1 new row", "1 refused row"]
    beside |= {"lines": left["lines"]}
    whole = grid(client, own, left["grid_text"], "leave 4", **beside).context
    assert whole["counts"] == ["1 new row"]
    # Without a line that is left there is nothing to go on with but the set.
    alone = "\n".join([GRID.splitlines()[0], wrong[0]])
    done = grid(client, own, alone, "leave 2", only_errors="1")
    assert done["Location"] == reverse("admin:desk-set", args=[own.pk])


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()


ENDS = {"policies": "effective_to", "zones": "ended_on"}


@pytest.mark.parametrize("do", ["save", "keep"])
@pytest.mark.parametrize("way", ["withdraw", "end", "version"])
@pytest.mark.parametrize("table", ENDS)
def test_another_way_of_a_row_shows_what_the_set_says_of_it(
    desk: Desk, table: str, way: str, do: str
) -> None:
    key = min(key for key, cells in known(table).items() if not cells[ENDS[table]])
    own = proposed(desk.analyst, written(table, key, **{ENDS[table]: "2030-12-31"}))
    typed = {} if way == "withdraw" else {ENDS[table]: "2031-12-31"}
    sent = {"set": str(own.pk), "do": do, "quote": "原文如此。"}
    asked = desk.send(table, typed, key, way, **sent)
    assert asked.status_code == 400
    row = own.rows.get()
    assert (row.cells, row.proposal) == ({ENDS[table]: "2030-12-31"}, Proposal.WRITE)
    (held,) = asked.context["held"]
    assert held["writer"] == desk.analyst.username
    assert any(
        "2030-12-31" in str(theirs) or "2030" in str(theirs) for _l, theirs, _o in held["cells"]
    )
    assert 'name="held"' in asked.content.decode()
    done = desk.send(table, typed, key, way, held=asked.context["held_mark"], **sent)
    assert done.status_code == 303, done.context["errors"]
    row = ProposedRow.objects.get()
    if way == "withdraw":
        assert row.proposal == Proposal.TAKE_OUT
    else:
        assert row.cells[ENDS[table]] == "2031-12-31"


def test_what_the_set_says_already_is_not_saved_again(desk: Desk) -> None:
    own = proposed(desk.analyst, taken_out("policies", LIMIT))
    version = own.rows.get().version
    again = desk.send("policies", {}, LIMIT, "withdraw", set=str(own.pk))
    assert "says so already" in str(again.context["errors"])
    assert own.rows.get().version == version
