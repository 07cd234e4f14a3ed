"""The whole path of a checklist, as two people walk it, and axe on every private page."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.browser.test_pages import RULES
from tests.checklists.files import pdf
from tests.serving import Served

PASSWORD = "a long enough phrase"
PEOPLE = ("alice", "bob")
OF_ONE = ("", "changes/", "answers/", "findings/?topic=bonded-import-1210", "people/", "log/")


@pytest.fixture(scope="module")
def people(portal: Served) -> None:
    """Alice and Bob have accounts, whichever module of tests asks first."""
    for name in PEOPLE:
        portal.manage(
            "shell",
            "-v0",
            "-c",
            "from django.contrib.auth.models import User;"
            f"User.objects.filter(username={name!r}).exists() or "
            f"User.objects.create_user({name!r}, '{name}@example.org', {PASSWORD!r})",
        )


@pytest.fixture
def bob(browser: Browser, base_url: str, people: None) -> Iterator[Page]:
    """Bob's browser, logged in."""
    context = browser.new_context(base_url=base_url)
    page = context.new_page()
    log_in(page, "bob")
    yield page
    context.close()


def log_in(page: Page, name: str) -> None:
    page.goto("/checklists/?lang=en")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My checklists")


def start(page: Page) -> str:
    """Start a checklist from its preview; its address."""
    page.goto("/templates/import-1210-seller/preview/?city=hangzhou")
    page.get_by_role("link", name="Start this checklist").click()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator(".tickbox").first).to_be_visible()
    return re.sub(r"[?#].*", "", page.url)


#: Publishes that the summary of a policy was wrong, one person writing, another publishing.
CORRECTION = """
from tests.zones.test_publishing import next_version, publish_as_two
from zones.models import Policy
from zones.rules.vocabulary import Change
from zones.services.publication import Publication
old = Policy.objects.current().get(
    topic__slug="food-recall-domestic-agent-required", scope_kind="nation", effective_to=None
)
new = next_version(old, change=Change.CORRECTED, summary_en="Corrected in a test.")
publish_as_two(Publication(policies=[new]))
"""


def test_the_whole_path(
    page: Page, bob: Page, people: None, portal: Served, tmp_path: Path
) -> None:
    log_in(page, "alice")
    address = start(page)
    expect(page.locator("#progress")).to_contain_text("0 of")

    tick = page.locator(".tickbox").first
    tick.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#progress")).to_contain_text("1 of")
    expect(tick).to_be_focused()

    page.locator("table.items th a").nth(1).click()
    letter = tmp_path / "海关回函.pdf"
    letter.write_bytes(pdf())
    page.get_by_label("File").set_input_files(letter)
    page.get_by_role("button", name="Attach").first.click()
    expect(page.locator("#evidence + ul")).to_contain_text("海关回函.pdf")
    item = re.sub(r"[?#].*", "", page.url)

    assert bob.goto(address).status == 404  # type: ignore[union-attr]
    page.goto(f"{address}people/")
    page.get_by_label("User name or mail address").fill("bob")
    page.get_by_label("Role").select_option("editor")
    page.get_by_role("button", name="Share").click()
    expect(page.locator("main")).to_contain_text("bob editor")

    bob.goto("/checklists/notices/")
    expect(bob.locator("main")).to_contain_text("alice shared this checklist with you.")
    bob.goto(item)
    page.goto(item)
    bob.get_by_label("Status").select_option("blocked")
    bob.get_by_label("Reason").fill("waiting for customs")
    bob.get_by_role("button", name="Save").first.click()
    expect(bob.locator("main")).to_contain_text("set the status", use_inner_text=False)

    page.get_by_label("Status").select_option("not-applicable")
    page.get_by_label("Reason").fill("we sell no food")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("alert")).to_contain_text("Someone else has changed this item")
    expect(page.locator("main")).to_contain_text("waiting for customs")
    expect(page.get_by_label("Reason")).to_have_value("we sell no food")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_label("Status")).to_have_value("not-applicable")

    page.goto(f"{address}answers/")
    page.get_by_label("Food", exact=True).check()
    page.get_by_role("button", name="See what this would change").click()
    expect(page.locator("main")).to_contain_text("This would change")
    page.get_by_role("button", name="Give these answers").click()
    expect(page).to_have_url(f"{address}answers/")
    page.goto(f"{address}log/")
    expect(page.locator("main")).to_contain_text("changed the answers")

    portal.manage("shell", "-v0", "-c", CORRECTION)
    page.goto(address)
    page.get_by_role("link", name="changed since you took them up").click()
    expect(page.locator("main")).to_contain_text("Corrected in a test.")
    portal.manage("shell", "-v0", "-c", CORRECTION.replace("in a test", "once more"))
    page.get_by_role("button", name="Accept all").click()
    expect(page.get_by_role("alert").first).to_contain_text("Something has moved again")
    expect(page.locator("main")).to_contain_text("Corrected once more.")
    page.get_by_role("button", name="Accept all").click()
    expect(page.locator("main")).to_contain_text("Nothing moved")

    page.goto(f"{address}?lang=zh-hans")
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    printed = PdfReader(download.value.path())
    text = "".join(sheet.extract_text() for sheet in printed.pages)
    assert len(printed.pages) > 2
    assert "签署" in text
    assert "海关回函.pdf" in text
    assert "we sell no food" in text


