"""The API of checklists: the whole path, and no lost writes."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from checklists.models import Status
from tests.checklists.asking import ROOT, Api, at, first
from tests.checklists.cast import shared, someone, started
from tests.checklists.files import pdf, upload
from tests.checklists.test_accepted_changes import deciding, fixed
from tests.zones.test_publishing import next_version, publish_as_two
from zones.rules.vocabulary import Change
from zones.selectors.snapshot import forget
from zones.services.publication import Publication

pytestmark = pytest.mark.django_db


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
    assert bob.etag == f'"{told["tag"]}"'
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


def test_who_works_on_a_checklist_renames_it_and_its_owner_alone_closes_it() -> None:
    checklist, alice, bob, vera = shared(started()), Api("alice"), Api("bob"), Api("vera")
    vera("patch", at(checklist), {"title": "Vera's"}, match="*", status=403)
    assert bob("patch", at(checklist), {"title": "Bob's"}, match="*")["title"] == "Bob's"
    for body in ({"closed": True}, {"title": "Both", "closed": True}):
        bob("patch", at(checklist), body, match="*", status=403)
        bob("patch", at(checklist), body, match='"0-0"', status=403)
    told = alice("get", at(checklist))
    assert (told["title"], told["closed_at"]) == ("Bob's", None)
    alice("patch", at(checklist), {"title": "Both", "closed": True}, match="*")
    assert bob("patch", at(checklist), {"title": "Shut"}, match="*")["title"] == "Shut"


def test_one_shares_with_a_name_or_an_address_over_the_api_too() -> None:
    checklist, alice = started(), Api("alice")
    bob = someone("bob")
    for named in ("bob", "Bob@example.org"):
        alice("put", at(checklist, "shares/"), {"user": named, "role": "viewer"})
        assert checklist.shares.get().user == bob
        alice("delete", at(checklist, "shares/"), {"user": named})
        assert not checklist.shares.exists()
    User.objects.create_user("charlie", bob.email)
    someone("off", is_active=False)
    for unknown in ("nobody", "", "bob@example.org", "off", "off@example.org"):
        body = {"user": unknown, "role": "viewer"}
        refused = alice("put", at(checklist, "shares/"), body, status=400)
        assert f"There is no account of the name or address “{unknown}”." in str(refused)


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
    (notification,) = bob("get", f"{root}notices/?unread=true")["results"]
    assert notification["words"] == "alice shared this checklist with you."
    bob("post", f"{root}notices/", {"notices": "all"}, status=400)
    assert bob("post", f"{root}notices/", {"notices": [notification["id"]]}) == {"marked": 1}
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


def test_many_items_change_all_or_none_and_each_is_told() -> None:
    checklist = shared(started())
    alice = Api("alice")
    items = list(checklist.items.filter(recurrence="once")[:3])
    good = [{"id": i.pk, "tag": i.tag, "status": "done"} for i in items]
    bad = [
        good[0],
        {**good[1], "tag": "99-0123456789abcdef"},
        {"id": items[2].pk, "tag": items[2].tag, "status": "not-applicable"},
        {"id": 987654, "tag": "1-0123456789abcdef", "status": "done"},
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


def test_private_answers_are_kept_by_nobody() -> None:
    answer = Api("alice").client.get(ROOT)
    assert answer["Cache-Control"] == "private, no-store"
    assert "Cookie" in answer["Vary"]


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
