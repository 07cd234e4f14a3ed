"""Two at once: no service that writes waits for another for ever, loses a write, or fails.

On PostgreSQL every pair of services is tried, in fifty rounds; on SQLite, whose one lock puts
writes in a row anyway, a few rounds show that what is read again under the lock is right.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier, Event
from time import monotonic
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.test import Client

from checklists import services
from checklists.models import (
    SETTLED,
    Act,
    Checklist,
    Comment,
    Evidence,
    Finding,
    Item,
    Role,
    Round,
    Share,
)
from checklists.permissions import UnseenError
from checklists.services.locks import WRITES
from checklists.services.stale import StaleError
from checklists.services.together import NothingWrittenError
from tests.checklists.cast import shared, someone, started
from zones.models import Topic
from zones.queries.catalogue import catalogue

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 50 if connection.vendor == "postgresql" else 4
#: What a lost race is told with; pages and the API answer 403, 404, 409 or 412.
TOLD = (StaleError, ValidationError, PermissionDenied, UnseenError, NothingWrittenError)

DAY = date(2026, 11, 23)
#: Every module of services; importing them makes what writes known.
MODULES = {
    module.name: importlib.import_module(f"{services.__name__}.{module.name}")
    for module in pkgutil.iter_modules(services.__path__)
}


class Stage:
    """One checklist, and for each service that writes a way to call it on what was read before."""

    def __init__(self) -> None:
        self.alice, self.bob, self.vera = map(someone, ("alice", "bob", "vera"))
        self.checklist = shared(started(template="import-9610-seller", as_of=DAY))
        self.items = list(self.checklist.items.filter(recurrence="once")[:3])
        self.serving = self.evidence("Serves")
        self.call("evidence.attach", self.items[0], self.serving, actor=self.alice)
        self.loose = self.evidence("Loose")
        self.finding = self.found()

    @staticmethod
    def call(service: str, *args: Any, **kwargs: Any) -> Any:
        return WRITES[service](*args, **kwargs)

    def evidence(self, title: str) -> Evidence:
        url = "https://example.org/"
        brought: Evidence = self.call("evidence.bring", self.alice, title, url=url).evidence
        return brought

    def found(self) -> Finding:
        finding: Finding = self.call(
            "findings.record_finding",
            [Checklist.objects.get(pk=self.checklist.pk)],
            self.checklist.places.get(),
            Topic.objects.get(slug="code-9610-available"),
            "true",
            actor=self.alice,
            said_by="Customs",
            found_on=DAY,
            expires_on=DAY + timedelta(days=90),
        )
        return finding

    def set_again(self) -> None:
        """Put back what an act may have taken away, so that every act has something to do."""
        Checklist.objects.filter(pk=self.checklist.pk).update(closed_at=None, owner=self.alice)
        Share.objects.filter(checklist=self.checklist, user=self.alice).delete()
        Share.objects.update_or_create(
            checklist=self.checklist, user=self.bob, defaults={"role": Role.EDITOR}
        )
        Evidence.objects.update(discarded_at=None, keep_until=None)
        Finding.objects.update(withdrawn_at=None, offered_at=None)

    def row(self) -> Checklist:
        return Checklist.objects.select_related("owner", "template").get(pk=self.checklist.pk)

    def item(self, place: int) -> Item:
        return Item.objects.select_related("checklist").get(pk=self.items[place].pk)

    def many(self, status: str) -> list[dict[str, Any]]:
        rows = Item.objects.filter(pk__in=[one.pk for one in self.items[:2]]).order_by("-pk")
        return [{"id": row.pk, "version": row.version, "status": status} for row in rows]

    def served(self) -> Evidence:
        return Evidence.objects.get(pk=self.serving.pk)

    def unserved(self) -> Evidence:
        return Evidence.objects.get(pk=self.loose.pk)

    def known(self) -> Finding:
        return Finding.objects.get(pk=self.finding.pk)

    def act(self, service: str, turn: int) -> Callable[[], object]:
        """A call of a service with rows as they were read before it began."""
        alice, bob, kept = {"actor": self.alice}, {"actor": self.bob}, catalogue()
        status = ("done", "in-progress", "blocked", "open")[turn % 4]
        answers = {"goods-kinds": [("food", "cosmetics")[turn % 2]]}
        link, day = {"url": f"https://example.org/{turn}"}, DAY + timedelta(days=turn)
        calls: dict[str, Callable[[], tuple[Any, ...]]] = {
            "answering.change_answers": lambda: (self.row(), answers, kept, alice),
            "calendars.make_address": lambda: (self.bob, {}),
            "calendars.revoke_address": lambda: (self.bob, {}),
            "checklists.change": lambda: (self.row(), {**alice, "title": f"Changed {turn}"}),
            "checklists.rename": lambda: (self.row(), f"Renamed {turn}", bob),
            "checklists.close": lambda: (self.row(), alice),
            "checklists.reopen": lambda: (self.row(), alice),
            "evidence.attach": lambda: (self.item(1), self.unserved(), alice),
            "evidence.bring": lambda: (self.alice, "New", {**link, "item": self.item(0)}),
            "evidence.detach": lambda: (self.item(0), self.served(), bob),
            "evidence.discard": lambda: (self.unserved(), {**alice, "on": date(2099, 12, 31)}),
            "evidence.keep_until": lambda: (self.served(), day, alice),
            "evidence.renew": lambda: (self.served(), {**link, **alice}),
            "findings.offer": lambda: (self.known(), bob),
            "findings.withdraw": lambda: (self.known(), bob),
            "following.accept": lambda: (self.row(), kept, bob),
            "noticing.mark_read": lambda: (self.bob, {}),
            "noticing.tell_of": lambda: (self.row(), kept, {"on": DAY}),
            "sharing.share": lambda: (self.row(), self.vera, Role.VIEWER, alice),
            "sharing.unshare": lambda: (self.row(), self.bob, alice),
            "sharing.hand_over": lambda: (self.row(), self.bob, alice),
            "together.change_item": lambda: (self.item(0), {"status": status}, bob),
            "together.change_items": lambda: (self.row(), self.many(status), alice),
            "working.assign": lambda: (self.item(0), self.bob, alice),
            "working.comment": lambda: (self.item(0), f"Said {turn}", bob),
            "working.set_due": lambda: (self.item(1), day, bob),
            "working.set_status": lambda: (self.item(0), status, alice),
        }
        own: dict[str, Callable[[], object]] = {
            "findings.record_finding": self.found,
            "starting.start": lambda: started(template="import-9610-seller", as_of=DAY),
        }
        if service in own:
            return own[service]
        *args, kwargs = calls[service]()
        return lambda: self.call(service, *args, **kwargs)


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def two() -> Iterator[Callable[..., list[object]]]:
    """Run two acts at the same moment, in two threads that keep their connections."""
    barrier = Barrier(2)

    def run(act: Callable[[], object]) -> object:
        wait_patiently()
        barrier.wait(60)
        try:
            return act()
        except Exception as error:
            return error

    with ThreadPoolExecutor(2) as pool:

        def at_once(*acts: Callable[[], object]) -> list[object]:
            futures = [pool.submit(run, act) for act in acts]
            return [future.result(120) for future in futures]

        yield at_once
        at_once(lambda: connection.close(), lambda: connection.close())  # each thread's own


def wait_patiently() -> None:
    """Let a slow machine be slow: what is tried is whether waiting ends, not how soon."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '60s'; SET statement_timeout = '60s'")


