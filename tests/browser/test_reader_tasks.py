"""Twelve tasks of readers, each from where a reader begins, with the clicks that it may take.

Typing, Enter in a box and scrolling are no clicks; everything that is pressed is one.
"""

from __future__ import annotations

import re
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Locator, Page, expect

from tests.zones import oracle

PHONE = {"width": 390, "height": 844}
SIX = "hangzhou,zhengzhou,shijiazhuang,haikou,wuhan,xian"
EIGHT = f"{SIX},beijing,tianjin"
NAMES_OF_EIGHT = [
    *("Hangzhou", "Zhengzhou", "Shijiazhuang", "Haikou"),
    *("Wuhan", "Xi'an", "Beijing", "Tianjin"),
]


class Reader:
    """Somebody at a page, whose clicks are counted."""

    def __init__(self, page: Page, start: str = "/?lang=en") -> None:
        self.page = page
        self.clicks = 0
        page.goto(start)

    def click(self, found: Locator) -> None:
        """Click on what is found, and count it."""
        self.clicks += 1
        found.click()

    def link(self, name: str | re.Pattern[str], within: str = "main") -> None:
        """Follow the first link of that name."""
        self.click(self.page.locator(within).get_by_role("link", name=name).first)

    def search(self, words: str) -> None:
        """Type words into the box of the first page and press Enter."""
        box = self.page.get_by_role("combobox").first
        box.fill(words)
        box.press("Enter")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Search")

    def in_view(self, found: Locator) -> bool:
        """Whether something is wholly on the screen, without scrolling."""
        place, screen = found.bounding_box(), self.page.viewport_size
        assert place
        assert screen
        return place["y"] >= 0 and place["y"] + place["height"] <= screen["height"]


def heads(page: Page) -> Locator:
    return page.locator("thead th .city")


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def test_the_cities_of_1210_on_a_day_go_on_into_the_comparison(page: Page) -> None:
    reader = Reader(page)
    reader.link("where bonded retail import (1210) is open")
    page.get_by_label("As of").fill("2018-06-30")
    reader.click(page.get_by_role("button", name="Show"))
    expect(page.get_by_role("link", name="Compare these 15 cities")).to_be_visible()
    reader.link("Compare these 15 cities")
    expect(heads(page)).to_have_count(15)
    assert reader.clicks == 3


@pytest.mark.parametrize(
    ("cities", "area", "told_of_it"),
    [
        # In customs clearance no known answer of these two differs today, and the page says so.
        (("zhengzhou", "hangzhou"), "Customs clearance", r"the same in all \d+"),
        (("cangzhou", "hangzhou"), "Customs clearance", r"\d of \d the same, 1 differ"),
        (("zhengzhou", "hangzhou"), "Logistics", r"\d of \d the same, \d differ"),
    ],
)
def test_the_difference_of_two_cities_in_an_area_is_on_the_first_screen(
    page: Page, cities: tuple[str, str], area: str, told_of_it: str
) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    reader = Reader(page)
    reader.link("Compare", within="nav")
    page.get_by_label("City", exact=True).fill(cities[0])
    page.get_by_label("and", exact=True).fill(cities[1])
    reader.click(page.get_by_role("button", name="Compare"))
    expect(heads(page)).to_have_count(2)
    reader.click(page.locator("summary", has_text="Focus areas"))
    reader.click(page.get_by_label(area, exact=True))
    reader.click(page.get_by_role("button", name="Compare"))
    expect(page).to_have_url(re.compile("focus_area="))
    told = page.locator("#local-rules tr.area")
    expect(told).to_have_count(1)
    differing = page.locator("#local-rules tr:has(.outcome-differs)")
    expect(told).to_contain_text(re.compile(told_of_it))
    (count,) = re.findall(r"(\d+) differ", told.inner_text()) or ["0"]
    expect(differing).to_have_count(int(count))
    expect(page.locator(".showing")).to_contain_text(f"Differences {count}")
    assert page.evaluate("scrollY") == 0
    assert reader.in_view(told)
    if int(count):
        assert reader.in_view(differing.first)
    assert reader.clicks == 5


