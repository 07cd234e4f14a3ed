"""A page in Chinese says nothing in English but names, titles, codes and addresses."""

from __future__ import annotations

import csv
import html
import io
import re
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from cbec_portal.languages import CHINESE
from checklists.models import Checklist
from tests.addresses import public_addresses
from tests.checklists.browsing import logged_in, page
from tests.checklists.cast import shared, started
from tests.table_files import is_table, texts_of
from tests.zones import oracle
from zones.models import Zone

pytestmark = pytest.mark.django_db

#: Pages beside the plain ones: other kinds of answers, other days, publications, what is refused.
MORE = [
    "/changes/?by=publication",
    "/changes/?city=hangzhou",
    "/cities/?policy=bonded-import-1210:listed&topic=code-9610-available",
    "/cities/hangzhou/?as_of=2018-12-31",
    "/cities/haikou/?certainty=primary",
    "/cities/hangzhou/changes/",
    "/cities/hangzhou/import-single-transaction-limit/",
    "/cities/jinhua/bonded-import-1210/",
    "/cities/shanghai/local-cash-support/",
    "/compare/?cities=hangzhou,jinhua,hangzhou@2015-12-31,Suihua:CN-HL:1900",
    "/compare/?cities=nowhere,hangzhou&as_of=1999-01-01",
    "/profiles/?as_of=2020-02-01&topics=all",
    "/search/?q=1210",
    "/sources/mof-gacc-sta-2018-49/",
    "/statistics/",
    "/templates/import-1210-seller/preview/?city=jinhua",
    "/templates/zone-readiness/preview/?province=CN-HL&customs_district=1900",
    "/topics/import-single-transaction-limit/",
    "/zones/?as_of=2020-01-01&programme=comprehensive",
    "/calendar/no-such-secret.ics",
    "/nowhere/",
]
#: What everyone who sees a checklist can read of it.
OF_CHECKLISTS = [
    "checklist",
    "changes",
    "answers",
    "findings",
    "people",
    "relocation",
    "log",
    "sheet",
    "due",
]
PRIVATE = ["dashboard", "start", "notices", "evidence-list"]
#: The identity of a policy, a variable of the style sheet.
NAMED_BY = re.compile(r"[a-z0-9-]+\.(?:nation|programme|province|customs_district|city)\.\S+|--\w+")
#: How Chinese too writes it in Latin letters: formats, licences, what the web is made of.
WRITTEN_SO = {
    "API",
    "Apache",
    "Atom",
    "BIB",
    "BibTeX",
    "CBEC",
    "CC",
    "BY",
    "CSV",
    "Ctrl-K",
    "English",
    "GB",
    "https",
    "http",
    "JSON",
    "PDF",
    "RIS",
    "TXT",
    "URL",
    "www",
    "PNG",
    "SVG",
    "XLSX",
}
LATIN = re.compile(r"[A-Za-z]{2,}(?:[-'’.][A-Za-z]+)*")


#: Where a link begins or ends in running text.
LINK = "\u2060"


class Words(HTMLParser):
    """Collects what a page says in its own language: text, names of fields, pictures and links."""

    language = CHINESE
    SAID = ("title", "aria-label", "alt", "placeholder")
    #: A list of suggestions has names in both languages, since either can be typed.
    #: What is to be copied is written for programs, or as a standard wants it.
    SILENT = ("script", "style", "datalist", "pre")
    #: What stands within a line of text; of a link it is told where it begins and ends.
    INLINE = {
        *("abbr", "b", "bdi", "code", "em", "i", "ins", "mark", "q", "s", "small", "span"),
        *("strong", "sub", "sup", "time", "u", "var", "wbr"),
    }
    EMPTY = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        #: The same line by line, with a sign for what is said in another language.
        self.running: list[str] = []
        #: The elements that are open, each with whether it speaks the page's language.
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = dict(attrs)
        self._part(tag)
        own = given.get("lang", self.language).lower() == self.language and tag not in self.SILENT
        own = own and self._listens
        if own:
            told = [given[name] for name in self.SAID if given.get(name)]
            if tag == "meta" and given.get("name") == "description":
                told.append(given["content"])
            self.found += told
            self.running += told
        if tag not in self.EMPTY:
            self._open.append((tag, own))

    def handle_endtag(self, tag: str) -> None:
        self._part(tag)
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        listens = self._listens
        if listens:
            self.found.append(data)
        self.running.append(re.sub(r"\s+", " ", data) if listens else "·")

    def _part(self, tag: str) -> None:
        """Part what stands before an element's mark from what stands behind it."""
        if tag not in self.INLINE:
            self.running.append(LINK if tag == "a" else "\n")

    @property
    def _listens(self) -> bool:
        return not self._open or self._open[-1][1]


