"""Rights over evidence follow from everything it serves: each persona, each act, each state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from knox.models import AuthToken

from cbec_portal.china_time import now
from checklists.models import (
    Attachment,
    Checklist,
    Evidence,
    EvidenceVersion,
    Item,
    Notification,
    Proof,
    Role,
    Share,
    Subject,
)
from checklists.permissions import EvidenceAction, UnseenError, evidence_policy
from checklists.selectors.notification_list import notifications_of, words_of
from checklists.services import evidence_versions, item_updates, sharing
from checklists.services.calendar_addresses import make_address
from checklists.services.digests import send_digests
from tests.checklists.cast import shared, someone, started

pytestmark = pytest.mark.django_db

LAST = date(2030, 12, 31)
EVIL = "https://evil.example/"


def first(checklist: Checklist, place: int = 0) -> Item:
    return checklist.items.filter(recurrence="once").order_by("pk")[place]


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


class Stage:
    """Alice's checklist, which Bob edits and Vera views, with Alice's evidence in it.

    Bob let it serve a checklist of his own as well, and Alice signed what rests on it.
    """

    def __init__(self) -> None:
        self.alice, self.bob = someone("alice"), someone("bob")
        self.hers = shared(started())
        self.his = started("zhengzhou", owner="bob")
        self.evidence = self.brought("alice", "Letter")
        evidence_versions.attach(first(self.hers), self.evidence, actor=self.alice)
        evidence_versions.attach(first(self.his), self.evidence, actor=self.bob)
        item_updates.set_status(first(self.hers), "done", actor=self.alice)

    def brought(self, name: str, title: str) -> Evidence:
        url = "https://example.org/letter"
        return evidence_versions.bring(someone(name), title, url=url, keep_until=LAST).evidence

    def remove(self, name: str) -> None:
        hers = Checklist.objects.get(pk=self.hers.pk)
        sharing.unshare(hers, someone(name), actor=hers.owner)

    def fresh(self) -> Evidence:
        return Evidence.objects.get(pk=self.evidence.pk)


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_removed_editor_puts_nothing_into_the_owners_item(stage: Stage) -> None:
    stage.remove("bob")
    with pytest.raises(PermissionDenied):
        evidence_versions.renew(stage.fresh(), actor=stage.bob, url=EVIL)
    with pytest.raises(PermissionDenied):
        evidence_versions.keep_until(stage.fresh(), date(2026, 1, 1), actor=stage.bob)
    with pytest.raises(PermissionDenied):
        evidence_versions.discard(stage.fresh(), actor=stage.bob, on=date(2031, 1, 1))
    with pytest.raises(UnseenError):
        evidence_versions.detach(first(stage.hers), stage.fresh(), actor=stage.bob)
    assert not EvidenceVersion.objects.filter(url=EVIL).exists()


def test_what_was_borrowed_stays_as_it_was(stage: Stage) -> None:
    stage.remove("bob")
    evidence_versions.renew(stage.fresh(), actor=stage.alice, url="https://example.org/newer")
    key, client = stage.evidence.key, browser(stage.bob)
    told = client.get(f"/api/v1/evidence/{key}/").json()
    assert (told["version"], [row["version"] for row in told["results"]]) == (1, [1])
    (listed,) = client.get("/api/v1/evidence/").json()["results"]
    assert listed["url"] == "https://example.org/letter"
    for address in (
        reverse("checklists:evidence-version", args=[key, 2]),
        reverse("api-evidence-content", args=[key, 2]),
    ):
        assert client.get(address).status_code == 404
    everything = (
        reverse("checklists:evidence", args=[key]),
        reverse("checklists:evidence-list"),
        reverse("checklists:item", args=[stage.his.key, first(stage.his).pk]),
        reverse("checklists:sheet", args=[stage.his.key]),
        reverse("checklists:log", args=[stage.his.key]),
        reverse("api-item-evidence", args=[stage.his.key, first(stage.his).pk]),
        reverse("api-items", args=[stage.his.key]),
        reverse("api-log", args=[stage.his.key]),
    )
    for address in everything:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "example.org/newer" not in answer.content.decode(), address
    hers = browser(stage.alice).get(f"/api/v1/evidence/{key}/").json()
    assert hers["version"] == 2
    item_updates.set_status(first(stage.his), "done", actor=stage.bob)
    (signed,) = first(stage.his).signed_periods.get().signed["evidence"]
    assert signed["version"] == 1


def test_borrowing_takes_nothing_from_whoever_brought_it(stage: Stage) -> None:
    item_updates.set_status(first(stage.his), "done", actor=stage.bob)
    evidence_versions.renew(stage.fresh(), actor=stage.alice, url="https://example.org/newer")
    evidence_versions.keep_until(stage.fresh(), date(2040, 1, 1), actor=stage.alice)
    loose = stage.brought("alice", "Loose")
    evidence_versions.attach(first(stage.hers, 1), loose, actor=stage.alice)
    evidence_versions.attach(first(stage.his, 1), loose, actor=stage.bob)
    evidence_versions.detach(first(stage.hers, 1), loose, actor=stage.alice)
    assert evidence_policy.may(EvidenceAction.SEE, loose, stage.alice)
    evidence_versions.renew(loose, actor=stage.alice, url="https://example.org/newer")


def test_what_a_signed_round_rests_on_is_kept(stage: Stage) -> None:
    assert Proof.objects.get().evidence == stage.evidence
    for day in (date(2026, 1, 1), None):
        with pytest.raises(ValidationError, match="signed period"):
            evidence_versions.keep_until(stage.fresh(), day, actor=stage.alice)
    evidence_versions.keep_until(stage.fresh(), date(2031, 12, 31), actor=stage.alice)
    evidence_versions.detach(first(stage.hers), stage.fresh(), actor=stage.alice)
    with pytest.raises(ValidationError, match="signed period"):
        evidence_versions.discard(stage.fresh(), actor=stage.alice, on=date(2099, 1, 1))
    page = reverse("checklists:evidence", args=[stage.evidence.key])
    form = {"do": "keep", "keep_until": "2026-01-01"}
    assert browser(stage.alice).post(page, form).status_code == 400
    assert stage.fresh().keep_until == date(2031, 12, 31)


def test_what_a_removed_person_brought_belongs_to_what_it_serves() -> None:
    hers, bob, alice = shared(started()), someone("bob"), someone("alice")
    url = "https://example.org/his"
    brought = evidence_versions.bring(
        bob, "His", url=url, keep_until=LAST, item=first(hers)
    ).evidence
    sharing.unshare(hers, bob, actor=alice)
    for act in acts_on(brought, bob):
        with pytest.raises(UnseenError):
            act()
    client = browser(bob)
    assert client.get(f"/api/v1/evidence/{brought.key}/").status_code == 404
    assert client.get("/api/v1/evidence/").json()["count"] == 0
    evidence_versions.renew(brought, actor=alice, url="https://example.org/hers")
    evidence_versions.keep_until(brought, date(2035, 1, 1), actor=alice)
    evidence_versions.detach(first(hers), brought, actor=alice)
    assert evidence_policy.may(EvidenceAction.SEE, brought, bob)


def acts_on(evidence: Evidence, person: User) -> list[Callable[[], object]]:
    own = started("ningbo", owner=person.username)
    return [
        lambda: evidence_versions.renew(evidence, actor=person, url=EVIL),
        lambda: evidence_versions.keep_until(evidence, date(2050, 1, 1), actor=person),
        lambda: evidence_versions.discard(evidence, actor=person, on=date(2099, 1, 1)),
        lambda: evidence_versions.attach(first(own), evidence, actor=person),
    ]


#: What takes a right away, from whom, and what is left: nothing of the checklist, or reading.
LOSSES: dict[str, tuple[str, Callable[[Stage], object], int]] = {
    "removed editor": ("bob", lambda stage: stage.remove("bob"), 404),
    "removed viewer": ("vera", lambda stage: stage.remove("vera"), 404),
    "editor made a viewer": (
        "bob",
        lambda stage: sharing.share(
            stage.hers, someone("bob"), Role.VIEWER, actor=someone("alice")
        ),
        200,
    ),
    "former owner who left": ("alice", lambda stage: leave(stage), 404),
    "outsider": ("charlie", lambda stage: None, 404),
}


def leave(stage: Stage) -> None:
    sharing.hand_over(stage.hers, stage.bob, actor=stage.alice)
    sharing.unshare(stage.hers, stage.alice, actor=stage.alice)


READ = (
    *("checklists:checklist", "checklists:item", "checklists:log", "checklists:sheet"),
    *("checklists:pack", "checklists:due", "checklists:people", "checklists:findings"),
    *("api-checklist", "api-items", "api-item", "api-item-evidence", "api-log", "api-pack"),
    *("api-comments", "api-findings", "api-answers", "api-checklist-changes"),
)


@pytest.mark.parametrize("loss", LOSSES)
def test_who_lost_a_right_reaches_nothing_by_it_any_more(loss: str) -> None:
    stage = Stage()
    own = stage.brought("alice", "Only here")
    evidence_versions.attach(first(stage.hers, 1), own, actor=stage.alice)
    name, lose, status = LOSSES[loss]
    person = someone(name)
    client, secret = browser(person), make_address(person)
    item_updates.set_due(first(stage.hers, 1), LAST, actor=stage.alice)
    item_updates.set_due(first(stage.hers), LAST, actor=stage.alice)
    lose(stage)
    for view in READ:
        args: list[Any] = [stage.hers.key]
        if view.endswith(("item", "comments", "item-evidence")):
            args.append(first(stage.hers).pk)
        answer = client.get(reverse(view, args=args))
        assert answer.status_code == status, view
        if answer.streaming:
            b"".join(answer.streaming_content)
    evidence = reverse("api-evidence", args=[own.key])
    assert client.get(evidence).status_code == status
    for address in (evidence, reverse("checklists:evidence", args=[own.key])):
        form = {"do": "renew", "url": EVIL} if "api" not in address else {"url": EVIL}
        options = {"content_type": "application/json"} if "api" in address else {}
        answer = client.post(address, form, **options)  # type: ignore[arg-type]
        assert answer.status_code in (403, 404), address
    patch = client.patch(evidence, {"keep_until": "2026-01-01"}, content_type="application/json")
    assert patch.status_code == (403 if status == 200 else 404)
    content = reverse("api-evidence-content", args=[own.key, 1])
    assert client.get(content).status_code == (302 if status == 200 else 404)
    for act in acts_on(own, person):
        with pytest.raises((UnseenError, PermissionDenied)):
            act()
    with pytest.raises((UnseenError, PermissionDenied)):
        evidence_versions.detach(first(stage.hers, 1), own, actor=person)
    calendar = Client().get(f"/calendar/{secret}.ics").content.decode()
    assert (str(stage.hers.key) in calendar) is (status == 200)
    if status == 404:
        assert not notifications_of(person).filter(checklist=stage.hers).exists()
        assert stage.hers.title not in client.get("/checklists/notices/").content.decode()
        assert "Only here" not in client.get("/evidence/").content.decode()
    assert not EvidenceVersion.objects.filter(url=EVIL).exists()


@pytest.mark.parametrize("end", ["token expired", "token revoked", "switched off"])
def test_a_token_that_has_ended_opens_nothing(end: str) -> None:
    stage, vera = Stage(), someone("vera")
    row, token = AuthToken.objects.create(vera, expiry=timedelta(days=1))
    addresses = [
        f"/api/v1/checklists/{stage.hers.key}/",
        f"/api/v1/checklists/{stage.hers.key}/audit-pack/",
        f"/api/v1/evidence/{stage.evidence.key}/",
        f"/api/v1/evidence/{stage.evidence.key}/1/content/",
        "/api/v1/checklists/notices/",
    ]
    headers = {"Authorization": f"Token {token}"}
    for address in addresses:
        answer = Client().get(address, headers=headers)
        assert answer.status_code in (200, 302), address
        b"".join(answer.streaming_content) if answer.streaming else b""
    if end == "token expired":
        AuthToken.objects.update(expiry=now() - timedelta(seconds=1))
    elif end == "token revoked":
        row.delete()
    else:
        User.objects.filter(pk=vera.pk).update(is_active=False)
    for address in addresses:
        assert Client().get(address, headers=headers).status_code == 401, address


@pytest.mark.parametrize("end", ["switched off", "logged out", "calendar revoked"])
def test_what_has_ended_opens_nothing(end: str, mailoutbox: list[Any]) -> None:
    from checklists.services.calendar_addresses import revoke_address

    stage, vera = Stage(), someone("vera")
    client, secret = browser(vera), make_address(vera)
    if end == "switched off":
        User.objects.filter(pk=vera.pk).update(is_active=False)
    if end == "logged out":
        client.logout()
    if end == "calendar revoked":
        revoke_address(vera)
    else:
        assert client.get(f"/checklists/{stage.hers.key}/").status_code == 302
        assert client.get(f"/api/v1/evidence/{stage.evidence.key}/").status_code == 401
    if end != "logged out":
        assert Client().get(f"/calendar/{secret}.ics").status_code == 404
    if end == "switched off":
        send_digests()
        assert all("vera@example.org" not in sent.to for sent in mailoutbox)
        assert Share.objects.filter(user=vera).exists()


def test_whoever_brought_evidence_is_told_what_others_do_with_it(stage: Stage) -> None:
    def told() -> list[str]:
        rows = Notification.objects.filter(user=stage.alice, subject=Subject.EVIDENCE).order_by(
            "pk"
        )
        return [words_of(row) for row in rows]

    assert told() == ["bob let your evidence “Letter” serve another checklist."]
    assert (
        str(stage.his.key) not in browser(stage.alice).get("/checklists/notices/").content.decode()
    )
    evidence_versions.renew(stage.fresh(), actor=stage.bob, url="https://example.org/newer")
    evidence_versions.detach(first(stage.hers), stage.fresh(), actor=stage.bob)
    assert told()[1:] == [
        "bob handed in a newer version of your evidence “Letter”.",
        "bob detached your evidence “Letter”.",
    ]
    assert notifications_of(stage.alice).filter(subject=Subject.EVIDENCE).count() == 3


def test_evidence_of_ones_own_checklists_follows_all_of_them() -> None:
    alice, one, two = someone("alice"), started(), started("zhengzhou")
    brought = evidence_versions.bring(
        alice, "Mine", url="https://example.org/", item=first(one)
    ).evidence
    evidence_versions.attach(first(two), brought, actor=alice)
    assert set(Attachment.objects.values_list("through", flat=True)) == {None}
    evidence_versions.renew(brought, actor=alice, url="https://example.org/newer")
    assert [row.versions[0].number for row in Attachment.objects.all()] == [2, 2]
