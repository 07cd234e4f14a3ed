"""The page of distances as people use it: by name, by keyboard, in place and without scripts."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.typing import open_page, type_slowly

DAY = "as_of=2026-11-23"


def test_a_city_is_typed_and_its_neighbours_follow_in_place(page: Page) -> None:
    open_page(page, f"/distances/?lang=en&{DAY}&cities=hefei,ningbo")
    page.locator("#city").focus()
    type_slowly(page, "Hangzhou")
    expect(page).to_have_url(re.compile("city=Hangzhou"))
    expect(page.locator("#city")).to_be_focused()
    expect(page.locator("table").first.locator("tbody tr")).to_have_count(185)
    expect(page.locator("#announced")).to_contain_text("185 other cities")
    # The table of the cities chosen before is still there.
    expect(page.locator(".matrix tbody tr")).to_have_count(2)
    page.get_by_role("link", name="Compare Hangzhou – Zhoushan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare cities")
    expect(page).to_have_url(re.compile("only=local"))


def test_cities_are_added_to_the_table_and_taken_back_by_keyboard(page: Page) -> None:
    open_page(page, f"/distances/?lang=en&{DAY}&city=hangzhou")
    for name, count in (("Hefei", 0), ("Ningbo", 2), ("Bortala", 3)):
        page.locator("#cities").focus()
        type_slowly(page, name)
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(name))
        expect(page.locator(".matrix tbody tr")).to_have_count(count)
        expect(page.locator("#cities")).to_have_value("")
    expect(page.locator("#city")).to_have_value("Hangzhou")
    page.get_by_role("link", name=re.compile("Ningbo.*take back")).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".matrix tbody tr")).to_have_count(2)
    page.go_back()
    expect(page.locator(".matrix tbody tr")).to_have_count(3)


def test_a_wrong_name_is_told_beside_its_field(page: Page) -> None:
    page.goto(f"/distances/?lang=en&{DAY}")
    page.locator("#city").fill("hangzho")
    page.keyboard.press("Enter")
    expect(page.locator("#city")).to_have_attribute("aria-invalid", "true")
    page.get_by_role("link", name="Hangzhou (Zhejiang)").click()
    expect(page.locator("#city")).to_have_value("Hangzhou")


def test_a_day_on_which_nothing_varies_says_so(page: Page) -> None:
    page.goto("/distances/?lang=en&city=hangzhou&cities=hefei,ningbo&as_of=2005-01-01")
    told = page.get_by_text("On this day no two cities are known to differ")
    expect(told).to_be_visible()
    expect(page.locator("table")).to_have_count(0)


def test_it_answers_without_javascript(browser: Browser, base_url: str) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=base_url)
    page = context.new_page()
    page.goto(f"/distances/?lang=en&{DAY}")
    page.locator("#city").fill("杭州")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("table tbody tr")).to_have_count(185)
    for name in ("Hefei", "Beijing"):
        page.locator("#cities").fill(name)
        page.get_by_role("button", name="Add to the table").click()
    expect(page.locator(".matrix tbody tr")).to_have_count(2)
    expect(page.locator("#city")).to_have_value("Hangzhou")
    context.close()


def test_what_is_not_known_narrows_in_place(page: Page) -> None:
    page.goto(f"/research/?lang=en&{DAY}")
    page.locator("#province").select_option("CN-ZJ")
    expect(page).to_have_url(re.compile("province=CN-ZJ"))
    page.locator("#city").fill("Hangzhou")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "What we do not know yet about Hangzhou"
    )
    page.get_by_role("link", name="Side by side, what is not known").click()
    expect(page).to_have_url(re.compile("only=gaps"))
