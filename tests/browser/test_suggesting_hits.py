"""Hits are offered while one types, in the box of a page and in the palette."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

HOME = "/?lang=en"


def box_of(page: Page) -> Locator:
    return page.locator("#find")


def options_of(page: Page, listed: str = "find-hits") -> Locator:
    return page.locator(f"#{listed} [role=option]")


def test_the_box_is_a_combobox_that_says_what_is_chosen(page: Page) -> None:
    page.goto(HOME)
    box = box_of(page)
    expect(box).to_have_attribute("role", "combobox")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("hangz")
    expect(options_of(page).first).to_contain_text("Hangzhou")
    expect(box).to_have_attribute("aria-expanded", "true")
    listed = box.get_attribute("aria-controls")
    expect(page.locator(f"#{listed}")).to_have_attribute("role", "listbox")
    page.keyboard.press("ArrowDown")
    chosen = box.get_attribute("aria-activedescendant")
    expect(page.locator(f"#{chosen}")).to_have_attribute("aria-selected", "true")
    expect(page.locator("[aria-selected=true]")).to_have_count(1)
    expect(page.get_by_role("combobox", name="Find a place")).to_be_focused()


def test_arrows_lead_round_and_enter_opens_what_is_chosen(page: Page) -> None:
    page.goto(HOME)
    box = box_of(page)
    box.press_sequentially("hangzhou 1210")
    expect(options_of(page).first).to_contain_text("On the pilot list")
    page.keyboard.press("ArrowUp")
    expect(options_of(page).last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/cities/hangzhou/bonded-import-1210/")


def test_escape_closes_the_list_and_enter_alone_asks_for_all_hits(page: Page) -> None:
    page.goto(HOME)
    box = box_of(page)
    box.press_sequentially("return")
    expect(options_of(page).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(options_of(page)).to_have_count(0)
    expect(box).to_have_value("return")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/search/?q=return")
    # The page was opened anew; where it is changed in place the box stays a combobox.
    box = box_of(page)
    box.fill("labels")
    page.keyboard.press("Enter")
    expect(page.locator(".hits li").first).to_contain_text("Printed Chinese label")
    expect(box_of(page)).to_have_attribute("role", "combobox")
    expect(options_of(page)).to_have_count(0)


def test_a_hit_is_opened_by_the_mouse(page: Page) -> None:
    page.goto(HOME)
    box_of(page).press_sequentially("Ningbo")
    with page.expect_navigation():
        options_of(page).first.click()
    assert page.url.endswith("/cities/ningbo/")


def test_what_is_being_composed_is_not_asked_for(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "q=" in request.url else None)
    page.goto(HOME)
    box = box_of(page)
    box.focus()
    composing = page.context.new_cdp_session(page)
    for text in ("h", "ha", "hang"):
        composing.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": 4, "selectionEnd": 4}
        )
    page.wait_for_timeout(600)
    assert asked == []
    composing.send("Input.insertText", {"text": "杭州"})
    expect(options_of(page).first).to_contain_text("Hangzhou")
    assert len(asked) == 1


def test_the_palette_opens_anywhere_and_closes_again(page: Page) -> None:
    page.goto("/topics/?lang=en")
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Search")
    box = palette.get_by_role("combobox")
    expect(box).to_be_focused()
    # Before anything is typed it leads to the pages.
    expect(palette.get_by_role("option", name="Compare", exact=True)).to_be_visible()
    box.fill("hangzou")
    expect(options_of(page, "palette-find-hits").first).to_contain_text("Hangzhou")
    page.keyboard.press("Escape")
    expect(options_of(page, "palette-find-hits")).to_have_count(0)
    expect(palette).to_be_visible()
    page.keyboard.press("Escape")
    expect(palette).to_have_count(0)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Search").click()
    expect(box).to_be_focused()
    box.fill("chang")
    expect(palette.get_by_role("option", name="Changes", exact=True)).to_be_visible()
    palette.get_by_role("option", name="Changes", exact=True).click()
    page.wait_for_url(re.compile("/changes/$"))


@pytest.mark.parametrize("width", [390, 1280])
def test_the_list_fits_the_window(browser: Browser, base_url: str, width: int) -> None:
    context = browser.new_context(base_url=base_url, viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto("/?lang=zh-hans")
    box_of(page).press_sequentially("退货")
    expect(options_of(page).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.keyboard.press("Control+k")
    page.locator("#palette-find").fill("退货")
    expect(options_of(page, "palette-find-hits").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_without_scripts_the_form_and_the_link_lead_to_the_hits(
    browser: Browser, base_url: str
) -> None:
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = context.new_page()
    page.goto(HOME)
    page.get_by_role("searchbox").fill("hangzhou 1210")
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator(".hits li").first).to_contain_text("On the pilot list")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Search").click()
    assert page.url.endswith("/search/")
    context.close()
