"""A frame of the portal on a page of another site, and citations as people take them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import quote, unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.test_pages import RULES

FRAMED = [
    "/embed/compare/?cities=hangzhou,zhengzhou&as_of=2018-06-30",
    "/embed/topics/bonded-import-1210/?as_of=2018-06-30",
]


#: Where the other site's page has the markup in it that it is asked with.
PASTED = "/pasted/"
#: Pages that offer themselves to other sites, with what their frames are called.
OFFERED = {
    "/compare/?cities=hangzhou,zhengzhou&as_of=2018-06-30": "Hangzhou, Zhengzhou",
    "/topics/bonded-import-1210/?as_of=2018-06-30": "bonded retail import",
}


class Article(BaseHTTPRequestHandler):
    """A page of another site, with the markup in it that it is asked with, or with a frame of the
    address.
    """

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        path, _, asked = self.path.partition("?")
        framed = f'<iframe src="{escape(asked)}" width="390" height="480"></iframe>'
        self.wfile.write((unquote(asked) if path == PASTED else framed).encode())

    def log_message(self, *_told: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    site = HTTPServer(("127.0.0.1", 0), Article)
    thread = Thread(target=site.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{site.server_port}"
    site.shutdown()
    site.server_close()
    thread.join()


@pytest.mark.parametrize("address", FRAMED)
def test_another_site_shows_it_in_a_frame_that_leads_back(
    page: Page, elsewhere: str, base_url: str, address: str
) -> None:
    page.goto(f"{elsewhere}/?{base_url}{address}")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", level=1)).to_be_visible()
    assert page.context.cookies() == []
    with page.context.expect_page() as opened:
        frame.get_by_role("heading", level=1).get_by_role("link").click()
    expect(opened.value.get_by_role("navigation", name="Main")).to_be_visible()
    opened.value.close()


@pytest.mark.parametrize("address", OFFERED)
def test_the_markup_that_is_copied_shows_the_same_on_another_site(
    page: Page, elsewhere: str, base_url: str, address: str
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    own = page.goto(f"{address}&lang=en")
    assert own
    assert own.headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in own.headers["content-security-policy"]
    heading = page.get_by_role("heading", level=1).inner_text()
    page.get_by_text("Cite, watch, embed").click()
    page.locator('[data-copy="text-embed"]').click()
    expect(page.locator("#announced")).to_have_text("Copied")
    markup = page.evaluate("navigator.clipboard.readText()")
    page.context.clear_cookies()
    with page.expect_response(lambda answer: answer.url.startswith(f"{base_url}/embed/")) as framed:
        page.goto(f"{elsewhere}{PASTED}?{quote(markup)}")
    assert framed.value.status == 200
    assert "as_of=2018-06-30" in framed.value.url
    assert "known_at=" in framed.value.url
    told = framed.value.all_headers()
    assert "x-frame-options" not in told
    assert "frame-ancestors *" in told["content-security-policy"]
    assert "set-cookie" not in told
    shown = page.frame_locator("iframe")
    expect(shown.get_by_role("heading", level=1)).to_be_visible()
    if "/topics/" in address:
        expect(shown.get_by_role("heading", level=1)).to_have_text(heading)
    expect(page.locator("iframe")).to_have_attribute("title", re.compile(OFFERED[address]))
    assert shown.locator("form").count() == 0
    assert page.context.cookies() == []


def test_within_a_frame_what_is_alike_opens_and_a_history_is_told_without_cookies(
    page: Page, elsewhere: str, base_url: str
) -> None:
    page.context.add_cookies([{"name": "sessionid", "value": "somebody", "url": base_url}])
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.all_headers().get("cookie", "")))
    page.goto(f"{elsewhere}/?{base_url}{FRAMED[0]}&lang=en")
    frame = page.frame_locator("iframe")
    fold = frame.locator(".alike-fold").first
    alike = frame.locator("tbody.alike").first
    expect(alike).to_be_hidden()
    fold.get_by_role("checkbox").check()
    expect(alike).to_be_visible()
    cell = frame.locator("td.cell:has(details):visible").first
    cell.locator("summary").click()
    before = len(sent)
    cell.get_by_role("button", name="History since 2012").first.click()
    expect(cell.locator(".history-here ol.story")).to_be_visible()
    assert len(sent) > before
    assert sent[before:] == [""] * len(sent[before:])


@pytest.mark.parametrize("address", FRAMED)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_within_a_frame(page: Page, address: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of two
    page.set_viewport_size({"width": 320, "height": 480})
    page.goto(f"{address}&lang=zh-hans")
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:160]) for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_citation_is_copied_or_taken_as_a_file(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/compare/?cities=hangzhou,zhengzhou&as_of=2018-06-30&lang=en")
    page.get_by_text("Cite, watch, embed").click()
    page.locator('[data-copy="text-gb-7714"]').click()
    expect(page.locator("#announced")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "Hangzhou, Zhengzhou" in copied
    # Other tests publish in the same portal: the revision is the one that is newest now.
    newest = page.request.get("/api/v1/revisions/").json()["results"][0]["number"]
    assert f"known_at={newest}." in copied
    with page.expect_download() as download:
        page.get_by_role("link", name="BIB").click()
    assert download.value.suggested_filename == (
        f"cbec-compare-hangzhou-zhengzhou-20180630-r{newest}.bib"
    )
