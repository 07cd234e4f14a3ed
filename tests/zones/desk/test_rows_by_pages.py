"""A set of many rows is shown page by page, and what is ticked stays so from page to page."""

from __future__ import annotations

import re
from collections import Counter
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.growth import queries
from tests.zones.desk.acts import known, proposed, published, say_why_all, submitted, written
from zones.admin.reviewed_rows import A_PAGE
from zones.dataset.applied_rows import key_of_text
from zones.desk.set_steps import submit
from zones.models import ChangeSet
from zones.rules.vocabulary import SetState

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

MANY = 2 * A_PAGE + 5


def many(someone: Any, number: int = MANY, start: int = 0) -> ChangeSet:
    """A set that says otherwise what so many policies say, all of few topics."""
    keys = sorted(known("policies"))[start : start + number]
    return proposed(someone, *(written("policies", key, summary_en="Anew.") for key in keys))


def page_of(own: ChangeSet) -> str:
    return reverse("admin:desk-set", args=[own.pk])


def numbers(own: ChangeSet) -> list[int]:
    return list(own.rows.order_by("pk").values_list("pk", flat=True))


def shown(text: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="row-(\d+)"', text)]


def said(text: str) -> Counter[int]:
    """The rows that a form would name, were it sent: ticked here, or on another page."""
    boxes = re.findall(r'<input[^>]*name="rows"[^>]*>', text)
    named = (box for box in boxes if " checked" in box or 'type="hidden"' in box)
    return Counter(int(re.findall(r'value="(\d+)"', box)[0]) for box in named)


def client_of(person: Any) -> Client:
    client = Client()
    log_in_staff(client, person)
    return client


def test_every_row_is_on_one_page_and_its_address_leads_there(analyst: Any) -> None:
    own, client = many(analyst), client_of(analyst)
    seen = [
        shown(client.get(page_of(own), {"page": page}).content.decode()) for page in (1, 2, 3, 99)
    ]
    assert [len(page) for page in seen] == [A_PAGE, A_PAGE, MANY - 2 * A_PAGE, MANY - 2 * A_PAGE]
    assert sorted(seen[0] + seen[1] + seen[2]) == numbers(own)
    for page in seen[:3]:
        row = own.rows.get(pk=page[-1])
        (column,) = row.cells
        # As if the cell had said something else when the row was proposed.
        row.before = {**row.before, column: "Before that."}
        row.save(update_fields=["before"])
        here = known("policies")[key_of_text(row.key)][column]
        settled = {"do": "settle", "row": row.pk, "column": column, "keep": "mine", "theirs": here}
        told = client.post(page_of(own), {**settled, "seen": row.version})
        assert told.headers["Location"].endswith(f"#row-{row.pk}")
        assert shown(client.get(told.headers["Location"]).content.decode()) == page
    # A row that is not there, or no number, leads to the first.
    for odd in ("0", "x", "9" * 30):
        assert shown(client.get(page_of(own), {"row": odd}).content.decode()) == seen[0]


@pytest.mark.parametrize("state", [SetState.DRAFT, SetState.IN_REVIEW])
def test_what_is_ticked_on_one_page_stays_so_on_others(
    state: SetState, analyst: Any, reviewer: Any
) -> None:
    own = many(analyst)
    if state == SetState.IN_REVIEW:
        say_why_all(own, analyst)
        submit(own, analyst)
    own.refresh_from_db()
    client, all_rows = client_of(reviewer if state == SetState.IN_REVIEW else analyst), numbers(own)
    first = shown(client.get(page_of(own)).content.decode())
    ticked = [first[3], first[-1]]
    turned = client.post(f"{page_of(own)}?page=2", {"do": "turn", "rows": ticked})
    assert turned.status_code == 200
    text = turned.content.decode()
    assert said(text) == Counter(ticked)
    assert "2 rows on other pages are ticked." in text
    second = shown(text)
    text = client.post(page_of(own), {"do": "turn", "rows": [*ticked, second[0]]}).content.decode()
    assert shown(text) == first
    assert said(text) == Counter([*ticked, second[0]])
    drop, send_back = {"do": "drop_rows", "sure": "1"}, {"do": "send_back", "text": "No."}
    act = drop if state == SetState.DRAFT else send_back
    sent: dict[str, Any] = {**act, "rows": [*said(text)], "seen": own.version}
    assert client.post(page_of(own), sent).status_code == 303
    assert set(numbers(own)) == set(all_rows) - said(text).keys()


def test_only_rows_to_mend_fill_the_pages_that_show_them(analyst: Any) -> None:
    own, client = many(analyst, MANY), client_of(analyst)
    wrong = own.rows.order_by("-pk").first()
    assert wrong
    wrong.cells = {**wrong.cells, "effective_to": "tomorrow"}
    wrong.save()
    text = client.get(page_of(own), {"errors": 1}).content.decode()
    assert shown(text) == [wrong.pk]


def test_a_published_set_tells_page_by_page_what_it_changed(analyst: Any, reviewer: Any) -> None:
    keys = sorted(known("policies"))[:MANY]
    drafts = (written("policies", key, summary_en="Anew.") for key in keys)
    revision = published(analyst, reviewer, *drafts)
    own, client = revision.change_set, client_of(reviewer)
    asked = [
        client.get(page_of(own), {"page": page}).content.decode().count("<article")
        for page in (1, 2, 3)
    ]
    assert asked == [A_PAGE, A_PAGE, MANY - 2 * A_PAGE]


def test_more_rows_of_the_same_topics_take_no_more_queries(analyst: Any, reviewer: Any) -> None:
    born = {"scope_kind": "city", "effective_from": "2020-02-03", "value": "6000"}
    limit = known("policies")["import-single-transaction-limit", "nation", "CN", "2019-01-01"]
    cities = [key[0] for key in known("cities")]
    for in_review in (False, True):
        counts = []
        for number in (10, 120):
            drafts = [
                written("policies", None, **{**limit, **born, "scope_code": city})
                for city in cities[:number]
            ]
            own = submitted(analyst, *drafts) if in_review else proposed(analyst, *drafts)
            client = client_of(reviewer if in_review else analyst)
            page = page_of(own)
            client.get(page)
            counts.append(queries(partial(client.get, page)))
        assert counts[0] == counts[1]
