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

from cbec_portal import china_time
from cbec_portal.china_time import now, today_in_china
from cbec_portal.day_words import day_in_words
from tests.conftest import log_in_staff
from tests.zones.desk.acts import say_why_all
from zones.desk.addresses import address_of_row
from zones.desk.city_moves import address_of_move, moved, propose_move, with_evidence
from zones.desk.pickers import NotPickedError, label_of, picked
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.models import City, Province
from zones.models.places import Level

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


def slugs(client: Client, **asked: str) -> set[str]:
    """The cities that the list tells, with whichever filters."""
    page = client.get("/admin/zones/city/", {"all": "1", **asked})
    assert page.status_code == 200
    return {city.slug for city in page.context["cl"].result_list}


@pytest.mark.parametrize("days", [30, 0, -30])
def test_filters_of_the_list_go_by_where_cities_lie_today(
    client: Client, move: Callable[[str], None], days: int
) -> None:
    before, after = (str(Province.objects.get(iso_3166_2=code).pk) for code in ("CN-ZJ", "CN-AH"))
    move(day_from_today(days))
    there, elsewhere = (before, after) if days > 0 else (after, before)
    assert "jiaxing" in slugs(client, province__id__exact=there)
    assert "jiaxing" not in slugs(client, province__id__exact=elsewhere)
    region = Province.objects.get(pk=there).region
    assert "jiaxing" in slugs(client, province__region__exact=region)
    ranks = [slugs(client, level__exact=rank) for rank in Level.values]
    assert sum(map(len, ranks)) == len(slugs(client))


def test_a_filter_by_what_there_is_not_says_so(client: Client) -> None:
    for name in ("province__id__exact", "province__region__exact", "level__exact"):
        page = client.get("/admin/zones/city/", {name: "no-such"})
        assert (page.status_code, page.headers.get("Location")) == (302, "/admin/zones/city/?e=1")


@pytest.mark.parametrize("days", [30, 0])
def test_the_form_of_a_city_says_from_when_its_place_holds(
    client: Client, move: Callable[[str], None], days: int
) -> None:
    day = day_from_today(days)
    move(day)
    form = client.get(address_of_row("cities", ("jiaxing",)))
    text = text_of(form)
    is_to_come = days > 0
    assert (f"holds from {day_in_words(day)} on" in text) == is_to_come
    assert ("Today the city lies in Zhejiang" in text) == is_to_come
    until = html.escape(address_of_row("former_placements", ("jiaxing", day)))
    assert (until in form.content.decode()) == is_to_come
    assert client.get(address_of_row("former_placements", ("jiaxing", day))).status_code == 200
    moves = text_of(client.get(address_of_move("jiaxing")))
    assert (f"{day_in_words(day)} to come" in moves) == is_to_come


def test_pickers_name_the_province_of_today_before_and_after_a_move(
    client: Client, move: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    move(day_from_today(30))
    offered = client.get(reverse("admin:desk-pick", args=["cities"]), {"q": "jiaxing"})
    assert "Zhejiang" in offered.content.decode()
    assert "Anhui" not in offered.content.decode()
    for typed in ("浙江嘉兴", "浙江省嘉兴市", "Jiaxing, Zhejiang"):
        assert picked("cities", typed).key == ("jiaxing",)
    with pytest.raises(NotPickedError):
        picked("cities", "安徽嘉兴")
    later = now() + timedelta(31)
    monkeypatch.setattr(china_time, "now", lambda: later)
    assert picked("cities", "安徽嘉兴").key == ("jiaxing",)
    assert "Anhui" in label_of("cities", ("jiaxing",))
    with pytest.raises(NotPickedError):
        picked("cities", "浙江嘉兴")
