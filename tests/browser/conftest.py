"""A real Chromium on a real server with the real data.

These tests run by ``make test-browser`` (``CBEC_BROWSER`` names the browser) and are skipped
otherwise, saying so.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Request, expect

from tests.serving import Served, served
from tests.templates import Templates

BROWSER = os.environ.get("CBEC_BROWSER", "")

# What is expected of a page is waited for as long as a busy machine may need.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": BROWSER, "args": ["--no-sandbox"]}


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory, templates: Templates) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("var"), templates.static()) as running:
        yield running


@pytest.fixture(scope="session")
def base_url(portal: Served) -> str:
    return portal.url("")


@pytest.fixture(autouse=True)
def _nothing_from_elsewhere(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No page of whatever window ever asks another host, nor fails in its own scripts."""
    elsewhere: list[str] = []
    broken: list[str] = []
    open_window = browser.new_context

    def note(asked: Request) -> None:
        if not asked.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            elsewhere.append(asked.url)

    def watched(**options: Any) -> BrowserContext:
        window = open_window(**options)
        window.on("request", note)
        window.on("weberror", lambda error: broken.append(f"{error.page} {error.error}"))
        window.on(
            "console",
            lambda told: broken.append(told.text) if "Content Security" in told.text else None,
        )
        return window

    monkeypatch.setattr(browser, "new_context", watched)
    yield
    assert elsewhere == []
    assert broken == []
