"""No letter of a chart or a map is shrunk on a phone below what can be read."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.test_pages import EVERY, PAGES

#: Pixels that the type of any letter has at least, as it is drawn.
LEAST = 11
#: The letters of drawings that are smaller than so many pixels.
SMALLER = """least => [...document.querySelectorAll("svg text")]
    .filter(text => text.checkVisibility())
    .map(text => [parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().d, text])
    .filter(([size]) => size < least)
    .map(([size, text]) => `${size.toFixed(1)} ${text.textContent}`)"""


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("width", [320, 390])
def test_every_letter_of_a_drawing_can_be_read_on_a_phone(
    page: Page, name: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(EVERY[name])
    assert page.evaluate(SMALLER, LEAST) == []


@pytest.mark.parametrize("name", ["cities", "topic"])
def test_a_map_begins_where_most_provinces_lie_and_the_rest_is_a_swipe_away(
    page: Page, name: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(PAGES[name])
    for fold in page.locator("main details.map > summary").all():
        fold.click()
    room = page.locator(".map-room")
    far = room.evaluate("own => [own.scrollLeft, own.scrollWidth - own.clientWidth]")
    assert far[0] == 0
    assert far[1] > 100
    assert room.evaluate(
        "own => own.querySelector('svg').getBoundingClientRect().right"
        " - own.getBoundingClientRect().right"
    ) == pytest.approx(0, abs=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