def test_the_changes_of_a_city_in_a_period_and_its_sides_have_one_count(page: Page) -> None:
    reader = Reader(page)
    reader.search("shenzhen")
    reader.link("Shenzhen")
    expect(heading(page)).to_contain_text("Shenzhen")
    reader.link("What changed here, in order of time")
    page.get_by_label("From").fill("2019-01-01")
    page.get_by_label("To", exact=True).fill("2021-12-31")
    reader.click(page.get_by_role("button", name="Show"))
    beside = page.get_by_role("link", name=re.compile(r"side by side: \d+ topics differ"))
    expect(beside).to_be_visible()
    expect(beside).to_contain_text("31 Dec 2018 and 31 Dec 2021")
    (count,) = re.findall(r"(\d+) topics differ", beside.inner_text())
    reader.click(beside)
    expect(page.locator(".showing [aria-current]")).to_have_text(f"Differences {count}")
    assert page.locator("th[scope=row]").count() == int(count)
    assert reader.clicks == 4


def test_a_small_city_is_answered_and_says_why(page: Page) -> None:
    reader = Reader(page)
    reader.search("suihua")
    page.locator("[name=province]").select_option(label="Heilongjiang")
    reader.click(page.get_by_role("button", name="Show its rules"))
    expect(heading(page)).to_contain_text("suihua", ignore_case=True)
    answer = page.locator("tr", has_text="Must bonded retail imports use code 1239").locator(
        ".cell"
    )
    expect(answer).to_contain_text("Yes")
    expect(answer).to_contain_text("China · from 1 Dec 2016")  # who says so, and since when
    expect(page.locator("main")).to_contain_text("No pilot names this place")
    expect(page.locator("main")).to_contain_text("Harbin Customs")
    assert reader.clicks == 1


def test_a_document_leads_to_all_that_rests_on_it(page: Page) -> None:
    reader = Reader(page)
    reader.search("document 194")
    reader.link(
        "Announcement on supervision of cross-border e-commerce retail import and export goods"
    )
    resting = [row for row in oracle.read("policies") if row["source_id"] == "gacc-2018-194"]
    for topic in {row["topic"] for row in resting}:
        expect(page.locator(f'main a[href*="/topics/{topic}/"]').first).to_be_visible()
    duties = [row for row in oracle.read("requirements") if row["source_id"] == "gacc-2018-194"]
    for duty in duties:
        there = f"/templates/{duty['template']}/#{duty['number']}"
        expect(page.locator(f'main a[href="{there}"]')).to_be_visible()
    assert resting
    assert duties
    assert reader.clicks == 1


def test_cities_like_one_or_the_nearest_where_none_is_alike(page: Page) -> None:
    reader = Reader(page)
    reader.search("ningbo")
    reader.link("Ningbo")
    reader.click(page.get_by_role("link", name="Nearest cities").first)
    expect(page.get_by_role("heading", name="Nearest cities")).to_be_in_viewport()
    expect(page.locator('main a[href*="cities=ningbo,luoyang"]').first).to_be_visible()
    assert reader.clicks == 2


def test_from_returned_goods_to_how_the_rule_spread(page: Page) -> None:
    reader = Reader(page)
    reader.search("return goods")
    reader.link("Import return via another district")
    spread = page.get_by_role("heading", name="How it spread")
    expect(spread).to_be_visible()
    expect(page.locator("main")).to_contain_text("First about 20 Sep 2023, in 11 of the cities")
    assert reader.clicks == 1


#: What each row of the page asks, and what its cells say of which cities.
CELLS = r"""() => [...document.querySelectorAll("#local-rules tr:has(th[scope=row])")].map(row => [
    row.querySelector(".asked p").textContent.trim(),
    [...row.querySelectorAll("td.cell")].map(cell => [
        cell.dataset.of,
        cell.querySelector(".value, .state").innerText.trim().replace(/^\? /, "")]),
])"""


