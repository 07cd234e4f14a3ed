"""What the API of checklists refuses it names, and writes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from checklists.models import Checklist
from tests.checklists.asking import ROOT, Api, at, first
from tests.checklists.cast import shared, someone, started

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"due_on": "9999-01-01"}, "due_on"),
        ({"due_on": "2026-02-30"}, "due_on"),
        ({"status": "not-applicable"}, "reason"),
        ({"status": "finished"}, "status"),
        ({"status": 5}, "status"),
        ({"assignee": "charlie"}, "assignee"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_change_is_named_and_nothing_is_written(body: dict[str, Any], named: str) -> None:
    checklist = shared(started())
    item, alice = first(checklist), Api("alice")
    one = at(checklist, f"items/{item.pk}/")
    before = alice("get", one)
    refused = alice("patch", one, {**body}, status=400, match=alice.etag)
    assert named in {error["parameter"] for error in refused.get("errors", [])} | {
        word for word in [named] if word in refused["detail"]
    }
    assert alice("get", one) == before


def test_a_reason_given_for_one_status_is_none_for_another() -> None:
    checklist = started()
    item, alice = first(checklist), Api("alice")
    one = at(checklist, f"items/{item.pk}/")
    alice("patch", one, {"status": "blocked", "reason": "waiting"}, match="*")
    refused = alice("patch", one, {"status": "not-applicable"}, status=400, match="*")
    assert refused["errors"][0]["parameter"] == "reason"
    assert alice("get", one)["reason"] == "waiting"


def test_an_item_of_many_is_named_by_its_id() -> None:
    told = Api("alice")(
        "patch", at(started(), "items/"), {"items": [{"item": 1, "status": "done"}]}, status=400
    )
    assert "“id”" in told["results"][0]["detail"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (r'{"text": "\ud800"}', "surrogate"),
        (r'{"text": "a\u0000b"}', "NUL"),
        ('{"text": ' + "[" * 5000 + "]" * 5000 + "}", "depth"),
        ('{"text": ' + "[" * 30 + "]" * 30 + "}", "deep"),
        (b'{"text": "\xff"}', "UTF-8"),
    ],
)
def test_a_body_that_could_not_be_stored_is_refused(body: str | bytes, words: str) -> None:
    checklist = started()
    client, path = Client(), at(checklist, f"items/{first(checklist).pk}/comments/")
    client.force_login(checklist.owner)
    answer = client.post(path, data=body, content_type="application/json")
    assert answer.status_code == 400
    assert words in answer.json()["detail"]


def test_a_comment_that_is_too_long_is_refused() -> None:
    checklist = started()
    one = at(checklist, f"items/{first(checklist).pk}/comments/")
    refused = Api("alice")("post", one, {"text": "x" * 5001}, status=400)
    assert refused["errors"][0]["parameter"] == "text"
    Api("alice")("post", one, {"text": "x" * 5000}, status=201)


def test_a_tag_that_is_none_of_ours_is_named() -> None:
    checklist = started()
    one = at(checklist, f"items/{first(checklist).pk}/")
    refused = Api("alice")("patch", one, {"status": "done"}, status=400, match='"zzz"')
    assert refused["errors"][0]["parameter"] == "If-Match"


def test_ten_thousand_items_at_once_are_refused() -> None:
    checklist = shared(started())
    many = [{"id": n, "tag": "1-0123456789abcdef", "status": "done"} for n in range(10_000)]
    refused = Api("alice")("patch", at(checklist, "items/"), {"items": many}, status=400)
    assert "1 to 500" in refused["detail"]


@pytest.mark.parametrize("body", ["", "[1]", "{", '"text"', "null"])
def test_a_body_that_is_no_object_is_refused(body: str) -> None:
    client = Client()
    client.force_login(someone("alice"))
    answer = client.post(ROOT, data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert not Checklist.objects.exists()


@pytest.mark.parametrize("path", ["/evidence/", ROOT])
def test_a_body_of_two_gigabytes_is_refused_unread(path: str) -> None:
    client = Client()
    client.force_login(someone("alice"))
    answer = client.post(path, data=b"x", content_type="text/plain", CONTENT_LENGTH="2000000000")
    assert answer.status_code == 413
    assert "25 MB" in answer.content.decode()


def test_writes_of_a_session_need_the_token_of_the_form() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(someone("alice"))
    answer = client.post(ROOT, data="{}", content_type="application/json")
    assert answer.status_code == 403
