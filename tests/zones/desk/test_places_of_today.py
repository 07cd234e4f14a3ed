"""The admin tells where a city lies today, and from which day on it will lie elsewhere."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cbec_portal.china_time import today_in_china
from cbec_portal.day_words import day_in_words
from tests.conftest import log_in_staff
from tests.zones.desk.acts import say_why_all
from zones.desk.city_moves import moved, propose_move, with_evidence
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.models import City

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def day_from_today(days: int) -> str:
    return (today_in_china() + timedelta(days)).isoformat()


@pytest.fixture
def client(analyst: Any) -> Client:
    own = Client()
    log_in_staff(own, analyst)
    return own


@pytest.fixture
def move(analyst: Any, reviewer: Any) -> Callable[[str], None]:
    """Publish that Jiaxing lies in Anhui from a day on."""

    def own(day: str) -> None:
        drafts = with_evidence(moved("jiaxing", day, "CN-AH", "3300"), {"quote": "原文如此。"})
        change_set = propose_move(None, analyst, "jiaxing", drafts, title="A move")
        say_why_all(change_set, analyst)
        publish_set(submit(change_set, analyst), reviewer)

    return own


def text_of(page: Any) -> str:
    assert page.status_code == 200
    shown = re.sub(r"<(?:select|nav)\b.*?</(?:select|nav)>", "", page.content.decode(), flags=re.S)
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", shown)).split())


def told(client: Client) -> list[str]:
    """What the list and the page of the city say of it."""
    listed = client.get("/admin/zones/city/?q=jiaxing").content.decode()
    (row,) = re.findall(r"<tr>.*?jiaxing.*?</tr>", listed.partition("<tbody>")[2], re.S)
    page = client.get(
        reverse("admin:zones_city_change", args=[City.objects.get(slug="jiaxing").pk])
    )
    whole = text_of(page)
    return [" ".join(html.unescape(re.sub("<[^>]*>", " ", row)).split()), whole]


def test_before_its_day_a_move_is_told_as_what_comes(
    client: Client, move: Callable[[str], None]
) -> None:
    day = day_from_today(30)
    move(day)
    for text in told(client):
        assert "Hangzhou Customs" in text
        assert f"From {day_in_words(day)}: Anhui, Hefei Customs" in text
        assert text.count("Hefei Customs") == 1


@pytest.mark.parametrize("days", [0, -30])
def test_from_its_day_on_it_is_what_holds(
    client: Client, move: Callable[[str], None], days: int
) -> None:
    day = day_from_today(days)
    move(day)
    for text in told(client):
        assert "Hefei Customs" in text
        assert "Hangzhou Customs" not in text
        assert f"From {day_in_words(day)}" not in text


def test_every_list_asks_as_often_for_many_cities(
    client: Client, move: Callable[[str], None], django_assert_max_num_queries: Any
) -> None:
    move(day_from_today(30))
    client.get("/admin/zones/city/")
    with django_assert_max_num_queries(30):
        assert client.get("/admin/zones/city/").status_code == 200