def pairs() -> Iterator[list[tuple[str, str]]]:
    """Rounds in which services meet in pairs, until each has met each and itself."""
    names = sorted(WRITES)
    if len(names) % 2:
        names.append("")
    first, others = names[0], names[1:]
    for turn in range(len(others)):
        row = [first, *others[turn:], *others[:turn]]
        half = len(row) // 2
        met = list(zip(row[:half], reversed(row[half:]), strict=True))
        whole = [(one or other, other or one) for one, other in met]
        yield from (whole[::2], whole[1::2])


def test_every_service_that_writes_is_known() -> None:
    """A function that others may call either is tried below, or is named here as no such thing."""
    reads = {
        "calendars.reader_of",
        "files.clean_name",
        "files.examine",
        "files.media_type",
        "findings.typed",
        "mailing.send_digests",  # tried with a server of mail
        "noticing.notice",
        "noticing.people_of",
        "sweeping.sweep",
    }
    #: Steps of services, called while what they change is held.
    steps = {
        "answering.give_answers",
        "items.ground",
        "items.keep_gate",
        "items.reword",
        "items.take_up",
        "lending.borrowers_of",
        "lending.hold_to_serve",
        "lending.tell_owner",
        "logging.record",
        "logging.record_all",
        "logging.record_in",
        "noticing.keep",
        "noticing.tell",
        "signing.make_ready",
        "signing.proofs_of",
        "signing.signed_form",
        "signing.signed_round",
    }
    found = set()
    for module, loaded in MODULES.items():
        for name, own in inspect.getmembers(loaded, inspect.isfunction):
            if own.__module__ == loaded.__name__ and not name.startswith("_"):
                found.add(f"{module}.{name}")
    found = {name for name in found if not name.startswith("locks.")}
    assert found - reads - steps == set(WRITES)


