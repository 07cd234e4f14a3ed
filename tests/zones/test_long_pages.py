"""Long pages: what many rows share is said once, and a table of contents leads to what is there."""

from __future__ import annotations

import csv
import html
import io
import re
from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from zones.pages import place_base, source_pages, topic_page

pytestmark = pytest.mark.django_db

LANGUAGES = ("en", "zh-hans")
SUIHUA = "/places/Suihua:CN-HL:1900/"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("asked", ["", "as_of=2018-06-30", "province=CN-ZJ", "known_at=1"])
def test_what_many_zones_share_is_said_once(client: Client, asked: str, language: str) -> None:
    answer = client.get(f"/zones/?{asked}&lang={language}")
    text, rows = html.unescape(answer.content.decode()), answer.context["rows"]
    counted = Counter(row["caveat"] for row in rows if row["caveat"])
    for caveat, count in counted.items():
        told = text.count(f"⚠ {caveat}<")
        assert told == (1 if count >= 3 else count), caveat
    for row in rows:
        if row["shared"]:
            assert answer.context["shared"][row["shared"] - 1] == row["caveat"]
    marked = re.findall(r'class="shared-note" href="#(note-\d+)"', text)
    assert len(marked) == sum(count for count in counted.values() if count >= 3)
    assert set(marked) <= set(re.findall(r'id="(note-\d+)"', text))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("asked", ["", "ordering=city", "as_of=2018-06-30", "province=CN-ZJ"])
def test_zones_are_folded_under_their_provinces(client: Client, asked: str, language: str) -> None:
    answer = client.get(f"/zones/?{asked}&lang={language}")
    text, rows = answer.content.decode(), answer.context["rows"]
    counted = Counter(row["zone"].city.province.iso_3166_2 for row in rows)
    (contents,) = re.findall(r'<nav class="row provinces.*?</nav>', text, re.DOTALL)
    led = re.findall(r'href="#in-([\w-]+)">[^<]+<span class="fine">(\d+)<', contents)
    assert {key: int(count) for key, count in led} == counted
    folds = re.findall(r'<details class="layer of-province"( open)?>(.*?)</details>', text, re.S)
    assert len(folds) == len(counted)
    for (key, count), (opened, own) in zip(led, folds, strict=True):
        assert f'id="in-{key}"' in own
        assert own.count('<th scope="row">') == int(count)
        assert bool(opened) == (len(rows) <= 30)


@pytest.mark.parametrize("order", ["designated_on", "-designated_on"])
def test_the_latest_zones_are_the_latest_of_all_provinces(client: Client, order: str) -> None:
    answer = client.get(f"/zones/?ordering={order}")
    text, rows = answer.content.decode(), answer.context["rows"]
    assert "of-province" not in text
    assert text.count('<th scope="row">') == len(rows)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", ["/cities/hangzhou/", "/cities/haikou/", SUIHUA])
def test_the_contents_of_a_page_lead_to_its_parts(
    client: Client, address: str, language: str
) -> None:
    text = client.get(f"{address}?lang={language}&as_of=2026-11-20").content.decode()
    (contents,) = re.findall(r'<nav class="contents.*?</nav>', text, re.DOTALL)
    led = re.findall(r'href="#([^"]+)"', contents)
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(led) >= 10
    assert [anchor for anchor in led if ids.count(anchor) != 1] == []
    areas = [anchor for anchor in led if anchor.startswith("area-")]
    assert len(areas) == len(set(areas)) >= 8


