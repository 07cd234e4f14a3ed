"""The heads of long tables order them, and say how they are ordered."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.addresses import public_addresses
from zones.models import Indicator
from zones.pages import StatisticsPage

pytestmark = pytest.mark.django_db

HEAD = re.compile(
    r'<th scope="col"(?: class="narrow")?(?: aria-sort="(\w+)")?>'
    r'\s*<a class="sorts" href="\?([^"]*)">([^<]+)</a>'
)
ENGLISH = {"accept-language": "en"}
LISTS = {
    "/cities/": {"City", "Province", "Level"},
    "/zones/": {"City", "Programme and batch", "Start"},
    "/topics/spread/": {"Rule", "First", "20 Nov 2026", "National since"},
    "/sources/": {"Title", "Issued", "Policies"},
}
#: What each list is asked besides, which stays.
ASKED = {
    "/sources/": ["kind=notice", "q=customs"],
    "/topics/spread/": ["as_of=2026-11-20&focus_area=payment", "as_of=2026-11-20&counted=ever"],
}
OF_PLACES = ["province=CN-ZJ&as_of=2026-11-20", "as_of=2018-06-30"]


def _heads(text: str) -> dict[str, tuple[str, str]]:
    return {name: (now, html.unescape(link)) for now, link, name in HEAD.findall(text)}


@pytest.mark.parametrize(
    ("path", "asked"), [(path, one) for path in sorted(LISTS) for one in ASKED.get(path, OF_PLACES)]
)
def test_every_head_orders_and_says_so(client: Client, path: str, asked: str) -> None:
    heads = _heads(client.get(f"{path}?{asked}&lang=en").content.decode())
    assert set(heads) == LISTS[path]
    assert [bool(now) for now, _link in heads.values()].count(True) == 1
    for name, (_now, link) in heads.items():
        # The rest of the question stays.
        assert asked.partition("&")[0] in link
        after = client.get(f"{path}?{link}&lang=en")
        assert after.status_code == 200
        told = {other: now for other, (now, _) in _heads(after.content.decode()).items() if now}
        assert set(told) == {name}


#: Pages of several tables, by the heading of each: what is asked, and the heads that order it.
PARTS = {
    "topics": (
        "/research/?as_of=2018-06-30",
        ["Topic", "Researched", "None found", "Not researched for"],
    ),
    "provinces": ("/research/?as_of=2018-06-30", ["Province", "Researched", "Not researched"]),
    "cities": ("/research/?province=CN-ZJ", ["City", "Researched", "Not researched"]),
    "from": ("/distances/?city=hangzhou&as_of=2018-06-30", ["City", "Differ", "Not comparable"]),
}
ROWS = re.compile(r"<tr[^>]*>(.*?)</tr>", re.DOTALL)
TAGS = re.compile(r"<[^>]+>|&[a-z]+;")


def _rows_under(text: str, table: str) -> tuple[str, list[list[str]]]:
    """The head of the table under a heading, and its rows as cells in words."""
    own = text.partition(f'<h2 id="{table}">')[2].partition("<table")[2].partition("</table>")[0]
    head, _, body = own.partition("</thead>")
    rows = [re.split(r"</t[hd]>", row) for row in ROWS.findall(body)]
    return head, [[" ".join(TAGS.sub(" ", cell).split()) for cell in row] for row in rows]


@pytest.mark.parametrize("table", PARTS)
def test_every_head_of_a_part_orders_it_and_stays_at_it(client: Client, table: str) -> None:
    asked, names = PARTS[table]
    head, usual = _rows_under(client.get(f"{asked}&lang=en").content.decode(), table)
    heads = _heads(head)
    assert list(heads) == names
    for place, (name, (_now, link)) in enumerate(heads.items()):
        assert link.endswith(f"#{table}")
        path = asked.partition("?")[0]
        turned = []
        for _ in range(2):
            page = client.get(f"{path}?{link.partition('#')[0]}&lang=en")
            assert page.status_code == 200
            head, rows = _rows_under(page.content.decode(), table)
            now, link = _heads(head)[name]
            assert [bool(n) for n, _link in _heads(head).values()].count(True) == 1
            turned.append(now)
            assert sorted(rows) == sorted(usual)
            if name in ("None found", "Not researched", "Differ", "Not comparable"):
                told = [row[place].split()[0] for row in rows]
                numbers = [int(one) for one in told if one.isdigit()]
                assert numbers == sorted(numbers, reverse=now == "descending")
                assert all(one.isdigit() for one in told[: len(numbers)])
            if name in ("Topic", "Province", "City"):
                told = [row[place].casefold() for row in rows]
                assert told == sorted(told, reverse=now == "descending")
        assert set(turned) == {"ascending", "descending"}


@pytest.mark.parametrize(
    "path", ["/statistics/", "/research/", "/distances/", "/distances/?city=hefei"]
)
def test_an_order_that_is_none_is_refused(client: Client, path: str) -> None:
    assert client.get(f"{path}{'&' if '?' in path else '?'}ordering=nonsense").status_code == 400


TABLES = re.compile(r"<table.*?</table>", re.DOTALL)
#: Tables that no head orders: lanes are pictures of time, the atlas is ordered by its form, and
#: what is compared or told of a place stands under focus areas, in the one order of topics.
WITHOUT = ("lane-table", " atlas", " lens", " of-place", '<tr class="area">')
#: Heads of what is told from day to day or from year to year, which has no other order.
OF_TIME = re.compile(r'<th scope="col">(?:Year|End of the year|From|From and until)</th>')
FEW = 3


def test_every_list_that_a_reader_would_order_has_heads_that_do(client: Client) -> None:
    lacking, ordered = [], set()
    for address in public_addresses():
        if not urlsplit(address).path.endswith("/") or address.startswith("/api/"):
            continue
        for table in TABLES.findall(client.get(address, headers=ENGLISH).content.decode()):
            if 'class="sorts"' in table:
                ordered.add(urlsplit(address).path)
            elif table.partition("</thead>")[2].count("<tr") > FEW and not (
                any(sign in table for sign in WITHOUT) or OF_TIME.search(table)
            ):
                lacking.append((address, table[:200]))
    assert lacking == []
    assert ordered >= {*LISTS, "/statistics/", "/research/"}


FIGURES = re.compile(r'<section id="([^"]+)">(.*?)</section>', re.DOTALL)
YEARS = re.compile(r'<th scope="row">(\d{4})</th>')
DRAWN = re.compile(r'<svg class="drawn.*?</svg>', re.DOTALL)
CELLS = re.compile(r'<td class="figure">([\d.,]+)')


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("ordering", ["year", "-year", "-value", "value"])
def test_every_table_of_figures_is_ordered_by_its_heads(
    client: Client, ordering: str, language: str
) -> None:
    asked = f"/statistics/?ordering={ordering}&lang={language}"
    tables = FIGURES.findall(client.get(asked).content.decode())
    assert len(tables) == len(Indicator.objects.all())
    for table, text in tables:
        links = [html.unescape(link) for _now, link, _name in HEAD.findall(text)]
        # A reader who orders a table stays at it.
        assert [link.partition("#")[2] for link in links] == [table] * 5
        assert text.count("aria-sort") == 1
        found = YEARS.findall(text) if "year" in ordering else CELLS.findall(text)
        numbers = [float(one.replace(",", "")) for one in found]
        assert numbers == sorted(numbers, reverse=ordering.startswith("-"))


def test_charts_and_facts_of_figures_are_the_same_in_whatever_order(client: Client) -> None:
    usual, other = (client.get(f"/statistics/?lang=en{more}") for more in ("", "&ordering=-value"))
    drawn = [DRAWN.findall(one.content.decode()) for one in (usual, other)]
    assert len(drawn[0]) > 8
    assert drawn[0] == drawn[1]
    told = [StatisticsPage().facts(one.context.flatten()) for one in (usual, other)]
    assert told[0] == told[1]


def test_what_is_taken_along_of_figures_has_their_order(client: Client) -> None:
    page = client.get("/statistics/?ordering=-value&lang=en")
    files = dict(page.context["table_files"])
    assert "ordering=-value" in files["CSV"]
    assert client.get(files["JSON"]).status_code == 200
    rows = client.get(files["CSV"]).content.decode("utf-8-sig").splitlines()
    usual = client.get("/statistics/table.csv?lang=en").content.decode("utf-8-sig").splitlines()
    assert rows != usual
    assert sorted(rows) == sorted(usual)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_head_pressed_again_turns_the_order_round(client: Client, language: str) -> None:
    def days(question: str) -> list[str]:
        shown: Any = client.get(f"/zones/?{question}&lang={language}").context["rows"]
        return [str(row["zone"].designated_day) for row in shown if row["zone"].designated_day]

    heads = HEAD.findall(client.get(f"/zones/?lang={language}").content.decode())
    earliest = html.unescape(heads[2][1])
    text = client.get(f"/zones/?{earliest}&lang={language}").content.decode()
    latest = html.unescape(HEAD.findall(text)[2][1])
    assert days(earliest) == sorted(days(earliest))
    assert days(latest) == sorted(days(latest), reverse=True)
    assert days(earliest) != days(latest)


def test_documents_are_ordered_as_their_heads_say_on_every_page(client: Client) -> None:
    def listed(ordering: str, page: int = 1) -> list[Any]:
        asked = f"/sources/?ordering={ordering}&page={page}&lang=en"
        return [source for source, _title in client.get(asked).context["sources"]]

    titles = [source.title_en for page in (1, 2) for source in listed("title", page)]
    assert titles == sorted(titles)
    rests = [source.rests for page in (1, 2) for source in listed("-policies", page)]
    assert rests == sorted(rests, reverse=True)
    issued = [str(source.issued_on) for source in listed("issued_on")]
    assert issued == sorted(issued)
    text = client.get("/sources/?page=2&lang=en").content.decode()
    assert all("page=" not in link for _now, link in _heads(text).values())
    # The data by the API keep the order where it has it.
    asked = "/sources/?ordering=issued_on&lang=en"
    assert "ordering=issued_on" in client.get(asked).content.decode().split("JSON")[0][-200:]
