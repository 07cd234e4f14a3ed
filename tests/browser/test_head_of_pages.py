"""The head of every page: one line where there is room, two on a phone, all of it within reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import Person, hire
from tests.serving import Served

LANGUAGES = ("en", "zh-hans")


@pytest.fixture(scope="module")
def known(browser: Browser, base_url: str, portal: Served) -> Iterator[Page]:
    """The page of somebody with a long name."""
    hire(portal, zhangxiaoming="Analyst")
    page = browser.new_context(base_url=base_url).new_page()
    Person(page, portal, "zhangxiaoming").log_in()
    yield page
    page.context.close()


def _lines(page: Page) -> int:
    """In how many lines the head of a page stands."""
    tops: list[list[float]] = page.evaluate(
        """() => [...document.querySelectorAll(
            ".page-header > a, .page-header nav > a, .page-header nav > span, .menu > summary")]
            .map(own => own.getBoundingClientRect())
            .filter(box => box.width)
            .map(box => [box.top, box.bottom])"""
    )
    lines = 0
    end = -1.0
    for top, bottom in sorted(tops):
        if top >= end:
            lines, end = lines + 1, bottom
    return lines


@pytest.mark.parametrize("width", [1024, 1280, 1920])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", ["/zones/", "/compare/", "/admin/"])
def test_it_is_one_line_on_a_laptop(known: Page, address: str, language: str, width: int) -> None:
    known.set_viewport_size({"width": width, "height": 800})
    known.goto(f"{address}?lang={language}")
    expect(known.locator(".account a")).to_have_count(2)
    assert _lines(known) == 1


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_two_lines_on_a_phone(known: Page, language: str, width: int) -> None:
    known.set_viewport_size({"width": width, "height": 700})
    known.goto(f"/statistics/?lang={language}")
    assert _lines(known) == 2
    assert known.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [320, 1280])
def test_its_menu_leads_everywhere_without_javascript(
    browser: Browser, base_url: str, width: int
) -> None:
    context = browser.new_context(
        base_url=base_url, java_script_enabled=False, viewport={"width": width, "height": 700}
    )
    page = context.new_page()
    page.goto("/?lang=en")
    head = page.get_by_role("navigation", name="Main")
    for name in ("Zones", "Requirements", "Sources", "About"):
        link = head.get_by_role("link", name=name, exact=True)
        if not link.is_visible():
            head.get_by_text("More").click()
        link.click()
        expect(page.locator(".page-header [aria-current=page]:visible")).to_have_count(
            int(width > 320 and name == "Requirements")
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_its_menu_closes_again(page: Page) -> None:
    page.goto("/?lang=en")
    menu = page.locator(".menu-groups")
    page.get_by_text("More", exact=True).click()
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    page.get_by_text("More", exact=True).click()
    page.get_by_role("heading", level=1).click()
    expect(menu).to_be_hidden()
    page.get_by_text("More", exact=True).click()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Zones").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zones by city")
    expect(menu).to_be_hidden()


@pytest.mark.parametrize("address", ["/", "/cities/", "/cities/hangzhou/", "/statistics/"])
def test_what_leads_on_and_what_one_presses_look_different(page: Page, address: str) -> None:
    page.goto(address)
    link = page.locator("main a:not(.button):visible").first
    colour = "own => getComputedStyle(own).color"
    button = page.locator("header, main").evaluate_all(
        """() => {
            const own = document.createElement("span");
            own.className = "swatch-accent";
            document.body.append(own);
            return getComputedStyle(own).backgroundColor;
        }"""
    )
    assert link.evaluate(colour) != button
    assert (
        page.locator(".page-header nav a").first.evaluate(
            "own => getComputedStyle(own).textDecorationLine"
        )
        == "none"
    )


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["/", "/atlas/", "/templates/", "/zones/"])
def test_one_entry_of_the_bar_says_where_one_is(page: Page, path: str, width: int) -> None:
    """On a phone the menu stands for what is in it, elsewhere what stands beside it does not."""
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{path}?lang=en")
    entries = page.locator(".main-nav > a:not(.to-search), .main-nav > span > a, .main-nav summary")
    marked: Any = entries.evaluate_all(
        "own => own.filter(one => one.checkVisibility() && getComputedStyle(one).fontWeight > 600)"
        ".map(one => one.innerText)"
    )
    assert len(marked) == (path != "/"), marked


@pytest.mark.parametrize("width", [360, 897, 1024, 1160, 1280, 1440])
def test_the_menu_stays_within_the_page(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/cities/?lang=en")
    page.locator(".page-header .menu > summary").click()
    expect(page.locator(".menu-groups")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.querySelector('.menu-groups').getBoundingClientRect().left") >= 0
