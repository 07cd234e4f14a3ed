"""An address that asks for what cannot be done with a row says so, and nothing else is done."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from zones.desk.proposals import open_set
from zones.models import ProposedRow

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

KEY = json.dumps(["import-single-transaction-limit", "nation", "CN", "2019-01-01"])


def of_policies(_person: Any) -> str:
    return reverse("admin:desk-propose", args=["policies"])


def in_a_set(person: Any) -> str:
    return reverse("admin:desk-row-new", args=[open_set(person, "A set").pk])


def of_a_move(_person: Any) -> str:
    return reverse("admin:desk-move", args=["hangzhou"])


WRONG = {
    "no way": (of_policies, {"key": KEY, "as": "amend"}, ("“amend”", "version"), "可用的有"),
    "no way in a set": (in_a_set, {"key": KEY, "as": "End"}, ("“End”", "withdraw"), "可用的有"),
    "no row to end": (of_policies, {"as": "end"}, ("names no row",), "未指明是哪一行"),
    "no row to take out": (in_a_set, {"as": "withdraw"}, ("names no row",), "未指明是哪一行"),
    "no row to copy": (of_policies, {"as": "copy", "key": ""}, ("names no row",), "未指明是哪一行"),
    "no move": (of_a_move, {"as": "move"}, ("“move”", "end"), "可用的有"),
    "no place to take back": (of_a_move, {"as": "withdraw"}, ("as since",), "since"),
    "no day to correct": (of_a_move, {"as": "end"}, ("as since",), "since"),
}


@pytest.mark.parametrize("case", WRONG)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_cannot_be_done_is_refused_in_words(case: str, method: str, analyst: Any) -> None:
    page: Callable[[Any], str]
    page, asked, words, chinese = WRONG[case]
    client = Client()
    log_in_staff(client, analyst)
    address = page(analyst)
    for language, told in (("en", words), ("zh-hans", (chinese,))):
        client.cookies["django_language"] = language
        ask = getattr(client, method)
        sent = {"data": {"do": "save"}} if method == "post" else {}
        answer = ask(address, query_params=asked, **sent)
        assert answer.status_code == 400
        assert all(one in answer.content.decode() for one in told), language
    assert not ProposedRow.objects.exists()


@pytest.mark.parametrize("way", ["version", "end", "withdraw", "copy"])
def test_what_can_be_done_is_shown(way: str, analyst: Any) -> None:
    client = Client()
    log_in_staff(client, analyst)
    asked = {"key": KEY, "as": way}
    for page in (of_policies(analyst), in_a_set(analyst)):
        assert client.get(page, asked).status_code == 200
    assert client.get(of_policies(analyst)).status_code == 200
    assert client.get(of_a_move(analyst), {"province": "CN-JS"}).status_code == 200
