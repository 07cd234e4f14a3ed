"""Typing at a pace that the machine cannot change.

Whatever a page does "once typing rests" is a matter of its own clock. Between two keys of a slow
typist that clock is put forward by hand: a busy machine, which may take a second for one key, is
no slower for the page than an idle one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

#: Milliseconds of the page's clock between two keys of a slow typist.
SLOW = 150
A_MINUTE = 60_000


def open_page(page: Page, address: str) -> None:
    """Open an address in a page whose clock can be held."""
    page.clock.install()
    page.goto(address)


@contextmanager
def held_clock(page: Page) -> Iterator[None]:
    """The clock of a page opened by ``open_page`` stands, but for what a test puts it forward."""
    page.clock.pause_at((page.evaluate("Date.now()") + A_MINUTE) / 1000)
    yield
    page.clock.resume()


def press_slowly(page: Page, keys: Iterable[str], *, slow: int = SLOW) -> None:
    """Press one key after the other; the page's clock goes so many milliseconds on after each."""
    with held_clock(page):
        for key in keys:
            page.keyboard.press(key)
            page.clock.run_for(slow)


def type_slowly(page: Page, text: str, *, slow: int = SLOW) -> None:
    """Type a text letter by letter into what has the focus."""
    press_slowly(page, text, slow=slow)
