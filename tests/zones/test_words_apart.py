"""Of two texts the words that differ are told, wherever in them they stand."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zones.pages.word_tags import words_come, words_gone
from zones.rules.words_apart import LONGEST, TOLD, excerpts_of, pieces_of

LONG = "Sell through a platform that is registered with the customs of the place. " * 6
texts = st.text(st.sampled_from("ab 9是.\n"), max_size=30)


@given(texts, texts)
def test_pieces_are_both_texts_and_no_two_that_differ_touch(before: str, after: str) -> None:
    parts = pieces_of(before, after)
    assert "".join(one.before for one in parts) == before
    assert "".join(one.after for one in parts) == after
    kinds = [one.stays for one in parts]
    assert all(one != other for one, other in pairwise(kinds))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{LONG}Keep it 3 years.", f"{LONG}Keep it 5 years."),
        (f"{LONG}end", LONG),
        (f"one {LONG}", f"two {LONG}"),
        (f"{LONG}one{LONG}", f"{LONG}two{LONG}"),
        ("保存" * 200 + "三年", "保存" * 200 + "五年"),
        (f"https://example.cn/{'a' * 400}1", f"https://example.cn/{'a' * 400}2"),
        (f"{'word ' * LONGEST}one", f"{'word ' * LONGEST}two"),
        (LONG, LONG.replace("platform", "shop")),
        (LONG, "".join(reversed(LONG))),
    ],
)
def test_excerpts_of_texts_that_differ_differ_and_are_short(before: str, after: str) -> None:
    old, new = excerpts_of(before, after)
    assert old != new
    assert max(len(old), len(new)) <= TOLD


def test_what_differs_is_marked_and_all_of_it_is_escaped() -> None:
    before, after = "Within <b>15</b> days\nof it", "Within <b>10</b> days\nof it"
    assert words_gone(before, after) == ("Within &lt;b&gt;<del>15</del>&lt;/b&gt; days<br>of it")
    assert words_come(after, before) == ("Within &lt;b&gt;<ins>10</ins>&lt;/b&gt; days<br>of it")
    assert words_gone("", "new") == ""
    assert words_come("new<", None) == "new&lt;"
