"""Words as a search reads them: stems, pieces of Chinese, synonyms, and words that say little."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
        *(
            "any",
            "as",
            "by",
            "like",
            "my",
            "our",
            "need",
            "similar",
            "there",
            "we",
            "who",
            "whom",
            "whose",
            "why",
            "you",
        ),
        *("circular", "document", "documents", "notice", "notices", "policies", "policy", "text"),
        *("的", "规定", "中国", "商品", "在", "和", "什么", "多少", "如何", "政策", "文件", "通知"),
    )
)
#: Words that only say that what they stand between is to be compared.
COMPARING_WORDS = frozenset(
    (
        *("against", "and", "between", "compare", "compared", "comparing", "comparison", "differ"),
        *("difference", "differences", "different", "or", "to", "v", "versus", "vs", "with"),
        *(
            "和",
            "与",
            "跟",
            "同",
            "及",
            "或",
            "比",
            "对比",
            "比较",
            "相比",
            "区别",
            "差异",
            "不同",
            "的",
        ),
    )
)
#: What means the same here, each way within a language, since what is found is held in both: words
#: of English by their stems, parts of Chinese.
SYNONYMS: tuple[tuple[str, ...], ...] = (
    ("rebate", "refund", "drawback"),
    ("drug", "medicine", "pharmaceutical", "medicinal"),
    ("subsidy", "cash support", "fund"),
    ("annual", "yearly"),
    ("limit", "cap", "ceiling", "threshold", "quota"),
    ("return", "send back", "refund of goods", "goods refund", "money back"),
    ("deadline", "time limit", "window"),
    ("resale", "resell", "reselling", "scalping", "daigou"),
    ("false", "fake", "brushing"),
    ("privacy", "personal information", "personal data"),
    ("o2o", "pickup", "pick up", "offline"),
    ("percent", "per cent"),
    ("ecommerce", "e commerce"),
    ("crossborder", "cross border"),
    ("pay", "payer", "taxpayer"),
    ("center", "centre"),
    ("railway", "rail"),
    ("ftz", "fta", "free trade zone"),
    ("fx", "forex", "foreign exchange"),
    ("rmb", "yuan", "cny", "renminbi"),
    ("vat", "value added tax"),
    ("label", "labelling"),
    ("duty", "tariff", "tax"),
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
    ("退货", "退换货", "退换", "换货"),
    ("期限", "时限"),
    ("再次销售", "二次销售", "转售", "倒卖", "代购"),
    ("虚假", "刷单", "造假"),
    ("个人信息", "隐私", "个人数据"),
    ("线下自提", "前店后仓", "线上线下"),
    ("首批", "第1批"),
    ("外汇", "结汇", "售汇"),
)
#: What readers say of which no text here speaks in their words, and what stands here for it; never
#: the other way round, since that means more. Of a duty-free amount is told what is taxed within
#: which limits, and how.
SAID_FOR: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        (
            *("de minimis", "de minimis threshold", "de minimis limit", "de minimis value"),
            *("duty free allowance", "duty free amount", "duty free limit", "duty free threshold"),
            *("tax free allowance", "tax free amount", "tax free limit", "tax free threshold"),
            *("exemption limit", "exemption threshold", "tax exemption limit", "exempt amount"),
            *("tax exemption threshold", "tax threshold", "duty threshold"),
        ),
        ("within the limits", "single order limit", "tax regime"),
    ),
    (
        ("annual allowance", "yearly allowance"),
        ("yearly limit",),
    ),
    (
        ("purchase limit", "spending limit", "shopping limit", "order cap"),
        ("single order limit", "yearly limit"),
    ),
    (
        ("起征点", "免征额", "免税额", "免税额度", "免税限额", "免税门槛"),
        ("限值以内", "单次交易限值", "进口税制"),
    ),
    (("购买额度", "购物额度", "消费额度"), ("交易限值",)),
    (("上限", "封顶"), ("限值", "限额")),
    (("超额", "超限额"), ("超过单次交易限值",)),
)
#: English numbers that people write out.
NUMBERS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    "twelve",
)
_IN_DIGITS = {word: str(number) for number, word in enumerate(NUMBERS, start=1)}
_PERCENT = re.compile(r"(?<=\d)\s*[%％]")
_SAID = [one for group in (*SYNONYMS, *(said for said, _here in SAID_FOR)) for one in group]
_PHRASES = {tuple(map(str, one.split())): one for one in _SAID if " " in one}
_LONGEST_PHRASE = max(map(len, _PHRASES))
#: Parts of a run of Chinese that mean what other words do, the longest first.
_KNOWN_PARTS = re.compile(
    "|".join(
        sorted(
            (one for one in _SAID if not one.isascii() and len(one) > 1),
            key=len,
            reverse=True,
        )
    )
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
    text = _PERCENT.sub(" percent ", without_separators(text[:LONGEST]))
    said = list(_with_phrases(plain(text).split()))
    cut = [word if word.isascii() else _AROUND_NUMBERS.sub("", word) for word in said]
    wanted = [word for word in cut if word and word not in SMALL_WORDS]
    return (wanted or [word for word in cut if word] or said)[:MOST_WORDS]


def _with_phrases(words: list[str]) -> Iterator[str]:
    """Words, those that mean something together as one: *send back*."""
    at = 0
    while at < len(words):
        for many in range(min(_LONGEST_PHRASE, len(words) - at), 1, -1):
            if phrase := _PHRASES.get(tuple(words[at : at + many])):
                yield phrase
                at += many
                break
        else:
            yield words[at]
            at += 1


def one_by_one(words: Iterable[str]) -> list[str]:
    """Return words without holding together those that mean something together."""
    return [one for word in words for one in word.split()]


def splits_of(run: str) -> Iterator[list[str]]:
    """Yield the ways to part a run of Chinese as a reader would: those parts that mean what others
    do, and between them words of two characters, as most are. An odd character is in one of them.

    >>> list(splits_of("海外仓备案"))
    [['海外仓', '备案'], ['海外', '仓备案']]
    """
    known = _KNOWN_PARTS.search(run)
    if known:
        before = list(_words_of_two(run[: known.start()]))
        after = list(splits_of(run[known.end() :])) or [[]]
        yield from ([*one, known[0], *other] for one in before for other in after)
    elif run:
        yield from _words_of_two(run)


def _words_of_two(run: str) -> Iterator[list[str]]:
    if len(run) < 4:
        yield [run] if run else []
        return
    odd = len(run) % 2
    for longer in range(len(run) // 2 if odd else 1):
        ends = [2 * (at + 1) + (odd if at >= longer else 0) for at in range(len(run) // 2)]
        yield [run[a:b] for a, b in zip((0, *ends), ends, strict=False)]


def is_nearly(label: tuple[str, str], words: Iterable[str]) -> bool:
    """Return whether something is called by the words, or by what means the same, and at most one
    word of English more.

    >>> is_nearly(("Pilot free trade zone", "自由贸易试验区"), ["fta"])
    True
    """
    english, chinese = map(plain, label)
    every = [alternatives(word) for word in words]
    if len(every) == 1 and chinese in every[0]:
        return True
    said = {part for one in every for other in one for part in other.split()}
    own = english.split()
    return sum(word not in said and stem(word) not in said for word in own) <= 1


def telling(words: list[str]) -> list[str]:
    """Return the words that narrow down; none where all say little."""
    return [word for word in words if word not in WEAK_WORDS]


def forms(word: str) -> tuple[str, ...]:
    """Return a word and what its forms have in common."""
    own = stem(word) if word.isascii() and word.isalpha() else word
    return tuple(dict.fromkeys((word, own)))


# Asked for each word of a question by each kind of hit, and anew with every letter that is typed.
@lru_cache(4096)
def alternatives(word: str) -> tuple[str, ...]:
    """Return a word and what means the same, each as words of the index."""
    found = list(forms(word))
    if word.isascii():
        for group in SYNONYMS:
            if word in group or any(stem(one) == stem(word) for one in group if " " not in one):
                found += [form for one in group for form in (one, stem(one))]
        for said, here in SAID_FOR:
            if word in said:
                found += here
        if word in _IN_DIGITS:
            found.append(_IN_DIGITS[word])
    else:
        for group in SYNONYMS:
            for one in group:
                if not one.isascii() and one in word:
                    found += [word.replace(one, other) for other in group if not other.isascii()]
        for said, here in SAID_FOR:
            for one in said:
                if one in word:
                    found += [word.replace(one, other) for other in here]
    return tuple(dict.fromkeys(found))
