"""Who is told what, once: what moved, what is coming, what is due; and the daily mail."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from cbec_portal.china_time import today_in_china
from checklists.models import Checklist, Notification, Requirement, Subject
from checklists.rules.change_detection import Move
from checklists.selectors.law_changes import Stance, moved
from checklists.selectors.notification_list import notifications_of, words_of
from checklists.selectors.upcoming_changes import _days, coming
from checklists.services import item_updates, sharing
from checklists.services.digests import send_digests
from checklists.services.recorded_findings import record_finding
from checklists.services.recorded_notifications import mark_read, notify_all
from tests.checklists.cast import shared, someone, started
from tests.checklists.test_accepted_changes import deciding
from tests.zones.later import zone_draft
from tests.zones.test_publishing import next_version, publish_as_two
from zones.models import Topic, Zone
from zones.rules.vocabulary import Change
from zones.selectors.snapshot import current_snapshot, forget
from zones.services.publication import Publication

pytestmark = pytest.mark.django_db

TODAY = today_in_china()


def told(name: str, subject: Subject) -> list[Notification]:
    return list(Notification.objects.filter(user=someone(name), subject=subject).order_by("pk"))


def ends(topic: str, last: date | str) -> None:
    """Publish that a policy ends."""
    policy = deciding("hangzhou", topic)
    draft = next_version(policy, change=Change.ENDED, effective_to=str(last))
    publish_as_two(Publication(policies=[draft]))
    forget()


def test_a_coming_end_is_foreseen_on_its_day() -> None:
    checklist = started(template="import-9610-seller", as_of=TODAY)
    assert coming(checklist, current_snapshot(), on=TODAY) == []
    ends("code-9610-available", TODAY + timedelta(days=59))
    found = coming(checklist, current_snapshot(), on=TODAY)
    assert {one.day for one in found} == {TODAY + timedelta(days=60)}
    assert {one.moved.requirement.tested_topic.slug for one in found if one.moved.requirement} == {
        "code-9610-available"
    }
    assert coming(checklist, current_snapshot(), on=TODAY, days=59) == []


def month_ahead(what: str) -> tuple[str, date]:
    """A month of which the start, or the end, is to come, and the first day after it: both are
    within what is looked ahead, whichever day it is today.
    """
    inside = TODAY + timedelta(days=40 if what.startswith("start") else 28)
    return f"{inside:%Y-%m}", (inside.replace(day=1) + timedelta(days=32)).replace(day=1)


@pytest.mark.parametrize("what", ["policy", "gate", "start of a duty", "end of a duty"])
def test_what_is_to_come_is_told_no_finer_than_it_is_written(client: Client, what: str) -> None:
    month, after = month_ahead(what)
    checklist = started(template="import-9610-seller", as_of=TODAY)
    first = date.fromisoformat(f"{month}-01")
    item = checklist.items.filter(requirement__tested_topic=None).order_by("pk").first()
    assert item is not None
    if what == "gate":
        ends(checklist.template.gate_topic.slug, month)
    elif what == "policy":
        ends("code-9610-available", month)
    elif what == "end of a duty":
        Requirement.objects.filter(pk=item.requirement_id).update(effective_to=month)
    else:
        Requirement.objects.filter(pk=item.requirement_id).update(effective_from=month)
    forget()
    day = first if what.startswith("start") else after
    shown = month if what.startswith("start") else f"after {month}"
    found = [one for one in coming(checklist, current_snapshot(), on=TODAY) if one.day == day]
    assert {one.written for one in found} == {shown}
    notify_all(checklist, on=day - timedelta(days=7))
    in_words = [words_of(notification) for notification in told("alice", Subject.COMING)]
    with translation.override("zh-hans"):
        in_words += [words_of(notification) for notification in told("alice", Subject.COMING)]
    client.force_login(someone("alice"))
    page = client.get(f"/checklists/{checklist.key}/changes/").content.decode()
    for words in (*in_words, page):
        assert f"{day:%-d %b %Y}" not in words
        assert f"{day.year}年{day.month}月{day.day}日" not in words
        assert f"{first:%b %Y}" in words or f"{first.year}年{first.month}月" in words
    sided = [words for words in in_words if "after " in words or "之后" in words]
    assert sided == ([] if what.startswith("start") else in_words)
    assert in_words


def test_what_is_published_meanwhile_is_not_in_what_is_coming() -> None:
    """A zone's end is of a revision; days that an older one is asked for do not know of it."""
    checklist = started(template="import-9610-seller", as_of=TODAY)
    stance = Stance(checklist, current_snapshot())
    before = days_ahead(stance)
    zone = Zone.objects.current().get(identity="comprehensive.hangzhou")
    ended = (TODAY + timedelta(days=10)).isoformat()
    publish_as_two(Publication(zones=[zone_draft(zone, change=Change.ENDED, ended_on=ended)]))
    assert days_ahead(stance) == before
    assert TODAY + timedelta(days=10) in days_ahead(Stance(checklist, current_snapshot()))


