"""Texts that are shown in part are cut between words, and in no number."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st

from zones.rules.excerpts import WORD, beginning, ending, shortened
from zones.rules.words_apart import excerpts_of

TEXTS = [
    "Goods that you cannot return are sold at 2,000.50 yuan by 2019-01-01 at the latest, so to say",
    "跨境电子商务零售进口商品的单次交易限值为人民币5,000.50元，年度交易限值为人民币26,000元。",
    "限值 5000 yuan 每人 each year 26000元 in all",
]


def words_of(text: str) -> list[str]:
    return re.findall(WORD, text)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("most", range(12, 60))
def test_a_part_of_a_text_has_whole_words_and_numbers(text: str, most: int) -> None:
    whole = words_of(text)
    assert words_of(beginning(text, most)) == whole[: len(words_of(beginning(text, most)))]
    last = words_of(ending(text, most))
    assert last == whole[len(whole) - len(last) :]
    assert len(ending(text, most)) <= most
    assert len(shortened(text, most)) <= most


@given(st.text(max_size=60), st.integers(1, 70))
def test_a_part_of_any_text_is_of_it_and_no_longer_than_asked(text: str, most: int) -> None:
    assert text.startswith(beginning(text, most))
    assert text.endswith(ending(text, most))
    assert len(shortened(text, most)) <= most
    if len(text) <= most:
        assert shortened(text, most) == text


def test_chinese_is_cut_between_any_signs() -> None:
    assert shortened("限" * 20, 10) == "限" * 9 + "…"


def test_what_stays_around_a_difference_begins_with_a_word() -> None:
    stays = "Whoever buys more than a person needs cannot be served; the rest you cannot sell as "
    was, will = excerpts_of(f"{stays}used goods", f"{stays}new goods")
    for told in (was, will):
        assert told.startswith("…")
        assert set(words_of(told)) <= set(words_of(f"{stays}used new goods"))


def test_what_is_alike_in_what_differs_ends_with_a_word() -> None:
    alike = " ".join(f"{number}th" for number in range(30))
    was, will = excerpts_of(f"{alike} cannot", f"{alike} cane")
    assert {*words_of(was), *words_of(will)} <= {"cannot", "cane", *words_of(alike)}


def test_no_template_cuts_texts_otherwise() -> None:
    roots = [
        Path(own.path) for own in apps.get_app_configs() if own.name in ("zones", "checklists")
    ]
    pages = [page for root in roots for page in root.rglob("*.html")]
    assert pages
    assert [page.name for page in pages if "|truncate" in page.read_text("utf-8")] == []
