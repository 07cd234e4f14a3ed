"""Two at once: no service that writes waits for another for ever, loses a write, or fails.

On PostgreSQL every pair of services meets. Two can wait for each other only where they hold two
rows or more in common: each such pair (one in nine) meets fifty times, beginning at the same moment
each time. All others, of which one at worst waits for the other, meet once. On SQLite, whose one
lock puts writes in a row anyway, a few rounds show that what is read again under the lock is right.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import combinations_with_replacement
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


#: A row that is held: the place of its table in the order, and its key.
Held = tuple[int, int]
Pair = tuple[str, str]


@pytest.fixture
def held(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Held]]:
    """The rows that each service holds, in the order in which it does.

    What is held again is held already, and so is none of the order.
    """
    found: dict[str, list[Held]] = {}
    hold_rows = locks.hold_rows

    def recording(rows: QuerySet[Any]) -> list[Any]:
        now = hold_rows(rows)
        place = locks.ORDER.index(rows.model)
        own.extend((place, row.pk) for row in now if (place, row.pk) not in own)
        return now

    with monkeypatch.context() as patched:
        patched.setattr(locks, "hold_rows", recording)
        for service in sorted(WRITES):
            stage.set_again()
            own = found[service] = []
            notify(stage.bob, stage.checklist, Subject.SHARED, service)
            with suppress(*TOLD):
                stage.act(service, 1)()
    return found


def pairs() -> list[Pair]:
    """Each service with each, itself among them."""
    return list(combinations_with_replacement(sorted(WRITES), 2))


def entangled(held: Mapping[str, list[Held]]) -> list[Pair]:
    """The pairs that hold two rows or more in common, without which none waits for the other while
    that waits for it.
    """
    return [(one, other) for one, other in pairs() if len({*held[one]} & {*held[other]}) > 1]


def meetings(held: Mapping[str, list[Held]]) -> Iterator[tuple[int, Pair]]:
    """Who meets whom, each with the number of the round."""
    close = entangled(held)
    for turn in range(ROUNDS):
        yield from ((turn, pair) for pair in close)
    if connection.vendor == "postgresql":
        yield from ((turn, pair) for turn, pair in enumerate(pairs()) if pair not in close)


def test_every_service_that_writes_is_known() -> None:
    """A function that others may call either is tried below, or is named here as no such thing."""
    reads = {
        "calendar_addresses.reader_of",
        "file_types.clean_name",
        "file_types.examine",
        "file_types.media_type",
        "recorded_findings.typed",
        "sharing.account_named",
        "evidence_use.newest_of",
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
        "evidence_use.keep_level",
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


def test_every_service_holds_rows_in_the_one_order(held: dict[str, list[Held]]) -> None:
    for service, rows in held.items():
        assert rows == sorted(rows), service
    alone = {"calendar_addresses.make_address", "calendar_addresses.revoke_address"}
    holding_none = {service for service, rows in held.items() if not rows}
    assert holding_none == alone | {"checklist_creation.start"}


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
    stage: Stage, held: dict[str, list[Held]], two: Callable[..., list[object]]
) -> None:
    assert ("bulk_updates.change_items", "item_updates.comment") in entangled(held)
    comments = Comment.objects.count()
    for turn, pair in meetings(held):
        stage.set_again()
        stage.serve_again()
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
