"""What comes out on paper: every column of every table, on A4 either way."""

from __future__ import annotations

import re
import unicodedata
from io import BytesIO
from typing import Any

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from tests.browser.test_pages import PAGES

CITIES = ["hangzhou", "zhengzhou", "shanghai", "wuhan", "haikou", "tianjin", "ningbo", "chongqing"]
#: The widths that the margins leave of A4, in CSS pixels.
PORTRAIT, LANDSCAPE = 703, 1031
WIDE = {
    "comparison": "/compare/?as_of=2019-12-31&cities=" + ",".join(CITIES),
    "cities with answers": "/cities/?policy=bonded-import-1210:listed&topic=import-annual-limit",
    "zones": "/zones/",
    "spread": "/topics/spread/",
    "statistics": "/statistics/",
    "preview": "/templates/import-1210-seller/preview/?city=hangzhou",
    "profiles": "/profiles/?as_of=2025-01-15",
    "atlas": "/atlas/",
    "atlas in words": "/atlas/?shown=words",
    "atlas of years": "/atlas/?shown=years",
    "distances": "/distances/?city=hangzhou&cities=" + ",".join(CITIES),
    "research": "/research/",
    "topic": "/topics/bonded-import-1210/",
    "city": "/cities/hangzhou/",
}
#: A table that is wider than high lies down.
LYING = {"comparison", "atlas", "atlas in words", "distances"}
#: What is nobody's question: it is no answer of a day or a revision.
NOT_OF_A_REVISION = {"log in", "not found", "parts"}


def printed(page: Page, *, landscape: bool) -> str:
    sheets = PdfReader(BytesIO(page.pdf(format="A4", landscape=landscape))).pages
    return re.sub(r"\s", "", "".join(sheet.extract_text() for sheet in sheets))


@pytest.mark.parametrize("landscape", [False, True])
@pytest.mark.parametrize("count", [2, 4, 8])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_city_compared_is_printed(
    page: Page, count: int, language: str, landscape: bool
) -> None:
    asked = ",".join(CITIES[:count])
    page.goto(f"/compare/?as_of=2019-12-31&only=differences&cities={asked}&lang={language}")
    names = page.locator("thead .city").all_inner_texts()
    last = page.locator("tbody tr:has(th[scope=row]) td:last-child .value").all_inner_texts()
    assert len(names) == count
    text = printed(page, landscape=landscape)
    for words in (*names, *last):
        assert re.sub(r"\s", "", words) in text


@pytest.mark.parametrize(
    "address", ["/compare/?cities=hangzhou,zhengzhou", "/cities/hangzhou/?lang=en"]
)
def test_what_is_folded_is_printed(page: Page, address: str) -> None:
    page.goto(f"{address}&as_of=2019-12-31")
    folded = page.locator("details.layer:not([open]):not(.no-print)")
    assert folded.count() == 2
    questions = folded.locator("th[scope=row]").all_text_contents()
    # Letters set as one, such as ﬁ, are read as two.
    text = unicodedata.normalize("NFKC", printed(page, landscape=False))
    assert len(questions) > 40
    for question in questions:
        assert re.sub(r"\s", "", question.partition("?")[0]) in text


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_is_not_known_of_all_cities_fits_a_few_sheets(page: Page, language: str) -> None:
    page.goto(f"/research/?as_of=2026-11-23&lang={language}")
    told = page.locator(".shares th[scope=row] a").all_text_contents()
    assert len(told) > 200
    sheets = PdfReader(BytesIO(page.pdf(format="A4"))).pages
    assert len(sheets) <= 7
    text = unicodedata.normalize(
        "NFKC", re.sub(r"\s", "", "".join(one.extract_text() for one in sheets))
    )
    for name in told:
        assert re.sub(r"\s", "", unicodedata.normalize("NFKC", name)) in text


@pytest.mark.parametrize("name", PAGES)
def test_nothing_that_is_shown_is_folded_on_paper(page: Page, name: str) -> None:
    """But what a cell tells besides: of that paper has since when it holds, and the clause."""
    page.goto(PAGES[name])
    page.emulate_media(media="print")
    folded: Any = page.evaluate(
        """() => [...document.querySelectorAll("main details:not([open])")]
            .filter(own => own.checkVisibility() && !own.closest(".cell"))
            .filter(own => [...own.children].slice(1).every(part => !part.checkVisibility()))
            .map(own => own.innerText.slice(0, 80))"""
    )
    assert folded == []


