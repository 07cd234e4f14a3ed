"""The API of checklists: the whole path, no lost writes, and clear refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from checklists.models import Checklist, Item, Status
from tests.checklists.cast import shared, someone, started
from tests.checklists.files import pdf, upload
from tests.checklists.test_following import deciding, fixed
from tests.zones.test_publishing import next_version, publish_as_two
from zones.models import Change
from zones.queries.catalogue import forget
from zones.services.publishing import Publication

pytestmark = pytest.mark.django_db

ROOT = "/api/v1/checklists/"


class Api:
    """Someone's session with the API."""

    def __init__(self, name: str) -> None:
        self.client = Client()
        self.client.force_login(someone(name))

    def __call__(
        self, method: str, path: str, body: Any = None, status: int = 200, match: str = ""
    ) -> Any:
        """Ask, and read the answer."""
        options: dict[str, Any] = {"headers": {"If-Match": match}} if match else {}
        if body is not None:
            options |= {"data": json.dumps(body), "content_type": "application/json"}
        answer = getattr(self.client, method)(path, **options)
        assert answer.status_code == status, (answer.status_code, answer.content)
        self.etag = answer.get("ETag", "")
        return json.loads(answer.content) if answer.content else None


def first(checklist: Checklist) -> Item:
    found = checklist.items.filter(recurrence="once").first()
    assert found is not None
    return found


def at(checklist: Checklist, more: str = "") -> str:
    return f"{ROOT}{checklist.key}/{more}"


def test_the_whole_path_over_the_api() -> None:
    alice, bob = Api("alice"), Api("bob")
    made = alice(
        "post",
        ROOT,
        {
            "template": "import-1210-seller",
            "places": ["杭州", "zhengzhou"],
            "answers": ["goods-kinds:food"],
        },
        status=201,
    )
    root = f"{ROOT}{made['key']}/"
    assert [place["city"] for place in made["places"]] == ["hangzhou", "zhengzhou"]
    bob("get", root, status=404)
    alice("put", f"{root}shares/", {"user": "bob", "role": "editor"})
    items = bob("get", f"{root}items/?limit=1000")["results"]
    assert made["progress"]["items"] == len(items)
    item = next(row for row in items if row["recurrence"] == "once")
    one = f"{root}items/{item['id']}/"
    told = bob("get", one)
    assert bob.etag == f'"{told["version"]}"'
    bob("patch", one, {"status": "done"}, match=bob.etag)
    done = bob("get", one)
    assert done["status"] == "done"
    assert done["rounds"][0]["closed_by"] == "bob"
    bob("post", f"{one}comments/", {"text": "Done."}, status=201)
    weighed = bob("put", f"{root}answers/?weigh=true", {"answers": ["goods-kinds:cosmetics"]})
    assert weighed["moved"]
    bob("get", f"{root}answers/")
    seen = bob.etag
    for nothing in ({}, {"answers": None}):
        bob("put", f"{root}answers/", nothing, match=seen, status=400)
    assert bob("get", f"{root}answers/")["answers"] == {"goods-kinds": ["food"]}
    pilot = {"name": "杭州市", "province": "CN-ZJ", "customs_district": "2900"}
    refused = {"template": "import-1210-seller", "places": [pilot]}
    assert "ask for hangzhou" in str(alice("post", ROOT, refused, status=400)["errors"])
    moved = alice("get", f"{root}relocation/?to=shijiazhuang")
    assert {row["move"] for row in moved["results"]} <= {"stays", "new", "changed", "falls-away"}
    acts = [entry["act"] for entry in alice("get", f"{root}log/")["results"]]
    assert acts == ["commented", "set-status", "shared", "started"]
    alice("put", f"{root}owner/", {"user": "bob"})
    assert alice("get", root)["role"] == "editor"