def days_ahead(stance: Stance) -> list[date]:
    return _days(stance, TODAY, TODAY + timedelta(days=90))


def test_a_coming_end_is_told_90_30_and_7_days_ahead_and_no_oftener() -> None:
    checklist = shared(started(template="import-9610-seller", as_of=TODAY))
    end = TODAY + timedelta(days=80)
    ends("code-9610-available", end - timedelta(days=1))
    for ahead in (100, 91, 90, 89, 60, 31, 30, 29, 8, 7, 6, 1):
        notify_all(checklist, on=end - timedelta(days=ahead))
    # Days before the checklist was made count as its own day, 80 days ahead.
    for who in ("alice", "bob", "vera"):
        steps = [notification.occasion.split()[-1] for notification in told(who, Subject.COMING)]
        assert sorted(steps, key=int) == ["7", "30", "90"]
    assert told("charlie", Subject.COMING) == []


def test_what_moved_is_told_once_and_again_only_when_it_moves_further() -> None:
    checklist = shared(started(template="import-9610-seller", as_of=TODAY))
    notify_all(checklist, on=TODAY)
    assert told("alice", Subject.MOVED) == []
    policy = deciding("hangzhou", "code-9610-available")
    publish_as_two(
        Publication(policies=[next_version(policy, change=Change.CORRECTED, value_boolean=False)])
    )
    forget()
    for day in (TODAY, TODAY + timedelta(days=1), TODAY + timedelta(days=2)):
        notify_all(checklist, on=day)
    (notification,) = told("bob", Subject.MOVED)
    gate, *duties = moved(checklist, current_snapshot())
    assert (gate.is_gate, gate.move) == (True, Move.FALLS_AWAY)
    assert notification.detail["count"] == len(duties)
    assert words_of(notification).startswith(
        "STOP: this trade mode is no longer open in Hangzhou. The law moved"
    )


def test_due_days_are_told_to_whoever_does_it() -> None:
    checklist = shared(started(as_of=TODAY))
    first, second = list(checklist.items.filter(recurrence="once")[:2])
    alice = someone("alice")
    item_updates.assign(first, someone("bob"), actor=alice)
    item_updates.set_due(first, TODAY + timedelta(days=7), actor=alice)
    item_updates.set_due(second, TODAY - timedelta(days=1), actor=alice)
    notify_all(checklist, on=TODAY)
    notify_all(checklist, on=TODAY)
    assert [n.item for n in told("bob", Subject.DUE)] == [first]
    assert [n.item for n in told("alice", Subject.OVERDUE)] == [second]
    assert told("vera", Subject.DUE) == told("bob", Subject.OVERDUE) == []


def test_an_expiring_finding_is_told() -> None:
    checklist = started("shijiazhuang", template="export-9810-seller", as_of=TODAY)
    record_finding(
        [checklist],
        checklist.places.get(),
        Topic.objects.get(slug="b2b-export-9710-9810-available"),
        "true",
        actor=someone("alice"),
        said_by="Customs",
        found_on=TODAY,
        expires_on=TODAY + timedelta(days=20),
    )
    notify_all(checklist, on=TODAY)
    (notification,) = told("alice", Subject.FINDING_EXPIRES)
    assert "Can exports be declared" in words_of(notification)


def test_one_mail_a_person_in_both_languages_and_none_twice(settings: Any) -> None:
    settings.CBEC_ADDRESS = "https://portal.example.org/"
    checklist = shared(started(as_of=TODAY))
    item = checklist.items.filter(recurrence="once")[0]
    item_updates.assign(item, someone("bob"), actor=someone("alice"))
    item_updates.set_due(item, TODAY - timedelta(days=3), actor=someone("alice"))
    notify_all(checklist, on=TODAY)
    assert send_digests() == 1
    (sent,) = mail.outbox
    assert sent.to == ["bob@example.org"]
    assert f"https://portal.example.org/checklists/{checklist.key}/" in sent.body
    assert "overdue" in sent.body
    assert "逾期" in sent.body
    assert send_digests() == 0


def test_nobody_is_mailed_of_what_they_no_longer_see_or_have_read() -> None:
    checklist = shared(started(as_of=TODAY))
    item = checklist.items.filter(recurrence="once")[0]
    item_updates.assign(item, someone("bob"), actor=someone("alice"))
    sharing.unshare(checklist, someone("bob"), actor=someone("alice"))
    assert list(notifications_of(someone("bob"))) == []
    assert send_digests() == 0
    other: Checklist = shared(started("zhengzhou", as_of=TODAY))
    item_updates.assign(
        other.items.filter(recurrence="once")[0], someone("bob"), actor=someone("alice")
    )
    mark_read(someone("bob"))
    assert send_digests() == 0


def test_the_daily_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    started(as_of=TODAY)
    call_command("notify", "--no-mail")
    assert "1 open checklists looked at, 0 mails sent." in capsys.readouterr().out
