"""No letter of a chart or a map is shrunk below what can be read, however wide the window is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.test_pages import EVERY, PAGES

#: Pixels that the type of any letter has at least, as it is drawn.
LEAST = 11
#: Windows of phones, of tablets, and of what stands on desks; and where layouts change between.
WIDTHS = (320, 390, 720, 768, 1024, 1280, 1440, 1920)
OPEN_ALL = "document.querySelectorAll('details').forEach(own => { own.open = true; })"
#: The letters of drawings that are smaller than so many pixels.
SMALLER = """least => [...document.querySelectorAll("svg text")]
    .filter(text => text.checkVisibility())
    .map(text => [parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().d, text])
    .filter(([size]) => size < least)
    .map(([size, text]) => `${size.toFixed(1)} ${text.textContent}`)"""

#: Letters of one drawing that lie upon others: their boxes, less the room above and below them.
OVERLAID = """() => [...document.querySelectorAll("svg")].flatMap(svg => {
    const all = [...svg.querySelectorAll("text")]
        .filter(text => text.checkVisibility() && text.textContent.trim())
        .map(text => {
            const {left, right, top, bottom} = text.getBoundingClientRect();
            const spare = (bottom - top) / 4;
            return {left, right, top: top + spare, bottom: bottom - spare, says: text.textContent};
        });
    return all.flatMap((one, place) => all.slice(place + 1)
        .filter(other => one.left < other.right && other.left < one.right
            && one.top < other.bottom && other.top < one.bottom)
        .map(other => `${one.says} | ${other.says}`));
})"""


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_letter_of_a_drawing_can_be_read(page: Page, name: str, language: str) -> None:
    page.goto(f"{EVERY[name]}{'&' if '?' in EVERY[name] else '?'}lang={language}")
    page.evaluate(OPEN_ALL)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        assert (width, page.evaluate(SMALLER, LEAST)) == (width, [])


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_letters_of_a_drawing_lie_upon_others(page: Page, name: str, language: str) -> None:
    page.goto(f"{EVERY[name]}{'&' if '?' in EVERY[name] else '?'}lang={language}")
    page.evaluate(OPEN_ALL)
    found = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        found[width] = page.evaluate(OVERLAID)
    assert found == {width: [] for width in WIDTHS}


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
