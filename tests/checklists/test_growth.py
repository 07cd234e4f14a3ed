"""No page, answer or act asks more of the database for more rows: places, items, people, proofs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cbec_portal.china_time import today_in_china
from checklists.models import Checklist, Evidence, Item, Notification, Role, Share
from checklists.services import evidence_versions, item_updates
from checklists.services.bulk_updates import change_items
from checklists.services.recorded_findings import record_finding
from checklists.services.recorded_notifications import notify_all
from tests.checklists.cast import someone, started
from tests.checklists.test_accepted_changes import deciding
from tests.checklists.test_permissions import PUBLIC
from tests.growth import grown, queries, read
from tests.router import names_of
from tests.zones.test_publishing import next_version, publish_as_two
from zones.models import Topic
from zones.rules.vocabulary import Change
from zones.selectors.snapshot import forget
from zones.services.publication import Publication

pytestmark = pytest.mark.django_db

TOPIC = "code-9610-available"
MANY = (
    *("hangzhou", "zhengzhou", "ningbo", "tianjin", "shanghai", "chongqing", "guangzhou"),
    *("shenzhen", "xian", "wuhan", "chengdu", "dalian"),
)


@pytest.fixture
def large() -> Callable[[int], Checklist]:
    """Make a checklist of Alice's with so much of everything, for so many places."""

    def make(count: int) -> Checklist:
        alice = someone("alice")
        checklist = started(*MANY[:count], template="import-9610-seller", as_of=today_in_china())
        for number in range(count):
            person = someone(f"person-{number}")
            Share.objects.create(checklist=checklist, user=person, role=Role.EDITOR)
        for item in checklist.items.filter(recurrence="once")[:count]:
            for part in range(2):
                url = f"https://example.org/{part}"
                evidence_versions.bring(alice, f"Proof {part}", url=url, item=item)
            item_updates.comment(item, "Said.", actor=alice)
            item_updates.assign(item, someone("person-0"), actor=alice)
            item_updates.set_due(item, today_in_china() + timedelta(days=3), actor=alice)
            item_updates.set_status(item, "done", actor=alice)
        shared = evidence_versions.bring(
            alice, f"Shared {checklist.pk}", url="https://example.org/"
        )
        for number, item in enumerate(checklist.items.filter(recurrence="once")[:count]):
            evidence_versions.attach(item, shared.evidence, actor=alice)
            evidence_versions.renew(
                shared.evidence, actor=alice, url=f"https://example.org/{number}"
            )
        for place in checklist.places.all():
            record_finding(
                [checklist],
                place,
                Topic.objects.get(slug="import-single-transaction-limit"),
                "5000",
                actor=alice,
                said_by="Customs",
                found_on=checklist.as_of,
                expires_on=checklist.as_of + timedelta(days=20),
                evidence=evidence_versions.bring(
                    alice, "Letter", url="https://example.org/"
                ).evidence,
            )
        return checklist

    return make


def moves() -> None:
    """Publish that the rule which opens the trade mode ends soon."""
    last = (today_in_china() + timedelta(days=20)).isoformat()
    draft = next_version(deciding("hangzhou", TOPIC), change=Change.ENDED, effective_to=last)
    publish_as_two(Publication(policies=[draft]))
    forget()


OF_CHECKLIST = (
    *("checklists:checklist", "checklists:changes", "checklists:answers", "checklists:findings"),
    *("checklists:people", "checklists:log", "checklists:sheet", "checklists:due"),
    *("checklists:pack", "checklists:items-table", "checklists:relocation", "checklists:item"),
    *("api-checklist", "api-items", "api-answers", "api-checklist-changes", "api-shares"),
    *("api-findings", "api-log", "api-pack", "api-relocation", "api-item", "api-item-evidence"),
    "api-comments",
)
OF_SOMEONE = (
    *("checklists:dashboard", "checklists:notices", "checklists:evidence-list"),
    *("api-checklists", "api-notices", "api-evidence-list", "checklists:start", "api-calendar"),
)
OF_EVIDENCE = ("checklists:evidence", "api-evidence")
ASKED = (*OF_CHECKLIST, *OF_SOMEONE, *OF_EVIDENCE)
#: Addresses to which one only sends, that hand out one file, or that two of the above build.
NOT_READ = {
    *("api-owner", "api-finding", "checklists:evidence-version", "api-evidence-content"),
    *("checklists:calendar", "checklists:pdf"),
}


def test_every_address_that_is_read_is_asked() -> None:
    assert names_of("checklists.") - {*OF_CHECKLIST, *OF_SOMEONE, *OF_EVIDENCE} == NOT_READ | PUBLIC


def address_of(name: str, checklist: Checklist) -> str:
    if name in OF_EVIDENCE:
        return reverse(name, args=[Evidence.objects.get(title=f"Shared {checklist.pk}").key])
    if name in OF_SOMEONE:
        return reverse(name) + ("?template=import-9610-seller" if name.endswith("start") else "")
    args: list[Any] = [checklist.key]
    if name.endswith(("item", "comments", "item-evidence")):
        args.append(checklist.items.filter(recurrence="once")[0].pk)
    if name == "checklists:items-table":
        args.append("csv")
    return reverse(name, args=args) + ("?to=haikou" if name.endswith("relocation") else "")


def test_pages_and_answers_ask_the_same_of_one_place_and_of_five(
    large: Callable[[int], Checklist],
) -> None:
    client, counts = Client(), {}
    client.force_login(someone("alice"))
    for count in (1, 5):
        checklist = large(count)
        notify_all(checklist, on=today_in_china())
        counts[count] = {}
        for name in ASKED:
            act = read(client, address_of(name, checklist))
            act()
            counts[count][name] = queries(act)
    assert grown(counts[1], counts[5]) == {}
    assert counts[5]["checklists:checklist"] <= 34


def test_notices_of_a_day_ask_the_same_of_one_place_and_of_five(
    large: Callable[[int], Checklist],
) -> None:
    one, five = large(1), large(5)
    moves()
    counts = {}
    for checklist in (one, five):
        row = Checklist.objects.select_related("template", "owner").get(pk=checklist.pk)
        notify_all(row, on=today_in_china())
        Notification.objects.all().delete()
        counts[checklist.pk] = queries(partial(notify_all, row, on=today_in_china()))
        assert Notification.objects.filter(subject="coming").exists()
    assert counts[five.pk] == counts[one.pk] <= 20


def test_a_bulk_asks_the_same_of_two_items_and_of_twenty() -> None:
    counts = {}
    for count in (2, 20):
        checklist = started()
        rows = Item.objects.filter(checklist=checklist).order_by("pk")[:count]
        due = (date.today() + timedelta(days=9)).isoformat()  # noqa: DTZ011
        changes = [
            {
                "id": row.pk,
                "tag": row.tag,
                "status": "done",
                "assignee": "alice",
                "due_on": due,
            }
            for row in rows
        ]
        act = partial(change_items, checklist, changes, actor=someone("alice"))
        counts[count] = queries(act)
        assert checklist.log.count() == 1 + 3 * count
    assert counts[20] == counts[2] <= 22


def test_starting_asks_the_same_for_one_place_and_for_seven() -> None:
    """Of more, SQLite takes the grounds in two statements: its parameters are limited."""
    counts = {}
    for count in (1, 7):
        started(*MANY[:count], template="import-9610-seller")
        counts[count] = queries(partial(started, *MANY[:count], template="import-9610-seller"))
    assert counts[7] == counts[1]
