"""Private pages: who may see and do what, how few queries they take, and what a form keeps."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from checklists.models import Finding, Notification, Status
from checklists.pages.evidence_pages import EvidencePage
from checklists.pages.private_pages import PrivatePage
from checklists.services import checklist_status, evidence_versions, item_updates
from checklists.services.intake_answers import change_answers
from tests.checklists.browsing import logged_in, once, page
from tests.checklists.cast import shared, someone, started
from tests.checklists.files import pdf, upload
from tests.conftest import log_in_staff
from tests.router import every_address

pytestmark = pytest.mark.django_db


OF_ONE = ["checklist", "changes", "answers", "findings", "people", "log"]


@pytest.mark.parametrize("name", OF_ONE)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_of_a_checklist_open_for_those_who_share_it(name: str, language: str) -> None:
    checklist = shared(started("hangzhou", "zhengzhou"))
    for who, status in (("alice", 200), ("bob", 200), ("vera", 200), ("charlie", 404)):
        answer = logged_in(who).get(f"{page(checklist, name)}?lang={language}")
        assert answer.status_code == status, (who, name)
        if status == 200:
            assert answer["Cache-Control"] == "private, no-store"
    staff = Client()
    log_in_staff(staff, someone("stella", is_staff=True, is_superuser=True))
    assert staff.get(page(checklist, name)).status_code == 404
    stranger = Client().get(page(checklist, name))
    assert stranger.status_code == 302
    assert stranger["Location"].startswith("/account/log-in/?next=")


@pytest.mark.parametrize(
    "seen", ["abc", "", "0", "3", "-1", "9" * 400, "１", "3-", "３-0123456789abcdef"]
)
@pytest.mark.parametrize("of_list", [True, False])
def test_a_form_that_does_not_say_what_was_seen_writes_nothing(seen: str, of_list: bool) -> None:
    checklist = shared(started())
    item, client = once(checklist), logged_in("bob")
    tick = {"do": "status", "item": item.pk, "seen": seen, "status": "done"}
    address = page(checklist) if of_list else f"{page(checklist)}items/{item.pk}/"
    answer = client.post(address, tick)
    assert answer.status_code == 400
    assert "Open it anew" in answer.content.decode()
    item.refresh_from_db()
    assert item.status == "open"


def test_ticking_in_the_list_and_undoing_it() -> None:
    checklist = shared(started())
    item, client = once(checklist), logged_in("bob")
    tick = {"do": "status", "item": item.pk, "seen": item.tag, "status": "done"}
    row = client.post(page(checklist), tick, headers={"HX-Target": f"item-{item.pk}"})
    assert row.status_code == 200
    assert f'id="item-{item.pk}"' in row.content.decode()
    item.refresh_from_db()
    assert item.status == Status.DONE
    undo = {"do": "status", "item": item.pk, "seen": item.tag, "status": "open"}
    assert client.post(page(checklist), undo).status_code == 303
    item.refresh_from_db()
    assert (item.status, item.period, item.signed_periods.count()) == (Status.OPEN, 2, 1)


def test_a_conflict_is_shown_and_nothing_is_lost() -> None:
    checklist = shared(started())
    item = once(checklist)
    seen = item.tag
    item_updates.set_status(item, "blocked", actor=someone("alice"), reason="waiting for customs")
    form = {"do": "status", "seen": seen, "status": "not-applicable", "reason": "we sell no food"}
    answer = logged_in("bob").post(page(checklist, "item", item.pk), form)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Someone else has changed this item" in text
    assert "waiting for customs" in text
    assert "we sell no food" in text
    item.refresh_from_db()
    assert item.status == Status.BLOCKED


def test_viewers_read_and_do_not_write() -> None:
    checklist = shared(started())
    item, client = once(checklist), logged_in("vera")
    assert client.get(page(checklist, "item", item.pk)).status_code == 200
    for name, form in (
        ("checklist", {"do": "status", "item": item.pk, "status": "done"}),
        ("answers", {"do": "answer"}),
        ("changes", {"do": "accept-all"}),
        ("people", {"do": "share", "user": "charlie", "role": "viewer"}),
        ("findings", {"do": "withdraw"}),
    ):
        assert client.post(page(checklist, name), form).status_code == 403, name
    assert client.post(page(checklist, "people"), {"do": "leave"}).status_code == 303
    assert client.get(page(checklist)).status_code == 404


def test_a_closed_checklist_is_renamed_and_worked_on_no_more() -> None:
    checklist, bob = shared(started()), logged_in("bob")
    checklist_status.close(checklist, actor=checklist.owner)
    assert 'value="rename"' in bob.get(page(checklist)).content.decode()
    assert 'value="rename"' not in logged_in("vera").get(page(checklist)).content.decode()
    assert bob.post(page(checklist), {"do": "rename", "title": "Shut"}).status_code == 303
    form = {"do": "status", "item": once(checklist).pk, "status": "done"}
    assert bob.post(page(checklist), form).status_code == 403
    checklist.refresh_from_db()
    assert checklist.title == "Shut"


def test_evidence_is_handed_in_and_fetched_as_an_attachment() -> None:
    checklist = shared(started())
    item = once(checklist)
    form = {"do": "hand-in", "file": upload("../海关回函.pdf", pdf()), "keep_until": "2031-12-31"}
    assert logged_in("bob").post(page(checklist, "item", item.pk), form).status_code == 303
    evidence = item.attachments.get().evidence
    address = reverse("checklists:evidence-version", args=[evidence.key, 1])
    got = logged_in("vera").get(address)
    assert b"".join(got.streaming_content)[:5] == b"%PDF-"
    assert got["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert "sandbox" in got["Content-Security-Policy"]
    assert logged_in("charlie").get(address).status_code == 404
    wrong = {"do": "hand-in", "file": upload("page.pdf", b"<html>"), "title": "Kept"}
    refused = logged_in("bob").post(page(checklist, "item", item.pk), wrong)
    assert refused.status_code == 400
    assert "Kept" in refused.content.decode()
    assert item.attachments.count() == 1


def test_a_title_too_long_is_refused_beside_its_field_and_never_cut() -> None:
    checklist = shared(started())
    item, client = once(checklist), logged_in("bob")
    form = {"do": "hand-in", "url": "https://example.org/licence", "title": "x" * 201}
    refused = client.post(page(checklist, "item", item.pk), form)
    assert refused.status_code == 400
    told = refused.content.decode()
    assert "The title has 201 characters; at most 200 fit." in told[told.index("refused-title") :]
    assert item.attachments.count() == 0
    api = client.post(f"/api/v1/checklists/{checklist.key}/items/{item.pk}/evidence/", form)
    assert (api.status_code, item.attachments.count()) == (400, 0)
    # A link's own address is no title that somebody gave: it is cut, and says so.
    link = {"do": "hand-in", "url": f"https://example.org/{'x' * 250}", "title": ""}
    assert client.post(page(checklist, "item", item.pk), link).status_code == 303
    title = item.attachments.get().evidence.title
    assert (len(title), title[-1]) == (200, "…")


def test_sharing_by_name_tells_the_other_and_hand_over_keeps_the_owner_on() -> None:
    checklist, client = started(), logged_in("alice")
    bob = someone("bob")
    form = {"do": "share", "user": "BOB@example.org", "role": "editor"}
    assert client.post(page(checklist, "people"), form).status_code == 303
    assert Notification.objects.get(user=bob).subject == "shared"
    long = client.post(page(checklist, "people"), {**form, "user": "x" * 60_000})
    assert long.status_code == 400
    unknown = client.post(page(checklist, "people"), {**form, "user": "nobody"})
    assert unknown.status_code == 400
    assert (
        client.post(page(checklist, "people"), {"do": "hand-over", "user": "bob"}).status_code
        == 303
    )
    checklist.refresh_from_db()
    assert checklist.owner == bob
    assert client.get(page(checklist)).status_code == 200


def test_what_was_signed_stays_in_view_when_it_falls_away() -> None:
    checklist, client = started(goods_kinds=["food"]), logged_in("alice")
    item = checklist.items.filter(
        requirement__tested_topic__slug="food-recall-domestic-agent-required"
    ).get()
    item_updates.set_status(item, "done", actor=someone("alice"))
    change_answers(checklist, {"goods-kinds": ["cosmetics"]}, actor=someone("alice"))
    heading = "Fell away after it was signed"
    listed = client.get(page(checklist)).content.decode()
    assert listed.index(heading) < listed.index(f">{item.number} ")
    assert f'id="tick-{item.pk}"' not in listed
    printed = client.get(page(checklist, "sheet")).content.decode()
    assert printed.index(heading) < printed.index(item.title_en)
    table = client.get(page(checklist, "items-table", "csv")).content.decode()
    assert item.title_en in table
    api = client.get(f"/api/v1/checklists/{checklist.key}/items/?verdict=excluded").json()
    assert [row["id"] for row in api["results"]] == [item.pk]


def test_the_log_says_in_words_what_was_before_and_after() -> None:
    checklist, client = started(), logged_in("alice")
    item = once(checklist)
    item_updates.set_status(item, "not-applicable", actor=someone("alice"), reason="We buy it in.")
    log = client.get(f"{page(checklist, 'log')}?lang=zh-hans").content.decode()
    told = Status.NOT_APPLICABLE
    with translation.override("zh-hans"):
        assert f"{_('after')}：{told.label}" in log
        assert f'{_("Reason")}：<span lang="en">We buy it in.</span>' in log
    assert f'href="{page(checklist, "item", item.pk)}"' in log


def test_a_finding_is_recorded_from_its_form() -> None:
    checklist, client = started(template="export-9810-seller"), logged_in("alice")
    topic = "b2b-export-9710-9810-available"
    assert client.get(f"{page(checklist, 'findings')}?topic={topic}").status_code == 200
    form = {
        "do": "record",
        "topic": topic,
        "place": checklist.places.get().pk,
        "value": "false",
        "said_by": "Customs, by telephone",
        "found_on": "2026-11-20",
        "expires_on": "2027-11-20",
    }
    late = client.post(page(checklist, "findings"), {**form, "found_on": "2030-01-01"})
    assert late.status_code == 400
    assert client.post(page(checklist, "findings"), form).status_code == 303
    assert Finding.objects.get().value_boolean is False
    assert "changed since you took them up" in client.get(page(checklist)).content.decode()


@pytest.mark.parametrize(
    "query",
    ["status=done", "focus_area=payment", "due=overdue,none", "verdict=to-confirm", "q=customs"],
)
def test_filters_of_items_narrow_the_list(query: str) -> None:
    checklist, client = started(), logged_in("alice")
    assert client.get(f"{page(checklist)}?{query}").status_code == 200


@pytest.mark.parametrize("query", ["status=finished", "colour=red", "due=2026-01-01"])
def test_unknown_filters_are_refused(query: str) -> None:
    assert logged_in("alice").get(f"{page(started())}?{query}").status_code == 400


def test_queries_do_not_grow_with_items(django_assert_max_num_queries: Any) -> None:
    small, large = started(template="export-9610-seller"), started("hangzhou", "zhengzhou")
    client = logged_in("alice")
    for checklist in (small, large):
        client.get(page(checklist))
        with django_assert_max_num_queries(34):
            client.get(page(checklist))
    with django_assert_max_num_queries(15):
        client.get("/checklists/")


def test_notices_are_read(django_assert_max_num_queries: Any) -> None:
    checklist = shared(started())
    item = once(checklist)
    item_updates.assign(item, someone("bob"), actor=someone("alice"))
    client = logged_in("bob")
    assert "alice assigned" in client.get("/checklists/notices/").content.decode()
    assert client.post("/checklists/notices/", {"do": "read-all"}).status_code == 303
    assert not Notification.objects.filter(user=someone("bob"), read_at=None).exists()


@pytest.mark.parametrize("act", ["", "x" * 3000, "delete"])
def test_an_act_that_a_page_does_not_know_is_refused_beside_its_forms(act: str) -> None:
    checklist = shared(started("hangzhou"))
    alice = someone("alice")
    file = evidence_versions.bring(
        alice, "Licence", upload=upload("licence.pdf", pdf()), item=once(checklist)
    ).evidence
    kept = {"key": checklist.key, "item": once(checklist).pk}
    client, seen = logged_in("alice"), []
    for one in every_address():
        view = one.view
        if not isinstance(view, type) or not issubclass(view, PrivatePage):
            continue
        parts = {"key": file.key} if view is EvidencePage else kept
        asked = {n: parts.get(n, {"ending": "csv", "number": 1}.get(n)) for n in one.parts}
        answer = client.post(reverse(one.name, kwargs=asked), {"do": act})
        assert answer.status_code == (400 if view.acts else 405), view
        if view.acts:
            assert "does not say what is to be done" in answer.content.decode(), view
            seen.append(view)
    assert {"ItemPage", "EvidencePage", "PeoplePage"} <= {view.__name__ for view in seen}
