"""Lanes of answers as people use them: by keys, with the slider, and on a phone."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

CITY = "/cities/hangzhou/?lang=en&as_of=2018-06-20"
BARS = "[data-arrows] td a"


def test_arrows_lead_along_lanes_and_over_to_the_next_at_that_time(page: Page) -> None:
    page.goto(CITY)
    bars = page.locator(BARS)
    assert bars.evaluate_all("own => own.filter((one) => one.tabIndex === 0).length") == 1
    bars.first.focus()
    page.keyboard.press("ArrowRight")
    first = page.locator(":focus").bounding_box()
    page.keyboard.press("ArrowDown")
    below = page.locator(":focus").bounding_box()
    assert first
    assert below
    middle = first["x"] + first["width"] / 2
    assert below["y"] > first["y"]
    assert below["x"] <= middle < below["x"] + below["width"]
    answer = page.locator(":focus").get_attribute("title")
    assert answer
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/cities/hangzhou/[\w-]+/\?as_of="))
    expect(page.locator("main .figures")).to_have_text(answer.split(" · ")[0])


def test_the_line_of_the_day_follows_the_slider(page: Page) -> None:
    page.goto(CITY)
    line, slider = page.locator(".cursor line"), page.locator("#days")
    before = float(line.get_attribute("x1") or 0)
    slider.focus()
    page.keyboard.press("ArrowRight")
    # It moves at once, before the page has answered.
    assert float(line.get_attribute("x1") or 0) > before
    expect(page).to_have_url(re.compile("as_of=2018-(?!06-20)"))
    expect(slider).to_be_focused()
    assert float(line.get_attribute("x1") or 0) > before


def test_on_a_phone_heads_stand_above_their_lanes(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(CITY)
    expect(page.locator(".lane .lane-name").first).to_be_hidden()
    label, bar = page.locator(".lane-label th").first, page.locator(".lane td").first
    above, below = label.bounding_box(), bar.bounding_box()
    assert above
    assert below
    assert above["y"] + above["height"] <= below["y"] + 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
