"""A team's own findings answer in its own checklists, for a time, and nowhere else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from cbec_portal.china_time import today_in_china
from checklists.models import Act, Checklist, Finding, ItemBasis
from checklists.permissions import Action, checklist_policy
from checklists.rules.change_detection import Move
from checklists.selectors.law_changes import moved
from checklists.services.accepted_changes import accept
from checklists.services.recorded_findings import offer, record_finding, withdraw
from tests.checklists.browsing import logged_in, page
from tests.checklists.cast import shared, someone, started
from tests.checklists.test_accepted_changes import fixed
from zones.models import Policy, Topic
from zones.selectors.snapshot import current_snapshot

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 23)


def topic_under(checklist: Checklist) -> Topic:
    """A topic of yes and no that decides some item of a checklist, by a policy that says yes."""
    basis = (
        ItemBasis.objects.filter(
            item__checklist=checklist,
            policy__value_boolean=True,
            item__requirement__asked_choice=None,
        )
        .order_by("item__position")
        .first()
    )
    assert basis is not None
    assert basis.policy is not None
    return basis.policy.topic


def found_by(checklist: Checklist, topic: Topic, value: str, **more: Any) -> Finding:
    details: dict[str, Any] = {
        "said_by": "Customs office on site, letter 12",
        "found_on": DAY,
        "expires_on": date(2027, 11, 23),
        **more,
    }
    place = checklist.places.get()
    return record_finding([checklist], place, topic, value, actor=someone("alice"), **details)


def numbers(checklist: Checklist) -> set[str]:
    return {one.item.number for one in moved(checklist, current_snapshot()) if one.item}


def test_a_finding_decides_in_place_of_the_public_answer_once_it_is_accepted() -> None:
    checklist = fixed("shijiazhuang", template="export-9810-seller")
    topic = topic_under(checklist)
    finding = found_by(checklist, topic, "false")
    resting = checklist.items.filter(requirement__tested_topic=topic)
    assert resting.live().count() == resting.count()
    assert numbers(checklist) == set(resting.values_list("number", flat=True))
    accept(checklist, actor=someone("alice"))
    assert resting.live().count() == 0
    assert moved(checklist, current_snapshot()) == []
    withdraw(finding, actor=someone("alice"))
    assert {one.move for one in moved(checklist, current_snapshot())} == {Move.NEW}
    accept(checklist, actor=someone("alice"))
    assert resting.live().count() == resting.count()


def test_a_finding_that_agrees_is_what_a_duty_then_stands_on() -> None:
    checklist = fixed("shijiazhuang", template="export-9810-seller")
    topic = topic_under(checklist)
    finding = found_by(checklist, topic, "true")
    assert {one.move for one in moved(checklist, current_snapshot())} == {Move.CHANGED}
    accept(checklist, actor=someone("alice"))
    bases = ItemBasis.objects.filter(item__requirement__tested_topic=topic)
    assert {(g.finding, g.policy, g.verdict) for g in bases} == {(finding, None, "included")}


def test_a_finding_expires(client: Client) -> None:
    checklist = fixed("shijiazhuang", template="export-9810-seller")
    topic = topic_under(checklist)
    found_by(checklist, topic, "true", expires_on=date(2026, 12, 1))
    accept(checklist, actor=someone("alice"))
    assert moved(checklist, current_snapshot(), day=date(2026, 11, 30)) == []
    assert moved(checklist, current_snapshot(), day=date(2026, 12, 1))


def test_a_finding_is_no_part_of_the_public_data_nor_of_other_checklists(client: Client) -> None:
    checklist, other = (
        fixed("shijiazhuang", template="export-9810-seller"),
        fixed("shijiazhuang", template="export-9810-seller"),
    )
    topic = topic_under(checklist)
    address = "/api/v1/templates/export-9810-seller/preview/?city=shijiazhuang&as_of=2026-11-23"
    before, policies = client.get(address).json(), Policy.objects.count()
    found_by(checklist, topic, "true")
    assert client.get(address).json() == before
    assert Policy.objects.count() == policies
    assert moved(checklist, current_snapshot())
    assert moved(other, current_snapshot()) == []


def test_only_those_who_see_the_checklist_see_its_findings() -> None:
    checklist = shared(started("shijiazhuang", template="export-9810-seller"))
    found_by(checklist, topic_under(checklist), "true")
    seen = [checklist_policy.rows(Action.SEE, someone(n)) for n in ("bob", "vera", "charlie")]
    assert [Finding.objects.filter(checklists__in=rows).count() for rows in seen] == [1, 1, 0]


def test_a_finding_is_offered_and_withdrawn_once_and_both_are_logged() -> None:
    alice, checklist = someone("alice"), started("shijiazhuang", template="export-9810-seller")
    finding = found_by(checklist, topic_under(checklist), "true")
    offer(finding, actor=alice)
    offer(finding, actor=alice)
    withdraw(finding, actor=alice)
    with pytest.raises(ValidationError, match="withdrawn before"):
        withdraw(finding, actor=alice)
    acts = list(checklist.log.order_by("pk").values_list("act", flat=True))
    assert acts == [Act.STARTED, Act.FOUND, Act.OFFERED, Act.WITHDREW]


@pytest.mark.parametrize(
    ("topic", "value", "more", "why"),
    [
        ("b2b-export-9710-9810-available", "perhaps", {}, "is neither yes"),
        ("bonded-import-1210", "yes", {}, "one of these is wanted"),
        ("import-single-transaction-limit", "1e3", {}, "plain number"),
        ("b2b-export-9710-9810-available", "true", {"expires_on": DAY}, "expires after"),
        ("b2b-export-9710-9810-available", "true", {"said_by": " "}, "blank"),
    ],
)
def test_a_wrong_finding_is_refused_and_nothing_is_kept(
    topic: str, value: str, more: dict[str, Any], why: str
) -> None:
    checklist = started("shijiazhuang", template="export-9810-seller")
    with pytest.raises(ValidationError, match=why):
        found_by(checklist, Topic.objects.get(slug=topic), value, **more)
    assert not Finding.objects.exists()


def test_a_finding_is_of_a_day_that_has_come() -> None:
    checklist = fixed("shijiazhuang", template="export-9810-seller")
    topic, tomorrow = topic_under(checklist), today_in_china() + timedelta(days=1)
    with pytest.raises(ValidationError) as refused:
        found_by(checklist, topic, "false", found_on=tomorrow, expires_on=date(2099, 1, 1))
    assert [*refused.value.message_dict] == ["found_on"]
    now = started("shijiazhuang", template="export-9810-seller", as_of=today_in_china())
    found_by(now, topic, "false", found_on=today_in_china(), expires_on=date(2099, 1, 1))


PAST = date(2024, 6, 1)


@pytest.mark.parametrize(
    ("found_on", "expires_on", "refused"),
    [
        (PAST, PAST + timedelta(days=1), None),
        (PAST - timedelta(days=9), PAST, "expires_on"),
        (PAST - timedelta(days=9), PAST + timedelta(days=1), None),
        (PAST + timedelta(days=1), PAST + timedelta(days=900), "found_on"),
    ],
)
def test_a_finding_that_does_not_hold_on_the_day_of_its_checklist_is_refused_beside_the_field(
    found_on: date, expires_on: date, refused: str | None
) -> None:
    checklist, alice = started(template="import-1210-seller", as_of=PAST), logged_in("alice")
    form = {
        "do": "record",
        "topic": "bonded-import-1210",
        "place": checklist.places.get().pk,
        "value": "confirmed",
        "said_by": "Customs, by telephone",
        "found_on": found_on.isoformat(),
        "expires_on": expires_on.isoformat(),
    }
    answer = alice.post(page(checklist, "findings"), form)
    assert answer.status_code == (400 if refused else 303)
    assert Finding.objects.exists() is (refused is None)
    shown = answer.content.decode()
    for name in ("found_on", "expires_on"):
        assert (f'id="refused-{name}"' in shown) is (name == refused)
    if refused:
        assert "It would answer nothing" in shown


def test_a_finding_that_has_expired_by_today_or_by_a_day_ahead_is_refused() -> None:
    today = today_in_china()
    for as_of in (today, today + timedelta(days=30)):
        checklist = started("shijiazhuang", template="export-9810-seller", as_of=as_of)
        topic = topic_under(checklist)
        with pytest.raises(ValidationError) as refused:
            found_by(checklist, topic, "true", found_on=today - timedelta(9), expires_on=as_of)
        assert [*refused.value.message_dict] == ["expires_on"]
        lasts = as_of + timedelta(days=1)
        found_by(checklist, topic, "true", found_on=today - timedelta(9), expires_on=lasts)


@pytest.mark.parametrize(
    ("found_on", "expires_on", "status"),
    [
        (PAST, PAST + timedelta(days=30), "own finding"),
        (PAST - timedelta(days=30), PAST, "does not count on 1 Jun 2024"),
        (PAST + timedelta(days=1), date(2099, 1, 1), "does not count on 1 Jun 2024"),
    ],
)
def test_the_list_judges_findings_by_the_day_of_the_checklist(
    found_on: date, expires_on: date, status: str
) -> None:
    checklist, alice = started(template="import-1210-seller", as_of=PAST), logged_in("alice")
    topic = Topic.objects.get(slug="bonded-import-1210")
    held = {"found_on": PAST, "expires_on": PAST + timedelta(days=1)}
    finding = found_by(checklist, topic, "confirmed", **held)
    Finding.objects.filter(pk=finding.pk).update(found_on=found_on, expires_on=expires_on)
    shown = alice.get(page(checklist, "findings")).content.decode()
    assert f'<span class="badge">{status}</span>' in shown
    assert "This checklist is held against the law of 1 Jun 2024" in shown


def test_an_expired_finding_of_a_checklist_of_today_says_so() -> None:
    today, alice = today_in_china(), logged_in("alice")
    checklist = started("shijiazhuang", template="export-9810-seller", as_of=today)
    held = {"found_on": today - timedelta(days=9), "expires_on": today + timedelta(days=1)}
    finding = found_by(checklist, topic_under(checklist), "true", **held)
    Finding.objects.filter(pk=finding.pk).update(expires_on=today)
    shown = alice.get(page(checklist, "findings")).content.decode()
    assert '<span class="badge">expired</span>' in shown
    assert "This checklist is held against" not in shown
