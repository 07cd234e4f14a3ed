"""Lanes of answers as people use them: by keys, with the slider, and on a phone."""

from __future__ import annotations

import re
from datetime import date

import pytest
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


@pytest.mark.parametrize("address", [CITY, "/topics/bonded-import-1210/?as_of=2018-06-20&lang=en"])
def test_the_slider_goes_by_time_as_lanes_do(page: Page, address: str) -> None:
    """Each stop is at its place in time, with a mark under it, and nothing rests between stops."""
    page.goto(address)
    line, slider = page.locator(".cursor line").first, page.locator("#days")
    days: list[str] = slider.evaluate("daysOf")
    first = date.fromisoformat(days[0])
    places = [(date.fromisoformat(day) - first).days for day in days]
    marks = page.locator("#day-marks option").evaluate_all("all => all.map(one => +one.value)")
    assert marks == places
    assert int(slider.get_attribute("max") or 0) == places[-1]
    slider.focus()
    stood, found = days.index(slider.evaluate("dayOf")), []
    for more in range(1, 4):
        page.keyboard.press("ArrowRight")
        assert int(slider.input_value()) == places[stood + more]
        found.append((places[stood + more], float(line.get_attribute("x1") or 0)))
    (before, x_before), *_, (after, x_after) = found
    assert (after - before) / (x_after - x_before) == pytest.approx(30.4, rel=0.05)
    # Wherever it is dropped, it comes to rest at the stop nearest in time.
    gap = max(range(1, len(places)), key=lambda place: places[place] - places[place - 1])
    wide = places[gap] - places[gap - 1]
    for part, nearest in ((0.3, gap - 1), (0.7, gap)):
        slider.fill(str(places[gap - 1] + round(wide * part)))
        assert int(slider.input_value()) == places[nearest]


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
