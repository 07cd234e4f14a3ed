"""Pictures of the desk for docs/analysts.md, of a day on which a limit rises in some districts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.browser.people import Person, hire
from tests.serving import Served

TOPIC, SOURCE = "import-single-transaction-limit", "mof-gacc-sta-2018-49"
SIZE: Any = {"width": 1280, "height": 1000}
#: Two lines are wrong, and one day is written as spreadsheets write it.
GRID = "\n".join(
    "\t".join(line)
    for line in (
        (
            *("topic", "scope_kind", "scope_code", "effective_from", "value"),
            *("summary_en", "summary_zh", "source_id", "verification", "state", "quote"),
        ),
        *(
            (
                *(TOPIC, "customs_district", code, day, value),
                *("A trial of a higher limit.", "试行较高限值。", SOURCE, "secondary", "stated"),
                "单次交易限值",
            )
            for code, day, value in (
                ("2900", "2027/1/1", "6000"),
                ("0700", "2027-01-01", "6000"),
                ("5100", "2027-01-01", "six"),
                ("9999", "2027-01-01", "6000"),
            )
        ),
    )
)


def take_desk_pictures(launched: Browser, portal: Served, folder: Path) -> None:
    """Walk a change set from the paste to the review, and take a picture of each step."""
    hire(portal, ana="analyst", rui="reviewer")
    analyst, reviewer = (_someone(launched, portal, name) for name in ("ana", "rui"))
    page = analyst.page

    def picture(shown: Page, name: str) -> None:
        shown.screenshot(path=folder / f"{name}.png")
        sys.stdout.write(f"{name}.png\n")

    page.goto(portal.url(f"/admin/desk/propose/policies/?topic={TOPIC}&lang=en"))
    picture(page, "desk-form")
    page.goto(portal.url("/admin/desk/sets/?lang=en"))
    page.get_by_label("Title").fill("A higher limit in three districts")
    page.get_by_label("Reason").fill("Announced in January.")
    page.get_by_role("button", name="Open a change set").click()
    page.get_by_label("Pasted rows, their head first").fill(GRID)
    page.get_by_role("button", name="Read it").click()
    picture(page, "desk-grid")
    page.get_by_role("button", name="Propose 2 rows").click()
    expect(page.locator("#content").get_by_text("2 rows are proposed")).to_be_visible()
    page.get_by_role("link", name="A higher limit in three districts").first.click()
    for reason in page.locator("[name^=reason-]").all():
        reason.fill("The announcement says so.")
    page.get_by_role("button", name="Send to review").click()
    expect(page.locator(".badge").first).to_have_text("in review")
    waiting = reviewer.page
    waiting.goto(portal.url("/admin/?lang=en"))
    picture(waiting, "desk-dashboard")
    waiting.goto(portal.url("/admin/?lang=zh-hans"))
    picture(waiting, "desk-dashboard-chinese")
    waiting.goto(portal.url("/admin/?lang=en"))
    waiting.get_by_role("link", name="A higher limit in three districts").first.click()
    expect(waiting.get_by_role("heading", level=1)).to_have_text(
        "A higher limit in three districts"
    )
    picture(waiting, "desk-set")
    waiting.goto(portal.url("/admin/desk/queue/?lang=en"))
    picture(waiting, "desk-queue")


def _someone(launched: Browser, portal: Served, name: str) -> Person:
    own = Person(launched.new_context(viewport=SIZE).new_page(), portal, name)
    own.log_in()
    return own
