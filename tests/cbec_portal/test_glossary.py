"""Readers are told everything in the words of docs/glossary.md, each in its one Chinese."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.utils.translation import override

from checklists.models.items import Status
from checklists.models.templates import Recurrence, Severity
from tests.cbec_portal.test_translations import entries
from tests.zones import oracle
from zones.models import Release
from zones.models.labels import LABELS, step_words
from zones.pages.cell_tags import OUTCOMES
from zones.pages.faceted_pages import SHORT_NAMES
from zones.rules.vocabulary import SetState
from zones.rules.written_keys import WrittenKey


class Term(NamedTuple):
    """A line of the glossary."""

    english: str
    chinese: str
    use: str


def glossary() -> list[Term]:
    """The terms of the interface, as the table has them."""
    text = (settings.BASE_DIR / "docs" / "glossary.md").read_text(encoding="utf-8")
    table = text.split("## Terms of the interface")[1]
    rows = re.findall(r"^\| (.+?) \| (.+?) \| ?(.*?) ?\|$", table, re.M)
    return [Term(*row) for row in rows if row[0] not in ("English", "---")]


def pairs() -> Mapping[str, set[str]]:
    """What each English word may be called: several stand in one line, some have a short form."""
    found: dict[str, set[str]] = defaultdict(set)
    for term in glossary():
        english = re.sub(r"^recurrence: ", "", term.english).split("; ")
        chinese = re.sub("^频次：", "", term.chinese).split("；")
        beside = len(english) == len(chinese)
        for place, word in enumerate(english):
            named = {chinese[place]} if beside else set(chinese)
            called = named | {re.sub("（.*）", "", one) for one in named}
            for form in {word, re.sub(r" \(.*?\)", "", word), *re.findall(r"\((.*?)\)", word)}:
                found[form.casefold()] |= called
    return found


PAIRS = pairs()
#: Texts that are spelled like a term and mean something else.
OTHER_SENSES = {
    "About": "the page that tells how this works",
    "From": "the first day, exact",
    "from": "the first day, exact",
    "Answers": "what the company answered to questions about itself",
    "Day": "a day of any kind",
    "policies": "a number of them, with its measure word",
    "cities": "a number of them, with its measure word",
    "topics": "a number of them, with its measure word",
    "open": "in a gate: the trade mode is open here",
    "take back": "of a condition that was chosen: it is chosen no more",
    "unknown": "of a document: nobody knows whether it is in force",
    "withdrawn": "of a row that is known no more: it was withdrawn",
}
#: Texts that say a term in other English, where its own would not read well.
ALSO_CALLED = {
    "Compare cities": "comparison, as a link",
    "the nation": "nation, in a sentence",
    "Same rules": "cities with the same rules, where there is little room",
    "Requirement": "compliance requirement, for short",
    "Requirements": "compliance requirements, for short",
    "applies": "included, of one requirement",
    "Applies": "included, of one requirement",
    "does not apply": "excluded, of one requirement",
    "Does not apply": "excluded, of one requirement",
    "not open": "the trade mode is not open here, in a column of places",
    "STOP: the trade mode is not open here": "the same, where it must not be overlooked",
    "has ended": "ended, in a sentence",
    "Differ": "difference between cities, at the head of a narrow column",
    "own finding": "finding, which is the team's own",
    "Own findings": "findings, which are the team's own",
    "reviewed by": "reviewer, as the one who did",
    "sent it to review": "send to review, as somebody did",
    "sent it back": "send back, as somebody did",
    "took it back": "take back, as somebody did",
    "Withdraw": "withdrawn, as what is to become of a row",
    "prefecture": "a level of cities, which China calls 地区",
    "China": "the nation, as the name of a scope",
    "issuer": "issued by, as the body that did",
    "issuers": "issued by, as the bodies that did",
    "questions about the company": "question about the company, of several",
    "Banners and notes to the reader": "notes to the reader, on the page of parts",
}


def singular(english: str) -> set[str]:
    """The text as a term could spell it: small, alone, without a colon after it."""
    small = english.casefold().rstrip(":")
    return {small, re.sub("ies$", "y", small), re.sub("es$", "", small), re.sub("s$", "", small)}


def test_the_glossary_says_everything_once() -> None:
    terms = glossary()
    assert len(terms) >= 142
    assert all(term.english and term.chinese for term in terms)
    twice = [name for name, many in Counter(term.english for term in terms).items() if many > 1]
    assert twice == []


def test_a_term_is_called_what_the_glossary_calls_it() -> None:
    wrong = {
        english: chinese
        for _context, english, chinese in entries()
        for form in singular(english) & set(PAIRS)
        if chinese.rstrip("：") not in PAIRS[form]
    }
    assert sorted(set(wrong) - set(OTHER_SENSES)) == [], wrong
    assert sorted(set(OTHER_SENSES) - set(wrong)) == [], "has the word of the glossary now"


def test_the_chinese_of_a_term_stands_for_nothing_else() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for english, names in PAIRS.items():
        for chinese in names:
            owners[chinese].add(english)
    others = {
        english
        for _context, english, chinese in entries()
        if not singular(english) & owners.get(chinese.rstrip("："), singular(english))
    }
    assert sorted(others - set(ALSO_CALLED)) == [], "say it as the glossary does"
    assert sorted(set(ALSO_CALLED) - others) == [], "is said as the glossary does now"


#: What the last column of the glossary says is not to be used.
FORBIDDEN_CHINESE = ["修订", "自贸区", "试点资格", "贸易方式", "特殊区域", "清单"]
FORBIDDEN_ENGLISH = ["still running", "consolidated declaration", "Duty"]


def unlike_the_glossary(chinese: str) -> list[str]:
    """The words in a text that are not to be used, except where a term itself has them."""
    own = {part for term in glossary() for part in re.split("；|（.*?）", term.chinese) if part}
    # The forms that the last column gives.
    own |= {"申报清单", "跨境电子商务零售进口商品清单", "特殊区域出口"}
    for part in sorted(own, key=len, reverse=True):
        chinese = chinese.replace(part, " ")
    return [word for word in FORBIDDEN_CHINESE if word in chinese]


def test_the_glossary_says_which_words_are_not_to_be_used() -> None:
    uses = " ".join(term.use for term in glossary())
    chinese = re.findall("(?:不用|不简称|不单用)“(.+?)”", uses)
    assert set(chinese) == set(FORBIDDEN_CHINESE)
    assert all(f"“{word}”" in uses for word in FORBIDDEN_ENGLISH)


def test_no_text_has_a_word_that_is_not_to_be_used() -> None:
    assert [text for _, _, text in entries() if unlike_the_glossary(text)] == []
    avoided = re.compile(r"still running|consolidated declaration|\bdut(y|ies)\b|profiles?\b", re.I)
    assert [text for _, text, _ in entries() if avoided.search(text)] == []


@pytest.mark.parametrize("text", ["清单", "按修订查询", "自贸区", "特殊区域", "按贸易方式"])
def test_such_a_word_is_found(text: str) -> None:
    assert unlike_the_glossary(text)


@pytest.mark.parametrize("text", ["正面清单", "《申报清单》", "修订数", "海关特殊监管区域"])
def test_a_term_that_has_such_a_word_may_be_used(text: str) -> None:
    assert unlike_the_glossary(text) == []


def labels() -> dict[str, Iterable[Any]]:
    """The names of all words that are stored and shown, by what they are words of."""
    return {
        **{kind.__name__: names.values() for kind, names in LABELS.items()},
        "Outcome": [name for _sign, name in OUTCOMES.values()],
        "Severity": [one.label for one in Severity],
        "Recurrence": [one.label for one in Recurrence],
        "Status": [one.label for one in Status],
        "Release": [one.label for one in Release],
    }


@pytest.mark.parametrize("kind", labels())
def test_every_word_of_the_vocabulary_is_a_term(kind: str) -> None:
    for name in labels()[kind]:
        with override("en"):
            english = str(name)
        with override("zh-hans"):
            assert str(name) in PAIRS[english.casefold()], english


def test_programmes_bear_the_names_of_the_glossary() -> None:
    terms = {term.chinese for term in glossary()}
    for row in oracle.read("programmes"):
        assert any(row["name_zh"].endswith(term) for term in terms), row["name_zh"]
    with override("zh-hans"):
        assert str(SHORT_NAMES[WrittenKey("programme", "comprehensive")]) in PAIRS["pilot zone"]


@pytest.mark.parametrize(
    ("other", "right"),
    [
        ("答案", "适用结论"),
        ("地点", "地区"),
        ("分析人员", "分析员"),
        ("审核人", "审核员"),
        ("审核者", "审核员"),
        ("发布机构", "发布机关"),
        ("取出", "移除该行"),
        ("取回", "收回"),
        ("提出者", "作者"),
        ("编写者", "作者"),
        ("取值（中文", "中文取值"),
        ("其来源", "依据文件"),
    ],
)
def test_what_has_a_word_is_called_by_no_other(other: str, right: str) -> None:
    """Each had two words in Chinese."""
    said = {part for term in glossary() for part in term.chinese.split("；")}
    assert right in said | {chinese for _context, _english, chinese in entries()}
    assert [english for _context, english, chinese in entries() if other in chinese] == []


def test_what_is_done_with_a_change_set_is_told_apart() -> None:
    """What went back to its authors, what they took back and what they gave up looked alike."""
    with override("zh-hans"):
        states = [str(LABELS[SetState][state]) for state in SetState]
        steps = [
            *(step_words(state, None) for state in SetState),
            step_words(SetState.DRAFT, SetState.WITHDRAWN),
        ]
    assert len(set(states)) == len(states)
    assert len(set(steps)) == len(steps)
    # A state says how a set stands, a step what somebody did: no person is in review.
    assert set(states) & set(steps) == set()
    assert all("已退回" in chinese for english, chinese in acts("sent back"))


def acts(words: str) -> list[tuple[str, str]]:
    """The texts that tell of an act in these words."""
    return [(english, chinese) for _, english, chinese in entries() if re.fullmatch(words, english)]