def test_a_tick_that_is_refused_is_shown_whole(page: Page, people: None) -> None:
    log_in(page, "alice")
    address = start(page)
    elsewhere = page.context.new_page()
    elsewhere.goto(address)
    elsewhere.locator(".tickbox").first.click()
    expect(elsewhere.locator("#progress")).to_contain_text("1 of")
    page.locator(".tickbox").first.click()
    expect(page.get_by_role("alert").first).to_contain_text("Someone else has changed this item")
    expect(page.locator("main")).to_have_count(1)
    expect(page.locator("#progress")).to_contain_text("1 of")
    page.locator(".tickbox").nth(1).click()
    expect(page.locator("#progress")).to_contain_text("2 of")
    page.context.clear_cookies(name="sessionid")
    page.locator(".tickbox").nth(2).click()
    expect(page.get_by_label("Password")).to_be_visible()
    expect(page.locator("main")).to_have_count(1)


def test_a_tick_that_reaches_nobody_says_so_and_can_be_tried_again(
    page: Page, people: None
) -> None:
    log_in(page, "alice")
    start(page)
    page.context.set_offline(True)
    page.locator(".tickbox").first.click()
    expect(page.get_by_text("The portal did not answer.")).to_be_visible()
    page.context.set_offline(False)
    page.locator(".tickbox").first.click()
    expect(page.locator("#progress")).to_contain_text("1 of")
    expect(page.get_by_text("The portal did not answer.")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_axe_finds_nothing_on_private_pages(
    page: Page, people: None, language: str, scheme: Literal["light", "dark"]
) -> None:
    log_in(page, "alice")
    address = start(page)
    page.locator("table.items th a").first.click()
    expect(page.locator("#evidence")).to_be_visible()
    own = [address + more for more in OF_ONE] + [re.sub(r"[?#].*", "", page.url)]
    page.emulate_media(color_scheme=scheme)
    for one in (
        *own,
        "/checklists/",
        "/checklists/notices/",
        "/checklists/start/?template=zone-readiness",
        "/evidence/",
        "/account/",
        "/account/password/",
    ):
        page.goto(f"{one}{'&' if '?' in one else '?'}lang={language}")
        found: Any = Axe().run(page, options=RULES).response["violations"]
        told = [f"{v['id']}: {v['nodes'][0]['html'][:160]} ({len(v['nodes'])})" for v in found]
        assert told == [], one


def test_private_pages_fit_a_small_phone(page: Page, people: None) -> None:
    log_in(page, "alice")
    address = start(page)
    page.set_viewport_size({"width": 320, "height": 640})
    for more in OF_ONE:
        page.goto(address + more)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, more


def test_two_at_once_never_both_write(page: Page, bob: Page, people: None, base_url: str) -> None:
    log_in(page, "alice")
    address = start(page)
    page.goto(f"{address}people/")
    page.get_by_label("User name or mail address").fill("bob")
    page.get_by_label("Role").select_option("editor")
    page.get_by_role("button", name="Share").click()
    expect(page.locator("main")).to_contain_text("bob editor")
    root = address.replace("/checklists/", "/api/v1/checklists/")
    items = page.request.get(f"{root}items/?limit=1000").json()["results"]
    item = next(row for row in items if row["recurrence"] == "once")
    barrier, statuses = threading.Barrier(2), []

    def write(cookies: dict[str, str]) -> None:
        asked = Request(
            f"{root}items/{item['id']}/",
            data=json.dumps({"status": "done"}).encode(),
            method="PATCH",
            headers={
                "Content-Type": "application/json",
                "If-Match": f'"{item["tag"]}"',
                "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
                "X-CSRFToken": cookies["csrftoken"],
            },
        )
        barrier.wait()
        try:
            with urlopen(asked, timeout=30) as answer:
                statuses.append(answer.status)
        except HTTPError as refused:
            statuses.append(refused.code)

    threads = [
        threading.Thread(
            target=write, args=[{c["name"]: c["value"] for c in one.context.cookies(base_url)}]
        )
        for one in (page, bob)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 412]
    told = page.request.get(f"{root}items/{item['id']}/").json()
    assert len(told["rounds"]) == 1
