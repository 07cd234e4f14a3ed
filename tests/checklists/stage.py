"""One checklist on which all services that write can act at the same moment."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from checklists import services
from checklists.models import (
    SETTLED,
    Act,
    Attachment,
    Checklist,
    Evidence,
    Finding,
    Item,
    Role,
    Share,
    SignedPeriod,
)
from checklists.permissions import UnseenError
from checklists.services.bulk_updates import NothingWrittenError
from checklists.services.conflicts import GoneError, StaleError
from checklists.services.locks import WRITES
from tests.checklists.cast import shared, someone, started, starting
from tests.rounds import rounds
from zones.models import Topic

#: Every module of services; importing them makes what writes known.
MODULES = {
    module.name: importlib.import_module(f"{services.__name__}.{module.name}")
    for module in pkgutil.iter_modules(services.__path__)
}

#: What a lost race is told with; pages and the API answer 400, 403, 404, 409 or 412.
TOLD = (StaleError, GoneError, ValidationError, PermissionDenied, UnseenError, NothingWrittenError)

DAY = date(2026, 11, 23)
#: How often two act at once; one lock puts all writes of SQLite in a row anyway.
ROUNDS = rounds(50, on_sqlite=4)


#: A day on which nothing must be kept any more.
LATE = date(2099, 12, 31)


class Stage:
    """One checklist, and for each service that writes a way to call it on what was read before."""

    def __init__(self) -> None:
        self.alice, self.bob, self.vera = map(someone, ("alice", "bob", "vera"))
        self.checklist = shared(started(template="import-9610-seller", as_of=DAY))
        self.items = list(self.checklist.items.filter(recurrence="once")[:3])
        self.serving = self.evidence("Serves")
        self.call("evidence_versions.attach", self.items[0], self.serving, actor=self.alice)
        self.loose = self.evidence("Loose")
        self.finding = self.found()
        #: To whom things are done in place of Bob and Vera; what another is started of, and where.
        self.bystander: User | None = None
        self.template, self.city = "import-9610-seller", "hangzhou"

    @staticmethod
    def call(service: str, *args: Any, **kwargs: Any) -> Any:
        return WRITES[service](*args, **kwargs)

    def evidence(self, title: str) -> Evidence:
        url = "https://example.org/"
        brought: Evidence = self.call(
            "evidence_versions.bring", self.alice, title, url=url
        ).evidence
        return brought

    def found(self, evidence: Evidence | None = None) -> Finding:
        finding: Finding = self.call(
            "recorded_findings.record_finding",
            [Checklist.objects.get(pk=self.checklist.pk)],
            self.checklist.places.get(),
            Topic.objects.get(slug="code-9610-available"),
            "true",
            actor=self.alice,
            said_by="Customs",
            found_on=DAY,
            expires_on=DAY + timedelta(days=90),
            evidence=evidence and Evidence.objects.get(pk=evidence.pk),
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

    def serve_again(self) -> None:
        """Let one piece serve one item again: neither do hundreds serve in the end, nor is there
        nothing to detach or to attach.
        """
        serving = {"item": self.items[0], "evidence": self.serving}
        Attachment.objects.get_or_create(**serving, defaults={"attached_by": self.alice})
        Attachment.objects.filter(item__checklist=self.checklist).exclude(**serving).delete()

    def row(self) -> Checklist:
        return Checklist.objects.select_related("owner", "template").get(pk=self.checklist.pk)

    def item(self, place: int) -> Item:
        return Item.objects.select_related("checklist").get(pk=self.items[place].pk)

    def many(self, status: str) -> list[dict[str, Any]]:
        rows = Item.objects.filter(pk__in=[one.pk for one in self.items[:2]]).order_by("-pk")
        return [{"id": row.pk, "tag": row.tag, "status": status} for row in rows]

    def served(self) -> Evidence:
        return Evidence.objects.get(pk=self.serving.pk)

    def unserved(self) -> Evidence:
        return Evidence.objects.get(pk=self.loose.pk)

    def known(self) -> Finding:
        return Finding.objects.get(pk=self.finding.pk)

    def act(self, service: str, turn: int) -> Callable[[], object]:
        """A call of a service with rows as they were read before it began."""
        alice, bob = {"actor": self.alice}, {"actor": self.bob}
        status = ("done", "in-progress", "blocked", "open")[turn % 4]
        answers = {"goods-kinds": [("food", "cosmetics")[turn % 2]]}
        link, day = {"url": f"https://example.org/{turn}"}, DAY + timedelta(days=turn)
        calls: dict[str, Callable[[], tuple[Any, ...]]] = {
            "intake_answers.change_answers": lambda: (self.row(), answers, alice),
            "calendar_addresses.make_address": lambda: (self.bob, {}),
            "calendar_addresses.revoke_address": lambda: (self.bob, {}),
            "checklist_status.change": lambda: (self.row(), {**alice, "title": f"Changed {turn}"}),
            "checklist_status.rename": lambda: (self.row(), f"Renamed {turn}", bob),
            "checklist_status.close": lambda: (self.row(), alice),
            "checklist_status.reopen": lambda: (self.row(), alice),
            "evidence_versions.attach": lambda: (self.item(1), self.unserved(), alice),
            "evidence_versions.bring": lambda: (self.alice, "New", {**link, "item": self.item(0)}),
            "evidence_versions.detach": lambda: (self.item(0), self.served(), bob),
            "evidence_versions.discard": lambda: (
                self.unserved(),
                {**alice, "on": date(2099, 12, 31)},
            ),
            "evidence_versions.keep_or_discard": lambda: (
                self.unserved(),
                {"keep_until": date(2099, 1, 1), "discarded": True},
                {**alice, "on": date(2099, 12, 31)},
            ),
            "evidence_versions.keep_until": lambda: (self.served(), day, alice),
            "evidence_versions.renew": lambda: (self.served(), {**link, **alice}),
            "recorded_findings.offer": lambda: (self.known(), bob),
            "recorded_findings.withdraw": lambda: (self.known(), bob),
            "accepted_changes.accept": lambda: (self.row(), bob),
            "recorded_notifications.mark_read": lambda: (self.bob, {}),
            "recorded_notifications.notify_all": lambda: (self.row(), {"on": DAY}),
            "sharing.share": lambda: (self.row(), self.bystander or self.vera, Role.VIEWER, alice),
            "sharing.unshare": lambda: (self.row(), self.bystander or self.bob, alice),
            "sharing.hand_over": lambda: (self.row(), self.bystander or self.bob, alice),
            "bulk_updates.change_item": lambda: (self.item(0), {"status": status}, bob),
            "bulk_updates.change_items": lambda: (self.row(), self.many(status), alice),
            "item_updates.assign": lambda: (self.item(0), self.bystander or self.bob, alice),
            "item_updates.comment": lambda: (self.item(0), f"Said {turn}", bob),
            "item_updates.set_due": lambda: (self.item(1), day, bob),
            "item_updates.set_status": lambda: (self.item(0), status, alice),
        }
        own: dict[str, Callable[[], object]] = {
            "recorded_findings.record_finding": self.found,
            "checklist_creation.start": partial(
                self.call,
                "checklist_creation.start",
                **starting(self.city, template=self.template, as_of=DAY),
            ),
        }
        if service in own:
            return own[service]
        *args, kwargs = calls[service]()
        return lambda: self.call(service, *args, **kwargs)


def wait_patiently() -> None:
    """Let a slow machine be slow: what is tried is whether waiting ends, not how soon."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '60s'; SET statement_timeout = '60s'")


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
        if (
            item.status != status
            or SignedPeriod.objects.filter(item=item).count() != signed.count()
        ):
            return False
    return True
