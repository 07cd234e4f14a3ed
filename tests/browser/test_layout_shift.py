"""Nothing on a page moves while it loads: layout shift, as browsers count it, is under 0.01."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.test_pages import PAGES

MOST = 0.01
SCREENS = {"phone": (390, 844), "laptop": (1280, 800)}
LANGUAGES = ("en", "zh-hans")
#: Bytes a second: of a line of 1.6 Mbit/s, and of one on which rows of a table come one by one.
SLOW, SLOWER = 200_000, 40_000


def moved(page: Page, address: str, screen: str, language: str, line: int) -> float:
    """How far what was shown moved while a page loaded, as a browser counts it."""
    width, height = SCREENS[screen]
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"/about/?lang={language}")  # its styles and scripts are those of every page
    page.add_init_script(
        """window.moved = 0;
        new PerformanceObserver(list => {
            for (const one of list.getEntries()) if (!one.hadRecentInput) window.moved += one.value;
        }).observe({type: "layout-shift", buffered: true});"""
    )
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 40, "downloadThroughput": line, "uploadThroughput": line},
    )
    page.goto(address, wait_until="networkidle")
    page.wait_for_timeout(150)
    found: float = page.evaluate("window.moved")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("name", PAGES)
def test_nothing_moves_while_a_page_loads(
    page: Page, name: str, screen: str, language: str
) -> None:
    assert moved(page, PAGES[name], screen, language, SLOW) < MOST


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["spread", "distances from a city"])
def test_columns_stay_where_they_are_while_rows_come(page: Page, name: str, language: str) -> None:
    assert moved(page, PAGES[name], "laptop", language, SLOWER) < MOST
