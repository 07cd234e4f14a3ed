"""A text in another language than the page's says so (WCAG 3.1.2), on every kind of page, in both:
what the data give in one language, what people wrote, and what other packages say.

On English pages no text is mostly Chinese without an ancestor that says so; on Chinese pages no
text in English stands without one. Exempt are what is called the same in both languages: numbers of
documents, keys, codes, addresses, names of accounts and files; and the title of a page, which can
hold no mark.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import translation

from cbec_portal.chinese_characters import CHINESE_CHARACTER
from cbec_portal.languages import CHINESE, CODES, ENGLISH, mostly_in
from cbec_portal.templatetags.spoken import spoken, spoken_lang
from checklists.models import Checklist
from checklists.services import evidence_versions, item_updates
from tests.checklists.browsing import logged_in, page
from tests.checklists.cast import shared, started
from tests.staff_pages import (
    QUOTE,
    QUOTE_IN_ENGLISH,
    REASON,
    REMARK,
    TITLES,
    Asked,
    answered,
    staffed,
)
from tests.test_chinese_pages import OF_CHECKLISTS, PRIVATE, Words, english, public_pages
from tests.test_english_pages import SHOWN, chinese, english_words
from tests.test_signs_of_full_width import OF_OTHERS, half_width_of
from tests.zones import oracle
from tests.zones.test_heads_of_staff_pages import heads_as_sets
from zones.admin.box_help import EXAMPLES, OTHER

# Django's own admin templates lean on undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

#: Words that the admin says alike in Chinese: keys to press, standards, places of one's own.
ALIKE = (
    "CN CNY Control Command Mac LDAP ID IP HTTP SHA Unix ISO unknown true false "
    "key value topic programme question answer check links"
)
#: Accounts, devices, files and what tells rows apart.
NAMED = "ana rui sue dora zed-table dataset recovery phone notice.txt readers table policies x"
#: Addresses, digests, keys as they are kept, folders.
UNREAD = re.compile(r"https?://\S+|\b[a-z-]+\.[a-z-]+\b|\b[0-9a-f]{12,}\b|\[\"[^\]]*\"\]|/\S+/\S*")


@cache
def numbers() -> tuple[str, ...]:
    """The numbers of documents, the longest first."""
    rows = (row for table in ("sources", "batches") for row in oracle.read(table))
    kept = {row["document_number"] for row in rows}
    parts = {part.strip() for number in kept for part in re.split("[;；、,]", number)}
    return tuple(sorted({*kept, *parts} - {""}, key=len, reverse=True))


@cache
def keys() -> str:
    """The keys of rows, and the codes that places have."""
    kept = (
        "slug",
        "choice",
        "choices",
        "scope_code",
        "trade_mode",
        "iso_3166_2",
        "id",
        "key",
        "topic",
        "unit",
    )
    return " ".join(
        row[column]
        for table in sorted(path.stem for path in oracle.FIXTURES.glob("*.csv"))
        for row in oracle.read(table)
        for column in kept
        if row.get(column)
    )


def unmarked_chinese(texts: list[str]) -> set[str]:
    """The texts of an English page that are Chinese and do not say so."""
    return {text.strip()[:100] for text in texts if is_chinese(text)}


@cache
def is_chinese(text: str) -> bool:
    """Whether a text is Chinese beside numbers and titles; many pages say the same."""
    if not CHINESE_CHARACTER.search(text):
        return False
    left = text.replace(SHOWN, "")
    for number in numbers():
        left = left.replace(number, "")
    # Where two numbers stand beside each other, what differs in them is marked in parts.
    is_part = any(left.strip(" ,") in number for number in numbers())
    return mostly_in(left) not in ("", ENGLISH) and not is_part and not _is_title(text)


def unmarked_english(texts: list[str]) -> set[str]:
    """The texts of a Chinese page that are English and do not say so."""
    groups = " ".join(Group.objects.values_list("name", flat=True))
    known = f"{ALIKE} {NAMED} {groups} testserver as_of known_at"
    read = [UNREAD.sub("", text) for text in texts if not _is_title(text)]
    # The keys of rows are many to look through, and few pages have any.
    strange = english(read, known)
    examples = " ".join((*EXAMPLES.values(), OTHER))
    return {text[:160] for text in english(list(strange), f"{known} {examples} {keys()}")}


def _is_title(text: str) -> bool:
    """Whether it is the title of a page that is called after a set or a checklist."""
    return any(
        text.strip().endswith(end) for end in (" · CBEC portal", " · 跨境电商规则门户")
    ) and any(called in text for called in (*TITLES, "保税进口", "Bonded imports"))


def chinese_words(answer: Any) -> list[str]:
    """What a page in Chinese says in its own language."""
    words = Words()
    words.feed(answer.content.decode())
    return words.found


WORDS = {ENGLISH: english_words, CHINESE: chinese_words}
UNMARKED = {ENGLISH: unmarked_chinese, CHINESE: unmarked_english}
THEIRS = {
    ENGLISH: (QUOTE, REMARK, TITLES[0]),
    CHINESE: (QUOTE_IN_ENGLISH, REASON, TITLES[2]),
}


def is_page(answer: Any) -> bool:
    return "html" in answer.headers.get("Content-Type", "")


def is_of_desk(asked: Asked) -> bool:
    """Whether a page is the desk's own, its dashboard among them, and of no table."""
    return "/desk/" in asked.address or asked.address == "/admin/"


