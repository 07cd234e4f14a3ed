"""Comparing cities as people do it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

TWO = "/compare/?cities=hangzhou,zhengzhou&as_of=2019-12-31"


def heads(page: Page) -> list[str]:
    return page.locator("thead th .city").all_inner_texts()


def test_choose_cities_and_compare(page: Page) -> None:
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Compare").click()
    page.get_by_label("City", exact=True).fill("hangzhou")
    page.get_by_label("and", exact=True).fill("zhengzhou")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("table").first).to_be_visible()
    assert heads(page) == ["Hangzhou", "Zhengzhou"]
    page.get_by_label("Add a city").fill("shijiazhuang")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("thead th .city")).to_have_count(3)
    assert "cities=shijiazhuang" in page.url


def test_a_city_is_found_by_any_name_and_takes_its_own_day(page: Page) -> None:
    page.goto("/compare/?as_of=2019-12-31")
    page.get_by_label("City", exact=True).fill("杭州")
    page.get_by_label("and", exact=True).fill("Zhengzhou")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("thead th .city")).to_have_count(2)
    assert "cities=hangzhou,zhengzhou" in page.url
    head = page.locator('[data-column="zhengzhou@2019-12-31"]')
    head.locator(".own-day summary").click()
    head.get_by_label("Own day of Zhengzhou").fill("2018-12-31")
    head.get_by_role("button", name="Set").click()
    expect(page.locator('[data-column="zhengzhou@2018-12-31"]')).to_contain_text("own day")
    assert "zhengzhou@2018-12-31" in page.url


def test_move_and_remove_a_column(page: Page) -> None:
    page.goto(TWO)
    page.get_by_role("link", name="Move Hangzhou right").click()
    expect(page.locator("thead th .city").first).to_have_text("Zhengzhou")
    assert "cities=zhengzhou&cities=hangzhou" in page.url
    page.locator('[data-column="hangzhou@2019-12-31"] a').first.focus()
    page.keyboard.press("Alt+ArrowLeft")
    expect(page.locator("thead th .city").first).to_have_text("Hangzhou")
    page.get_by_role("link", name="Remove Zhengzhou").click()
    expect(page.locator("thead th .city")).to_have_count(1)
    page.go_back()
    expect(page.locator("thead th .city")).to_have_count(2)


def test_differences_only(page: Page) -> None:
    page.goto("/compare/?cities=hangzhou,shijiazhuang&as_of=2019-12-31")
    everything = page.locator("th[scope=row]").count()
    showing = page.locator(".showing")
    chosen = showing.locator("[aria-current]")
    expect(chosen).to_have_text(f"Everything {everything}")
    showing.get_by_role("link", name=re.compile(r"^Differences \d+$")).click()
    expect(chosen).to_have_text(re.compile("^Differences"))
    differing = page.locator("th[scope=row]")
    assert 0 < differing.count() < everything
    assert chosen.inner_text() == f"Differences {differing.count()}"
    assert all("differs" in text for text in differing.all_inner_texts())
    showing.get_by_role("link", name=re.compile(r"^Differences and gaps")).click()
    expect(chosen).to_have_text(re.compile("^Differences and gaps"))
    assert chosen.inner_text() == f"Differences and gaps {differing.count()}"
    showing.get_by_role("link", name=re.compile(r"^Everything")).click()
    expect(chosen).to_have_text(f"Everything {everything}")


def test_the_header_follows_the_question(page: Page) -> None:
    page.goto("/compare/?cities=hangzhou,zhengzhou&as_of=2019-12-31&lang=en")
    page.get_by_role("link", name="later change").click()
    expect(page).to_have_url(re.compile("as_of=2020-01-01"))
    page.get_by_role("link", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page).to_have_url(re.compile("as_of=2020-01-01"))
    expect(page.locator(".page-header [aria-current=page]")).to_have_text("对比")


def test_the_slider_stops_where_something_changed(page: Page) -> None:
    page.goto(TWO)
    slider = page.get_by_role("slider")
    slider.focus()
    later = page.get_by_role("link", name="later change").get_attribute("href") or ""
    with page.expect_response(re.compile("as_of=")):
        page.keyboard.press("ArrowRight")
    next_day = re.findall(r"as_of=([\d-]+)", later)[0]
    expect(page.get_by_label("As of")).to_have_value(next_day)


def test_a_cell_opens_to_its_citation_and_history(page: Page) -> None:
    page.goto(TWO + "&topic=import-single-transaction-limit")
    cell = page.locator("td.cell").first
    expect(cell.locator(".value")).to_have_text("5,000 CNY")
    cell.locator("summary").click()
    expect(cell.locator("details")).to_contain_text("〔2018〕")
    cell.get_by_role("link", name="5,000 CNY").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("value limit")
    history = page.locator("ol.story > li")
    assert history.all_inner_texts()[-1].split(":")[0].split(" –")[0] == "1 Jan 2019"
    report = page.get_by_role("link", name="Report a problem with this answer")
    report.click()
    page.get_by_label("What is wrong?").fill("限值不对。")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_text("Your report has the number")).to_be_visible()


def test_a_focus_area_closes_and_the_address_says_so(page: Page) -> None:
    page.goto(TWO)
    rows = page.locator("th[scope=row]").count()
    page.get_by_text("National baseline:").click()
    page.get_by_role("button", name="Payment").click()
    # What somebody opened stays open.
    expect(page.get_by_role("button", name="Payment")).to_have_attribute("aria-expanded", "false")
    assert page.locator("th[scope=row]").count() < rows
    assert "closed=payment" in page.url


EIGHT = "hangzhou,zhengzhou,shijiazhuang,haikou,wuhan,xian,beijing,tianjin"
TWELVE = f"{EIGHT},ningbo,hefei,dalian,suzhou"
TWENTY = f"{TWELVE},shanghai,guangzhou,shenzhen,chongqing,chengdu,qingdao,nanjing,xiamen"


def test_the_table_starts_in_the_upper_third_of_a_laptop(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    for cities in ("hangzhou,zhengzhou,shijiazhuang", EIGHT):
        page.goto(f"/compare/?lang=en&as_of=2019-12-31&cities={cities}")
        head = page.locator("#local-rules thead").bounding_box()
        assert head is not None
        assert head["y"] < 270


@pytest.mark.parametrize("width", [1280, 1920])
def test_eight_columns_fit(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/compare/?as_of=2019-12-31&cities={EIGHT}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("cities", ["hangzhou,zhengzhou", EIGHT, TWELVE])
def test_heads_stay_in_view_while_the_page_scrolls(page: Page, cities: str, language: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"/compare/?lang={language}&as_of=2019-12-31&cities={cities}")
    inner = page.evaluate(
        "[...document.querySelectorAll('main *')].filter((own) => own.matches(':has(table)')"
        " && /auto|scroll/.test(getComputedStyle(own).overflow)).length"
    )
    assert inner == 0, "nothing scrolls within the page"
    page.evaluate("document.querySelector('#local-rules tr.area').scrollIntoView()")
    page.evaluate("scrollBy(600, 150)")
    heads = page.locator("#local-rules thead th")
    column, topic = heads.nth(1).bounding_box(), heads.first.bounding_box()
    area = page.locator("#local-rules tr.area th").first.bounding_box()
    row = page.locator("#local-rules tbody th[scope=row]:visible").nth(1).bounding_box()
    assert column is not None
    assert topic is not None
    assert area is not None
    assert row is not None
    assert abs(column["y"]) < 3
    assert abs(area["y"] - column["height"]) < 8, "right below the heads of the columns"
    if cities == TWELVE:
        assert page.evaluate("scrollX") > 50
        assert topic["x"] == row["x"] == 0
    else:
        assert page.evaluate("scrollX") == 0


#: Heads by what lies above what: a head of an area above those of rows, of a column above both.
HEADS = {"tbody th[scope=row] summary": 1, "tr.area .held": 2, "thead th :is(a.city, .own-day)": 3}
#: Of all heads that stand in view, those on which something lower lies, at either end.
COVERED = """heads => {
    const rankOf = (element) => {
        const head = element?.closest("#local-rules th");
        if (!element?.closest("#local-rules")) return 9;
        if (!head) return 0;
        return head.closest("thead") ? 3 : head.closest(".area") ? 2 : 1;
    };
    return Object.entries(heads).flatMap(([selector, rank]) =>
        [...document.querySelectorAll(`#local-rules :is(${selector})`)].flatMap((own) => {
            const box = own.getBoundingClientRect(), y = (box.top + box.bottom) / 2;
            return [box.left + 2, box.right - 2]
                .filter((x) => box.width && x > 0 && x < innerWidth && y > 0 && y < innerHeight)
                .filter((x) => rankOf(document.elementFromPoint(x, y)) < rank)
                .map((x) => `${own.innerText} at ${x}, ${y}`);
        }));
}"""


#: Whether the head of an area is what lies at the start of the line below the heads of columns.
BELOW_THE_HEADS = """() => {
    const box = document.querySelector("#local-rules thead th").getBoundingClientRect();
    const top = document.elementFromPoint(box.left + 20, box.bottom + 12);
    return Number(Boolean(top?.closest(".area")));
}"""


@pytest.mark.parametrize("cities", ["hangzhou,zhengzhou,shijiazhuang", EIGHT, TWENTY])
def test_no_head_in_view_is_covered_by_what_belongs_below_it(page: Page, cities: str) -> None:
    """But heads of rows by those of areas and columns, under which they scroll."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"/compare/?lang=en&cities={cities}")
    for line in page.locator(".opens-alike:visible").all()[:4]:
        line.check()
    height = page.evaluate("document.getElementById('local-rules').getBoundingClientRect().bottom")
    for sideways in (0, 900):
        stuck = 0
        for y in range(0, int(height), 170):
            page.evaluate(f"scrollTo({sideways}, {y})")
            assert page.evaluate(COVERED, HEADS) == [], y
            stuck += page.evaluate(BELOW_THE_HEADS)
        assert stuck > height / 170 / 2, "the head of an area lies above the rows of it"


