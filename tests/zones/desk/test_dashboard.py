"""The dashboard tells how much is researched, and how sure it is, by focus area and programme."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from cbec_portal.china_time import today_in_china
from tests.conftest import log_in_staff
from tests.zones.desk.acts import again, known, proposed, published, submitted, written
from tests.zones.desk.queues import waiting
from tests.zones.desk.test_second_readings import LIMIT, drawn
from zones.admin.certainty_bars import WIDTH, certainty_bar
from zones.admin.desk_dashboard import OF_A_KIND, SHOWN, WORK
from zones.desk.blind_readings import read_again
from zones.desk.entry_assignments import assign, let_rest
from zones.desk.proposals import propose
from zones.desk.reading_settlements import settle_reading
from zones.desk.set_steps import send_back, withdraw
from zones.models import City, InForce, Zone
from zones.models.labels import label
from zones.rules.vocabulary import Certainty, ToResearch

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


def test_the_queue_tells_how_much_of_each_kind_waits_and_what_comes_first(
    analyst: Any, other_analyst: Any, reviewer: Any, staff: Any
) -> None:
    entries = waiting(ToResearch.CAVEAT)
    first, second, third, *others = entries
    assign(first.kind, first.subject, other_analyst, to=other_analyst)
    assign(second.kind, second.subject, analyst, to=analyst)
    let_rest(third.kind, third.subject, analyst, until=date(2100, 1, 1), reason="Later.")

    def caveats(someone: Any) -> tuple[int, list[tuple[str, bool]]]:
        queue = opened(someone).context["queue"]
        (own,) = (one for one in queue if one["address"].endswith("?kind=caveat"))
        return own["count"], [(one["entry"].subject, one["is_mine"]) for one in own["first"]]

    assert caveats(analyst) == (
        len(entries) - 2,
        [(second.subject, True), *((one.subject, False) for one in others)][:OF_A_KIND],
    )
    assert caveats(other_analyst) == (
        len(entries) - 2,
        [(first.subject, True), *((one.subject, False) for one in others)][:OF_A_KIND],
    )
    assert caveats(reviewer) == (
        len(entries) - 3,
        [(one.subject, False) for one in others][:OF_A_KIND],
    )
    html = opened(analyst).content.decode()
    section = html[html.index('id="queue"') : html.index('id="revisions"')]
    assert f'href="{reverse("admin:desk-queue")}"' in section
    counted = {}
    for own in opened(analyst).context["queue"]:
        assert f'href="{escape(own["address"])}"' in section
        assert 0 < len(own["first"]) <= OF_A_KIND
        for one in own["first"]:
            assert f'href="{escape(one["address"])}"' in section
        counted[own["address"].rpartition("=")[2]] = own["count"]
    every = Counter(entry.kind.value for entry in waiting())
    assert counted == {**every, "caveat": every["caveat"] - 2}
    assert 'id="queue"' not in opened(staff).content.decode()


def test_what_waits_for_a_reviewer_is_what_he_may_publish(
    analyst: Any, both: Any, settings: Any
) -> None:
    theirs = submitted(analyst, written("cities", ("hangzhou",), name_en="Hang"), title="Theirs")
    for number in range(2 * SHOWN + 1):
        name = f"Ning {number}"
        submitted(both, written("cities", ("ningbo",), name_en=name), title=name)
    assert [one for one, _words in opened(both).context["waiting"]] == [theirs]
    settings.CBEC_OFFICE_OF_ONE = True
    assert len(opened(both).context["waiting"]) == SHOWN


def test_what_came_back_waits_for_those_who_wrote_in_it_and_is_listed_once(
    analyst: Any, other_analyst: Any, both: Any, reviewer: Any
) -> None:
    own = submitted(analyst, written("cities", ("hangzhou",), name_en="Hang"))
    send_back(own, reviewer, "No")
    other = submitted(both, written("cities", ("ningbo",), name_en="Ning"))
    send_back(other, reviewer, "No")
    propose(other, analyst, [written("cities", ("haikou",), name_en="Hai")])
    for someone, waits in ((analyst, {own, other}), (both, {other}), (other_analyst, set())):
        told = opened(someone).context
        assert {one for one, _words in told["waiting"]} == waits
        assert not {one for one, _words in told["mine"]} & waits


def test_a_divergence_waits_for_the_reviewers_who_may_settle_it(
    analyst: Any, both: Any, reviewer: Any
) -> None:
    reading = drawn(reviewer)
    read_again(reading, both, again("stated", "6000"))
    address = reverse("admin:desk-reading", args=[reading.pk])
    for someone, waits in ((reviewer, [address]), (both, []), (analyst, [])):
        told = opened(someone)
        assert [one for one, _name in told.context["diverging"]] == waits
        assert (f'href="{address}"' in told.content.decode()) is bool(waits)
    own = submitted(analyst, written("policies", LIMIT, value="6000"))
    settle_reading(reading, reviewer, "corrected", "Article 3.", own.pk)
    assert opened(reviewer).context["diverging"] == []
    withdraw(own, analyst)
    assert [one for one, _name in opened(reviewer).context["diverging"]] == [address]
    settle_reading(reading, reviewer, "kept", "Article 3.")
    assert opened(reviewer).context["diverging"] == []


def test_a_bar_of_nothing_has_no_parts() -> None:
    bar = certainty_bar({})
    assert (bar.parts, bar.words) == ([], "")
    one = certainty_bar({Certainty.UNVERIFIED: 3})
    assert [(part.x, part.width) for part in one.parts] == [(0, WIDTH)]


def test_more_answers_and_sets_take_no_more_queries(analyst: Any, reviewer: Any, both: Any) -> None:
    client = Client()
    log_in_staff(client, both)
    submitted(analyst, written("cities", ("ningbo",), name_en="Ning"))
    counts = []
    for day in ("2024-01-01", "2024-02-01"):
        client.get(reverse("admin:index"))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("admin:index"))
        counts.append(len(asked))
        key = next(k for k, own in known("policies").items() if own["verification"] == "secondary")
        cells = {**known("policies")[key], "effective_from": day, "effective_to": ""}
        published(analyst, reviewer, written("policies", **cells))
        for name in ("Hang", "Hong"):
            submitted(analyst, written("cities", ("hangzhou",), name_en=name), title=name)
    assert counts[0] == counts[1]


def test_every_table_of_ours_has_its_place_in_the_order_of_the_work() -> None:
    own = {
        model._meta.model_name
        for model in admin.site._registry
        if model._meta.app_label in ("zones", "checklists")
    }
    assert set(WORK) == own
    assert len(WORK) == len(own)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("is_sent", [True, False])
def test_what_is_in_conflict_waits_for_those_who_wrote_in_it_and_is_told_why(
    analyst: Any, other_analyst: Any, reviewer: Any, language: str, is_sent: bool
) -> None:
    rows = [written("cities", ("hangzhou",), name_en="Hang")]
    own = (submitted if is_sent else proposed)(analyst, *rows)
    submitted(analyst, written("cities", ("ningbo",), name_en="Ning"))
    before = opened(analyst, language)
    assert not before.context["waiting"]
    published(other_analyst, reviewer, written("cities", ("hangzhou",), name_en="Theirs"))
    why = {"en": "settle what holds", "zh-hans": "请确定以哪一个为准"}[language]
    assert why not in before.content.decode()
    after = opened(analyst, language)
    assert [one for one, _words in after.context["waiting"]] == [own]
    assert own not in [one for one, _words in after.context["mine"]]
    assert why in after.content.decode()
    assert not opened(other_analyst, language).context["waiting"]
    send = {"en": "Send it back to settle that", "zh-hans": "请退回处理"}[language]
    assert (send in opened(reviewer, language).content.decode()) is is_sent


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "You are in no group of the desk"), ("zh-hans", "您不属于任何工作组")],
)
def test_staff_without_a_group_are_told_so_and_led_nowhere_they_may_not_go(
    django_user_model: Any, language: str, words: str
) -> None:
    client = Client()
    log_in_staff(client, django_user_model.objects.create_user("sue", is_staff=True))
    page = client.get(reverse("admin:index"), {"lang": language}).content.decode()
    assert words in page
    for name in ("desk-sets", "desk-queue", "desk-readings", "desk-history"):
        assert f'href="{reverse(f"admin:{name}")}"' not in page
    assert 'id="tables"' not in page
