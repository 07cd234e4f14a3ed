"""What a form did is told on the page after it: how many rows it wrote, and how it read cells."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.test_one_reader import GOOD
from zones.models import ChangeSet

pytestmark = pytest.mark.django_db

#: What a script says with a form whose answer it would show in place.
BY_SCRIPT = {"In-Place": "1"}


@pytest.fixture
def client(analyst: Any) -> Client:
    own = Client()
    log_in_staff(own, analyst)
    return own


def address_of_form() -> str:
    return reverse("admin:desk-propose", args=["policies"])


def boxes(act: str = "save", **cells: str) -> dict[str, str]:
    own = {f"cell_{name}": cell for name, cell in {**GOOD, **cells}.items()}
    return {"do": act, "new_set": "A try", **own}


def told(page: Any) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def test_a_script_opens_the_page_after_a_save_where_all_is_told_once(client: Client) -> None:
    answer = client.post(address_of_form(), boxes(value="5千"), headers=BY_SCRIPT)
    (change_set,) = ChangeSet.objects.all()
    row = change_set.rows.get()
    assert (answer.status_code, answer.content) == (200, b"")
    assert "Location" not in answer.headers
    leads_to = answer.headers["Leads-To"]
    assert leads_to == f"/admin/desk/sets/{change_set.pk}/?row={row.pk}#row-{row.pk}"
    shown = told(client.get(leads_to))
    assert shown[0] == "1 row is proposed in “A try”."
    assert any("read 5千 as 5000" in one for one in shown)
    assert any("read 2027/1/1 as 2027-01-01" in one for one in shown)
    assert told(client.get(leads_to)) == []


def test_a_script_follows_what_leads_to_the_page_it_shows(client: Client) -> None:
    client.post(address_of_form(), boxes())
    page = reverse("admin:desk-set", args=[ChangeSet.objects.get().pk])
    answer = client.post(page, {"do": "comment", "text": "Look here."}, headers=BY_SCRIPT)
    assert answer.status_code == 303
    assert "Leads-To" not in answer.headers


def test_a_browser_without_scripts_is_led_on_as_ever(client: Client) -> None:
    answer = client.post(address_of_form(), boxes())
    assert answer.status_code == 303
    assert "Leads-To" not in answer.headers


def test_a_row_that_is_kept_unfinished_is_told_so(client: Client) -> None:
    answer = client.post(address_of_form(), boxes("keep", summary_zh=""), follow=True)
    assert told(answer)[0] == "The row is kept unfinished in “A try”."