def test_six_cities_are_taken_along_with_the_values_of_the_page(page: Page) -> None:
    reader = Reader(page, f"/compare/?lang=en&as_of=2019-12-31&cities={SIX}")
    shown = {
        (question, city): value
        for question, cells in page.evaluate(CELLS)
        for cities, value in cells
        for city in cities.split(", ")
    }
    assert len(shown) > 50
    assert {city for _, city in shown} == set(NAMES_OF_EIGHT[:6])
    reader.click(page.locator("summary", has_text="Take along"))
    with page.expect_download() as loading:
        reader.link("XLSX")
    found = loading.value
    assert "Hangzhou" in found.suggested_filename
    sheet = load_workbook(BytesIO(Path(found.path()).read_bytes())).worksheets[0]
    (_, *names), *rows = ([str(cell) for cell in row] for row in sheet.iter_rows(values_only=True))
    written = {
        (question, name): value
        for question, *values in rows
        for name, value in zip(names, values, strict=True)
    }
    assert {place: written.get(place) for place in shown} == shown
    assert reader.clicks == 2


def test_a_pdf_of_eight_cities_has_all_columns(page: Page, tmp_path: Path) -> None:
    """As ``pdftotext`` lays it out: every name heads a column, and none is cut off."""
    reader = Reader(page, f"/compare/?lang=en&as_of=2019-12-31&cities={EIGHT}")
    reader.click(page.locator("summary", has_text="Take along"))
    with page.expect_download() as loading:
        reader.link("PDF")
    printed = tmp_path / "printed.pdf"
    loading.value.save_as(printed)
    command = ["pdftotext", "-layout", str(printed), "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    sheets = text.split("\f")
    heads = [line for sheet in sheets for line in sheet.splitlines()[:12]]
    for name in NAMES_OF_EIGHT:
        # A column that is too wide for the sheet would be cut: its name would be, too.
        assert any(name in line for line in heads), name
    answers = page.locator("#local-rules td.cell:last-child .value").all_inner_texts()
    squeezed = "".join(text.split())
    assert answers
    for answer in answers:
        assert all(word in squeezed for word in answer.removeprefix("? ").split()), answer
    assert reader.clicks == 2


def _tab_to(page: Page, condition: str) -> None:
    """Press Tab until what has the focus is what a script says."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(condition):
            return
    pytest.fail(f"never reached: {condition}")


def test_two_cities_are_compared_by_the_keyboard_alone(page: Page) -> None:
    page.goto("/?lang=en")
    _tab_to(page, "document.activeElement.getAttribute('href') === '/compare/'")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Compare cities")
    _tab_to(page, "document.activeElement.name === 'cities'")
    page.keyboard.type("hangzhou")
    page.keyboard.press("Tab")
    page.keyboard.type("zhengzhou")
    page.keyboard.press("Enter")
    expect(heads(page)).to_have_count(2)
    _tab_to(page, "document.activeElement.textContent.trim().startsWith('Differences ')")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("only=differences"))


def test_two_cities_are_compared_without_javascript(browser: Browser, base_url: str) -> None:
    window = browser.new_context(java_script_enabled=False, base_url=base_url)
    page = window.new_page()
    reader = Reader(page)
    reader.link("Compare", within="nav")
    page.get_by_label("City", exact=True).fill("杭州")
    page.get_by_label("and", exact=True).fill("郑州")
    reader.click(page.get_by_role("button", name="Compare"))
    expect(heads(page)).to_have_count(2)
    reader.link(re.compile(r"^Differences \d+$"))
    differing = page.locator("#local-rules th[scope=row]")
    assert differing.count() > 0
    reader.click(page.locator("#local-rules td.cell a").first)
    expect(heading(page)).to_be_visible()
    assert reader.clicks == 4
    window.close()


def test_on_a_phone_the_difference_is_read_under_its_topic(browser: Browser, base_url: str) -> None:
    window = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, base_url=base_url)
    page = window.new_page()
    reader = Reader(page)
    reader.link("How Hangzhou, Zhengzhou and Shijiazhuang differ today")
    card = page.locator("#local-rules tr:has(th[scope=row])").first
    expect(card).to_be_visible()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    cells = card.locator("td.cell")
    places = [cell.bounding_box() for cell in cells.all()]
    head = card.locator("th").bounding_box()
    assert head
    assert all(place and place["y"] > head["y"] for place in places)
    assert reader.clicks == 1
    window.close()
