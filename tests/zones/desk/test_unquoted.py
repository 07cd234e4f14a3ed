"""An official text that says something else by now is quoted anew, or somebody says why not."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests.zones.desk.acts import known, proposed, row_of, say_why, submitted, warned_of, written
from zones.dataset.certainty_cells import COLUMN
from zones.dataset.table import Cells, Key
from zones.dataset.table_registry import registry, table_named
from zones.desk.judgement import judge
from zones.desk.proposals import repropose
from zones.desk.reversal import propose_undo
from zones.desk.row_drafts import RowDraft
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.rules.vocabulary import Certainty

pytestmark = pytest.mark.django_db

WORDS = "第三条：单次交易限值为人民币5000元。"
LIMIT: Key = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
#: A decisive cell of each table whose rows say how sure they are, and a cell that decides nothing.
SAID: dict[str, tuple[Cells, Cells]] = {
    "policies": ({"value": "5001"}, {"summary_en": "Said anew."}),
    "zones": ({"designated_on": "2015-03-08"}, {"zone_name_en": "Another name"}),
    "zone_coverage": ({"covered_until": "2031-01-01"}, {"note": "Seen."}),
    "batches": ({"announced_on": "2022-12-01"}, {"caveat_en": "Seen."}),
    "statistics": ({"value": "123456"}, {"note_en": "Seen.", "note_zh": "见过。"}),
    "requirements": ({"effective_from": "2019-02-03"}, {"guidance_en": "Said anew."}),
}


def official(table: str) -> Key:
    if table == "policies":
        return LIMIT
    return next(key for key, own in known(table).items() if own[COLUMN] == Certainty.PRIMARY)


def codes(own: Any) -> set[str]:
    return {code for code, _about in warned_of(judge(own))}


#: A new answer is verified on a day of its own.
VERIFIED = {"verified_on": "2026-11-24"}


def drafted(table: str, cells: Cells, quote: str = "") -> RowDraft:
    return RowDraft(table_named(table), official(table), cells, quote=quote)


def test_every_table_that_says_how_sure_it_is_says_what_decides() -> None:
    sure = {own.name: own for own in registry if COLUMN in {c.name for c in own.columns}}
    assert sure.keys() == SAID.keys()
    for name, own in sure.items():
        names = {column.name for column in own.columns}
        assert set(own.decisive) <= names - {COLUMN}, name
        assert SAID[name][0].keys() <= set(own.decisive)
        assert SAID[name][1].keys().isdisjoint(own.decisive)
        fixed = set(own.key) - set(own.movable)
        assert fixed.isdisjoint(own.decisive), "a row of another key is another row"


@pytest.mark.parametrize("table", [name for name in SAID if name != "zone_coverage"])
def test_an_answer_of_any_table_is_not_changed_without_a_word(analyst: Any, table: str) -> None:
    decisive, beside = SAID[table]
    own = proposed(analyst, drafted(table, decisive))
    assert "unquoted" in codes(own)
    repropose(row_of(own), analyst, drafted(table, decisive, "  "))
    assert "unquoted" in codes(own), "blanks say nothing"
    repropose(row_of(own), analyst, drafted(table, decisive, WORDS))
    assert "unquoted" not in codes(own)
    repropose(row_of(own), analyst, drafted(table, beside))
    assert "unquoted" not in codes(own)


def test_it_waits_for_a_reason_and_comes_back_with_another_answer(
    analyst: Any, reviewer: Any
) -> None:
    own = proposed(analyst, drafted("policies", {"value": "5001", **VERIFIED}))
    ((code, about),) = warned_of(judge(own))
    assert code == "unquoted"
    with pytest.raises(ValidationError, match="Say why it is right"):
        submit(own, analyst)
    say_why(row_of(own), analyst, code, about, "A slip of the pen: the quote stands.")
    repropose(row_of(own), analyst, drafted("policies", {"value": "5002", **VERIFIED}))
    with pytest.raises(ValidationError, match="Say why it is right"):
        submit(own, analyst)
    repropose(row_of(own), analyst, drafted("policies", {"value": "5001", **VERIFIED}))
    submit(own, analyst)
    assert publish_set(own, reviewer).number == 2


def test_what_is_less_sure_needs_no_words(analyst: Any) -> None:
    lowered = {"value": "5001", COLUMN: Certainty.SECONDARY.value, **VERIFIED}
    assert codes(proposed(analyst, drafted("policies", lowered))) == set()


@pytest.mark.parametrize("cells", [{"value": "5001"}, {"effective_from": "2019-01-02"}])
def test_an_undo_restores_what_was_quoted_and_nothing_else(
    analyst: Any, reviewer: Any, cells: Cells
) -> None:
    revision = publish_set(submitted(analyst, written("policies", LIMIT, **cells)), reviewer)
    undo = propose_undo(revision, analyst)
    assert "unquoted" not in codes(undo)
    row = row_of(undo)
    since = (*LIMIT[:3], cells.get("effective_from", LIMIT[3]))
    other = {**row.cells, "value": "4999"}
    repropose(row, analyst, RowDraft(table_named("policies"), since, other))
    assert "unquoted" in codes(undo)