def test_documents_are_paged_and_a_file_has_all_of_them(client: Client) -> None:
    seen: list[str] = []
    address = "?status=in-force"
    while address:
        answer = client.get(f"/sources/{html.unescape(address)}")
        own = [source.slug for source, _title in answer.context["sources"]]
        assert 0 < len(own) <= 50
        seen += own
        onward = re.search(r'rel="next" href="([^"]+)"', answer.content.decode())
        address = onward[1] if onward else ""
    assert len(seen) == len(set(seen)) == answer.context["count"]
    table = client.get("/sources/table.csv?status=in-force").content.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(table)))) == len(seen) + 1
    assert "page=" not in dict(answer.context["table_files"])["JSON"]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/sources/ref-customs-code-tables/", "policies"),
        (f"{SUIHUA}changes/", "days"),
        ("/cities/zhengzhou/changes/", "days"),
    ],
)
def test_what_grows_with_years_has_pages(
    client: Client, address: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it is there, each once, and no page has more than it shows."""
    monkeypatch.setattr(place_base, "PER_PAGE", 20)
    monkeypatch.setattr(source_pages, "RESTING", 20)
    seen, pages, onward = 0, 0, "?lang=en"
    while onward:
        answer = client.get(f"{address}{html.unescape(onward)}")
        own = answer.context[shown]
        if shown == "days":
            own = [row for day in own for entry in day["entries"] for row in entry.rows]
        count = len(own)
        assert 0 < count <= 20
        seen, pages = seen + count, pages + 1
        further = re.search(r'rel="next" href="([^"]+)"', answer.content.decode())
        onward = further[1] if further else ""
    assert pages > 1
    assert seen == answer.context["page"].paginator.count


def test_lanes_of_small_groups_are_shown_if_they_are_asked_for(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topic_page, "MOST_LANES", 3)
    address = "/topics/bonded-import-1210/"
    some = client.get(f"{address}?as_of=2018-06-30&lang=en")
    text = some.content.decode()
    assert text.count('<tr class="lane">') == 3
    left = some.context["lanes_left"]
    assert left > 3
    assert f"{left} more groups of cities that always answered alike" in text
    (link,) = re.findall(r'href="(\?[^"]*lanes=all[^"]*)#time"', text)
    every = client.get(f"{address}{html.unescape(link)}&lang=en").content.decode()
    assert every.count('<tr class="lane">') == 3 + left
    assert "Only the largest groups" in every
    assert "as_of=2018-06-30" in link


def test_lanes_of_a_place_are_no_more_than_can_be_read_unless_all_are_asked_for(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place_base, "MOST_LANES", 5)
    for address in ("/cities/hangzhou/", "/places/Suihua:CN-HL:1900/"):
        some = client.get(f"{address}?as_of=2019-12-31&lang=en")
        text = some.content.decode()
        assert text.count('<tr class="lane">') == 5
        left = some.context["lanes_left"]
        assert left > 5
        assert f"{left} more topics vary on this day" in text
        drawn = client.get(f"{address}pictures/lanes.svg?as_of=2019-12-31&lang=en")
        assert f"{left} more topics vary on this day" in drawn.content.decode()
        every = client.get(f"{address}?as_of=2019-12-31&lanes=all&lang=en").content.decode()
        assert every.count('<tr class="lane">') >= 5 + left
        assert "more topics vary" not in every


def test_many_days_on_which_a_rule_spread_are_told_by_the_ends_of_their_years(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topic_page, "MOST_STEPS", 3)
    answer = client.get("/topics/bonded-import-1210/?lang=en")
    steps = [day for one in answer.context["spreads"] for day, _count in one["steps"]]
    table = answer.content.decode().partition('id="spread-table"')[2].partition("</table>")[0]
    assert 0 < table.count("end of 20") < len(steps)
    assert "end of 2020" in table
    sheet = client.get("/topics/bonded-import-1210/table.xlsx?lang=en")
    whole = load_workbook(io.BytesIO(b"".join(sheet)), read_only=True)["How it spread"]
    days = [row[1] for row in whole.iter_rows(values_only=True)]
    assert sum(isinstance(day, date) for day in days) == len(steps), "the file has every day"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "address",
    [
        *("/distances/?city=ningbo", "/research/?", "/statistics/?", "/topics/spread/?"),
        *("/zones/?", "/topics/?", "/profiles/?", "/profiles/?page=2"),
    ],
)
def test_a_long_page_says_first_what_is_on_it(client: Client, address: str, language: str) -> None:
    page = client.get(f"{address}&lang={language}&as_of=2026-11-23".replace("?&", "?"))
    if page.status_code == 400:  # some pages are of no day
        page = client.get(f"{address}&lang={language}".replace("?&", "?"))
    text = page.content.decode()
    contents = re.search(r'<nav class="row provinces.*?</nav>', text, re.DOTALL)
    assert contents
    led = re.findall(r'href="#([\w:-]+)">[^<]+', contents.group())
    assert len(led) > 2
    places = [text.index(f'id="{anchor}"') for anchor in led]
    assert places == sorted(places), "in the order of the page"
    assert all(text.count(f'id="{anchor}"') == 1 for anchor in led)
    counts = [int(count) for count in re.findall(r'class="fine">(\d+)<', contents.group())]
    if address.startswith(("/distances/", "/topics/spread/")):
        rows = text.partition("<tbody>")[2].partition("</tbody>")[0]
        # Those that differ at most so much hold those that differ less.
        counted = counts[-1] if address.startswith("/distances/") else sum(counts)
        assert counted == rows.count("<tr"), "all rows are in some part"
    if address == "/topics/?":
        assert sum(counts) == len(page.context["asked_about"])
    if address.startswith("/profiles/"):
        assert counts == [*(own["size"] for own in page.context["profiles"]), *left_out(page)]


def left_out(page: Any) -> list[int]:
    """How many topics a page of profiles leaves out, if any."""
    return [len(page.context["left_out"])] if page.context["left_out"] else []


def test_topics_that_words_find_need_no_contents_where_they_are_of_one_area(
    client: Client,
) -> None:
    page = client.get("/topics/?q=1210&lang=en")
    assert ("On this page" in page.content.decode()) == (len(page.context["areas"]) > 1)
    page = client.get("/topics/?q=Jack Ma&lang=en")
    assert "On this page" not in page.content.decode()


@pytest.mark.parametrize(
    ("question", "first", "parts"),
    [
        ("", "in-CN-BJ", 31),
        ("?ordering=name_en", "in-A", 20),
        ("?ordering=-name_en", "in-Z", 20),
        ("?ordering=level", "in-", 3),
    ],
)
def test_the_list_of_cities_says_what_it_holds(
    client: Client, question: str, first: str, parts: int
) -> None:
    page = client.get(f"/cities/{question}").content.decode()
    led = re.findall(r'<a href="#(in-[^"]+)">', page)
    assert led[0].startswith(first)
    assert len(led) == len(set(led)) >= parts
    assert re.findall(r'<tr id="([^"]+)">', page) == led


def test_a_short_list_of_cities_needs_no_contents(client: Client) -> None:
    page = client.get("/cities/?province=CN-ZJ").content.decode()
    assert 'href="#in-' not in page
    assert "<tr id=" not in page
