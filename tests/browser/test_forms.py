"""Fields of a form stand in one line, and show what they say."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.test_checklists import log_in, people

__all__ = ["people"]

#: Forms with a field that tells what was wrong, and forms without.
FORMS = [
    "/compare/?cities=hangzhou,hang&as_of=2019-12-31",
    "/compare/?cities=hangzhou&as_of=2019-13-01",
    "/places/?name=Suihua&province=CN-XX",
    "/cities/hangzhou/?as_of=tomorrow",
    "/cities/hangzhou/changes/?from=x",
    "/topics/bonded-import-1210/?as_of=x",
    "/profiles/?as_of=x",
    "/places/?name=Suihua",
    "/profiles/",
]

#: The bottoms of the boxes and buttons of a form, line by line.
ROWS = """() => {
    const form = document.querySelector("main form.question");
    const own = form.querySelectorAll(":scope > :is(label, .field, button)");
    const boxes = [...own].map(one => one.matches("button") ? one
        : one.querySelector("select, input:not([type=checkbox])")).filter(Boolean);
    const rows = {};
    for (const box of boxes) {
        const part = box.closest("form > *"), place = box.getBoundingClientRect();
        const row = Object.keys(rows).find(top => Math.abs(top - place.top) < 30);
        (rows[row ?? place.top] ??= []).push(place.bottom);
    }
    return Object.values(rows);
}"""


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("address", FORMS)
def test_the_fields_of_a_row_stand_in_one_line(page: Page, address: str, language: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{address}{'&' if '?' in address else '?'}lang={language}")
    rows: Any = page.evaluate(ROWS)
    assert max(map(len, rows)) > 1
    for bottoms in rows:
        assert max(bottoms) - min(bottoms) < 2, rows


@pytest.mark.parametrize("kind", ["fine", "caveat", "refused"])
def test_what_is_said_below_one_box_leaves_its_line_straight(page: Page, kind: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/places/?lang=en")
    page.evaluate(
        """kind => document.querySelector("main form.question > .field").insertAdjacentHTML(
            "beforeend", `<span class="${kind}">Said below.</span>`)""",
        kind,
    )
    for bottoms in page.evaluate(ROWS):
        assert max(bottoms) - min(bottoms) < 2


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize(
    "address",
    ["/places/", "/search/?q=Suihua", "/profiles/", "/cities/", "/changes/", "/zones/"],
)
def test_a_choice_shows_what_it_says(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}{'&' if '?' in address else '?'}lang=en")
    page.locator("details.folds").evaluate_all("all => all.forEach(own => { own.open = true; })")
    assert cut_choices(page) == []


def test_a_long_choice_takes_the_room_there_is(page: Page, people: None) -> None:
    log_in(page, "alice")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/checklists/start/?template=import-1210-seller&lang=en")
    assert page.locator("main select[name=template]").count() == 1
    assert cut_choices(page) == []


def cut_choices(page: Page) -> Any:
    """The selects whose chosen text does not fit them, with its width and theirs."""
    return page.locator("main select").evaluate_all(
        """(selects) => selects.map(select => {
            const said = document.createElement("span"), style = getComputedStyle(select);
            said.style.cssText = "position:absolute;white-space:nowrap";
            said.style.fontSize = style.fontSize;
            said.style.fontFamily = style.fontFamily;
            said.textContent = select.selectedOptions[0].textContent;
            document.body.append(said);
            const wide = said.getBoundingClientRect().width;
            said.remove();
            return [select.name, wide, select.clientWidth - 34];
        }).filter(([, wide, room]) => wide > room)"""
    )
