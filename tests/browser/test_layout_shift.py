"""Nothing on a page moves while it loads: layout shift, as browsers count it, is under 0.01."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.test_pages import PAGES

MOST = 0.01
SCREENS = {"phone": (390, 844), "laptop": (1280, 800)}


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("name", PAGES)
def test_nothing_moves_while_a_page_loads(page: Page, name: str, screen: str) -> None:
    width, height = SCREENS[screen]
    page.set_viewport_size({"width": width, "height": height})
    page.add_init_script(
        """window.moved = 0;
        new PerformanceObserver(list => {
            for (const one of list.getEntries()) if (!one.hadRecentInput) window.moved += one.value;
        }).observe({type: "layout-shift", buffered: true});"""
    )
    page.goto(PAGES[name], wait_until="networkidle")
    page.wait_for_timeout(150)
    assert page.evaluate("window.moved") < MOST
