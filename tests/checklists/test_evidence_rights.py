"""Rights over evidence follow from everything it serves: each persona, each act, each state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

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
    Finding,
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
from checklists.services.recorded_findings import record_finding
from tests.checklists.cast import shared, someone, started
from tests.router import every_address
from tests.steps import without
from zones.models import Topic

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
    )
    for address in everything:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "example.org/newer" not in answer.content.decode(), address
    for name, (_status, content) in reading(client, stage.his, first(stage.his)).items():
        assert "example.org/newer" not in told_in(content), name
    hers = browser(stage.alice).get(f"/api/v1/evidence/{key}/").json()
    assert hers["version"] == 2
    item_updates.set_status(first(stage.his), "done", actor=stage.bob)
    (signed,) = first(stage.his).signed_periods.get().signed["evidence"]
    assert signed["version"] == 1


def told_in(content: bytes) -> str:
    """The text of an answer, of all files in it where it is an archive."""
    if not content.startswith(b"PK"):
        return content.decode(errors="replace")
    with ZipFile(BytesIO(content)) as archive:
        return "".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


def give(stage: Stage, role: str) -> None:
    """Let Alice be something in the checklist of Bob's, for which nobody asks her."""
    if role != "nobody":
        given = Role.VIEWER if role == Role.VIEWER else Role.EDITOR
        sharing.share(stage.his, stage.alice, given, actor=stage.bob)
    if role == "owner":
        sharing.hand_over(stage.his, stage.alice, actor=stage.bob)


def rest_on(stage: Stage, checklist: Checklist, evidence: Evidence, *, actor: User) -> None:
    """Record a finding that rests on evidence."""
    record_finding(
        [checklist],
        checklist.places.get(),
        Topic.objects.get(slug="bonded-import-1210"),
        "listed",
        actor=actor,
        said_by="Customs",
        found_on=checklist.as_of,
        expires_on=checklist.as_of.replace(year=checklist.as_of.year + 1),
        evidence=evidence,
    )


def lend(stage: Stage, way: str, evidence: Evidence) -> None:
    """Let evidence of Alice's serve the checklist of Bob's, as Bob may."""
    if way == "finding":
        rest_on(stage, stage.his, evidence, actor=stage.bob)
        return
    evidence_versions.attach(first(stage.his, 1), evidence, actor=stage.bob)
    if way == "signed":
        item_updates.set_status(first(stage.his, 1), "done", actor=stage.bob)


@pytest.mark.parametrize("way", ["attached", "finding", "signed"])
@pytest.mark.parametrize("role", ["nobody", "viewer", "editor", "owner"])
def test_what_another_lends_takes_no_right_from_whoever_brought_it(
    stage: Stage, role: str, way: str
) -> None:
    """Whatever she is in the checklist that it was lent to, then and later."""
    brought = stage.brought("alice", "Licence")
    evidence_versions.attach(first(stage.hers, 1), brought, actor=stage.alice)
    give(stage, role)
    lend(stage, way, brought)
    stage.remove("bob")
    alice, bob = browser(stage.alice), browser(stage.bob)
    address = reverse("api-evidence", args=[brought.key])
    body = {"url": "https://example.org/newer"}
    assert alice.post(address, body, content_type="application/json").status_code == 201
    told = bob.get(address).json()
    assert (told["version"], [row["version"] for row in told["results"]]) == (1, [1])
    his = Checklist.objects.get(pk=stage.his.pk)
    for name, (_status, content) in reading(bob, his, first(his, 1)).items():
        assert "example.org/newer" not in told_in(content), name
    if role == "owner":
        sharing.hand_over(his, stage.bob, actor=stage.alice)
        his.refresh_from_db()
    if role != "nobody":
        sharing.unshare(his, stage.alice, actor=stage.bob)
    told = alice.get(address).json()
    assert (told["version"], [row["version"] for row in told["results"]]) == (2, [2, 1])
    for _detached in range(2):
        renewed = alice.post(address, body, content_type="application/json")
        kept = alice.patch(address, {"keep_until": "2031-12-31"}, content_type="application/json")
        assert (renewed.status_code, kept.status_code) == (201, 200)
        evidence_versions.detach(first(stage.hers, 1), brought, actor=stage.alice)
        assert alice.get(address).status_code == 200
        taken = bob.post(address, {"url": EVIL}, content_type="application/json")
        assert taken.status_code == 403
        kept = bob.patch(address, {"keep_until": "2040-01-01"}, content_type="application/json")
        assert kept.status_code == 403
    items = reverse("api-item-evidence", args=[stage.hers.key, first(stage.hers, 1).pk])
    again = {"evidence": str(brought.key)}
    assert alice.post(items, again, content_type="application/json").status_code == 201
    discarding = {"discarded": True}
    if way != "signed":
        Evidence.objects.filter(pk=brought.pk).update(keep_until=date(2020, 1, 1))
        discarded = alice.patch(address, discarding, content_type="application/json")
        assert discarded.status_code == 200


def test_what_another_attached_beside_it_has_the_same_versions_while_it_follows(
    stage: Stage,
) -> None:
    """It gives no right of its own: detached by whoever brought it, the evidence is theirs."""
    sharing.share(stage.his, stage.alice, Role.EDITOR, actor=stage.bob)
    brought = stage.brought("alice", "Licence")
    evidence_versions.attach(first(stage.his, 1), brought, actor=stage.alice)
    evidence_versions.attach(first(stage.his, 2), brought, actor=stage.bob)
    beside = Attachment.objects.get(item=first(stage.his, 2), evidence=brought)
    evidence_versions.renew(brought, actor=stage.bob, url="https://example.org/2")
    beside.refresh_from_db()
    assert [row.number for row in beside.versions] == [2, 1]
    item_updates.set_status(first(stage.his, 2), "done", actor=stage.bob)
    assert Proof.objects.get(evidence=brought).version == 2
    evidence_versions.detach(first(stage.his, 1), brought, actor=stage.alice)
    sharing.unshare(stage.his, stage.alice, actor=stage.bob)
    with pytest.raises(PermissionDenied):
        evidence_versions.renew(brought, actor=stage.bob, url=EVIL)
    evidence_versions.renew(brought, actor=stage.alice, url="https://example.org/3")
    beside.refresh_from_db()
    assert [row.number for row in beside.versions] == [2, 1]