class Read(NamedTuple):
    """An answer that is read once: the texts in it, and all of them as they follow each other."""

    texts: list[str]
    running: str


def read(answer: Any) -> Read:
    if is_table(answer):
        texts = texts_of(answer)
        return Read(texts, "".join(f"{text}\n" for text in texts))
    words = Words()
    words.feed(answer.content.decode())
    return Read(said(answer, words), "".join(words.running))


def said(answer: Any, words: Words) -> list[str]:
    """What an answer says to a reader; of a calendar and a feed, what is not for programs."""
    content = answer.content
    text = content.decode()
    kind = answer.headers["Content-Type"]
    if kind.startswith("text/calendar"):
        return [
            str(event[name])
            for event in Calendar.from_ical(content).walk("VEVENT")
            for name in ("summary", "description")
            if name in event
        ]
    if kind.startswith("application/atom"):
        told = re.findall(r"<(?:title|summary|name|subtitle)[^>]*>(.*?)</", text, re.S)
        return [html.unescape(re.sub("&lt;/?p&gt;", "\n", one)) for one in told]
    if "/cite." in answer.request["PATH_INFO"]:
        # Its formats have words of their own; what it says is what the fields hold in Chinese.
        held = re.findall(
            r"^(?:TI|AU|N1)  - (.*)|(?:title|author|note) = {{(.*)}}|《(.*?)》", text, re.M
        )
        assert held
        return ["".join(one) for one in held]
    return words.found


@cache
def in_the_data() -> str:
    """Everything that the dataset says in Chinese, and names, numbers and keys that it gives."""
    kept = ("_zh", "slug", "document_number", "official_url", "official_site", "abbreviation")
    of_sources = {"sources": ("id", "issuers")}
    return "\n".join(
        value
        for path in (settings.BASE_DIR / "fixtures").glob("*.csv")
        for row in oracle.read(path.stem)
        for column, value in row.items()
        if column.endswith((*kept, *of_sources.get(path.stem, ())))
    )


@cache
def words_in_the_data() -> frozenset[str]:
    return frozenset(LATIN.findall(in_the_data())) | WRITTEN_SO


@cache
def words_of(text: str) -> frozenset[str]:
    """Words in Latin letters; what stands around a page is the same on all pages."""
    return frozenset(LATIN.findall(NAMED_BY.sub("", text)))


def english(texts: list[str], known: str = "") -> set[str]:
    """The texts that have words in Latin letters which neither the data nor the test has."""
    strange = {text: words_of(text) - words_in_the_data() for text in texts}
    allowed = frozenset(LATIN.findall(known)) if any(strange.values()) else frozenset()
    return {text.strip() for text, words in strange.items() if words - allowed}


def public_pages() -> list[str]:
    """Every public address that has words: the sitemap is made of addresses alone."""
    asked = [*public_addresses(), *MORE]
    return [one for one in asked if not one.startswith(("/api/", "/sitemap.xml"))]


def known(address: str) -> str:
    """What an answer may say in English: its own address, lasting or not; a table also the keys
    of zones, and names and titles in both languages where it has a column for the other.
    """
    told = [address, "testserver as_of known_at"]
    if "/table." in address:
        told += Zone.objects.values_list("identity", flat=True)
    for path, table, column in (
        ("/sources/table.", "sources", "title_en"),
        ("/cities/table.", "cities", "name_en"),
    ):
        if address.startswith(path):
            told += [row[column] for row in oracle.read(table)]
    return " ".join(told)


def in_chinese(client: Client, address: str) -> Any:
    return client.get(f"{address}{'&' if '?' in address else '?'}lang={CHINESE}")


@pytest.mark.parametrize("address", public_pages())
def test_a_public_page_says_nothing_in_english_and_has_signs_of_full_width(
    client: Client, address: str
) -> None:
    answer = read(in_chinese(client, address))
    assert english(answer.texts, known=known(address)) == set()
    assert signs_of_half_width(answer) == set()


@pytest.fixture
def worked_on() -> Checklist:
    """A checklist with a name in Chinese, of which something is done, said and found."""
    checklist = shared(started("hangzhou", "jinhua"))
    checklist.title = "保税进口"
    checklist.save()
    return checklist


KNOWN = "alice bob vera example.org import-1210-seller http://testserver/sources/"


@pytest.mark.parametrize("name", OF_CHECKLISTS)
def test_a_page_of_a_checklist_says_nothing_in_english_and_has_signs_of_full_width(
    worked_on: Checklist, name: str
) -> None:
    answer = read(in_chinese(logged_in("alice"), page(worked_on, name)))
    assert english(answer.texts, known=KNOWN) == set()
    assert signs_of_half_width(answer) == set()


