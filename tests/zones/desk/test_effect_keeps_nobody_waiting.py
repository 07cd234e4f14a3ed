"""While the effect of a large set is worked out, public answers are given and others publish."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, person, proposed, submitted, written
from tests.zones.desk.test_sets_at_once import CITY, RULE
from zones.desk import effect
from zones.desk.set_publication import publish_set
from zones.models import ChangeSet, Edition

pytestmark = pytest.mark.django_db(transaction=True)

#: So many national rules become others, each in every city.
RULES = 30
#: Seconds after which an answer has waited: for what stands still, it would wait for ever.
AT_ONCE = 20
PUBLIC = (
    f"/api/v1/compare/?cities={CITY}&topic={RULE[0]}&as_of=2025-01-01",
    f"/compare/?cities={CITY}",
    f"/cities/{CITY}/",
    "/api/v1/changes/",
    "/changes/feed/",
)


@pytest.fixture
def large(db: None) -> ChangeSet:
    """A set of many rules of the whole country."""
    rules = [
        key
        for key, own in known("policies").items()
        if own["scope_kind"] == "nation" and own["value"] == "true" and not own["effective_to"]
    ][:RULES]
    assert len(rules) == RULES
    return proposed(
        person("ana", "analyst"), *(written("policies", k, value="false") for k in rules)
    )


@contextmanager
def standing_still(
    page: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, Any]]:
    """Let a page be made in a thread, and stand still in the middle of the effect meanwhile."""
    there, go_on = threading.Event(), threading.Event()
    real = effect._cities_by_span
    told: dict[str, Any] = {"turns": 0}

    def paused(difference: Any) -> Any:
        told["turns"] += 1
        if told["turns"] == RULES // 2:
            told["locks"] = locks_of_this()
            there.set()
            assert go_on.wait(120)
        return real(difference)

    def make() -> None:
        try:
            with CaptureQueriesContext(connection) as asked:
                told["page"] = page()
            told["asked"] = [own["sql"] for own in asked.captured_queries]
        except BaseException as wrong:
            told["wrong"] = wrong
        finally:
            there.set()
            with suppress(Exception):
                connection.close()

    monkeypatch.setattr(effect, "_cities_by_span", paused)
    thread = threading.Thread(target=make, daemon=True)
    thread.start()
    try:
        assert there.wait(120)
        assert "wrong" not in told, told
        yield told
    finally:
        go_on.set()
        thread.join(120)
    assert "wrong" not in told, told


def locks_of_this() -> list[tuple[Any, ...]]:
    """The locks that this connection holds, beyond those of whoever reads."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT locktype, mode, relation::regclass::text FROM pg_locks"
            " WHERE pid = pg_backend_pid() AND mode <> 'AccessShareLock'"
            " AND locktype <> 'virtualxid'"
        )
        return list(cursor.fetchall())


def at_once(act: Callable[[], Any]) -> Any:
    """What an act gives, if it waits for nobody."""
    begun, found = monotonic(), act()
    assert monotonic() - begun < AT_ONCE
    return found


def test_nobody_waits_while_an_effect_is_worked_out(
    large: ChangeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, reviewer = Client(), person("rui", "reviewer")
    desk = Client()
    log_in_staff(desk, reviewer)
    other = submitted(person("ben", "analyst"), written("cities", (CITY,), name_en="Amoy"))
    edition = Edition.objects.get().number
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # what waits for a lock is refused, not held up
            cursor.execute(f"SET lock_timeout = '{AT_ONCE}s'")
    address = reverse("admin:desk-set", args=[large.pk])
    with standing_still(lambda: desk.get(address), monkeypatch) as told:
        for asked in PUBLIC:
            assert at_once(lambda asked=asked: reader.get(asked)).status_code == 200
        assert Edition.objects.get().number == edition, "to look at an effect is no edition"
        revision = at_once(lambda: publish_set(other, reviewer))
        for asked in PUBLIC:
            assert at_once(lambda asked=asked: reader.get(asked)).status_code == 200
        assert "Amoy" in reader.get(PUBLIC[0]).content.decode()
        assert revision.number == reader.get(PUBLIC[0]).json()["known_at"]
        assert "page" not in told, "it stands still all the while"
    assert told["page"].status_code == 200
    assert told["turns"] > RULES // 2, "it went on where it stood"
    assert told["locks"] == []
    for statement in told["asked"]:
        words = statement.strip().upper()
        assert words.startswith(("SELECT", "DECLARE", "BEGIN", "SAVEPOINT", "RELEASE", "COMMIT")), (
            statement
        )
        assert "BEGIN IMMEDIATE" not in words
        assert "FOR UPDATE" not in words
        assert "ADVISORY" not in words
