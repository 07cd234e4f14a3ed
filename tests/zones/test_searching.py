"""What is searched for is found under whatever it is called."""

from __future__ import annotations

import re

import pytest

from zones.selectors.search import search
from zones.selectors.snapshot import current_snapshot

pytestmark = pytest.mark.django_db


def test_letters_are_found_where_a_word_or_a_syllable_begins() -> None:
    kept = current_snapshot()
    found = search("hang", kept, "en")
    assert [hit.key for hit in found["city"]] == ["hangzhou"]
    assert {hit.key for hit in found["zone"]} == {"hangzhou"}
    assert "shanghai" in {hit.key for hit in search("hai", kept, "en")["city"]}


@pytest.mark.parametrize(
    ("words", "kind", "key"),
    [
        ("Hangzhou", "city", "hangzhou"),
        ("杭州", "city", "hangzhou"),
        ("hang zhou", "city", "hangzhou"),
        ("ZHENGZHOUSHI", "city", "zhengzhou"),
        ("国函(2015)44", "source", "sc-2015-44"),
        ("国函〔2015〕44号", "source", "sc-2015-44"),
        ("value limit retail", "topic", "import-single-transaction-limit"),
        ("单次交易限值", "topic", "import-single-transaction-limit"),
        ("danci jiaoyi", "topic", "import-single-transaction-limit"),
    ],
)
def test_search_finds(words: str, kind: str, key: str) -> None:
    found = search(words, current_snapshot(), "en")
    assert key in [hit.key for hit in found[kind]]


@pytest.mark.parametrize("words", ["", "   ", "〔〕", "no such thing at all"])
def test_search_finds_nothing_where_there_is_nothing(words: str) -> None:
    assert search(words, current_snapshot(), "en") == {}


@pytest.mark.parametrize("words", ["杭州", "9610", "hangzhou"])
def test_what_stands_beside_a_hit_is_in_the_readers_language(words: str) -> None:
    """Codes and numbers have no letters; no name of ours in Chinese has any either."""
    kept = current_snapshot()
    for language, wrong in (("zh-hans", r"[a-z]{3}"), ("en", r"[\u4e00-\u9fff]")):
        found = search(words, kept, language)
        beside = [hit.beside for kind in ("city", "topic") for hit in found.get(kind, [])]
        assert beside
        assert [text for text in beside if re.search(wrong, text)] == []