#: Of the answers in cells of several columns that reach into view, those that are not read there.
OUT_OF_VIEW = """() => {
    const head = document.querySelector("#local-rules thead th").getBoundingClientRect();
    return [...document.querySelectorAll("#local-rules :is(td, tr.pair th)[colspan]")]
        .flatMap((cell) => {
            const own = cell.querySelector(".answer, .held"), box = cell.getBoundingClientRect();
            const covered = cell.matches(".cell") ? head.right : 0;
            const left = Math.max(box.left, covered), right = Math.min(box.right, innerWidth);
            const told = own?.getBoundingClientRect();
            if (!box.width || told && right - left < told.width + 16) return [];
            return told && told.left >= left - 1 && told.right <= right + 1 ? [] : [cell.innerText];
        });
}"""


def test_sideways_what_stands_in_a_cell_of_many_columns_stays_in_view(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"/compare/?lang=en&cities={TWENTY}")
    assert page.locator("#local-rules td[colspan] .answer").count() > 10
    for x in range(0, 1500, 130):
        page.evaluate(f"scrollTo({x}, 600)")
        assert page.evaluate(OUT_OF_VIEW) == [], x


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_each_topic_is_a_card_with_the_cities_under_it(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"/compare/?lang=en&as_of=2019-12-31&cities={EIGHT}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    row = page.locator("#local-rules tr:has(td.cell.apart)").first
    head = row.locator("th").bounding_box()
    below = [cell.bounding_box() for cell in row.locator("td.cell").all()]
    assert head is not None
    edges = [box["y"] for box in [head, *below] if box]
    assert edges == sorted(set(edges))
    names = row.locator("td.cell").evaluate_all(
        "cells => cells.map((own) => getComputedStyle(own, '::before').content)"
    )
    assert ", ".join(name.strip('"') for name in names).count(", ") == 7
    # Who hears the page still has a table.
    assert page.get_by_role("rowheader").count() > 10
    assert page.get_by_role("columnheader", name=re.compile("Hangzhou")).count() > 0


@pytest.mark.parametrize(
    ("words", "outcome"), [("the same in all", "same"), ("known nowhere", "known nowhere")]
)
def test_what_is_alike_in_all_is_one_line_that_opens(page: Page, words: str, outcome: str) -> None:
    page.goto(TWO + "&lang=en")
    line = page.get_by_label(re.compile(rf"\d+ {words}")).first
    key = line.get_attribute("id")
    own = page.locator(f"tbody:has(#{key})")
    folded = page.locator(f"tbody:has(#{key}) + tbody.alike")
    expect(folded).to_be_hidden()
    line.focus()
    page.keyboard.press("Space")
    expect(folded).to_be_visible()
    told = int(re.findall(r"\d+", own.inner_text())[0])
    assert folded.locator("th[scope=row]").count() == told
    assert all(outcome in one for one in folded.locator("th[scope=row]").all_inner_texts())


def test_the_history_of_an_answer_opens_in_its_cell(page: Page) -> None:
    page.goto(TWO + "&topic=import-single-transaction-limit&lang=en")
    cell = page.locator("td.cell").first
    cell.locator("summary").focus()
    page.keyboard.press("Enter")
    button = cell.get_by_role("button", name=re.compile("History since 2012")).first
    button.focus()
    page.keyboard.press("Enter")
    told = cell.get_by_role("group", name=re.compile("History since 2012"))
    expect(told).to_be_focused()
    expect(told.locator("li").first).to_contain_text("1,000 CNY")
    assert told.locator("li").count() > 1
    expect(told).to_contain_text("〔2018〕")
    page.keyboard.press("Escape")
    expect(told).to_have_count(0)
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")


def test_a_filter_opens_the_baseline_in_place(page: Page) -> None:
    page.goto(f"{TWO}&lang=en")
    baseline = page.locator("#national-rules")
    expect(baseline).to_be_hidden()
    page.get_by_text("Focus areas", exact=True).click()
    page.get_by_label("Payment", exact=True).check()
    page.get_by_role("button", name="Compare").click()
    expect(page).to_have_url(re.compile("focus_area=payment"))
    expect(baseline).to_be_visible()
    page.get_by_label("Payment", exact=True).uncheck()
    page.get_by_role("button", name="Compare").click()
    expect(baseline).to_be_hidden()


@pytest.mark.parametrize("script", [True, False])
def test_a_link_within_the_page_opens_the_baseline(
    browser: Browser, base_url: str, *, script: bool
) -> None:
    context = browser.new_context(java_script_enabled=script, base_url=base_url)
    page = context.new_page()
    page.goto("/cities/hangzhou/?as_of=2019-12-31&lang=en")
    heading = page.get_by_role("heading", name="Payment", exact=True)
    expect(heading).to_be_hidden()
    page.get_by_role("link", name="Payment", exact=True).click()
    expect(heading).to_be_visible()


def test_keyboard_alone(page: Page) -> None:
    page.goto(TWO)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    assert {"Move Hangzhou right", "Remove Zhengzhou"} <= reached


@pytest.mark.parametrize("width", [320, 375])
def test_a_phone_shows_the_table_without_moving_the_page(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 720})
    page.goto(TWO)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_javascript(browser: Browser, base_url: str) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=base_url)
    page = context.new_page()
    page.goto(TWO)
    page.get_by_role("link", name="Move Hangzhou right").click()
    page.wait_for_url(re.compile("cities=zhengzhou"))
    assert heads(page) == ["Zhengzhou", "Hangzhou"]
    page.get_by_text("National baseline:").click()
    page.get_by_role("button", name="Payment").click()
    page.wait_for_url(re.compile("closed=payment"))
    assert "closed=payment" in page.url
    expect(page.get_by_role("slider")).to_have_count(0)
    context.close()


def test_it_prints_with_sources_as_footnotes(page: Page, tmp_path: object) -> None:
    from io import BytesIO

    from pypdf import PdfReader

    page.goto("/compare/?cities=hangzhou,shijiazhuang&as_of=2019-12-31&only=differences")
    pdf = PdfReader(BytesIO(page.pdf(format="A4", landscape=True)))
    text = "\n".join(sheet.extract_text() for sheet in pdf.pages)
    assert "Sources" in text
    assert "Shijiazhuang" in text
    assert "Add a city" not in text


@pytest.mark.parametrize("width", [1280, 1920])
def test_names_of_eight_cities_are_read_whole(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(
        "/compare/?lang=en&cities=hangzhou,zhengzhou,shijiazhuang,haikou,wuhan,xian,beijing,tianjin"
    )
    cut: Any = page.locator(".lens thead a.city").evaluate_all(
        """names => names.filter(name => name.getBoundingClientRect().right
            > name.closest("th").getBoundingClientRect().right).map(name => name.innerText)"""
    )
    assert cut == []
