"""Pages are cited with their day, their revision and an address at which the same is answered."""

from __future__ import annotations

import html
import io
import re
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from django.urls import resolve
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from cbec_portal.china_time import today_in_china
from cbec_portal.day_words import day_in_words
from tests.addresses import public_addresses
from tests.router import every_address
from tests.zones.later import correct_something, correct_what_has_no_revisions, move_on
from tests.zones.test_for_ever import body, without_what_is_now
from tests.zones.test_statistics_pages import text_of
from zones.pages.cited_pages import CitedPage
from zones.pages.city_pages import CityReportPage
from zones.pages.embedded_pages import EmbeddedComparison, EmbeddedTopic
from zones.pages.place_pages import PlaceReportPage
from zones.pages.source_pages import SourceListPage
from zones.pages.table_pages import TablePage
from zones.pages.topic_list_page import TopicListPage
from zones.rules.citations import Citation, bibtex, gb_7714, ris

CITED = {
    "/compare/": "cities=hangzhou,zhengzhou&as_of=2018-06-30",
    "/cities/hangzhou/": "as_of=2018-06-30",
    "/cities/hangzhou/bonded-import-1210/": "as_of=2018-06-30",
    "/cities/hangzhou/changes/": "from=2018-01-01&to=2018-12-31",
    "/places/Suihua:CN-HL:1900/": "as_of=2018-06-30",
    "/places/Suihua:CN-HL:1900/changes/": "",
    "/places/Suihua:CN-HL:1900/bonded-import-1210/": "as_of=2018-06-30",
    "/topics/bonded-import-1210/": "as_of=2018-06-30",
    "/sources/sc-2025-40/": "",
    "/cities/": "as_of=2018-06-30&programme=comprehensive",
    "/zones/": "as_of=2018-06-30&programme=comprehensive",
    "/batches/": "",
    "/statistics/": "",
    "/topics/spread/": "as_of=2018-06-30",
    "/changes/": "city=hangzhou&page=2",
    "/atlas/": "as_of=2018-06-30",
    "/profiles/": "as_of=2018-06-30&page=2",
    "/distances/": "as_of=2018-06-30&city=hangzhou",
    "/research/": "as_of=2018-06-30&province=CN-ZJ",
    "/compare/as-if/": "as_of=2018-06-30&cities=hangzhou,zhengzhou",
}
#: What is of no day: lists of all that a revision knows, and a document, which its issuers date.
OF_NO_DAY = [path for path, asked in CITED.items() if "as_of" not in asked]
DOCUMENT = "/sources/sc-2025-40/"
#: What has no revisions.
FIGURES = "/statistics/"
OF_A_REVISION = [path for path in CITED if path not in (DOCUMENT, FIGURES)]
WATCHED = ["/compare/", "/cities/hangzhou/", "/topics/bonded-import-1210/", "/changes/"]
WATCHED += ["/cities/hangzhou/changes/", "/cities/hangzhou/bonded-import-1210/"]
ODD = st.text(min_size=1, max_size=30)


def opened(client: Client, address: str, **headers: str) -> str:
    page = client.get(address, headers=headers)
    assert page.status_code == 200, address
    return html.unescape(page.content.decode())


def citation(**changes: Any) -> Citation:
    whole = Citation(
        *("cbec-x", ("CBEC portal",), "1210 & 50% of it", "law of 30 Jun 2018, revision 1"),
        "1210 & 50% of it (law of 30 Jun 2018, revision 1)",
        *("2026-11-23", date(2026, 11, 24), "https://portal.example/?a=1&b=2", "en"),
    )
    return whole._replace(**changes)


def test_the_forms_are_those_of_the_standards() -> None:
    assert gb_7714(citation()) == (
        "CBEC portal. 1210 & 50% of it (law of 30 Jun 2018, revision 1)[DB/OL]. "
        "(2026-11-23)[2026-11-24]. https://portal.example/?a=1&b=2."
    )
    chinese = citation(
        authors=("财政部", "海关总署"), title="通知", state="", whole="通知", language="zh-hans"
    )
    assert gb_7714(chinese._replace(kind="A", published="2018-11")).startswith(
        "财政部,海关总署. 通知[A/OL]. (2018-11)[2026-11-24]."
    )
    entry = bibtex(citation())
    assert entry.startswith("@misc{cbec-x,\n  author = {{CBEC portal}},\n")
    assert r"title = {{1210 \& 50\% of it}}" in entry
    assert "urldate = {2026-11-24}" in entry
    assert ris(citation()).split("\r\n")[:2] == ["TY  - ELEC", "AU  - CBEC portal"]
    assert ris(citation()).endswith("UR  - https://portal.example/?a=1&b=2\r\nER  - \r\n")