def test_items_and_moving_say_nothing_in_english(worked_on: Checklist) -> None:
    alice = logged_in("alice")
    for item in worked_on.items.all():
        answer = read(in_chinese(alice, page(worked_on, "item", item.pk)))
        assert english(answer.texts, KNOWN) == set()
    moving = read(in_chinese(alice, page(worked_on, "relocation") + "?to=zhengzhou"))
    assert english(moving.texts, KNOWN) == set()


@pytest.mark.parametrize("name", PRIVATE)
def test_a_page_of_ones_own_says_nothing_in_english(worked_on: Checklist, name: str) -> None:
    answer = read(in_chinese(logged_in("alice"), reverse(f"checklists:{name}")))
    assert english(answer.texts, KNOWN) == set()


def test_no_answer_of_the_api_has_a_clause_in_english(client: Client) -> None:
    """Where a clause is told in Chinese too, that is what is told in Chinese, in every format."""
    clauses = {
        (row["clause"], row["clause_zh"])
        for table in ("policies", "requirements")
        for row in oracle.read(table)
        if row["clause_zh"] and row["clause"] != row["clause_zh"]
    }
    untold = {english for english, _ in clauses} - {chinese for _, chinese in clauses}
    assert len(untold) > 10
    for question in (
        "policies/?limit=1000",
        "changes/?limit=1000",
        "compare/?cities=hangzhou,jinhua",
        "templates/import-1210-seller/preview/?city=jinhua",
    ):
        told = in_chinese(client, f"/api/v1/{question}&format=csv").content.decode()
        rows = list(csv.DictReader(io.StringIO(told)))
        assert {row["clause"] for row in rows} & {chinese for _, chinese in clauses}
        assert {row["clause"] for row in rows} & untold == set()


#: Signs of half width behind a Chinese word.
HALF_WIDTH = re.compile(rf"[\u4e00-\u9fff”》）][,:;](?=[\s{LINK}])")


def signs_of_half_width(answer: Read) -> set[str]:
    """What an answer writes as English does: signs and brackets of half width, blanks."""
    running, texts = answer.running, answer.texts
    return (
        half_width(running) | half_width_brackets(running) | blanks(running) | blanks_between(texts)
    )


def half_width(running: str) -> set[str]:
    """Where a page parts Chinese words by signs of half width, as English does."""
    text = re.sub(r"\s+", " ", running)
    found = (text[max(0, m.start() - 8) : m.end() + 8] for m in HALF_WIDTH.finditer(text))
    return set(found)


#: A blank behind a sign that parts words, behind the end of a sentence, though a link follows it,
#: and before a day.
BLANK = re.compile(
    rf"[，、；：] +[\u4e00-\u9fff“《（\d]|。{LINK}* +{LINK}*[\u4e00-\u9fff“《（\d]"
    r"|[自约至] +\d{4}年|\d日 +至"
)


def blanks(running: str) -> set[str]:
    """Where a line of a page has a blank that Chinese has not."""
    text = re.sub(" +", " ", running)
    return {text[max(0, m.start() - 8) : m.end() + 8] for m in BLANK.finditer(text)}


#: Brackets of half width behind a Chinese word or around one.
BRACKETS = re.compile(
    rf"[\u4e00-\u9fff”》）][ {LINK}]*\([^()\n]*\)|\([^()\n]*[\u4e00-\u9fff][^()\n]*\)"
)


def half_width_brackets(running: str) -> set[str]:
    """Where a page puts Chinese words in brackets of half width, or puts such brackets behind
    them, which no record does.
    """
    text = re.sub(" +", " ", running).replace(LINK, "")
    return {found for found in BRACKETS.findall(text) if not in_a_record(found)}


#: A blank between two Chinese words of one text.
BETWEEN = re.compile(r"(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])")


def blanks_between(texts: list[str]) -> set[str]:
    """Where a word of the portal keeps the blank of English to what stands beside it. What records
    say, such as a title and a number, may follow each other with one.
    """
    parted = (BETWEEN.split(line.strip()) for text in texts for line in text.splitlines())
    return {
        f"{before[-12:]} {behind[:12]}"
        for parts in parted
        for before, behind in pairwise(parts)
        if not (ends_a_record(before) and begins_a_record(behind))
        and not in_a_record(f"{before[-4:]} {behind[:4]}")
    }


def ends_a_record(text: str) -> bool:
    return f"{text[-4:]}\n" in in_the_data()


def begins_a_record(text: str) -> bool:
    return f"\n{text[:4]}" in in_the_data()


def in_a_record(text: str) -> bool:
    return text in in_the_data()
