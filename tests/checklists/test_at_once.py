"""Two at once: no service that writes waits for another for ever, loses a write, or fails.

On PostgreSQL every pair of services is tried, in fifty rounds; on SQLite, whose one lock puts
writes in a row anyway, a few rounds show that what is read again under the lock is right.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

import checklists
from checklists.models import Act, Checklist, Comment, Subject
from checklists.services import locks
from checklists.services.locks import WRITES
from checklists.services.recorded_notifications import notify
from tests.checklists.stage import MODULES, ROUNDS, TOLD, Stage, nothing_was_lost

pytestmark = pytest.mark.django_db(transaction=True)


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
        "calendar_addresses.reader_of",
        "file_types.clean_name",
        "file_types.examine",
        "file_types.media_type",
        "recorded_findings.typed",
        "sharing.account_named",
        "digests.send_digests",  # tried with a server of mail
        "recorded_notifications.notification",
        "file_cleanup.sweep",
    }
    #: Steps of services, called while what they change is held.
    steps = {
        "intake_answers.give_answers",
        "item_creation.keep_bases",
        "item_creation.keep_gate",
        "item_creation.reword",
        "item_creation.take_up",
        "evidence_use.borrowers_of",
        "evidence_use.hold_to_serve",
        "evidence_use.notify_owner",
        "activity_log.record",
        "activity_log.record_all",
        "activity_log.record_in",
        "recorded_notifications.keep",
        "recorded_notifications.notify",
        "sign_off.make_ready",
        "sign_off.proofs_of",
        "sign_off.signed_form",
        "sign_off.signed_period",
    }
    found = set()
    for module, loaded in MODULES.items():
        for name, own in inspect.getmembers(loaded, inspect.isfunction):
            if own.__module__ == loaded.__name__ and not name.startswith("_"):
                found.add(f"{module}.{name}")
    found = {name for name in found if not name.startswith("locks.")}
    assert found - reads - steps == set(WRITES)


def test_every_service_holds_rows_in_the_one_order(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is held again is held already, and so is none of the order."""
    held: list[tuple[int, int]] = []
    hold_rows = locks.hold_rows

    def recording(rows: QuerySet[Any]) -> list[Any]:
        found = hold_rows(rows)
        place = locks.ORDER.index(rows.model)
        held.extend((place, row.pk) for row in found if (place, row.pk) not in held)
        return found

    monkeypatch.setattr(locks, "hold_rows", recording)
    holding = set()
    for service in sorted(WRITES):
        stage.set_again()
        held.clear()
        notify(stage.bob, stage.checklist, Subject.SHARED, service)
        with suppress(*TOLD):
            stage.act(service, 1)()
        assert held == sorted(held), service
        holding |= {service} if held else set()
    alone = {"calendar_addresses.make_address", "calendar_addresses.revoke_address"}
    assert set(WRITES) - holding == alone | {"checklist_creation.start"}


def test_rows_are_held_in_one_module() -> None:
    """The steps that hold rows are those of the module of locks, and it alone locks any."""
    root = Path(checklists.__file__).parent
    found = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if re.search(r"select_for_update|\bhold_rows\b", path.read_text())
    }
    assert found == {"services/locks.py"}


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