def test_no_pair_of_services_fails_or_loses_a_write(
    stage: Stage, two: Callable[..., list[object]]
) -> None:
    comments, rounds = 0, list(pairs())
    assert len(rounds) >= 50
    for turn, met in enumerate(rounds if connection.vendor == "postgresql" else rounds[:ROUNDS]):
        for pair in met:
            stage.set_again()
            outcomes = two(*(stage.act(service, turn) for service in pair))
            for service, outcome in zip(pair, outcomes, strict=True):
                told = not isinstance(outcome, Exception) or isinstance(outcome, TOLD)
                assert told, (pair, service, outcome)
                comments += isinstance(outcome, Comment)
    checklist = Checklist.objects.get(pk=stage.checklist.pk)
    assert checklist.version == 1 + checklist.log.count()
    assert Comment.objects.count() == checklist.log.filter(act=Act.COMMENTED).count() == comments
    for item in checklist.items.all():
        changes = item.log.exclude(act=Act.ACCEPTED, detail__move="new")  # taking up is none
        assert item.version >= 1 + changes.count()
    assert nothing_was_lost(checklist)


def nothing_was_lost(checklist: Checklist) -> bool:
    """Whether each act found what the one before it left, and each settling was signed once."""
    for item in checklist.items.filter(recurrence="once"):
        acts = item.log.filter(act__in=[Act.SET_STATUS, Act.ACCEPTED]).order_by("pk")
        status = "open"
        for entry in acts:
            if entry.act == Act.ACCEPTED:
                status = "open" if status in SETTLED else status
                continue
            if entry.detail["before"] != status:
                return False
            status = entry.detail["after"]
        signed = item.log.filter(act=Act.SET_STATUS, detail__after__in=list(SETTLED))
        if item.status != status or Round.objects.filter(item=item).count() != signed.count():
            return False
    return True


def test_over_the_api_a_bulk_beside_single_ticks_and_comments_is_never_a_failure(
    stage: Stage, two: Callable[..., list[object]]
) -> None:
    root = f"/api/v1/checklists/{stage.checklist.key}/items/"
    clients = {name: browser(someone(name)) for name in ("alice", "bob")}
    before = stage.checklist.log.count()
    written = 0

    def bulk(status: str) -> Callable[[], int]:
        rows = Item.objects.filter(pk__in=[one.pk for one in reversed(stage.items)])
        body = [{"id": row.pk, "version": row.version, "status": status} for row in rows]
        options: dict[str, Any] = {"content_type": "application/json"}
        return lambda: clients["alice"].patch(root, {"items": body}, **options).status_code

    def single(turn: int, status: str) -> Callable[[], int]:
        one = f"{root}{stage.items[turn % 3].pk}/"
        version = Item.objects.get(pk=stage.items[turn % 3].pk).version
        options: dict[str, Any] = {"content_type": "application/json"}
        if turn % 2:
            body = {"text": f"Said {turn}"}
            return lambda: clients["bob"].post(f"{one}comments/", body, **options).status_code
        headers = {"If-Match": f'"{version}"'}
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
            stage.call("working.assign", item, someone("vera"), actor=stage.alice)
            stage.call("sharing.hand_over", row, stage.bob, actor=stage.alice)
            begun.set()
            wait_for_someone_waiting()

    def tick() -> object:
        begun.wait(30)
        return stage.call("working.set_status", item, "blocked", actor=stage.bob)

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
        ("checklists.close", 409, 409),
        ("sharing.unshare", 404, 404),
        ("sharing.share", 403, 403),
    ],
)
def test_what_was_read_before_the_lock_is_read_again(
    stage: Stage, meanwhile: str, page: int, api: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Someone closes the checklist, or takes a right away, after the request was let in."""
    from checklists.views.private import ChecklistPage
    from checklists.viewsets.private import OfChecklist

    def then(_self: object) -> bool:
        row = Checklist.objects.get(pk=stage.checklist.pk)
        calls: dict[str, tuple[Any, ...]] = {
            "checklists.close": (row,),
            "sharing.unshare": (row, stage.bob),
            "sharing.share": (row, stage.bob, Role.VIEWER),
        }
        stage.call(meanwhile, *calls[meanwhile], actor=stage.alice)
        return True

    for private in (ChecklistPage, OfChecklist):
        monkeypatch.setattr(private, "allowed", then)
    item = stage.items[0]
    root = f"/checklists/{stage.checklist.key}/items/{item.pk}/"
    form = {"do": "comment", "text": "Too late."}
    assert browser(stage.bob).post(root, form).status_code == page
    stage.set_again()
    json: dict[str, Any] = {"content_type": "application/json"}
    answer = browser(stage.bob).post(f"/api/v1{root}comments/", {"text": "Too late."}, **json)
    assert answer.status_code == api
    assert not Comment.objects.exists()
