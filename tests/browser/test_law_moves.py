"""When the law moves, old and new can be read beside each other."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_checklists import log_in, people, start
from tests.serving import Served

__all__ = ["people"]

#: Corrects what a duty rests on, one person writing and another publishing, and rewords the duty.
MOVE = """
from checklists.models import Requirement
from tests.zones.test_publishing import next_version, publish_as_two
from zones.models import Policy
from zones.rules.vocabulary import Change
from zones.services.publication import Publication
old = Policy.objects.current().get(
    topic__slug="food-recall-domestic-agent-required", scope_kind="nation", effective_to=None
)
summary = "Whoever sells food keeps an agent in the country who recalls it at any time. {word}"
new = next_version(old, change=Change.CORRECTED, summary_en=summary)
publish_as_two(Publication(policies=[new]))
duties = Requirement.objects.filter(
    template__slug="import-1210-seller", tested_topic__slug="food-recall-domestic-agent-required"
)
assert duties.update(title_en="{title}")
"""
TITLE = "Appoint the agent in the country who recalls food, and tell customs who that is"


@pytest.fixture
def moved(page: Page, people: None, portal: Served) -> str:
    """The page of changes of a checklist under which the law has moved."""
    log_in(page, "alice")
    address = start(page)
    page.goto(f"{address}answers/?lang=en")
    page.get_by_label("Food", exact=True).check()
    page.get_by_role("button", name="See what this would change").click()
    page.get_by_role("button", name="Give these answers").click()
    page.goto(f"{address}changes/?lang=en")
    expect(page.locator("main")).to_contain_text("Nothing moved")
    portal.manage("shell", "-v0", "-c", MOVE.format(word="As corrected.", title=TITLE))
    return f"{address}changes/"


def test_old_and_new_stand_side_by_side_where_there_is_room(page: Page, moved: str) -> None:
    for width, beside in ((1280, True), (390, False)):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(moved)
        expect(page.locator("main")).to_contain_text("As corrected.")
        expect(page.locator("ins").first).to_have_text(TITLE)
        assert page.locator(".move dl.side-by-side").count() == 1  # the wording
        pairs = page.locator(".move .side-by-side").all()
        assert len(pairs) >= 2  # and what the law says in the place
        for pair in pairs:
            old, new = (side.bounding_box() for side in pair.locator("> *").all())
            assert old
            assert new
            assert abs(old["width"] - new["width"]) < 2
            assert old["width"] > (480 if beside else 300)
            assert (old["y"] == new["y"]) == beside
            assert beside == (new["x"] >= old["x"] + old["width"])
            assert beside or new["y"] >= old["y"] + old["height"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
