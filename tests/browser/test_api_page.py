"""On the page of the API each resource and operation has an address, and the head leaves room."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

API = "/api/v1/docs/"
#: What of the page has an address: resources and operations.
NAMED = "#swagger-ui :is(.opblock-tag, .opblock)[id]"


def drawn(page: Page) -> None:
    page.locator(".opblock .own-link").nth(20).wait_for()


def test_every_resource_and_operation_links_to_itself(page: Page) -> None:
    page.goto(API)
    drawn(page)
    ids = page.locator(NAMED).evaluate_all("all => all.map(own => own.id)")
    links = page.locator(".own-link")
    assert len(ids) > 80
    assert links.evaluate_all("all => all.map(own => own.hash.slice(1))") == ids
    names = links.evaluate_all("all => all.map(own => own.ariaLabel)")
    assert "Link to GET /api/v1/compare/" in [re.sub("\u200b", "", name) for name in names]
    assert len(set(names)) == len(ids) == len(set(ids))
    resources = page.get_by_role("navigation", name="Resources").get_by_role("link")
    tags = page.locator(".opblock-tag").evaluate_all("all => all.map(own => own.id)")
    assert resources.evaluate_all("all => all.map(own => own.hash.slice(1))") == tags


def test_an_operation_is_unfolded_at_its_address(page: Page) -> None:
    page.goto(API)
    drawn(page)
    compare = page.locator(".opblock", has_text="/compare/").first
    compare.locator(".own-link").click()
    expect(compare).to_have_class(re.compile("is-open"))
    address = page.url
    assert address.endswith(f"#{compare.get_attribute('id')}")
    page.goto("about:blank")
    page.goto(address)
    expect(compare).to_have_class(re.compile("is-open"))
    expect(compare).to_be_in_viewport()
    expect(page.locator(".opblock.is-open")).to_have_count(1)


def test_a_link_to_a_resource_folds_nothing(page: Page) -> None:
    page.goto(API)
    drawn(page)
    zones = page.locator("#operations-tag-zones")
    zones.locator(".own-link").click()
    expect(zones).to_have_attribute("data-is-open", "true")
    expect(zones).to_be_in_viewport()
    page.get_by_role("navigation", name="Resources").get_by_role("link", name="cities").click()
    expect(page.locator("#operations-tag-cities")).to_be_in_viewport()


@pytest.mark.parametrize(("width", "most"), [(390, 460), (1280, 180), (1920, 180)])
def test_the_head_leaves_room_for_operations(page: Page, width: int, most: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(API)
    drawn(page)
    first = page.locator(".opblock").first.bounding_box()
    second = page.locator(".opblock").nth(1).bounding_box()
    assert first
    assert second
    assert first["y"] <= most
    assert second["y"] - first["y"] <= 42
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.locator(":is(.own-link, #resources a)").evaluate_all(
        "all => all.filter(own => own.getBoundingClientRect().height < 23.5)"
        ".map(own => own.textContent)"
    )
    assert small == []
