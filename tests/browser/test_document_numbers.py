"""No line breaks the number of a document, on whatever page, in either language."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

PAGES = [
    "/cities/hangzhou/",
    "/cities/hangzhou/import-single-transaction-limit/?as_of=2019-01-01",
    "/cities/zhengzhou/changes/?from=2018-01-01&to=2020-12-31",
    "/topics/bonded-import-1210/",
    "/topics/import-single-transaction-limit/",
    "/zones/",
    "/batches/",
    "/sources/",
    "/sources/sc-2025-40/",
    "/changes/?from=2018-01-01&to=2019-12-31",
    "/search/?q=2018",
    "/compare/?cities=hangzhou,zhengzhou&as_of=2019-12-31",
    "/templates/import-1210-seller/",
    "/templates/import-1210-seller/preview/?city=hangzhou&as_of=2019-06-30",
]
#: Every number in a text, with the tops of the lines on which it stands.
BROKEN = """() => {
  const year = "(?:[〔［]\\\\d{4}[〕］]|\\\\d{4}年)", decree = "令第[\\\\d一二三四五六七八九十]+号";
  const number = new RegExp(`(?:[一-鿿]{1,6})?${year}第?\\\\d+号|${decree}`, "g");
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const found = { seen: 0, broken: [] };
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const own = text.parentElement;
    if (!own.checkVisibility() || own.closest("pre, code, option")) continue;
    for (const match of text.data.matchAll(number)) {
      const range = document.createRange();
      range.setStart(text, match.index);
      range.setEnd(text, match.index + match[0].length);
      const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.bottom / 6)));
      found.seen += 1;
      if (lines.size > 1) found.broken.push(`${match[0]} in ${own.outerHTML.slice(0, 90)}`);
    }
  }
  return found;
}"""


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_document_number_is_broken(page: Page, language: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    broken: dict[str, list[str]] = {}
    seen = 0
    for address in PAGES:
        page.goto(f"{address}{'&' if '?' in address else '?'}lang={language}")
        folded = page.locator("details:not(.menu)")
        folded.evaluate_all("all => all.forEach((own) => { own.open = true; })")
        found: Any = page.evaluate(BROKEN)
        seen += found["seen"]
        if found["broken"]:
            broken[address] = found["broken"][:3]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            broken.setdefault(address, []).append("wider than the screen")
    assert seen > 300
    assert broken == {}


@pytest.mark.parametrize("width", [1280, 1920])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("address", ["/zones/", "/cities/"])
def test_a_list_fits_beside_its_facets(page: Page, address: str, language: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{address}?lang={language}")
    cut = "all => all.map((own) => [own.scrollWidth, own.clientWidth]).filter(([a, b]) => a > b)"
    tables = page.locator("main .wide:has(table)")
    assert tables.count()
    assert tables.evaluate_all(cut) == []
