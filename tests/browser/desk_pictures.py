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
READ_AGAIN = "import-annual-transaction-limit"
#: Two analysts say something else of one policy, and that of the second is published first.
CONFLICT = """
from django.contrib.auth.models import User
from tests.zones.desk.acts import proposed, published, written
ana, ben, rui = (User.objects.get(username=name) for name in ("ana", "ben", "rui"))
limit = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
wordings = (
    "An order of retail imports is worth 5,000 CNY at most.",
    "The limit of a single order rose to 5,000 CNY.",
)
first, second = (
    written("policies", limit, summary_en=words, clause=clause)
    for words, clause in zip(wordings, ("Article 1", "Paragraph 1"))
)
proposed(ana, first, title="A clearer wording")
published(ben, rui, second, title="The limit rose")
"""
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
    hire(portal, ana="analyst", ben="analyst", rui="reviewer")
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
    portal.manage("shell", "-v0", "-c", CONFLICT)
    page.goto(portal.url("/admin/desk/sets/?lang=en"))
    page.get_by_role("link", name="A clearer wording").click()
    page.locator("#rows").scroll_into_view_if_needed()
    picture(page, "desk-conflict")
    waiting.goto(portal.url("/admin/desk/readings/?lang=en"))
    waiting.get_by_label("Share to draw").fill("100")
    waiting.get_by_label("Topic").select_option(READ_AGAIN)
    waiting.get_by_role("button", name="Draw them").click()
    expect(waiting.locator("#content, main").get_by_text("drawn now").first).to_be_visible()
    page.goto(portal.url("/admin/desk/readings/?lang=en"))
    page.locator("#waiting ~ .hits a").first.click()
    picture(page, "desk-reading")
    page.get_by_label("What the documents say").select_option("stated")
    page.locator("#value").fill("2000")
    page.locator("#source").fill(SOURCE)
    page.locator("#quote").fill("年度交易限值由人民币20000元提高至26000元")
    page.get_by_role("button", name="Send the reading").click()
    expect(page.get_by_text("The readings diverge.")).to_be_visible()
    waiting.goto(page.url)
    picture(waiting, "desk-diverging")


def _someone(launched: Browser, portal: Served, name: str) -> Person:
    own = Person(launched.new_context(viewport=SIZE).new_page(), portal, name)
    own.log_in()
    return own