def test_whoever_brought_it_lets_it_follow_where_it_is_borrowed(stage: Stage) -> None:
    sharing.share(stage.his, stage.alice, Role.EDITOR, actor=stage.bob)
    item = first(stage.his)
    page = reverse("checklists:item", args=[stage.his.key, item.pk])
    offered = f'<option value="{stage.evidence.pk}"'
    assert offered not in browser(stage.bob).get(page).content.decode()
    alice = browser(stage.alice)
    assert offered in alice.get(page).content.decode()
    form = {"do": "attach", "evidence": stage.evidence.pk}
    assert alice.post(page, form).status_code == 303
    assert offered not in alice.get(page).content.decode()
    attached = Attachment.objects.get(item=item, evidence=stage.evidence)
    assert (attached.through, attached.attached_by) == (None, stage.alice)
    evidence_versions.renew(stage.fresh(), actor=stage.alice, url="https://example.org/newer")
    told = browser(stage.bob).get(f"/api/v1/evidence/{stage.evidence.key}/").json()
    assert told["version"] == 2


def test_whoever_brought_it_sees_every_version_once_it_was_signed_and_detached() -> None:
    alice, hers = someone("alice"), started()
    url = "https://example.org/1"
    brought = evidence_versions.bring(alice, "Mine", url=url, item=first(hers)).evidence
    item_updates.set_status(first(hers), "done", actor=alice)
    evidence_versions.detach(first(hers), brought, actor=alice)
    evidence_versions.renew(brought, actor=alice, url="https://example.org/2")
    told = browser(alice).get(f"/api/v1/evidence/{brought.key}/").json()
    assert (told["version"], [row["version"] for row in told["results"]]) == (2, [2, 1])


def test_what_is_only_borrowed_is_lent_no_further(stage: Stage) -> None:
    stage.remove("bob")
    third = started("ningbo", owner="bob")
    address = reverse("api-item-evidence", args=[third.key, first(third).pk])
    body = {"evidence": str(stage.evidence.key)}
    bob = browser(stage.bob)
    assert bob.post(address, body, content_type="application/json").status_code == 400
    with pytest.raises(PermissionDenied):
        evidence_versions.attach(first(third), stage.fresh(), actor=stage.bob)
    with pytest.raises(PermissionDenied):
        rest_on(stage, third, stage.fresh(), actor=stage.bob)
    page = reverse("checklists:item", args=[third.key, first(third).pk])
    findings = reverse("checklists:findings", args=[third.key])
    for offering in (page, findings):
        assert "Letter" not in bob.get(offering).content.decode()
    item_updates.set_status(first(stage.his), "done", actor=stage.bob)
    assert Proof.objects.filter(period__item__checklist=stage.his).get().version == 1


@pytest.mark.django_db(transaction=True)
def test_what_was_lent_before_is_borrowed_by_a_step(stage: Stage) -> None:
    """Rows as they were written before: what others attached followed, and was signed so."""
    rest_on(stage, stage.his, stage.fresh(), actor=stage.bob)
    lent = Attachment.objects.filter(attached_by=stage.bob)
    with without("checklists", "0022_lent_is_borrowed"):
        lent.update(through=None)
        Finding.objects.update(evidence_through=None)
        item_updates.set_status(first(stage.his), "done", actor=stage.bob)
    assert set(lent.values_list("through", flat=True)) == {1}
    assert Finding.objects.get().evidence_through == 1
    own = Attachment.objects.get(attached_by=stage.alice)
    assert own.through is None
    borrowed = dict(Proof.objects.values_list("period__item__checklist", "borrowed"))
    assert borrowed == {stage.hers.pk: False, stage.his.pk: True}
    evidence_versions.renew(stage.fresh(), actor=stage.alice, url="https://example.org/newer")


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


def of_checklists() -> list[tuple[str, tuple[str, ...]]]:
    """Every address of one checklist, by the router: its name, and the parts of its path.

    There is one for each finding too; a checklist without findings has none.
    """
    return [
        (one.name, one.parts)
        for one in every_address()
        if one.module.startswith("checklists.") and "/checklists/<uuid:key>/" in one.path
    ]


def reading(client: Client, checklist: Checklist, item: Item) -> dict[str, tuple[int, bytes]]:
    """What every address of a checklist answers to whoever reads it: status and content."""
    known = {"key": checklist.key, "item": item.pk, "ending": "csv", "finding": uuid4()}
    found = {}
    for name, parts in of_checklists():
        address = reverse(name, kwargs={part: known[part] for part in parts})
        asked = {"to": "ningbo"} if name == "api-relocation" else {}
        answer = client.get(address, asked)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        found[name] = (answer.status_code, content)
    return found


#: What answers a reader something else than 200, or 404 to whoever sees no checklist.
TAKES_NO_READER = {"api-owner": 405, "api-finding": 405}


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
    for view, (got, _content) in reading(client, stage.hers, first(stage.hers)).items():
        got = 200 if (view, got) == ("checklists:pdf", 501) else got  # no libraries for one here
        assert got == TAKES_NO_READER.get(view, status), view
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
