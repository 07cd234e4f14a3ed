"""A box of the desk offers rows while one types; what it names is decided when it is saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from tests.serving import Served

FORM = "/admin/desk/propose/zones/?lang=en"
LOG_IN = """
from django.contrib.auth.models import User
from django.test import Client
from tests.conftest import log_in_staff
client = Client()
log_in_staff(client, User.objects.get_or_create(
    username="carol", defaults={{"is_staff": True, "is_superuser": True}})[0])
open({file!r}, "w").write(client.cookies["{cookie}"].value)
"""


@pytest.fixture(scope="module")
def session(portal: Served, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The session of an analyst who has given her second factor."""
    file: Path = tmp_path_factory.mktemp("session") / "key"
    told = LOG_IN.format(file=str(file), cookie=settings.SESSION_COOKIE_NAME)
    portal.manage("shell", "-v0", "-c", told)
    return file.read_text()


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def desk(
    request: pytest.FixtureRequest, browser: Browser, base_url: str, session: str
) -> Iterator[Page]:
    """The desk in her browser, with and without scripts."""
    context = browser.new_context(base_url=base_url, java_script_enabled=request.param)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base_url}])
    page = context.new_page()
    page.goto(FORM)
    yield page
    context.close()


@pytest.mark.parametrize("typed", ["taizhou", "hangzho"])
def test_enter_picks_nothing_that_was_not_named(desk: Page, typed: str) -> None:
    box = desk.locator("#cell_city")
    box.fill(typed)
    box.press("Enter")
    told = desk.locator("#cell_city-error")
    expect(told).to_contain_text("(taizhou-jiangsu)" if typed == "taizhou" else "(hangzhou)")
    expect(box).to_have_value(typed)


def test_a_name_in_any_spelling_is_saved_as_its_row(desk: Page) -> None:
    box = desk.locator("#cell_city")
    box.fill("kashi")
    box.press("Enter")
    expect(desk.locator(".wrong").first).to_be_visible()
    expect(desk.locator("#cell_city-error")).to_have_count(0)


@pytest.mark.parametrize("desk", [True], indirect=True, ids=["script"])
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("taizhou", ["(taizhou-jiangsu)", "(taizhou-zhejiang)"]),
        ("杭州", ["(hangzhou)"]),
        ("kashi", ["(kashgar)"]),
    ],
)
def test_rows_are_offered_while_one_types(desk: Page, typed: str, offered: list[str]) -> None:
    box = desk.locator("#cell_city")
    box.press_sequentially(typed)
    options = desk.locator("#cell_city-offers option")
    expect(options).to_have_count(len(offered))
    values = [option.get_attribute("value") or "" for option in options.all()]
    assert [value[value.rindex("(") :] for value in values] == offered
    labels: list[str] = [option.get_attribute("label") or "" for option in options.all()]
    for value, label in zip(values, labels, strict=True):
        assert typed.lower() in f"{value} {label}".lower()


POLICY = "/admin/desk/propose/policies/?lang=en"


@pytest.mark.parametrize("desk", [True], indirect=True, ids=["script"])
def test_boxes_follow_the_topic_and_the_kind_of_scope(desk: Page) -> None:
    desk.goto(POLICY)
    expect(desk.locator("select#cell_value")).to_have_count(0)
    desk.locator("#cell_topic").fill("bonded-import-1210")
    desk.locator("#cell_topic").press("Tab")
    expect(desk.locator("select#cell_value option")).to_have_count(6)
    desk.locator("#cell_scope_kind").select_option("city")
    expect(desk.locator("#cell_scope_code-offers")).to_have_count(1)
    expect(desk.locator("#cell_topic")).to_have_value("bonded-import-1210")


@pytest.mark.parametrize("desk", [True], indirect=True, ids=["script"])
def test_who_leaves_the_topic_for_a_button_gets_what_that_does(desk: Page) -> None:
    desk.goto(POLICY)
    desk.locator("#cell_topic").fill("bonded-import-1210")
    desk.get_by_role("button", name="Save in the set").click()
    expect(desk.locator(".wrong").first).to_be_visible()