@given(title=ODD, state=ODD)
def test_whatever_a_title_holds_stays_within_its_field(title: str, state: str) -> None:
    cited = citation(title=title, state=state)
    depth = 0
    for sign in re.sub(r"\\[{}]", "", bibtex(cited)):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0
    lines = ris(cited).split("\r\n")
    assert lines[-2:] == ["ER  - ", ""]
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines[:-1])


@pytest.mark.django_db
@pytest.mark.parametrize("path", CITED)
def test_a_page_says_how_it_is_cited_and_gives_it_as_files(client: Client, path: str) -> None:
    page = opened(client, f"{path}?{CITED[path]}")
    assert 'id="cite"' in page
    texts = re.findall(r'<pre id="text-([\w-]+)"[^>]*>(.*?)</pre>', page, re.S)
    assert [key for key, _ in texts][:4] == ["gb-7714", "plain", "bibtex", "ris"]
    for form in ("txt", "bib", "ris"):
        (link,) = re.findall(rf'href="({re.escape(path)}cite\.{form}[^"]*)"', page)
        file = client.get(link)
        assert file.status_code == 200
        assert f".{form}" in file["Content-Disposition"]
        told = file.content.decode().strip().replace("\r\n", "\n")
        assert told == (
            f"{texts[0][1]}\n\n{texts[1][1]}"
            if form == "txt"
            else dict(texts)[{"bib": "bibtex", "ris": "ris"}[form]].strip().replace("\r\n", "\n")
        )
    assert today_in_china().isoformat() in texts[0][1]


def test_every_page_with_a_table_is_cited_but_few() -> None:
    """Rows of the list of documents have no revisions, and each is cited by itself, as topics are;
    what stands in a frame, and what is reported, is cited where it stands by itself.
    """
    cited = {resolve(path).func.view_class for path in CITED}
    kinds = {one.view for one in every_address() if one.space == "zones:" and one.view}
    tables = {view for view in kinds if issubclass(view, TablePage)}
    lists = {SourceListPage, TopicListPage}
    parts = {EmbeddedComparison, EmbeddedTopic, CityReportPage, PlaceReportPage}
    assert tables - cited == {*lists, *parts}
    # Each has the addresses of its citation beside its own.
    taken = {one.view for one in every_address() if one.name.endswith("-cite-bib")}
    assert {view for view in kinds if issubclass(view, CitedPage)} - taken == parts


def cited_address(client: Client, path: str) -> str:
    """The address that the citation of a page names."""
    told = client.get(f"{path}cite.txt?{CITED[path]}").content.decode().split("\n")[0]
    (address,) = re.findall(r"http://testserver(\S+)\.$", told)
    return str(address)


@pytest.mark.django_db
def test_a_cited_address_answers_the_same_after_publications(client: Client) -> None:
    cited = [cited_address(client, path) for path in OF_A_REVISION]
    correct_something()  # so that it is an older one from the start
    before = {address: without_what_is_now(body(client, address)) for address in cited}
    move_on()
    correct_what_has_no_revisions()
    assert [a for a in cited if without_what_is_now(body(client, a)) != before[a]] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/cities/hangzhou/changes/", "/places/Suihua:CN-HL:1900/changes/"]
)
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_story_is_cited_with_the_days_that_it_tells_of(
    client: Client, path: str, language: str
) -> None:
    """One that ends today grows: its address names the day up to which it was read."""

    def told(asked: str) -> str:
        of = {"accept-language": language}
        return client.get(f"{path}cite.txt?{asked}", headers=of).content.decode()

    today = today_in_china()
    assert f"to={today}" in told("")
    assert day_of(today, language) in told("")
    narrowed = told("from=2018-01-01&to=2018-12-31")
    for day in (date(2018, 1, 1), date(2018, 12, 31)):
        assert day_of(day, language) in narrowed


def day_of(day: date, language: str) -> str:
    """A day as readers of a language write it."""
    with override("zh-hans" if language == "zh-CN" else "en"):
        return day_in_words(day)


@pytest.mark.django_db
def test_figures_are_cited_with_the_day_alone(client: Client) -> None:
    """They have no revisions: no form, file or picture claims one, and none answers for one."""
    today = today_in_china()
    for language, word in (("en", "revision"), ("zh-CN", "数据版本")):
        of = {"accept-language": language}
        for form in ("txt", "bib", "ris"):
            told = client.get(f"{FIGURES}cite.{form}", headers=of).content.decode()
            assert word not in told
            assert "known_at" not in told
            assert not re.search(r"-r\d", told)
        assert f"[DB/OL]. [{today}]. http" in client.get(f"{FIGURES}cite.txt").content.decode()
        drawing = client.get(f"{FIGURES}pictures/total.svg", headers=of).content.decode()
        foot = "".join(re.findall(r'class="fine"[^>]*>([^<]*)<', drawing))
        assert word not in foot
        assert "known_at" not in foot
        assert str(today.year) in foot
        page = client.get(f"{FIGURES}?known_at=1", headers=of)
        assert page.status_code == 400
        assert word in text_of(page.content.decode())
    for file in ("table.csv", "table.xlsx", "pictures/total.svg", "cite.bib"):
        assert client.get(f"{FIGURES}{file}?known_at=1").status_code == 400
    refused = client.get("/api/v1/statistics/?known_at=1")
    assert refused.status_code == 400
    assert "have no revisions" in refused.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("page", [FIGURES, "/sources/"])
