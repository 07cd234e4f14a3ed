"""Cities are ticked wherever they are named, and go on to the comparison."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.test_pages import RULES

LISTED = "/topics/bonded-import-1210/?as_of=2018-06-30"


def box(page: Page, key: str) -> Locator:
    return page.locator(f'main .tick-city[value="{key}"]:visible').first


def bar(page: Page) -> Locator:
    return page.locator("#ticked")


def heads(page: Page) -> Locator:
    return page.locator("thead th .city")


def test_from_the_first_page_to_the_cities_of_1210_in_three_clicks(page: Page) -> None:
    page.goto("/?lang=en")
    page.get_by_role("link", name="where bonded retail import (1210) is open").click()
    page.get_by_label("As of").fill("2018-06-30")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Compare these 15 cities").click()
    expect(heads(page)).to_have_count(15)
    expect(page).to_have_url(re.compile("as_of=2018-06-30"))


def test_what_is_ticked_goes_along_and_on_to_the_comparison(page: Page) -> None:
    page.goto("/cities/?lang=en&q=zhou")
    expect(bar(page)).to_be_hidden()
    box(page, "zhengzhou").check()
    page.goto("/search/?q=hefei&lang=en")
    box(page, "hefei").check()
    page.goto(LISTED)
    expect(box(page, "zhengzhou")).to_be_checked()
    page.get_by_role("button", name="Tick all").click()
    names = bar(page).get_by_role("listitem")
    expect(names).to_have_count(15)
    expect(names.first).to_contain_text("Zhengzhou")
    names.first.get_by_role("button").click()
    expect(box(page, "zhengzhou")).not_to_be_checked()
    expect(bar(page).locator("button:focus")).to_contain_text("Hefei")
    page.goto("/cities/?lang=zh-hans&q=hefei")
    expect(names.first).to_contain_text("合肥市")
    page.goto(f"{LISTED}&lang=en")
    bar(page).get_by_role("button", name="Compare the ticked cities").click()
    expect(heads(page)).to_have_count(14)
    assert heads(page).first.inner_text() == "Hefei"
    # Nothing more is to be asked of what stands here already.
    expect(bar(page)).to_be_hidden()
    box(page, "hefei").uncheck()
    expect(bar(page)).to_be_visible()
    bar(page).get_by_role("button", name="Clear").click()
    expect(bar(page)).to_be_hidden()


def test_no_more_are_ticked_than_stand_side_by_side(page: Page) -> None:
    page.goto("/cities/?lang=en")
    boxes = page.locator("tbody .tick-city")
    for place in range(20):
        boxes.nth(place).check()
    boxes.nth(20).click()
    expect(boxes.nth(20)).not_to_be_checked()
    expect(bar(page).get_by_role("alert")).to_contain_text("No more than 20 cities")
    expect(bar(page).get_by_role("listitem")).to_have_count(20)


def test_boxes_stay_ticked_while_the_list_changes_in_place(page: Page) -> None:
    page.goto("/compare/?lang=en&cities=hangzhou,hefei")
    page.get_by_role("link", name="tick more in the list of cities").click()
    expect(bar(page).get_by_role("listitem")).to_have_text(
        [re.compile("Hangzhou"), re.compile("Hefei")]
    )
    page.locator("#q").fill("zhou")
    expect(page.locator("[data-announce]")).to_have_text(re.compile(r"^\s*3\d cities"))
    expect(box(page, "hangzhou")).to_be_checked()
    assert "ticked" not in page.url
    box(page, "guangzhou").check()
    page.reload()
    expect(bar(page).get_by_role("listitem")).to_have_count(3)


def test_without_a_script_boxes_lead_on_too_and_the_address_keeps_them(
    browser: Browser, base_url: str
) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=base_url)
    page = context.new_page()
    page.goto(f"{LISTED}&lang=en")
    expect(bar(page)).to_be_hidden()
    box(page, "hangzhou").check()
    box(page, "hefei").check()
    bar(page).get_by_role("button", name="Compare the ticked cities").click()
    expect(heads(page)).to_have_text(["Hangzhou", "Hefei"])
    assert "as_of=2018-06-30" in page.url
    page.get_by_role("link", name="tick more in the list of cities").click()
    page.locator("#q").fill("zhengzhou")
    page.get_by_role("button", name="Show").click()
    box(page, "zhengzhou").check()
    bar(page).get_by_role("button", name="Compare the ticked cities").click()
    expect(heads(page)).to_have_count(3)
    assert {cookie["name"] for cookie in context.cookies()} == {"django_language"}
    context.close()


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("address", ["/cities/?as_of=2018-06-30", LISTED])
def test_cities_are_ticked_on_a_map_by_the_keyboard_and_the_mouse(
    browser: Browser, base_url: str, address: str, width: int, scripts: bool
) -> None:
    """A tile opens, one at a time, and is marked while a city of it is ticked."""
    context = browser.new_context(java_script_enabled=scripts, base_url=base_url)
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}&lang=en")
    if page.locator("#map > summary").is_visible():
        page.locator("#map > summary").click()
    zhejiang, anhui = page.locator("#tile-CN-ZJ"), page.locator("#tile-CN-AH")
    mark = page.locator(".holds-ticked:visible")
    zhejiang.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(zhejiang.get_by_role("checkbox").first).to_be_checked()
    expect(zhejiang.locator("summary")).to_contain_text("Holds ticked cities")
    expect(mark).to_have_count(1)
    anhui.locator("summary").click()
    expect(zhejiang.get_by_role("checkbox").first).to_be_hidden()
    anhui.locator('[value="hefei"]').check()
    expect(mark).to_have_count(2)
    room = anhui.locator(".tile-cities").bounding_box()
    assert room
    assert room["x"] >= 0
    assert room["x"] + room["width"] <= width
    if scripts:
        # The same city in the list is ticked with it.
        expect(page.locator('.tick-city[value="hefei"]:not(:checked)')).to_have_count(0)
        anhui.locator('[value="hefei"]').uncheck()
        expect(mark).to_have_count(1)
        anhui.locator('[value="hefei"]').check()
    bar(page).get_by_role("button", name="Compare the ticked cities").click()
    expect(heads(page)).to_have_count(2)
    expect(heads(page).filter(has_text="Hefei")).to_have_count(1)
    assert "as_of=2018-06-30" in page.url
    context.close()


#: Scrolls to the top, and on until the bar cuts through no link.
NOTHING_CUT = """() => {
    scrollTo(0, 0);
    const top = document.querySelector(".ticked").getBoundingClientRect().top;
    const boxes = [...document.querySelectorAll("main a")].map(own => own.getBoundingClientRect());
    const cut = boxes.filter(own => own.top < top && own.bottom > top);
    scrollBy(0, Math.max(0, ...cut.map(own => own.bottom - top + 1)));
}"""


@pytest.mark.parametrize("width", [320, 1280])
def test_the_bar_is_accessible_and_hides_nothing_for_good(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    page.emulate_media(color_scheme="dark")
    page.goto("/cities/?lang=zh-hans&q=zhou")
    if width == 1280:
        page.locator("#tile-CN-ZJ > summary").click()
    box(page, "hangzhou").check()
    box(page, "zhengzhou").check()
    # What the bar or the head of the table cuts through is reached by scrolling.
    page.evaluate(NOTHING_CUT)
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:160]) for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".page-footer a").last.scroll_into_view_if_needed()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    foot = page.locator(".page-footer a").last.bounding_box()
    own = bar(page).bounding_box()
    assert foot is not None
    assert own is not None
    assert foot["y"] + foot["height"] <= own["y"]
