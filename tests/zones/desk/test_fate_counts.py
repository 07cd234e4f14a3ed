"""How many rows fare so is said in words that fit one and many, in both languages."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from zones.desk.fate_counts import fate_counts
from zones.rules.vocabulary import Fate


@pytest.mark.parametrize("fate", list(Fate))
def test_one_and_many_are_said_apart_in_english_and_begin_or_hold_the_figure(fate: Fate) -> None:
    def told(number: int) -> str:
        (words,) = fate_counts(lambda own: number if own == fate else 0)
        return words

    with override("en"):
        one, many = told(1), told(7)
        assert one.startswith("1 ")
        assert many.startswith("7 ")
        assert "row" in one.split()
        assert "rows" in many.split()
    with override("zh-hans"):
        assert "1" in told(1)
        assert " " not in told(1)
        assert told(7) == told(1).replace("1", "7")
        assert "行" in told(7)


def test_fates_that_no_row_has_are_not_told() -> None:
    assert fate_counts(lambda fate: 0) == []


def test_many_rows_are_counted_by_thousands() -> None:
    assert fate_counts(lambda fate: 12345 if fate == Fate.NEW else 0) == ["12,345 new rows"]