def test_a_workbook_of_what_has_no_revisions_names_none(client: Client, page: str) -> None:
    book = load_workbook(io.BytesIO(client.get(f"{page}table.xlsx").content))
    told = [row[0].value for row in book.worksheets[-1].iter_rows(max_col=1)]
    assert "Taken on" in told
    assert "Revision" not in told


@pytest.mark.django_db
@pytest.mark.parametrize("path", OF_A_REVISION)
def test_it_is_cited_with_its_day_and_its_revision(client: Client, path: str) -> None:
    address = cited_address(client, path)
    assert ("as_of=2018-06-30" in address) == (path not in OF_NO_DAY)
    assert "known_at=1" in address
    assert set(parse_qsl(CITED[path])) <= set(parse_qsl(urlsplit(address).query))
    chinese = client.get(f"{path}cite.txt?{CITED[path]}", headers={"accept-language": "zh-CN"})
    told = chinese.content.decode()
    assert ("2018年6月30日的规定，数据版本1" in told) == (path not in OF_NO_DAY)
    assert "数据版本1" in told
    assert "revision" not in told
    assert client.get(address).status_code == 200


@pytest.mark.django_db
def test_keys_tell_questions_apart(client: Client) -> None:
    keys = [
        re.findall(r"@misc{([^,]+),", client.get(f"{path}cite.bib?{asked}").content.decode())[0]
        for path, asked in [*CITED.items(), ("/changes/", "city=ningbo")]
    ]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"cbec-[a-z0-9-]+-\d{8}(-r1)?", key) for key in keys)
    assert [key for key in keys if not key.endswith("-r1")] == [keys[[*CITED].index(FIGURES)]]


@pytest.mark.django_db
@pytest.mark.parametrize("address", [one for one in public_addresses() if ".svg" in one])
def test_a_picture_names_an_address_of_its_day_and_revision(client: Client, address: str) -> None:
    drawing = client.get(address)
    if drawing.status_code == 404:
        pytest.skip("nothing is drawn of what is asked")
    told = "".join(re.findall(r'class="fine"[^>]*>([^<]*)<', drawing.content.decode()))
    assert ("known_at" in told) == (not address.startswith(FIGURES))
    own = FIGURES if address.startswith(FIGURES) else r"/\S*known_at=1"
    link = re.search(rf"http://testserver({own})", html.unescape(told))
    assert link
    assert client.get(link[1]).status_code == 200


@pytest.mark.django_db
def test_a_document_is_cited_as_its_issuers_published_it(client: Client) -> None:
    told = client.get(
        "/sources/mof-gacc-sta-2018-49/cite.txt", headers={"accept-language": "zh-CN"}
    ).content.decode()
    assert told.startswith(
        "财政部,海关总署,国家税务总局. 关于完善跨境电子商务零售进口税收政策的通知，"
    )
    assert "财关税〔2018〕49号[A/OL]. (2018-11-29)" in told
    assert "https://www.gov.cn/" in told
    page = opened(client, "/sources/mof-gacc-sta-2018-49/?known_at=1")
    assert "known_at=1" in page


@pytest.mark.django_db
@pytest.mark.parametrize("path", WATCHED)
def test_what_changes_is_watched_by_a_feed(client: Client, path: str) -> None:
    page = opened(client, f"{path}?{CITED[path]}")
    (announced,) = re.findall(
        r'<link rel="alternate" type="application/atom\+xml" href="([^"]+)"', page
    )
    assert f'<a href="{announced}">' in page
    feed = client.get(announced)
    assert feed.status_code == 200
    assert feed.content.count(b"<entry>") > 0


@pytest.mark.django_db
def test_changes_of_several_cities_are_those_of_each(client: Client) -> None:
    def keys(cities: str) -> set[str]:
        asked = f"/api/v1/changes/?city={cities}&scope_kind=city&limit=1000"
        return {str(row) for row in client.get(asked).json()["results"]}

    both = keys("hangzhou,zhengzhou")
    assert both == keys("hangzhou") | keys("zhengzhou")
    assert keys("hangzhou") != both != keys("zhengzhou")
    page = opened(client, "/changes/?city=hangzhou,zhengzhou")
    assert 'value="Hangzhou, Zhengzhou"' in page
    assert client.get("/changes/?city=hangzhou,atlantis").status_code == 400


@pytest.mark.django_db
def test_a_wrong_question_is_not_cited(client: Client) -> None:
    assert client.get("/compare/cite.bib?cities=hangzhou,atlantis").status_code == 400
    assert 'id="cite"' not in opened(client, "/compare/")
