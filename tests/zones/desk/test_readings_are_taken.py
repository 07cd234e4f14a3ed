"""What a box can mean is a button in every form, which writes it into the box."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from zones.desk.city_moves import address_of_move
from zones.desk.proposals import open_set

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

TWO = "01/02/2027"
BOTH = {"2027-01-02", "2027-02-01"}
MOVE = {"cell_province": "CN-AH", "cell_customs_district": "3300"}
POLICY = {"cell_topic": "import-single-transaction-limit", "cell_scope_kind": "nation"}
PLACES = {
    "topic": "import-single-transaction-limit",
    "cell_value": "6000",
    "places": "Hangzhou\nNingbo",
    "shared_source_id": "mof-gacc-sta-2018-49",
}


def taken(page: Any) -> dict[str, str]:
    """What the buttons of a page write, by the act that each sends."""
    buttons = re.findall(r'name="do" value="(take \S+ ([^"]*))"', page.content.decode())
    return {cell: act for act, cell in buttons}


@pytest.mark.parametrize(
    ("page", "act", "box", "typed"),
    [
        ("move", "save", "cell_until", MOVE),
        ("propose", "save", "cell_effective_from", POLICY),
        ("places", "look", "shared_effective_from", PLACES),
    ],
)
def test_what_a_day_can_mean_is_taken_by_a_button(
    analyst: Any, page: str, act: str, box: str, typed: Mapping[str, str]
) -> None:
    client = Client()
    log_in_staff(client, analyst)
    address = {
        "move": address_of_move("jiaxing"),
        "propose": reverse("admin:desk-propose", args=["policies"]),
        "places": reverse("admin:desk-places", args=[open_set(analyst, "Anew").pk]),
    }[page]
    refused = client.post(address, {**typed, box: TWO, "do": act})
    offered = taken(refused)
    assert offered.keys() >= BOTH
    again = client.post(address, {**typed, box: TWO, "do": offered["2027-02-01"]})
    text = again.content.decode()
    (shown,) = re.findall(rf'<input[^>]*name="{box}"[^>]*value="([^"]*)"', text)
    assert shown == "2027-02-01"
    assert not BOTH & taken(again).keys()
