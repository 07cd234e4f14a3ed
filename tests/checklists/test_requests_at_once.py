"""Two requests at once: none fails, and what one did while the other waited is not lost."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client

from checklists.models import Act, Checklist, Comment, Item, Role
from tests.checklists.cast import someone
from tests.checklists.stage import ROUNDS, Stage, nothing_was_lost

pytestmark = pytest.mark.django_db(transaction=True)


def test_over_the_api_a_bulk_beside_single_ticks_and_comments_is_never_a_failure(
    stage: Stage, two: Callable[..., list[object]]
) -> None:
    root = f"/api/v1/checklists/{stage.checklist.key}/items/"
    clients = {name: browser(someone(name)) for name in ("alice", "bob")}
    before = stage.checklist.log.count()
    written = 0

    def bulk(status: str) -> Callable[[], int]:
        rows = Item.objects.filter(pk__in=[one.pk for one in reversed(stage.items)])
        body = [{"id": row.pk, "tag": row.tag, "status": status} for row in rows]
        options: dict[str, Any] = {"content_type": "application/json"}
        return lambda: clients["alice"].patch(root, {"items": body}, **options).status_code

    def single(turn: int, status: str) -> Callable[[], int]:
        one = f"{root}{stage.items[turn % 3].pk}/"
        tag = Item.objects.get(pk=stage.items[turn % 3].pk).tag
        options: dict[str, Any] = {"content_type": "application/json"}
        if turn % 2:
            body = {"text": f"Said {turn}"}
            return lambda: clients["bob"].post(f"{one}comments/", body, **options).status_code
        headers = {"If-Match": f'"{tag}"'}
        body = {"status": status}
        return lambda: clients["bob"].patch(one, body, headers=headers, **options).status_code

    for turn in range(ROUNDS):
        status, other = ("blocked", "in-progress") if turn % 2 else ("in-progress", "blocked")
        many, one = two(bulk(status), single(turn, other))
        assert many in (200, 409), many
        assert one in (200, 201, 412), one
        written += (3 if many == 200 else 0) + (one in (200, 201))
    assert stage.checklist.log.count() >= before + ROUNDS
    assert written >= ROUNDS
    assert nothing_was_lost(Checklist.objects.get(pk=stage.checklist.pk))


def test_whoever_waited_finds_what_was_done_meanwhile(
    stage: Stage, two: Callable[..., list[object]]
) -> None:
    """A checklist that was handed over is not lost to whoever waited for it, nor is its item."""
    begun = Event()
    row, item = Checklist.objects.get(pk=stage.checklist.pk), stage.items[0]
    stage.call("sharing.share", row, someone("vera"), Role.EDITOR, actor=stage.alice)

    def hand_over() -> None:
        with transaction.atomic():
            stage.call("item_updates.assign", item, someone("vera"), actor=stage.alice)
            stage.call("sharing.hand_over", row, stage.bob, actor=stage.alice)
            begun.set()
            wait_for_someone_waiting()

    def tick() -> object:
        begun.wait(30)
        return stage.call("item_updates.set_status", item, "blocked", actor=stage.bob)

    _, ticked = two(hand_over, tick)
    assert isinstance(ticked, Item), ticked
    assert (ticked.assignee, ticked.checklist.owner) == (someone("vera"), stage.bob)
    entries = stage.checklist.log.filter(item=item).order_by("-pk")
    assert [entry.act for entry in entries[:2]] == [Act.SET_STATUS, Act.ASSIGNED]


def wait_for_someone_waiting() -> None:
    """Return once another transaction waits for a row of this one; SQLite does not tell."""
    until = monotonic() + 30
    while connection.vendor == "postgresql" and monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks waiting JOIN pg_stat_activity USING (pid)"
                " WHERE NOT granted AND datname = current_database()"
            )
            if cursor.fetchone() != (0,):
                return
        Event().wait(0.02)


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize(
    ("meanwhile", "page", "api"),
    [
        ("checklist_status.close", 409, 409),
        ("sharing.unshare", 404, 404),
        ("sharing.share", 403, 403),
    ],
)
def test_what_was_read_before_the_lock_is_read_again(
    stage: Stage, meanwhile: str, page: int, api: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Someone closes the checklist, or takes a right away, after the request was let in."""
    from checklists.api.viewsets.private_views import OfChecklist
    from checklists.pages.private_pages import ChecklistPage

    def then(view: object, *_asked: object) -> None:
        row = Checklist.objects.get(pk=stage.checklist.pk)
        calls: dict[str, tuple[Any, ...]] = {
            "checklist_status.close": (row,),
            "sharing.unshare": (row, stage.bob),
            "sharing.share": (row, stage.bob, Role.VIEWER),
        }
        _ = view.checklist  # type: ignore[attr-defined]  # it was found before
        stage.call(meanwhile, *calls[meanwhile], actor=stage.alice)

    for private in (ChecklistPage, OfChecklist):
        monkeypatch.setattr(private, "ask_at_the_door", then)
    item = stage.items[0]
    root = f"/checklists/{stage.checklist.key}/items/{item.pk}/"
    form = {"do": "comment", "text": "Too late."}
    assert browser(stage.bob).post(root, form).status_code == page
    stage.set_again()
    json: dict[str, Any] = {"content_type": "application/json"}
    answer = browser(stage.bob).post(f"/api/v1{root}comments/", {"text": "Too late."}, **json)
    assert answer.status_code == api
    assert not Comment.objects.exists()
