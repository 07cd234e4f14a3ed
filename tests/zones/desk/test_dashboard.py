"""The dashboard tells how much is researched, and how sure it is, by focus area and programme."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cbec_portal.china_time import today_in_china
from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, published, written
from zones.admin.certainty_bars import WIDTH, certainty_bar
from zones.models import City, InForce, Zone
from zones.models.labels import label
from zones.rules.vocabulary import Certainty

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def opened(someone: Any, language: str = "en") -> Any:
    client = Client()
    log_in_staff(client, someone)
    return client.get(f"{reverse('admin:index')}?lang={language}")


def answers() -> list[tuple[str, int, str]]:
    """Every answer of today, plainly: its focus area, city and certainty."""
    day = today_in_china()
    rows = InForce.objects.current().select_related("policy__topic__focus_area")
    return [
        (row.policy.topic.focus_area.slug, row.city_id, row.policy.verification)
        for row in rows
        if row.from_day <= day and (row.until_day is None or row.until_day >= day)
    ]


def words(counts: Counter[str]) -> str:
    return " · ".join(f"{label(c)} {counts[c]:,}" for c in Certainty if counts[c])


def test_bars_are_those_of_all_answers_of_today(analyst: Any) -> None:
    shown = opened(analyst).context
    every = answers()
    for _name, address, done, bar in shown["areas"]:
        slug = address.rpartition("=")[2]
        own = Counter(certainty for area, _city, certainty in every if area == slug)
        assert bar.words == words(own), slug
        assert sum(part.width for part in bar.parts) == pytest.approx(WIDTH, abs=0.1)
        assert done.cells > 0
    whole = sum(own.cells for _name, _address, own, _bar in shown["areas"])
    cities = City.objects.filter(pk__in={city for _area, city, _c in every}).count()
    assert whole % cities == 0
    members = Zone.objects.memberships(on=today_in_china(), known_at=1)
    told = 0
    for _name, address, done, bar in shown["programmes"]:
        slug = address.rpartition("=")[2]
        inside = {member.city for member in members if member.programme == slug}
        own = Counter(certainty for _area, city, certainty in every if city in inside)
        assert bar.words == words(own), slug
        assert (done.percent is None) == (not inside)
        told += bool(inside)
    assert told >= 1


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_bars_are_drawn_and_said_in_words(analyst: Any, language: str) -> None:
    shown = opened(analyst, language).content.decode()
    assert shown.count('class="certainty-bar"') >= 10
    assert 'style="' not in shown
    assert ("official text read" in shown) == (language == "en")


def test_a_bar_of_nothing_has_no_parts() -> None:
    bar = certainty_bar({})
    assert (bar.parts, bar.words) == ([], "")
    one = certainty_bar({Certainty.UNVERIFIED: 3})
    assert [(part.x, part.width) for part in one.parts] == [(0, WIDTH)]


def test_more_answers_take_no_more_queries(analyst: Any, reviewer: Any) -> None:
    client = Client()
    log_in_staff(client, analyst)
    counts = []
    for day in ("2024-01-01", "2024-02-01"):
        client.get(reverse("admin:index"))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("admin:index"))
        counts.append(len(asked))
        key = next(k for k, own in known("policies").items() if own["verification"] == "secondary")
        cells = {**known("policies")[key], "effective_from": day, "effective_to": ""}
        published(analyst, reviewer, written("policies", **cells))
    assert counts[0] == counts[1]
