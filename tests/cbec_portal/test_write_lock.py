"""While somebody writes to SQLite for long, half of the threads wait and the others read."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import OperationalError, connection, transaction
from django.test import Client

from cbec_portal.availability import BusyError, seconds_to_wait
from cbec_portal.write_lock import READING, WaitingForLock, _first_word
from tests.public_answers import lists, pages, questions
from zones.selectors.snapshot import forget

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has many writers"),
]

#: Milliseconds that a thread of these tests waits for the lock.
WAIT = 1500


def written() -> int:
    """How many groups there are beside those that come with the portal."""
    return Group.objects.exclude(name__in=("analyst", "reviewer")).count()


@contextmanager
def held() -> Iterator[None]:
    """The lock, held by another process."""
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def write(name: str, *, at_once: bool) -> None:
    if at_once:
        Group.objects.bulk_create([Group(name=name)])  # within a transaction
    else:
        Group(name=name).save()


@pytest.mark.parametrize("at_once", [True, False])
def test_ten_writers_hold_up_no_reader(at_once: bool) -> None:
    places, failed = WaitingForLock(3), []

    def work(number: int) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA busy_timeout = {WAIT}")
            with connection.execute_wrapper(places):
                write(f"group {number}", at_once=at_once)
        except (BusyError, OperationalError) as wrong:
            failed.append((type(wrong), seconds_to_wait(wrong), time.monotonic()))
        finally:
            connection.close()

    writers = [threading.Thread(target=work, args=(number,)) for number in range(10)]
    began = time.monotonic()
    with held():
        for one in writers:
            one.start()
        assert written() == 0
        for one in writers:
            one.join(30)
    assert [wait for _kind, wait, _when in failed] == [2] * 10
    waited = [when for kind, _wait, when in failed if kind is OperationalError]
    refused = [when for kind, _wait, when in failed if kind is BusyError]
    assert (len(waited), len(refused)) == (3, 7)
    assert max(refused) - began < min(waited) - began
    assert written() == 0


def test_writers_that_get_their_turn_write() -> None:
    places = WaitingForLock(1)
    with connection.execute_wrapper(places):
        write("alone", at_once=False)
        with transaction.atomic():
            write("together", at_once=True)
            write("too", at_once=False)
    assert written() == 3


def test_no_page_or_list_waits_for_a_place(settings: Any) -> None:
    """Whatever is only read is read while every place is taken."""
    settings.ROOT_URLCONF = "cbec_portal.urls"
    asked = [*lists(), *pages(), *questions(["hangzhou", "xiongan"])]
    places = WaitingForLock(1)
    assert places._places.acquire()
    forget()
    with connection.execute_wrapper(places):
        refused = [one for one in asked if Client().get(one).status_code == 503]
    assert len(asked) > 40
    assert refused == []


@pytest.mark.parametrize(
    "sql", ["\n WITH a AS (SELECT 1) SELECT *", "(SELECT 1)", "-- x\nselect 1"]
)
def test_a_read_is_known_however_it_is_laid_out(sql: str) -> None:
    assert _first_word(sql) in READING
    assert _first_word("\nINSERT INTO a VALUES (1)") not in READING