def test_answers_and_moves_are_written_only_as_they_were_seen() -> None:
    checklist, alice = fixed("hangzhou", template="import-9610-seller"), Api("alice")
    answers, changes = at(checklist, "answers/"), at(checklist, "changes/")
    alice("get", answers)
    seen_answers = alice.etag
    alice("get", changes)
    seen_changes = alice.etag
    alice("post", changes, {}, status=428)
    alice("put", answers, {"answers": ["goods-kinds:food"]}, status=428)
    policy = deciding("hangzhou", "code-9610-available")
    draft = next_version(policy, change=Change.CORRECTED, value_boolean=False)
    publish_as_two(Publication(policies=[draft]))
    forget()
    alice("post", changes, {}, match=seen_changes, status=412)
    assert alice.etag not in ("", seen_changes)
    food = {"answers": ["goods-kinds:food"]}
    alice("put", answers, food, match=seen_answers, status=412)
    alice("put", answers, food, match=alice.etag)
    told = alice("get", changes)
    gate, *duties = told["results"]
    assert (gate["number"], gate["move"]) == ("gate", "falls-away")
    assert gate["places"][0]["after"]["verdict"] == "excluded"
    accepted = alice("post", changes, {"numbers": ["gate"]}, match=alice.etag)
    assert accepted == {"accepted": ["gate"]}
    assert [one["number"] for one in alice("get", changes)["results"]] == [
        one["number"] for one in duties
    ]


def test_a_checklist_is_changed_only_as_it_was_seen() -> None:
    checklist, alice = started(), Api("alice")
    alice("get", at(checklist))
    seen = alice.etag
    alice("patch", at(checklist), {"title": "Another", "closed": True}, match=seen)
    now = alice.etag
    alice("patch", at(checklist), {"title": "A third"}, match=seen, status=412)
    assert alice.etag == now


def test_evidence_is_listed_kept_and_discarded() -> None:
    checklist, alice, bob = shared(started()), Api("alice"), Api("bob")
    made = alice(
        "post",
        at(checklist, f"items/{first(checklist).pk}/evidence/"),
        {"url": "https://example.org/licence", "title": "Licence", "keep_until": "2030-01-01"},
        status=201,
    )
    one = f"/api/v1/evidence/{made['evidence']}/"
    (listed,) = bob("get", "/api/v1/evidence/?q=lic")["results"]
    assert (listed["key"], listed["keep_until"]) == (made["evidence"], "2030-01-01")
    assert bob("get", "/api/v1/evidence/?q=other")["results"] == []
    assert Api("charlie")("get", "/api/v1/evidence/")["count"] == 0
    for wrong in ("9999-12-31", "1850-01-01", "2026-02-30", 7):
        alice("patch", one, {"keep_until": wrong}, status=400)
    alice("patch", one, {"keep_until": "2031-01-01", "discarded": True}, status=400)
    assert alice("get", one)["keep_until"] == "2030-01-01"
    alice("patch", one, {"keep_until": "2026-01-01"})
    assert alice("patch", one, {"discarded": True})["discarded_at"]
    alice("patch", one, {"discarded": False}, status=400)


def test_notices_are_read_and_the_calendar_address_is_made_and_revoked() -> None:
    checklist, alice, bob = started(), Api("alice"), Api("bob")
    alice("put", at(checklist, "shares/"), {"user": "bob", "role": "viewer"})
    root = "/api/v1/checklists/"
    (notice,) = bob("get", f"{root}notices/?unread=true")["results"]
    assert notice["words"] == "alice shared this checklist with you."
    bob("post", f"{root}notices/", {"notices": "all"}, status=400)
    assert bob("post", f"{root}notices/", {"notices": [notice["id"]]}) == {"marked": 1}
    assert bob("get", f"{root}notices/?unread=true")["count"] == 0
    assert bob("get", f"{root}calendar/") == {"made_at": None}
    address = bob("post", f"{root}calendar/", {}, status=201)["address"]
    assert Client().get(address).status_code == 200
    bob("delete", f"{root}calendar/", status=204)
    assert Client().get(address).status_code == 404


def test_whoever_views_may_leave_and_decides_for_nobody_else() -> None:
    checklist, vera = shared(started()), Api("vera")
    vera("delete", at(checklist, "shares/"), {"user": "bob"}, status=403)
    vera("delete", at(checklist, "shares/"), {"user": "vera"}, status=204)
    vera("get", at(checklist), status=404)
    assert checklist.shares.get().user.username == "bob"


