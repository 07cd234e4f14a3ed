"""Words as a search reads them: stems, pieces of Chinese, synonyms, and words that say little."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from threading import Lock
from typing import Any

from zones.rules.names import plain

#: More of a question is not read: nobody types it, and every word costs.
LONGEST, MOST_WORDS = 200, 12
#: Words around a number that its document need not hold: *No. 194 of 2018*.
SMALL_WORDS = frozenset({"no", "nos", "nr", "number", "of", "the"})
#: Words that narrow nothing down here, where everything is about rules for goods.
WEAK_WORDS = SMALL_WORDS | frozenset(
    (
        *("a", "an", "and", "are", "at", "can", "china", "do", "does", "for", "from", "goods"),
        *("how", "i", "in", "is", "it", "item", "items", "much", "may", "must", "on", "or", "out"),
        *("product", "products", "rule", "rules", "to", "what", "when", "where", "which", "with"),
        *("circular", "document", "documents", "notice", "notices", "policies", "policy", "text"),
        *("的", "规定", "中国", "商品", "在", "和", "什么", "多少", "如何", "政策", "文件", "通知"),
    )
)
#: What means the same here, each way within a language, since what is found is held in both: words
#: of English by their stems, parts of Chinese.
SYNONYMS: tuple[tuple[str, ...], ...] = (
    ("rebate", "refund", "drawback"),
    ("drug", "medicine", "pharmaceutical", "medicinal"),
    ("subsidy", "cash support", "fund"),
    ("annual", "yearly"),
    ("limit", "cap", "ceiling"),
    ("center", "centre"),
    ("railway", "rail"),
    ("ftz", "free trade zone"),
    ("fx", "forex", "foreign exchange"),
    ("rmb", "yuan", "cny", "renminbi"),
    ("vat", "value added tax"),
    ("label", "labelling"),
    ("duty", "tariff"),
    ("depot", "warehouse"),
    ("law", "statute"),
    ("customer", "consumer", "buyer"),
    ("综试区", "综合试验区"),
    ("自贸区", "自由贸易试验区", "自贸试验区"),
    ("跨境电商", "跨境电子商务"),
    ("保税区", "综合保税区", "综保区"),
    ("补贴", "资金支持", "扶持资金", "专项资金"),
    ("药", "药品"),
    ("标签", "中文标签"),
    ("额度", "限值", "限额"),
    ("外汇", "结汇", "售汇"),
)
_SEPARATED = re.compile(r"(?<=\d)[,，](?=\d{3}(?!\d))")
_IN_BRACKETS = re.compile(r"[（(〔\[][^（()）〔〕\[\]]*[）)〕\]]")
#: What stands around the numbers of documents and batches.
_AROUND_NUMBERS = re.compile(r"^[第号年批]+|[第号年]+$")
_CHINESE_NUMBERS = re.compile(r"第([一二三四五六七八九])批")
_STEMMING = Lock()


# Every word of the index is stemmed when that is made, most of them again and again: a text has far
# fewer words than it is long. There are some thousands in all, so that the bound is for what people
# type.
@lru_cache(16_384)
def stem(word: str) -> str:
    """Return what the forms of an English word have in common: *returns* and *returned*."""
    with _STEMMING:  # the stemmer keeps the word it is at
        found: str = _english().stemWord(word)
    return found


@cache
def _english() -> Any:
    from snowballstemmer import stemmer  # it brings those of all languages, which take 2 MB

    return stemmer("english")


def without_separators(text: str) -> str:
    """Return a text in which thousands are not set apart: *26,000* is found as 26000."""
    return _SEPARATED.sub("", text)


def pieces(run: str) -> list[str]:
    """Return the pairs of characters of a run of Chinese, by which any part of it is found."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def in_index(text: str, *, stems: bool = False) -> str:
    """Return the words of a text as an index holds them.

    Chinese is held in pairs of characters, and by its last alone; with what stands in brackets
    and without: 退（免）税 is found as 退税 too.

    Args:
        stems: whether each English word is followed by its stem.
    """
    return " ".join(_indexed(text, stems=stems))


def _indexed(text: str, *, stems: bool) -> Iterator[str]:
    if not text:
        return
    text = without_separators(text)
    forms = [text]
    if not text.isascii() and (short := _IN_BRACKETS.sub("", text)) != text:
        forms.append(short)
    for form in forms:
        for word in plain(form).split():
            if not word.isascii():
                yield from pieces(word)
                if len(word) > 1:
                    yield word[-1]
                continue
            yield word
            if stems and word.isalpha() and (short := stem(word)) != word:
                yield short


def words_asked(text: str) -> list[str]:
    """Return the words of a question, in order; no more of them than are read."""
    text = _CHINESE_NUMBERS.sub(lambda m: f"第{'一二三四五六七八九'.index(m[1]) + 1}批", text)
    said = plain(without_separators(text[:LONGEST])).split()
    cut = [word if word.isascii() else _AROUND_NUMBERS.sub("", word) for word in said]
    wanted = [word for word in cut if word and word not in SMALL_WORDS]
    return (wanted or [word for word in cut if word] or said)[:MOST_WORDS]


def telling(words: list[str]) -> list[str]:
    """Return the words that narrow down; none where all say little."""
    return [word for word in words if word not in WEAK_WORDS]


# Asked for each word of a question by each kind of hit, and anew with every letter that is typed.
@lru_cache(4096)
def alternatives(word: str) -> tuple[str, ...]:
    """Return a word and what means the same, each as words of the index."""
    found = [word]
    if word.isascii():
        if word.isalpha():
            found.append(stem(word))
        for group in SYNONYMS:
            if any(stem(one) == stem(word) for one in group if " " not in one):
                found += [form for one in group for form in (one, stem(one))]
    else:
        for group in SYNONYMS:
            for one in group:
                if not one.isascii() and one in word:
                    found += [word.replace(one, other) for other in group if not other.isascii()]
    return tuple(dict.fromkeys(found))
