"""``make screenshots``: pictures of the main pages into docs/screenshots/, and its own cards.

``make screenshots OF=desk`` takes those of a part alone: pages, desk or cards.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from playwright.sync_api import sync_playwright

from tests.serving import Served, served

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
COMPARE = "/compare/?cities=hangzhou,zhengzhou,shijiazhuang&as_of=2019-12-31&only=differences"
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 812}
#: Name, address, size, colour scheme.
PICTURES: list[tuple[str, str, Any, Any]] = [
    ("home", "/?lang=en", DESKTOP, "light"),
    ("home-chinese", "/?lang=zh-hans", DESKTOP, "light"),
    ("home-phone", "/?lang=en", PHONE, "light"),
    ("compare", f"{COMPARE}&lang=en", DESKTOP, "light"),
    ("compare-dark", f"{COMPARE}&lang=en", DESKTOP, "dark"),
    ("compare-chinese", f"{COMPARE}&lang=zh-hans", DESKTOP, "light"),
    ("compare-phone", f"{COMPARE}&lang=en", PHONE, "dark"),
    ("city", "/cities/haikou/?lang=en", DESKTOP, "light"),
    ("topic", "/topics/bonded-import-1210/?lang=en&as_of=2018-06-30", DESKTOP, "light"),
    ("topic-chinese", "/topics/bonded-import-1210/?lang=zh-hans", DESKTOP, "dark"),
    ("profiles", "/profiles/?lang=en&as_of=2025-01-15", DESKTOP, "light"),
    ("atlas", "/atlas/?lang=en&order=province", DESKTOP, "light"),
    ("atlas-years", "/atlas/?lang=zh-hans&shown=years", DESKTOP, "dark"),
    ("changes", "/changes/?lang=en&from=2015-01-01", DESKTOP, "light"),
    ("changes-phone", "/cities/zhengzhou/changes/?lang=zh-hans&from=2018-01-01", PHONE, "light"),
    ("statistics", "/statistics/?lang=en", DESKTOP, "light"),
    ("spread-chinese", "/topics/spread/?lang=zh-hans&ordering=duration", DESKTOP, "dark"),
]


CARDS = FOLDER.parents[1] / "cbec_portal" / "static" / "cbec_portal"
CARD_SIZE: Any = {"width": 1200, "height": 630}
CARD_STYLE = """
  body { align-content: center; display: grid; height: 630px; margin: 0; padding: 0 90px; }
  .page-header, .page-footer, main > :not(h1, .lead-in, .brand), .skip { display: none; }
  main { padding: 0; }
  main .brand { font-size: 34px; margin-block-end: 44px; }
  main .brand :is(img, svg) { height: 48px; width: 48px; }
  main h1 { font-size: 52px; max-width: none; text-wrap: wrap; }
  main h1:lang(zh) { font-size: 47px; }
  main .lead-in { font-size: 30px; max-width: none; }
"""


def main() -> None:
    """Serve the real data and take every picture, or those of the parts that are named."""
    parts = sys.argv[1:] or ["pages", "desk", "cards"]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cbec_portal.settings")
    django.setup()
    from tests.browser.desk_pictures import take_desk_pictures
    from tests.templates import Templates

    FOLDER.mkdir(parents=True, exist_ok=True)
    chromium = os.environ["CBEC_BROWSER"]
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder), Templates(Path(folder)).static()) as portal,
        sync_playwright() as playwright,
    ):
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        if "pages" in parts:
            take_pages(launched, portal)
        if "desk" in parts:
            take_desk_pictures(launched, portal, FOLDER)
        if "cards" in parts:
            take_cards(launched, portal)
        launched.close()


def take_pages(launched: Any, portal: Served) -> None:
    """Take the main pages."""
    for name, path, size, scheme in PICTURES:
        page = launched.new_page(viewport=size, color_scheme=scheme)
        page.goto(portal.url(path), wait_until="networkidle")
        page.screenshot(path=FOLDER / f"{name}.png")
        page.close()
        sys.stdout.write(f"{name}.png\n")


def take_cards(launched: Any, portal: Served) -> None:
    """Take what other sites show with a link that has no card of its own, in each language."""
    for language, _name in settings.LANGUAGES:
        page = launched.new_page(viewport=CARD_SIZE, color_scheme="light", bypass_csp=True)
        page.goto(portal.url(f"/?lang={language}"), wait_until="networkidle")
        page.evaluate("document.querySelector('main').prepend(document.querySelector('.brand'))")
        page.add_style_tag(content=CARD_STYLE)
        name = f"card-{language}.png"
        page.screenshot(path=CARDS / name)
        page.close()
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
