"""What keeps a set from going on leads to where it is mended: the box has the focus, what was typed
elsewhere is kept, and whoever cannot mend it is told who can.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, proposed, submitted, written
from zones.desk.set_steps import send_back
from zones.models import ChangeSet

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


class Page(HTMLParser):
    """The ids of a page, the links of its refusals, and what has the focus."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.focused: list[str] = []
        self.feed(answer.content.decode())
        self.led_to = set(re.findall('<a href="#(.*?)"', "".join(answer.context["errors"])))

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = dict(attrs)
        self.ids.add(given.get("id", ""))
        if "autofocus" in given:
            self.focused.append(given["id"])


def acted(person: Any, own: ChangeSet, **posted: str) -> Any:
    """Post an act, in the state that the set has, and return the page that refuses it."""
    client = Client()
    log_in_staff(client, person)
    own.refresh_from_db()
    page = f"{reverse('admin:desk-set', args=[own.pk])}?lang=en"
    answer = client.post(page, {"seen": str(own.version), **posted})
    assert answer.status_code == 400
    return answer


def warned(analyst: Any) -> ChangeSet:
    """A set with warnings of two kinds."""
    return proposed(analyst, written("policies", LIMIT, value="777777", effective_to="2019-01-02"))


def test_warnings_lead_to_the_boxes_of_their_reasons_and_the_first_has_the_focus(
    analyst: Any,
) -> None:
    own = warned(analyst)
    answer = acted(analyst, own, do="submit", title=own.title, reason="A slip.")
    page = Page(answer)
    boxes = [f"reason-{one['code']}" for one in answer.context["waiting"]]
    assert boxes
    assert page.led_to == set(boxes)
    assert page.led_to <= page.ids
    assert page.focused == boxes[:1]
    # What is typed is kept, and what is still to be typed has the focus.
    first, *others = boxes
    again = acted(analyst, own, do="submit", title=own.title, reason="A slip.", **{first: " "})
    assert again.context["said_reason"] == "A slip."
    answer = acted(analyst, own, do="submit", title=own.title, reason="", **{first: "It is so."})
    typed = {f"reason-{one['code']}": one["reason"] for one in answer.context["waiting"]}
    assert typed == {first: "It is so.", **dict.fromkeys(others, "")}
    assert Page(answer).focused == ["set-reason-box"]


def test_a_missing_reason_leads_to_its_box_or_to_whoever_has_it(
    analyst: Any, other_analyst: Any
) -> None:
    own = proposed(analyst, written("cities", ("hangzhou",), name_en="Hangzhou!"))
    page = Page(acted(analyst, own, do="submit"))
    assert (page.led_to, page.focused) == ({"set-reason-box"}, ["set-reason-box"])
    answer = acted(other_analyst, own, do="submit")
    assert Page(answer).led_to == set()
    assert "Who opened a change set says what it is called, and why." in answer.context["errors"]


def rows_back(analyst: Any, reviewer: Any) -> ChangeSet:
    own = submitted(analyst, written("cities", ("ningbo",), name_en="Ningbo!"))
    return send_back(own, reviewer, "Not so.", own.rows.all())


@pytest.mark.parametrize(
    ("made", "led_to", "told"),
    [
        (lambda ana, _rui: proposed(ana), "paste", "propose one in a form"),
        (
            lambda ana, _rui: proposed(ana, written("cities", ("ningbo",), name_en="")),
            "rows",
            "Mend the rows that are refused",
        ),
        (
            lambda ana, _rui: proposed(
                ana,
                written("cities", ("ningbo",), name_en=known("cities")["ningbo",]["name_en"]),
            ),
            "rows",
            "mend one, or propose others",
        ),
        (rows_back, "rows", "Mend the rows that were sent back"),
    ],
)
def test_what_hinders_leads_to_where_it_is_mended(
    analyst: Any, reviewer: Any, made: Any, led_to: str, told: str
) -> None:
    own = made(analyst, reviewer)
    answer = acted(analyst, own, do="submit", title=own.title, reason="A slip.")
    page = Page(answer)
    assert page.led_to == {led_to} <= page.ids
    assert told in "".join(answer.context["errors"])


def test_other_acts_that_want_a_reason_have_the_focus_in_its_box(
    analyst: Any, reviewer: Any
) -> None:
    own = warned(analyst)
    answer = acted(analyst, own, do="acknowledge")
    assert Page(answer).focused == [f"reason-{answer.context['waiting'][0]['code']}"]
    sent = submitted(analyst, written("cities", ("ningbo",), name_en="Ningbo!"))
    assert Page(acted(reviewer, sent, do="send_back", text=" ")).focused == ["text"]
