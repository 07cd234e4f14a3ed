"""What is said to be wrong with a box of the desk goes once something is typed there."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.people import Person
from tests.browser.test_desk import desk, someone  # noqa: F401  (fixtures)
from tests.serving import Served


def test_a_box_that_is_filled_is_no_longer_marked_as_empty(
    desk: Served,  # noqa: F811
    someone: Callable[[str], Person],  # noqa: F811
) -> None:
    page = someone("ana").page
    page.goto(desk.url("/admin/desk/propose/sources/"))
    page.get_by_role("button", name="Save in the set").click()
    box, list_of_wrong = page.locator("#cell_title_en"), page.locator(".wrong-boxes")
    expect(page.locator("#cell_title_en-error")).to_be_visible()
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(list_of_wrong.get_by_role("link", name="English title")).to_be_visible()
    box.press_sequentially("A")
    expect(page.locator("#cell_title_en-error")).to_have_count(0)
    expect(box).not_to_have_attribute("aria-invalid", "true")
    expect(list_of_wrong.get_by_role("link", name="English title")).to_have_count(0)
    expect(page.locator("#cell_title_zh")).to_have_attribute("aria-invalid", "true")


def test_a_number_fills_the_boxes_that_follow_from_it(
    desk: Served,  # noqa: F811
    someone: Callable[[str], Person],  # noqa: F811
) -> None:
    page = someone("ana").page
    page.goto(desk.url("/admin/desk/propose/sources/"))
    number = page.locator("#cell_document_number")
    number.fill("海关总署公告2026年第200号")
    number.press("Tab")
    expect(page.locator("#cell_id")).to_have_value("gacc-2026-200")
    expect(page.locator("#cell_kind")).to_have_value("announcement")
    number.fill("海关总署公告2026年第201号")
    number.press("Tab")
    expect(page.locator("#cell_id")).to_have_value("gacc-2026-201")