def test_nobody_overwrites_what_they_have_not_seen() -> None:
    checklist = shared(started())
    item, alice, bob = first(checklist), Api("alice"), Api("bob")
    one = at(checklist, f"items/{item.pk}/")
    alice("get", one)
    seen = alice.etag
    alice("patch", one, {"status": "blocked", "reason": "waiting"}, match=seen)
    refused = bob("patch", one, {"status": "done"}, status=412, match=seen)
    assert "changed" in refused["detail"]
    assert bob.etag not in ("", seen)
    bob("patch", one, {"status": "done"}, status=428)
    bob("patch", one, {"status": "done"}, match="*")
    item.refresh_from_db()
    assert item.status == Status.DONE


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


def test_many_items_change_all_or_none_and_each_is_told() -> None:
    checklist = shared(started())
    alice = Api("alice")
    items = list(checklist.items.filter(recurrence="once")[:3])
    good = [{"id": i.pk, "version": i.version, "status": "done"} for i in items]
    bad = [
        good[0],
        {**good[1], "version": 99},
        {"id": items[2].pk, "version": items[2].version, "status": "not-applicable"},
        {"id": 987654, "version": 1, "status": "done"},
    ]
    told = alice("patch", at(checklist, "items/"), {"items": bad}, status=409)
    assert (told["written"], told["status"]) == (False, 409)
    assert [row["outcome"] for row in told["results"]] == [
        *("not-written", "conflict", "error", "error")
    ]
    assert not checklist.items.filter(status=Status.DONE).exists()
    assert checklist.log.count() == 1
    told = alice("patch", at(checklist, "items/"), {"items": good})
    assert {row["outcome"] for row in told["results"]} == {"ok"}
    assert checklist.items.filter(status=Status.DONE).count() == 3


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
    many = [{"id": n, "version": 1, "status": "done"} for n in range(10_000)]
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


def test_a_file_is_handed_in_and_fetched() -> None:
    checklist = shared(started())
    item, bob = first(checklist), Api("bob")
    path = at(checklist, f"items/{item.pk}/evidence/")
    answer = bob.client.post(path, {"file": upload("回函.pdf", pdf()), "title": "Letter"})
    assert answer.status_code == 201, answer.content
    key = answer.json()["evidence"]
    content = bob.client.get(f"/api/v1/evidence/{key}/1/content/")
    assert b"".join(content.streaming_content)[:5] == b"%PDF-"  # type: ignore[attr-defined]
    refused = bob.client.post(path, {"file": upload("x.pdf", b"<html>")})
    assert refused.status_code == 400
    other = started("zhengzhou", owner="bob")
    attached = Api("bob")(
        "post", at(other, f"items/{first(other).pk}/evidence/"), {"evidence": key}, status=201
    )
    assert attached["sha256"] == answer.json()["sha256"]
    Api("charlie")("get", f"/api/v1/evidence/{key}/", status=404)


@pytest.mark.parametrize("path", ["/evidence/", ROOT])
def test_a_body_of_two_gigabytes_is_refused_unread(path: str) -> None:
    client = Client()
    client.force_login(someone("alice"))
    answer = client.post(path, data=b"x", content_type="text/plain", CONTENT_LENGTH="2000000000")
    assert answer.status_code == 413
    assert "25 MB" in answer.content.decode()


def test_private_answers_are_kept_by_nobody() -> None:
    answer = Api("alice").client.get(ROOT)
    assert answer["Cache-Control"] == "private, no-store"
    assert "Cookie" in answer["Vary"]


def test_writes_of_a_session_need_the_token_of_the_form() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(someone("alice"))
    answer = client.post(ROOT, data="{}", content_type="application/json")
    assert answer.status_code == 403


def test_queries_of_a_list_do_not_grow(django_assert_max_num_queries: Any) -> None:
    for city in ("hangzhou", "zhengzhou", "ningbo"):
        started(city)
    checklist = started("tianjin")
    alice = Api("alice")
    alice("get", ROOT)
    with django_assert_max_num_queries(9):
        alice("get", ROOT)
    with django_assert_max_num_queries(15):
        alice("get", at(checklist, "items/?limit=1000"))
