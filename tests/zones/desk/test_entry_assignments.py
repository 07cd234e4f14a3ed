"""Who looks into an entry of the research queue, and what rests until a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from cbec_portal.china_time import today_in_china
from tests.conftest import log_in_staff
from tests.zones.desk.queues import waiting
from zones.desk.entry_assignments import assign, let_rest
from zones.desk.held_sets import MovedOnError
from zones.models import Policy, ResearchMark
from zones.rules.vocabulary import ToResearch
from zones.selectors.queue_entry import QueueEntry

pytestmark = pytest.mark.django_db


def test_a_group_is_taken_and_rests_as_one(analyst: Any) -> None:
    entry = next(own for own in waiting(ToResearch.CAVEAT) if len(own.parts) > 5)
    until = today_in_china() + timedelta(days=9)
    assign(entry.kind, entry.subject, analyst, to=analyst)
    let_rest(entry.kind, entry.subject, analyst, until=until, reason="Asked the customs.")
    again = next(own for own in waiting(ToResearch.CAVEAT) if own.subject == entry.subject)
    assert again.mark is not None
    assert (again.mark.assignee, again.mark.rests_until) == (analyst, until)
    client = Client()
    log_in_staff(client, analyst)
    page = reverse("admin:desk-queue")
    shown = client.get(page, {"kind": "caveat", "resting": "1"}).context["entries"]
    assert [one["entry"].subject for one in shown] == [entry.subject]


@pytest.mark.parametrize("kind", [ToResearch.NOT_RESEARCHED, ToResearch.CAVEAT])
def test_one_of_a_group_is_taken_and_rests_by_itself(
    analyst: Any, other_analyst: Any, kind: ToResearch
) -> None:
    """Nobody who does is it once more among the others; what rests is not counted twice."""
    group = next(own for own in waiting(kind) if len(own.parts) > 5)
    part, until = group.parts[3], today_in_china() + timedelta(days=9)
    client = Client()
    log_in_staff(client, analyst)
    page = reverse("admin:desk-queue")
    shown = client.get(page, {"kind": kind.value, "subject": group.subject})
    assert f'value="{part.subject}"' in shown.content.decode()
    posted = {"kind": kind.value, "subject": part.subject}

    def now() -> tuple[QueueEntry | None, QueueEntry]:
        own = {entry.subject: entry for entry in waiting(kind)}
        return own.get(part.subject), own[group.subject]

    assert client.post(page, {**posted, "do": "take"}).status_code == 303
    alone, left = now()
    assert alone is not None
    assert alone.mark is not None
    assert (alone.mark.assignee, alone.is_apart) == (analyst, True)
    assert (alone.key, alone.cells, alone.places) == (part.key, part.cells, part.places)
    assert alone.places <= group.places
    assert [own.subject for own in left.parts] == [
        own.subject for own in group.parts if own != part
    ]
    assert left.places == frozenset().union(*(own.places for own in left.parts))
    assert left.mark is None
    listed = client.get(page, {"kind": kind.value, "mine": "1"}).context["entries"]
    assert [one["entry"].subject for one in listed] == [part.subject]
    words = group.detail or group.title
    assert kind != ToResearch.CAVEAT or words in (alone.detail, alone.title)

    late = client.post(page, {**posted, "do": "rest", "until": "2020-01-01", "reason": "It waits."})
    assert late.status_code == 400
    rest = {**posted, "do": "rest", "until": until.isoformat(), "reason": "Asked the customs."}
    assert client.post(page, rest).status_code == 303
    resting = client.get(page, {"kind": kind.value, "resting": "1"}).context["entries"]
    assert [one["entry"].subject for one in resting] == [part.subject]

    assert client.post(page, {**posted, "do": "give_back", "held_by": "ana"}).status_code == 303
    assert now()[0] is not None, "it rests still"
    assert client.post(page, {**posted, "do": "wake"}).status_code == 303
    gone, whole = now()
    assert gone is None
    assert len(whole.parts) == len(group.parts)


def test_what_was_typed_for_one_of_a_group_is_given_back(analyst: Any) -> None:
    group = next(own for own in waiting(ToResearch.NOT_RESEARCHED) if len(own.parts) > 5)
    client = Client()
    log_in_staff(client, analyst)
    posted = {"kind": group.kind.value, "subject": group.parts[0].subject, "do": "rest"}
    answer = client.post(
        reverse("admin:desk-queue"), {**posted, "until": "2020-01-01", "reason": "It waits."}
    )
    html = answer.content.decode()
    assert answer.status_code == 400
    assert html.count('value="It waits."') == html.count('value="2020-01-01"') == 1


def test_a_mark_of_a_row_from_before_caveats_were_grouped_is_honoured(analyst: Any) -> None:
    """It was stored by what names the row among entries, as that of one of a group is."""
    group = next(own for own in waiting(ToResearch.CAVEAT) if len(own.parts) > 5)
    row = next(own for own in group.parts if own.table == "policies")
    named = Policy.objects.current().filter(topic__slug=row.key[0])
    (own,) = (one for one in named if one.key_parts == row.key)
    assign(ToResearch.CAVEAT, own.identity, analyst, to=analyst)
    alone = next(one for one in waiting(ToResearch.CAVEAT) if one.subject == own.identity)
    assert alone.key == row.key
    assert alone.mark is not None
    assert alone.mark.assignee == analyst


def test_somebody_takes_an_entry_and_lets_it_rest(analyst: Any, reviewer: Any) -> None:
    entry = waiting(ToResearch.CAVEAT)[0]
    own = (entry.kind.value, entry.subject)
    assign(*own, analyst, to=analyst)
    until = today_in_china() + timedelta(days=30)
    let_rest(*own, analyst, until=until, reason="The notice is announced for next month.")
    mark = waiting(ToResearch.CAVEAT)[0].mark
    assert mark is not None
    assert (mark.assignee, mark.rests_until, mark.name) == (analyst, until, "ana")
    for wrong in (
        lambda: let_rest(*own, analyst, until=today_in_china(), reason="x"),
        lambda: let_rest(*own, analyst, until=until, reason=" "),
        lambda: assign("no-such-kind", "x", analyst, to=None),
        lambda: assign(own[0], "x" * 300, analyst, to=None),
    ):
        with pytest.raises(ValidationError):
            wrong()
    with pytest.raises(PermissionDenied):
        assign(*own, reviewer, to=reviewer)
    assert ResearchMark.objects.count() == 1


def test_an_entry_is_given_to_another_analyst(
    analyst: Any, other_analyst: Any, reviewer: Any, staff: Any
) -> None:
    client = Client()
    log_in_staff(client, analyst)
    address = reverse("admin:desk-queue")
    page = client.get(address, {"kind": ToResearch.CAVEAT}).content.decode()
    assert f">{other_analyst.username}</option>" in page
    for outsider in (reviewer, staff):
        assert f">{outsider.username}</option>" not in page
    entry = waiting(ToResearch.CAVEAT)[0]
    sent = {"do": "give", "kind": entry.kind, "subject": entry.subject}
    for nobody in (reviewer.username, staff.username, "", "no-one"):
        refused = client.post(address, {**sent, "to": nobody})
        assert refused.status_code == 400
        assert "choose one of the list" in refused.content.decode()
    assert client.post(address, {**sent, "to": other_analyst.username}).status_code == 303
    mark = ResearchMark.objects.get(kind=entry.kind, subject=entry.subject)
    assert (mark.assignee, mark.name) == (other_analyst, analyst.username)


@pytest.mark.parametrize("do", ["take", "give", "give_back"])
def test_who_acts_on_an_old_page_is_told_who_looks_into_it_now(
    analyst: Any, other_analyst: Any, do: str
) -> None:
    """Whoever took it meanwhile keeps it, and is told of as who has it, whichever page was sent."""
    client, page = Client(), reverse("admin:desk-queue")
    log_in_staff(client, analyst)
    entry = waiting(ToResearch.CAVEAT)[0]
    own = {"kind": entry.kind.value, "subject": entry.subject, "do": do, "to": analyst.username}
    shown = {True: analyst.username, False: ""}[do == "give_back"]
    assign(entry.kind, entry.subject, other_analyst, to=other_analyst)
    answer = client.post(page, {**own, "held_by": shown})
    assert answer.status_code == 409
    words = gettext("%(name)s looks into it by now: look at it as it is.")
    assert words % {"name": other_analyst.username} in answer.content.decode()
    held = f'name="held_by" value="{other_analyst.username}"'
    assert held in answer.content.decode(), "the page that is shown is of today"
    mark = ResearchMark.objects.get(kind=entry.kind, subject=entry.subject)
    assert mark.assignee == other_analyst
    assert client.post(page, {**own, "held_by": other_analyst.username}).status_code == 303


def test_an_entry_that_nobody_looks_into_any_more_is_told_of_as_such(analyst: Any) -> None:
    entry = waiting(ToResearch.CAVEAT)[0]
    assign(entry.kind, entry.subject, analyst, to=None)
    with pytest.raises(MovedOnError, match="Nobody looks into it"):
        assign(entry.kind, entry.subject, analyst, to=analyst, seen="ben")


@pytest.mark.parametrize(
    ("kind", "subject"),
    [("caveat", "nosuch|nosuch"), ("reported", "٣"), ("reported", "3"), ("dead-link", "nosuch")],
)
@pytest.mark.parametrize("do", ["take", "give_back", "rest", "wake"])
def test_what_the_queue_does_not_have_is_not_marked(
    analyst: Any, kind: str, subject: str, do: str
) -> None:
    client = Client()
    log_in_staff(client, analyst)
    said = {"kind": kind, "subject": subject, "do": do, "until": "2090-01-01", "reason": "x"}
    answer = client.post(reverse("admin:desk-queue"), said)
    assert answer.status_code == 400
    assert "The queue has no such entry" in answer.content.decode()
    assert not ResearchMark.objects.exists()


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("rest", {"until": "2020-01-01", "reason": "Wait for the announcement"}),
        ("rest", {"until": "tomorrow", "reason": "Wait for the announcement"}),
        ("rest", {"until": "2090-01-01", "reason": " "}),
    ],
)
def test_what_was_typed_for_an_entry_is_given_back_where_it_is_refused(
    analyst: Any, act: str, said: dict[str, str]
) -> None:
    client = Client()
    log_in_staff(client, analyst)
    address = reverse("admin:desk-queue")
    entry, other, *_more = client.get(address).context["entries"]
    posted = {"do": act, "kind": entry["entry"].kind, "subject": entry["entry"].subject, **said}
    answered = client.post(address, posted)
    assert answered.status_code == 400
    text = answered.content.decode()
    for cell in filter(str.strip, said.values()):
        assert text.count(f'value="{cell}"') == 1
    shown = {one["entry"].subject: one["said"] for one in answered.context["entries"]}
    assert shown[entry["entry"].subject]["until"] == said["until"]
    assert not any(shown[other["entry"].subject].values())
