"""The atlas as people use it: by arrow keys, played through the years, and without scripts."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

ADDRESS = "/atlas/?lang=en&as_of=2019-12-31&order=province"
WHERE = """() => {
  const cell = document.activeElement.closest("td");
  return [cell.parentElement.rowIndex, cell.cellIndex];
}"""


def test_arrows_lead_from_cell_to_cell_and_enter_to_the_answer(page: Page) -> None:
    page.goto(ADDRESS)
    cells = page.locator("[data-arrows] td a")
    stops = cells.evaluate_all("own => own.filter((one) => one.tabIndex === 0).length")
    assert stops == 1, "Tab reaches one cell, not a thousand"
    cells.first.focus()
    row, column = page.evaluate(WHERE)
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    assert page.evaluate(WHERE) == [row, column + 1], "at the edge the focus stays"
    page.keyboard.press("ArrowDown")
    # The heading of a province is passed over.
    assert page.evaluate(WHERE) == [row + 2, column + 1]
    expect(cells.locator("xpath=self::*[@tabindex='0']")).to_have_count(1)
    answer = page.evaluate("document.activeElement.title")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/cities/[\w-]+/[\w-]+/\?as_of=2019-12-31"))
    expect(page.locator("main")).to_contain_text(answer)


def test_the_years_are_played_and_held(page: Page) -> None:
    page.goto(ADDRESS)
    page.get_by_role("button", name="Play").click()
    expect(page).to_have_url(re.compile("as_of=2020-12-31"), timeout=20_000)
    expect(page).to_have_url(re.compile("as_of=2021-12-31"), timeout=20_000)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.wait_for_timeout(1000)  # what was on its way has come
    held = page.url
    page.wait_for_timeout(3500)
    assert page.url == held
    expect(page).to_have_url(re.compile("order=province"))
    # All that was played is one step back.
    page.go_back()
    expect(page).not_to_have_url(re.compile("as_of=202"))


SIZE = "() => document.querySelector('.atlas-box').scrollWidth"


def test_the_atlas_is_zoomed_by_pointer_and_keys_and_the_address_remembers(page: Page) -> None:
    page.goto(ADDRESS)
    told = page.locator("[data-arrows] td a").evaluate_all("all => all.map(own => own.ariaLabel)")
    usual = page.evaluate(SIZE)
    zoom = page.get_by_role("navigation", name="Zoom")
    zoom.get_by_role("link", name="Zoom in").click()
    expect(page).to_have_url(re.compile("zoom=125"))
    expect(page.locator("table.atlas.zoom-125")).to_be_visible()
    assert page.evaluate(SIZE) > usual * 1.2
    page.locator("[data-arrows] td a").nth(40).focus()
    focused = page.evaluate(WHERE)
    page.keyboard.press("+")
    expect(page).to_have_url(re.compile("zoom=150"))
    expect(zoom).to_contain_text("150%")
    assert page.evaluate(WHERE) == focused, "who reads by keys stays where they are"
    page.keyboard.press("0")
    expect(page).not_to_have_url(re.compile("zoom="))
    page.keyboard.press("-")
    expect(page).to_have_url(re.compile("zoom=75"))
    expect(page.locator("table.atlas.zoom-75")).to_be_visible()
    assert page.locator("table.atlas").evaluate("own => own.offsetWidth * 0.75") < usual * 0.8
    expect(zoom.get_by_role("link", name="Zoom out")).to_have_count(0)
    page.keyboard.press("ArrowRight")
    assert page.evaluate(WHERE) == [focused[0], focused[1] + 1]
    own = page.locator("[data-arrows] td a").evaluate_all("all => all.map(own => own.ariaLabel)")
    assert own == told
    # Whatever else is asked keeps the size, and a link to it opens so.
    page.get_by_role("button", name="Show").click()
    page.get_by_role("navigation", name="How it is shown").get_by_role(
        "link", name="in words"
    ).click()
    expect(page).to_have_url(re.compile("shown=words.*zoom=75"))


def test_the_atlas_is_zoomed_without_scripts(browser: Browser, base_url: str) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=base_url)
    page = context.new_page()
    page.goto(ADDRESS)
    page.get_by_role("link", name="Zoom in").click()
    expect(page).to_have_url(re.compile("order=province.*zoom=125"))
    expect(page.locator("table.atlas.zoom-125")).to_be_visible()
    context.close()


def test_without_scripts_every_year_is_a_picture_that_leads_to_it(
    browser: Browser, base_url: str
) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=base_url)
    page = context.new_page()
    page.goto("/atlas/?lang=en&as_of=2026-11-23")
    page.get_by_role("navigation", name="How it is shown").get_by_role(
        "link", name="year by year"
    ).click()
    pictures = page.locator("figure svg")
    expect(pictures.first).to_be_visible()
    assert pictures.count() >= 15
    page.get_by_role("link", name="31 Dec 2016").last.click()
    expect(page.locator("table.atlas")).to_be_visible()
    expect(page).to_have_url(re.compile("as_of=2016-12-31"))
    context.close()
