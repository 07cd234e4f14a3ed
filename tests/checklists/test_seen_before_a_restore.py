"""A database that was set back counts once more; what was seen before is seen no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction

from checklists.models import Checklist, Item
from checklists.models.versions import Versioned
from checklists.services import item_updates, recorded_findings
from checklists.services.locks import WRITES
from tests.checklists.asking import Api, at, first
from tests.checklists.browsing import hidden, logged_in, page
from tests.checklists.cast import shared, someone, started
from tests.checklists.stage import DAY, TOLD, Stage
from tests.checklists.test_accepted_changes import deciding, fixed
from tests.zones.test_publishing import next_version, publish_as_two
from zones.models import Topic
from zones.rules.vocabulary import Change
from zones.selectors.snapshot import forget
from zones.services.publication import Publication

pytestmark = pytest.mark.django_db


@contextmanager
def lost() -> Iterator[None]:
    """Let what is done be lost, as by the restore of a backup; keys are counted once more too."""
    savepoint = transaction.savepoint()
    yield
    transaction.savepoint_rollback(savepoint)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)
    forget()


def counted() -> list[type[models.Model]]:
    """Every kind of row that is written only as it was seen."""
    return [model for model in apps.get_models() if issubclass(model, Versioned)]


def states() -> dict[tuple[str, int], tuple[str, dict[str, Any]]]:
    """The tag of each row that counts its writes, with what it holds."""
    return {
        (model.__name__, row.pk): (row.tag, model.objects.filter(pk=row.pk).values().get())  # type: ignore[attr-defined]  # of any model
        for model in counted()
        for row in model.objects.all()  # type: ignore[attr-defined]  # of any model
    }


def test_checklists_and_items_are_written_only_as_they_were_seen() -> None:
    assert {*counted()} == {Checklist, Item}


@pytest.mark.parametrize("service", sorted(WRITES))
def test_no_tag_comes_again_whatever_was_written_before_and_after(
    service: str, stage: Stage
) -> None:
    before = states()

    def write() -> dict[tuple[str, int], tuple[str, dict[str, Any]]]:
        with suppress(*TOLD):
            stage.act(service, 1)()
        return states()

    with lost():
        then = write()
    assert states() == before
    now = write()
    for row in before:
        tags = [state[row][0] for state in (before, then, now)]
        kept = [state[row][1] == before[row][1] for state in (then, now)]
        assert kept == ([True, True] if len({*tags}) == 1 else [False, False])
        assert len({*tags}) in (1, 3), (row, tags)
    born = (then.keys() & now.keys()) - before.keys()
    assert not [row for row in born if then[row][0] == now[row][0]]


def test_over_the_api_nobody_overwrites_what_came_after_a_restore() -> None:
    checklist = shared(started())
    item, alice, bob = first(checklist), Api("alice"), Api("bob")
    one, root = at(checklist, f"items/{item.pk}/"), at(checklist)
    with lost():
        alice("patch", one, {"status": "in-progress"}, match="*")
        seen = alice.etag
        told = alice("get", one)
        assert f'"{told["tag"]}"' == seen
        alice("patch", root, {"title": "Before"}, match="*")
        seen_whole = alice.etag
    bob("patch", one, {"status": "blocked", "reason": "customs said no"}, match="*")
    alice("patch", root, {"title": "After"}, match="*")
    assert alice("get", one)["version"] == told["version"]
    alice("patch", one, {"status": "done"}, match=seen, status=412)
    alice("patch", one, {"status": "done"}, match=f'"{told["version"]}"', status=412)
    alice("patch", root, {"title": "Over it"}, match=seen_whole, status=412)
    many = {"items": [{"id": item.pk, "tag": told["tag"], "status": "done"}]}
    refused = alice("patch", at(checklist, "items/"), many, status=409)["results"]
    assert [row["outcome"] for row in refused] == ["conflict"]
    listed = {row["id"]: row["tag"] for row in alice("get", at(checklist, "items/"))["results"]}
    assert refused[0]["tag"] == listed[item.pk] != told["tag"]
    many["items"][0]["tag"] = listed[item.pk]
    done = alice("patch", at(checklist, "items/"), many)["results"][0]
    assert alice("get", one)["tag"] == done["tag"]
    assert alice("get", root)["tag"] == alice.etag.strip('"')


@pytest.mark.parametrize(
    "form",
    [
        {"do": "status", "status": "done"},
        {"do": "due", "due_on": "2027-01-05"},
        {"do": "assign", "assignee": "alice"},
    ],
    ids=lambda form: str(form["do"]),
)
@pytest.mark.parametrize("name", ["item", "checklist"])
def test_on_a_page_nobody_overwrites_what_came_after_a_restore(
    name: str, form: dict[str, str]
) -> None:
    if name == "checklist" and form["do"] != "status":
        return
    checklist = shared(started())
    item, client = first(checklist), logged_in("bob")
    address = page(checklist, name, *([item.pk] if name == "item" else []))
    form = form | ({"item": str(item.pk)} if name == "checklist" else {})
    with lost():
        item_updates.set_status(item, "in-progress", actor=someone("bob"))
        form |= {"seen": hidden(client.get(page(checklist, "item", item.pk)), "seen")}
    item = first(checklist)
    item_updates.set_status(item, "blocked", actor=someone("alice"), reason="customs said no")
    assert client.post(address, form).status_code == 409
    before = Item.objects.filter(pk=item.pk).values().get()
    assert (before["status"], before["due_on"], before["assignee_id"]) == ("blocked", None, None)
    form |= {"seen": hidden(client.get(page(checklist, "item", item.pk)), "seen")}
    assert client.post(address, form).status_code == 303


def test_moves_by_a_policy_that_came_after_a_restore_were_not_seen() -> None:
    checklist, alice = fixed("hangzhou", template="import-9610-seller"), Api("alice")
    changes = at(checklist, "changes/")

    def read_anew(summary: str) -> Any:
        policy = deciding("hangzhou", "code-9610-available")
        draft = next_version(policy, change=Change.CORRECTED, summary_en=summary)
        publish_as_two(Publication(policies=[draft]))
        forget()
        return draft.pk

    def seen() -> str:
        alice("get", changes)
        return alice.etag

    key = shown_after(lambda: read_anew("Before"), seen)
    assert read_anew("After") == key[0]
    alice("post", changes, {}, match=key[1], status=412)
    alice("post", changes, {}, match=alice.etag)


def test_answers_beside_a_finding_that_came_after_a_restore_were_not_seen() -> None:
    checklist, alice = fixed("hangzhou", template="import-9610-seller"), Api("alice")
    answers = at(checklist, "answers/")

    def found(value: str) -> Any:
        topic = Topic.objects.get(slug="code-9610-available")
        return recorded_findings.record_finding(
            [checklist],
            checklist.places.get(),
            topic,
            value,
            actor=someone("alice"),
            said_by="Customs",
            found_on=DAY,
            expires_on=DAY + timedelta(days=90),
        ).pk

    def seen() -> str:
        alice("get", answers)
        return alice.etag

    key, tag = shown_after(lambda: found("true"), seen)
    checklist.refresh_from_db()
    assert found("false") == key
    alice("put", answers, {"answers": []}, match=tag, status=412)
    alice("put", answers, {"answers": []}, match=alice.etag)


def shown_after(act: Callable[[], Any], seen: Callable[[], str]) -> tuple[Any, str]:
    """Do what is lost again, and return what it made and what was seen of it."""
    with lost():
        return act(), seen()
    raise AssertionError("what was lost is not told")
