"""What is in conflict in a line of a grid is told before it is proposed, as the set tells it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from tests.zones.desk.acts import known_row, published, taken_out, written
from tests.zones.desk.grids import page_of, separated
from tests.zones.desk.test_grid_exports import rows_of
from zones.dataset.table import Cells
from zones.dataset.table_registry import table_named
from zones.desk import proposals
from zones.desk.grid_export import export_grid
from zones.models import ChangeSet, Revision

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

POLICY = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
TABLE = "policies"


@pytest.fixture
def change_set(analyst: Any) -> ChangeSet:
    return proposals.open_set(analyst, "A grid")


@pytest.fixture
def exported() -> Cells:
    """The line of a policy, exported before anybody else changes it."""
    table = table_named(TABLE)
    rows = rows_of(export_grid(table, "csv"))
    return next(row for row in rows if table.key_of(row) == POLICY)


@pytest.fixture
def theirs(exported: Cells, other_analyst: Any, reviewer: Any) -> Revision:
    """What somebody else published since."""
    return published(other_analyst, reviewer, written(TABLE, POLICY, summary_en="Theirs."))


def as_text(*rows: Cells) -> str:
    return separated([list(rows[0]), *(list(row.values()) for row in rows)], "\t")


def words_of(content: bytes) -> str:
    return " ".join(unescape(re.sub("<[^>]*>", " ", content.decode())).split())


@pytest.mark.parametrize("caveat", ["", "A doubt."])
def test_each_cell_in_conflict_is_told_with_what_it_was_and_who_changed_it(
    change_set: ChangeSet, analyst: Any, exported: Cells, theirs: Revision, caveat: str
) -> None:
    was = exported["summary_en"]
    mine = exported | {"summary_en": "Mine."}
    mine |= {"caveat_en": caveat, "caveat_zh": "存疑。"} if caveat else {}
    answer = page_of(change_set, analyst)(do="look", text=as_text(mine), table=TABLE)
    told = words_of(answer.content)
    assert "1 row in conflict" in told
    assert f"When it was exported Proposed Here now English summary {was} Mine. Theirs." in told
    assert f"Theirs. revision {theirs.number} , ben" in told
    assert f"?revision={theirs.number}" in answer.content.decode()
    assert "Which holds" not in told
    assert ("A doubt." in told) == bool(caveat)
    assert "until it is settled which holds" in told


def test_it_is_told_beside_what_is_refused_as_well(
    change_set: ChangeSet, analyst: Any, exported: Cells, theirs: Revision
) -> None:
    mine = exported | {"summary_en": "Mine.", "verified_on": "2019-02-31"}
    for do in ("look", "mend"):
        answer = page_of(change_set, analyst)(do=do, text=as_text(mine), table=TABLE)
        told = words_of(answer.content)
        assert "1 refused row" in told
        assert f"Mine. Theirs. revision {theirs.number} , ben" in told


def test_of_a_row_that_went_it_is_told_that_it_is_gone(
    change_set: ChangeSet, analyst: Any, exported: Cells, other_analyst: Any, reviewer: Any
) -> None:
    revision = published(other_analyst, reviewer, taken_out(TABLE, POLICY))
    mine = exported | {"summary_en": "Mine."}
    told = words_of(
        page_of(change_set, analyst)(do="look", text=as_text(mine), table=TABLE).content
    )
    assert f"the row is gone revision {revision.number} , ben" in told


def test_of_a_row_that_the_set_holds_it_is_what_was_there_when_it_was_proposed(
    change_set: ChangeSet, analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    was = known_row(TABLE, POLICY)
    proposals.propose(change_set, analyst, [written(TABLE, POLICY, summary_en="Mine.")])
    published(other_analyst, reviewer, written(TABLE, POLICY, summary_en="Theirs."))
    mine = {name: was[name] for name in table_named(TABLE).key} | {"note": "Anew."}
    told = words_of(
        page_of(change_set, analyst)(do="look", text=as_text(mine), table=TABLE).content
    )
    assert "When it was proposed Proposed Here now" in told
    assert f"{was['summary_en']} Mine. Theirs." in told


def test_what_is_in_no_conflict_tells_of_none(
    change_set: ChangeSet, analyst: Any, exported: Cells, theirs: Revision
) -> None:
    mine = exported | {"caveat_en": "A doubt.", "caveat_zh": "存疑。"}
    answer = page_of(change_set, analyst)(do="look", text=as_text(mine), table=TABLE)
    assert "Here now" not in words_of(answer.content)
    as_theirs = exported | {"summary_en": "Theirs."}
    answer = page_of(change_set, analyst)(do="look", text=as_text(as_theirs), table=TABLE)
    assert "Here now" not in words_of(answer.content)
