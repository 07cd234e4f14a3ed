"""Where one stands after following a link, changing a page, and going back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_pages import PAGES

SMALL = {"width": 900, "height": 500}
FOCUS = """() => ({
    tag: document.activeElement.tagName,
    text: document.activeElement.textContent.trim(),
    top: document.activeElement.getBoundingClientRect().top,
})"""
#: Links of a page that open another page, one for each kind of address that they lead to.
ELSEWHERE = """() => {
    const kinds = new Map();
    for (const link of document.querySelectorAll("main a[href]:not([target], [download])")) {
        const to = new URL(link.getAttribute("href"), location);
        if (to.origin !== location.origin || to.pathname === location.pathname || to.hash) continue;
        if (/^[/](api|admin|changes[/](feed|calendar))/.test(to.pathname)) continue;
        if (/[/](table|cite|card)[.]|[/]pictures[/]/.test(to.pathname)) continue;
        if (!link.getClientRects().length) continue;
        const kind = to.pathname.split("/").slice(0, 2).join("/")
            + to.pathname.split("/").length + [...to.searchParams.keys()].sort();
        link.dataset.kind = kind;
        kinds.set(kind, kind);
    }
    return [...kinds.keys()];
}"""
LAST_OF_KIND = "kind => [...document.querySelectorAll(`[data-kind='${kind}']`)].at(-1).click()"


def scroll_down(page: Page, pixels: int = 3000) -> float:
    """Turn the wheel as a reader does; how far the page moved."""
    page.mouse.move(500, 300)
    before = -1.0
    page.mouse.wheel(0, pixels)
    for _ in range(50):
        now = float(page.evaluate("scrollY"))
        if now == before and now:
            break
        before = now
        page.wait_for_timeout(50)
    return before


def stands_at_its_heading(page: Page) -> None:
    """The page begins at its top, its heading has the focus, and its title was told."""
    expect(page.locator("main h1:focus, main [autofocus]:focus")).to_have_count(1)
    assert page.evaluate("scrollY") == 0
    if not page.locator("[autofocus]").count():
        expect(page.locator("#announced")).to_have_text(page.title())


@pytest.mark.parametrize("name", PAGES)
def test_every_kind_of_link_opens_its_page_at_the_top(page: Page, name: str) -> None:
    page.set_viewport_size(SMALL)
    page.goto(PAGES[name])
    for kind in page.evaluate(ELSEWHERE):
        page.goto(PAGES[name])
        page.evaluate(ELSEWHERE)
        scroll_down(page)
        with page.expect_navigation():
            page.evaluate(LAST_OF_KIND, kind)
        stands_at_its_heading(page)


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("/changes/?from=2013-01-01", "Earlier changes"),
        ("/profiles/?topics=all", "Smaller groups"),
        ("/compare/", "What changed in Hangzhou on 1 January 2019"),
    ],
)
def test_the_next_page_of_a_list_opens_at_the_top(page: Page, address: str, link: str) -> None:
    page.set_viewport_size({"width": 375, "height": 300})
    page.goto(address)
    scroll_down(page, 30_000)
    with page.expect_navigation():
        page.get_by_role("link", name=link).click()
    stands_at_its_heading(page)


def test_a_search_opens_at_the_top(page: Page) -> None:
    page.goto("/cities/hangzou/")
    page.get_by_role("combobox").fill("杭州")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    stands_at_its_heading(page)
    assert page.url.endswith("/search/?q=%E6%9D%AD%E5%B7%9E")


def test_a_link_to_a_part_goes_to_the_part(page: Page) -> None:
    page.set_viewport_size(SMALL)
    page.goto("/cities/haikou/?as_of=2020-01-01")
    link = page.locator("main").get_by_role("link", name="Compare with", exact=True)
    link.scroll_into_view_if_needed()
    was = page.evaluate("scrollY")
    loads: list[str] = []
    page.on("request", lambda one: loads.append(one.url) if one.is_navigation_request() else None)
    link.click()
    expect(page.locator("#beside")).to_be_in_viewport()
    page.go_back()
    page.wait_for_function(f"() => Math.abs(scrollY - {was}) < 5")
    assert loads == []
    page.goto("/profiles/?as_of=2025-01-15")
    page.get_by_text("Go on from here").click()
    page.get_by_role("link", name="Find the cities where rules").click()
    expect(page.locator("#facet-rules")).to_be_in_viewport()


def test_back_and_forward_return_to_where_one_was(page: Page) -> None:
    page.set_viewport_size(SMALL)
    page.goto("/cities/?as_of=2026-11-23")
    was = scroll_down(page)
    assert was > 1000
    link = page.locator("td a, th a").filter(visible=True)
    in_view = link.evaluate_all(
        "all => all.findIndex(own => own.getBoundingClientRect().top > 200)"
    )
    link.nth(in_view).click()
    expect(page.locator("main h1:focus")).to_have_count(1)
    further = scroll_down(page, 600)
    page.go_back()
    page.wait_for_function(f"() => Math.abs(scrollY - {was}) < 5")
    page.go_forward()
    page.wait_for_function(f"() => Math.abs(scrollY - {further}) < 5")


def test_back_within_a_page_returns_to_its_state_and_its_place(page: Page) -> None:
    page.set_viewport_size(SMALL)
    page.goto("/cities/?as_of=2026-11-23")
    page.locator(".narrowing > summary").click()
    page.locator("#facet-province > summary").click()
    page.locator("#province-CN-ZJ").scroll_into_view_if_needed()
    was = page.evaluate("scrollY")
    page.locator("#province-CN-ZJ").check()
    expect(page.locator("[data-announce]")).to_have_text(re.compile("1[0-9] cities"))
    page.evaluate("scrollTo(0, 0)")
    page.go_back()
    expect(page.locator("#province-CN-ZJ")).not_to_be_checked()
    page.wait_for_function(f"() => Math.abs(scrollY - {was}) < 5")
    page.go_forward()
    expect(page.locator("#province-CN-ZJ")).to_be_checked()
    expect(page.locator("[data-announce]")).to_have_text(re.compile("1[0-9] cities"))


def place(page: Page, inner: str) -> tuple[float, float]:
    """How far the page and a part of it are scrolled."""
    parts: Any = page.locator(inner).first.evaluate("part => part.scrollTop + part.scrollLeft")
    return float(page.evaluate("scrollY")), float(parts)


@pytest.mark.parametrize("link", ["later change", "Differences and gaps", "Move Hangzhou right"])
def test_a_change_of_the_page_keeps_place_scroll_and_focus(page: Page, link: str) -> None:
    page.set_viewport_size({"width": 900, "height": 700})
    page.goto("/compare/?cities=hangzhou,zhengzhou,shanghai,wuhan,haikou&as_of=2019-12-31")
    scroll_down(page, 500)
    here = page.url
    chosen = page.get_by_role("link", name=link)
    name = chosen.get_attribute("aria-label") or link
    chosen.focus()
    was = page.evaluate("scrollY")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != here)
    page.wait_for_function("() => !document.querySelector('main').hasAttribute('aria-busy')")
    if link != "Differences and gaps":  # after which rows are gone that stood above
        assert page.evaluate("scrollY") == pytest.approx(was, abs=60)
        focused = page.evaluate(
            "document.activeElement.ariaLabel ?? document.activeElement.textContent"
        )
        assert name in focused


def test_a_facet_keeps_its_own_scroll_and_focus(page: Page) -> None:
    page.set_viewport_size(SMALL)
    page.goto("/cities/?as_of=2026-11-23")
    page.locator(".narrowing > summary").click()
    page.locator("#facet-province > summary").click()
    page.locator("#province-CN-YN").focus()
    was = place(page, "#facet-province fieldset")
    assert was[1] > 0
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile("province=CN-YN"))
    page.wait_for_function("() => !document.querySelector('main').hasAttribute('aria-busy')")
    assert place(page, "#facet-province fieldset") == pytest.approx(was, abs=60)
    expect(page.locator("#province-CN-YN")).to_be_focused()


def test_a_closed_area_keeps_its_place_and_focus(page: Page) -> None:
    page.set_viewport_size(SMALL)
    page.goto("/compare/?cities=hangzhou,zhengzhou&as_of=2019-12-31")
    button = page.get_by_role("button", name="Logistics").first
    button.focus()
    was = page.evaluate("scrollY")
    assert was > 0
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(button).to_be_focused()
    assert page.evaluate("scrollY") == pytest.approx(was, abs=60)