@pytest.mark.parametrize("name", [name for name in PAGES if name not in NOT_OF_A_REVISION])
def test_a_sheet_has_its_number_and_no_head_without_what_it_heads(page: Page, name: str) -> None:
    """And the print says at which address, of which day and revision it can be had again; of what
    has no revision, when it was looked up.
    """
    page.goto(PAGES[name])
    address = page.locator("main > p.print-only.fine").text_content() or ""
    told: Any = page.locator("main :is(h2, h3, tr.area th)").evaluate_all(
        "heads => heads.map(head => head.textContent.replace(/\\s/g, ''))"
    )
    heads = {unicodedata.normalize("NFKC", head) for head in told if len(head) > 3}
    sheets = PdfReader(BytesIO(page.pdf(format="A4"))).pages
    texts = [unicodedata.normalize("NFKC", sheet.extract_text()).strip() for sheet in sheets]
    for number, text in enumerate(texts, 1):
        mark = f"{number} / {len(texts)}"
        assert mark in (text[: len(mark)], text[-len(mark) :])
        rest = text.removeprefix(mark).removesuffix(mark).strip()
        assert rest
        assert re.sub(r"\s", "", rest.splitlines()[-1]) not in heads
    assert ("revision" in address) == ("known_at=" in address)
    assert "revision" in address or "looked up on" in address
    assert re.sub(r"\s", "", address) in re.sub(r"\s", "", "".join(texts))


@pytest.mark.parametrize("width", [PORTRAIT, LANDSCAPE])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", WIDE)
def test_no_table_is_wider_than_the_paper(page: Page, name: str, language: str, width: int) -> None:
    address = WIDE[name]
    page.set_viewport_size({"width": width, "height": 1000})
    page.goto(f"{address}{'&' if '?' in address else '?'}lang={language}")
    page.emulate_media(media="print")
    page.locator("main").evaluate("main => { main.style.padding = 0 }")
    wide: Any = page.evaluate(
        """() => [...document.querySelectorAll("main table, main svg")]
            .filter(own => own.getBoundingClientRect().right > innerWidth + 1)
            .map(own => own.outerHTML.slice(0, 80))"""
    )
    assert wide == []


@pytest.mark.parametrize("name", WIDE)
def test_tables_of_many_columns_lie_down(page: Page, name: str) -> None:
    page.goto(WIDE[name])
    sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    lying = {bool(sheet.mediabox.width > sheet.mediabox.height) for sheet in sheets}
    assert lying == {name in LYING}


@pytest.mark.parametrize("width", [PORTRAIT, LANDSCAPE])
def test_no_head_runs_into_the_next_on_paper(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    page.goto(WIDE["comparison"])
    page.emulate_media(media="print")
    over: Any = page.locator("thead th").evaluate_all(
        """heads => heads.filter(head => [...head.querySelectorAll("*")].some(part =>
            part.checkVisibility()
            && part.getBoundingClientRect().right > head.getBoundingClientRect().right + 1
        )).map(head => head.innerText)"""
    )
    assert over == []


def test_long_lists_of_cities_break_where_a_sheet_ends(page: Page) -> None:
    """The rows of topics name the same cities many times; no sheet of theirs ends half empty."""
    page.goto("/research/?lang=en")
    sheets = PdfReader(BytesIO(page.pdf(format="A4"))).pages
    assert len(sheets) <= 18


def test_a_wide_table_breaks_no_number(page: Page) -> None:
    page.set_viewport_size({"width": PORTRAIT, "height": 1000})
    page.goto("/topics/spread/")
    page.emulate_media(media="print")
    lines: Any = page.locator("td.narrow").evaluate_all(
        "cells => [...new Set(cells.map(cell => cell.firstChild).map(text => {"
        " const range = document.createRange(); range.selectNode(text);"
        " return range.getClientRects().length; }))]"
    )
    assert lines == [1]


def test_parts_of_two_kinds_keep_the_layout_that_they_ask_for(page: Page) -> None:
    """Facts that stand side by side have columns of equal width, not a term and a rest."""
    page.goto("/about/parts/")
    columns: Any = page.evaluate(
        """() => {
            const list = document.createElement("dl");
            list.className = "facts side-by-side";
            list.innerHTML = "<div>old</div><div>new</div>";
            document.querySelector("main").append(list);
            return getComputedStyle(list).gridTemplateColumns.split(" ").map(parseFloat);
        }"""
    )
    assert len(columns) >= 2
    assert columns[0] == pytest.approx(columns[1], abs=1)


def test_zones_folded_under_their_provinces_are_printed(page: Page) -> None:
    page.goto("/zones/?lang=en")
    assert page.locator("details.of-province:not([open])").count() == 31
    cities = page.locator("details.of-province th[scope=row]").all_text_contents()
    text = unicodedata.normalize("NFKC", printed(page, landscape=False))
    assert len(cities) > 250
    for city in cities:
        assert re.sub(r"\s", "", city) in text
