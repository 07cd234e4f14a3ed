"""What is wrong with a cell is told in the language of whoever reads it, for every column."""

from __future__ import annotations

import contextlib
import re

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from tests.zones.desk.acts import known, problems_of, written
from zones.dataset.problems import words_of
from zones.dataset.table_registry import registry, table_named
from zones.desk.judgement import judge_rows
from zones.desk.row_drafts import drafted

CHINESE = re.compile(r"[\u4e00-\u9fff]")
pytestmark = pytest.mark.django_db

#: No column takes all of these, and each breaks another rule.
WRONG = ("", "no such thing", "-1", "x\x0by", "9999-99-99", "x" * 6000)


@pytest.mark.parametrize("name", [table.name for table in registry])
def test_each_column_is_refused_in_the_readers_language(name: str) -> None:
    table = table_named(name)
    rows = known(name)
    # A table without rows is asked about a row of empty cells.
    key = next(iter(rows), None)
    empty = {column.name: "" for column in table.columns}
    told: set[str] = set()
    wrong_rows = [dict.fromkeys(empty, wrong) for wrong in WRONG]
    wrong_rows += [{**(rows[key] if key else empty), column: "no such thing"} for column in empty]
    for cells in wrong_rows:
        own = key if key and all(cells[c] == rows[key][c] for c in table.key) else None
        with translation.override("zh-hans"), contextlib.suppress(ValidationError):
            judged = judge_rows(drafted(None, [written(name, own, **cells)]))
            told |= {why for _about, why in problems_of(judged.rows)}
    assert told
    assert {why for why in told if not CHINESE.search(why)} == set()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_is_none_of_some_options_is_told_beside_what_they_are_called(language: str) -> None:
    options = [(table, own) for table in registry for own in table.columns if own.options]
    assert options
    for table, own in options:
        with translation.override(language):
            with pytest.raises(ValueError, match=".") as refused:
                own.value_of("no such thing")
            told = words_of(refused.value)
            for option in own.options:
                assert own.read_out(option) in told, (table.name, own.name)
                assert option in told