@pytest.mark.parametrize("language", CODES)
def test_pages_of_staff_mark_texts_of_the_other_language(language: str) -> None:
    """In Chinese they have signs of full width as well; no table's page is headed as a set."""
    client, pages = staffed()
    # Those of tables first: where others lead on to one of them, it is read as the table's.
    pages.sort(key=is_of_desk)
    wrong: dict[str, list[str]] = {}
    narrow: dict[str, set[str]] = {}
    headed: dict[str, list[str]] = {}
    seen = 0
    told = ""
    for asked, answer in answered(client, pages, language):
        assert answer.status_code in (200, 400), asked
        if is_page(answer):
            seen += 1
            if found := UNMARKED[language](WORDS[language](answer)):
                wrong[asked.address] = sorted(found)[:5]
            if language == CHINESE and not OF_OTHERS.search(asked.address):
                narrow[asked.address] = half_width_of(answer.content.decode())
            if not (is_of_desk(asked) or "/changeset/" in asked.address):
                headed[asked.address] = heads_as_sets(answer.content.decode(), language)
            if "sets/" in asked.address or "history/" in asked.address:
                told += answer.content.decode()
    assert seen > 180
    assert wrong == {}
    assert len(narrow) > 140 or language != CHINESE
    assert {address: signs for address, signs in narrow.items() if signs} == {}
    assert len(headed) > 60
    assert {address: heads for address, heads in headed.items() if heads} == {}
    # What people wrote is there and marked: the walk would pass on pages that leave it out.
    code = "zh-Hans" if language == ENGLISH else ENGLISH
    for text in THEIRS[language]:
        assert re.search(f'<[^>]* lang="{code}"[^>]*>{re.escape(text)}<', told), text


@pytest.mark.parametrize(
    "address", [one for one in public_pages() if not re.search(r"/table\.|calendar|/cite\.", one)]
)
def test_a_public_page_says_nothing_in_chinese_that_is_not_marked(
    client: Client, address: str
) -> None:
    """Those in English on Chinese pages: test_chinese_pages.py."""
    answer = client.get(address, headers={"Accept-Language": ENGLISH})
    if is_page(answer):
        texts = english_words(answer)
        assert unmarked_chinese(texts) == set()
        assert chinese(texts) == set()


@pytest.mark.parametrize("language", CODES)
def test_pages_of_a_checklist_mark_what_people_wrote(language: str, bilingual: Checklist) -> None:
    client = logged_in("alice")
    items = list(bilingual.items.values_list("pk", flat=True))
    pages = [page(bilingual, name) for name in OF_CHECKLISTS]
    pages += [page(bilingual, "item", item) for item in items]
    pages += [reverse(f"checklists:{name}") for name in PRIVATE]
    wrong = {}
    for address in pages:
        answer = client.get(address, {"lang": language})
        assert answer.status_code == 200
        texts = WORDS[language](answer)
        found = unmarked_chinese(texts) if language == ENGLISH else _wrote_in_english(texts)
        if found:
            wrong[address] = found
    assert wrong == {}


def _wrote_in_english(texts: list[str]) -> set[str]:
    return {text for text in texts if any(own in text for own in WROTE) and not _is_title(text)}


WROTE = ("Bonded imports", "Seen in the original.", "Licence of the shop")


@pytest.fixture
def bilingual() -> Checklist:
    """A checklist on which people wrote in Chinese and in English."""
    own = shared(started("hangzhou", "jinhua"))
    own.title = "保税进口"
    own.save()
    alice, item = own.owner, own.items.first()
    other = started("ningbo")
    other.title = WROTE[0]
    other.save()
    assert item is not None
    for text in ("请再看一遍。", WROTE[1]):
        item_updates.comment(item, text, actor=alice)
    for title in ("店铺的执照", WROTE[2]):
        evidence_versions.bring(alice, title, url="https://example.org/a", item=item)
    later = own.items.exclude(pk=item.pk)[0]
    item_updates.set_status(later, "not-applicable", actor=alice, reason="本店没有这项业务。")
    return own


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("关于跨境电商的通知", "zh-Hans"),
        ("The notice 财关税〔2018〕49号 says so in its ninth article", "en"),
        ("第九项 · item 9", "zh-Hans"),
        ("item 9", "en"),
        ("Correction", "en"),
        ("import-single-transaction-limit", ""),
        ("CNY", ""),
        ("CN-ZJ", ""),
        ("https://www.gov.cn/a/b.htm", ""),
        ("5000", ""),
        ("", ""),
    ],
)
def test_a_text_is_of_the_language_that_most_of_it_is_in(text: str, language: str) -> None:
    assert mostly_in(text) == language
    for active in CODES:
        with translation.override(active):
            other = language and language.lower() != active
            assert spoken_lang(text) == (f' lang="{language}"' if other else "")
            assert spoken(text) == (f'<span lang="{language}">{text}</span>' if other else text)


def test_what_is_spoken_is_escaped_and_keeps_its_lines() -> None:
    assert spoken("<b>甲\n乙") == '<span lang="zh-Hans">&lt;b&gt;甲<br>乙</span>'
    assert spoken(None) == ""
