"""A text in one language only is warned of, for every pair of columns, and once a row."""

from __future__ import annotations

from typing import Any

import pytest

from tests.zones.desk.acts import known, proposed, said, warned_of, written
from zones.dataset.table import Cells, Key
from zones.dataset.table_registry import registry, table_named
from zones.desk.judgement import judge
from zones.desk.one_language import pairs_of
from zones.desk.row_warnings import warnings_of
from zones.models import Topic

pytestmark = pytest.mark.django_db

CODES = {"untranslated", "half-changed"}
#: Optional pairs, and a text that says something in each language.
PAIRS = [
    (table.name, english, chinese)
    for table in registry
    for english, chinese in pairs_of(table)
    if (table.name, english) != ("policies", "value")
    and not any(c.required for c in table.columns if c.name in (english, chinese))
]


def told(analyst: Any, *drafts: Any) -> list[tuple[str, str]]:
    return [own for own in warned_of(judge(proposed(analyst, *drafts))) if own[0] in CODES]


def text_answer() -> tuple[Key, Cells]:
    """A policy that answers a text in both languages, told only once."""
    texts = {*Topic.objects.filter(value_type="text").values_list("slug", flat=True)}
    return next((k, own) for k, own in known("policies").items() if k[0] in texts and own["value"])


def test_every_pair_of_columns_is_known() -> None:
    assert {("policies", "caveat_en", "caveat_zh"), ("zones", "zone_name_en", "zone_name_zh")} <= {
        *PAIRS
    }
    assert len(PAIRS) > 10
    assert ("value", "value_zh") in pairs_of(table_named("policies"))


@pytest.mark.parametrize(("table", "english", "chinese"), PAIRS)
def test_a_pair_of_which_one_is_empty_is_warned_of(
    analyst: Any, table: str, english: str, chinese: str
) -> None:
    rows = known(table)
    if not rows:
        pytest.skip("no such row is known")
    key = next(iter(rows))
    for cells in ({english: "Said once", chinese: ""}, {english: "", chinese: "只说一次"}):
        lacking = next(name for name, cell in cells.items() if not cell)
        found = judge(proposed(analyst, written(table, key, **cells)))
        (row,) = found.rows
        if row.problems:
            continue  # both are needed
        own = [one for one in warnings_of(found) if one.code in CODES]
        assert [(one.code, one.about) for one in own] == [("untranslated", lacking)]


def test_an_answer_in_one_language_is_warned_of(analyst: Any) -> None:
    key, own = text_answer()
    day = {"effective_from": "2031-01-01"}
    for cells, expected in (
        ({"value": "By the office", "value_zh": ""}, [("untranslated", "value_zh")]),
        ({"value": "By the office", "value_zh": "由办公室"}, []),
        ({"value": "1210; 9610", "value_zh": ""}, []),
    ):
        assert told(analyst, said("policies", {**own, **day, **cells})) == expected
    assert told(analyst, written("policies", key, value="Other words")) == [
        ("half-changed", "value_zh")
    ]
    both = {"value": "Other words", "value_zh": "别的话"}
    assert told(analyst, written("policies", key, **both)) == []


def test_what_is_no_text_or_did_not_change_is_not_warned_of(analyst: Any) -> None:
    limit: Key = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
    assert told(analyst, written("policies", limit, value="6000")) == []
    assert told(analyst, written("policies", limit, summary_en="Another wording.")) == []


def test_several_are_told_at_once(analyst: Any) -> None:
    limit: Key = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
    cells = {"caveat_en": "Once", "caveat_zh": "", "clause": "Article 1", "clause_zh": ""}
    assert told(analyst, written("policies", limit, **cells)) == [
        ("untranslated", "caveat_zh clause_zh")
    ]
