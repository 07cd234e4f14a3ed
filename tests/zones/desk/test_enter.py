"""What Enter in a box does: never what is hard to take back, and never a button of another matter.

A browser presses the first button of a form, in the order of the page, wherever it stands.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.staff_pages import Asked, answered, staffed
from tests.zones.desk.acts import proposed, row_of, submitted, warned_of, written
from tests.zones.desk.test_grid_page import block
from tests.zones.desk.test_places_page import SHARED
from zones.desk.judgement import judge
from zones.desk.row_warnings import unacknowledged
from zones.models import ChangeSet
from zones.rules.vocabulary import SetState

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
#: What a box may be sent off by: what was typed is read, looked at or kept.
HARMLESS = {
    *("typed", "look", "mend", "propose", "save", "change", "comment", "rest", "settle"),
    *("read", "keep", "open", "draw", "set_cell"),
}
TYPED_IN = {"text", "search", "url", "email", "number", "date", "tel", "checkbox", "radio", ""}


class Sent(NamedTuple):
    """A form that is posted: the boxes in which Enter sends it, and its buttons by what they do."""

    boxes: list[str]
    buttons: list[str]


class Forms(HTMLParser):
    """The forms of a page, by their ids or by the order in which they stand."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Sent] = {}
        self.posted: set[str] = set()
        self.within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.within = said.get("id") or f"form {len(self.posted)} {self.getpos()}"
            if said.get("method", "").lower() == "post":
                self.posted.add(self.within)
            return
        owner = said.get("form") or self.within
        if tag not in ("input", "button") or not owner:
            return
        form = self.found.setdefault(owner, Sent([], []))
        kind = said.get("type", "")
        if (tag == "button" and kind in ("submit", "")) or kind in ("submit", "image"):
            form.buttons.append(said.get("value", "") if said.get("name") == "do" else "")
        elif tag == "input" and kind in TYPED_IN and "readonly" not in said:
            form.boxes.append(said.get("name", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.within = ""


def pressed_by_enter(html: str) -> list[tuple[list[str], str]]:
    """The boxes of each posted form with several buttons, and what Enter in one of them does."""
    forms = Forms()
    forms.feed(html)
    return [
        (form.boxes, form.buttons[0])
        for name, form in forms.found.items()
        if name in forms.posted and form.boxes and len(form.buttons) > 1
    ]


def of_the_desk() -> tuple[Client, list[Asked]]:
    """Who may do everything, and the pages of the desk, with what waits, is wrong or is unsure."""
    client, pages = staffed()
    ana = User.objects.get(username="ana")
    warned = proposed(ana, written("policies", LIMIT, value="9000000"), title="Far off")
    waiting = submitted(ana, written("policies", LIMIT, clause="item 3"), title="Waits")
    grid, places = (reverse(f"admin:desk-{name}", args=[warned.pk]) for name in ("grid", "places"))
    unknown = {"text": block(("Foshan Customs", "2027-01-01", "4000"), ("2900", "soon", "x"))}
    unsure = {"topic": LIMIT[0], "cell_value": "6000", "places": "青岛\n2900", **SHARED}
    return client, [
        *(page for page in pages if page.address.startswith("/admin/desk/")),
        *(Asked(reverse("admin:desk-set", args=[one.pk])) for one in (warned, waiting)),
        *(Asked(grid, {"do": act, **unknown}) for act in ("look", "mend")),
        *(Asked(places, {"do": act, **unsure}) for act in ("look", "propose")),
    ]


def test_enter_in_a_box_of_any_page_of_staff_is_harmless() -> None:
    client, pages = of_the_desk()
    wrong: dict[str, list[Any]] = {}
    tried = 0
    for asked, answer in answered(client, pages, "en"):
        if "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        for boxes, act in pressed_by_enter(answer.content.decode()):
            tried += 1
            if act.partition(" ")[0] not in HARMLESS:
                wrong.setdefault(asked.address, []).append((boxes, act))
    assert tried > 20
    assert wrong == {}


@pytest.fixture
def waiting(analyst: Any) -> ChangeSet:
    return submitted(analyst, written("policies", LIMIT, clause="item 3"), title="Waits")


def entered(someone: Any, change_set: ChangeSet, **typed: str) -> Any:
    """What is answered to Enter in a box of a set's page."""
    client = Client()
    log_in_staff(client, someone)
    seen = ChangeSet.objects.values_list("version", flat=True).get(pk=change_set.pk)
    address = reverse("admin:desk-set", args=[change_set.pk])
    return client.post(address, {"do": "typed", "seen": seen, **typed})


def test_enter_in_why_it_goes_back_sends_it_back(waiting: ChangeSet, reviewer: Any) -> None:
    assert entered(reviewer, waiting, text="Which clause?").status_code == 303
    waiting.refresh_from_db()
    assert waiting.state == SetState.SENT_BACK
    assert waiting.revision is None


def test_enter_in_an_empty_box_asks_for_the_words(waiting: ChangeSet, reviewer: Any) -> None:
    refused = entered(reviewer, waiting)
    assert refused.status_code == 400
    assert 'aria-invalid="true" autofocus' in refused.content.decode()
    waiting.refresh_from_db()
    assert waiting.state == SetState.IN_REVIEW


def test_enter_in_the_title_or_the_reason_of_a_set_saves_them(analyst: Any) -> None:
    own = proposed(analyst, written("policies", LIMIT, clause="item 3"))
    entered(analyst, own, title="Clauses", reason="They were left out.")
    own.refresh_from_db()
    assert (own.title, own.state) == ("Clauses", SetState.DRAFT)


def test_enter_in_why_a_warning_is_right_acknowledges_it(analyst: Any) -> None:
    own = proposed(analyst, written("policies", LIMIT, value="9000000"))
    codes = {code for code, _about in warned_of(judge(own))}
    assert codes
    said = {f"reason-{code}": "It is meant so." for code in codes}
    assert entered(analyst, own, title=own.title, reason=own.reason, **said).status_code == 303
    assert not unacknowledged(own, judge(own))


def test_rows_are_left_empty_after_a_question_alone(analyst: Any) -> None:
    own = proposed(analyst, written("policies", LIMIT, clause="item 3"))
    row = row_of(own)
    client = Client()
    log_in_staff(client, analyst)
    address = reverse("admin:desk-set", args=[own.pk])
    own.refresh_from_db()
    typed = {"do": "set_cell", "seen": own.version, "rows": row.pk, "column": "clause"}
    asked = client.post(address, {**typed, "cell": ""})
    assert "in 1 row?" in asked.content.decode()
    row.refresh_from_db()
    assert "item 3" in str(row.cells)
    client.post(address, {**typed, "cell": "", "sure": "1"})
    row.refresh_from_db()
    assert "item 3" not in str(row.cells)
