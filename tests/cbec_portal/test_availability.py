"""A busy database is told from a fault, by what its driver says."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, OperationalError
from django.test import Client
from django.urls import NoReverseMatch, reverse

from cbec_portal.availability import BusyError, seconds_to_wait
from tests.cbec_portal.busy import locked, raised_from, refusing
from tests.router import every_address


@pytest.fixture
def _real_addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = "cbec_portal.urls"


def test_a_held_lock_of_sqlite_is_busy(tmp_path: Path) -> None:
    assert seconds_to_wait(locked(tmp_path)) == 2


def test_a_file_that_cannot_be_opened_is_away(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError) as failed:
        sqlite3.connect(tmp_path / "no" / "such.sqlite3")
    assert seconds_to_wait(raised_from(failed.value)) == 10


def test_a_disk_without_room_is_away_and_a_missing_file_a_fault(tmp_path: Path) -> None:
    with (
        pytest.raises(OSError, match="No space left") as full,
        Path("/dev/full").open("wb") as disk,
    ):
        disk.write(b"0" * 100_000)
    assert seconds_to_wait(full.value) == 10
    with pytest.raises(FileNotFoundError) as missing:
        (tmp_path / "nothing").read_bytes()
    assert seconds_to_wait(missing.value) is None


@pytest.mark.parametrize(
    ("state", "wait"),
    [
        *[(state, 2) for state in ("55P03", "40P01", "40001", "57014", "25P03")],
        *[(state, 10) for state in ("57P01", "57P03", "53300", "53100", "08006")],
        *[(state, 60) for state in ("42P01", "42703")],
        *[(state, None) for state in ("23505", "22P02", "25P02", "42501")],
    ],
)
def test_what_postgresql_says_is_busy_away_or_a_fault(state: str, wait: int | None) -> None:
    cause = psycopg.errors.lookup(state)("said by the server")
    assert seconds_to_wait(raised_from(cause)) == wait


def test_a_server_that_does_not_answer_is_away() -> None:
    with pytest.raises(psycopg.OperationalError) as failed:
        psycopg.connect("host=127.0.0.1 port=1 user=nobody dbname=none", connect_timeout=2)
    assert seconds_to_wait(raised_from(failed.value)) == 10


def test_the_cause_counts_however_deep() -> None:
    outer = RuntimeError("a library's own")
    outer.__cause__ = BusyError(7)
    assert seconds_to_wait(outer) == 7


def test_faults_are_no_busy_portal() -> None:
    assert seconds_to_wait(ValueError("wrong")) is None
    assert seconds_to_wait(OperationalError("no such table: zones_city")) is None
    broken = raised_from(sqlite3.IntegrityError("UNIQUE constraint failed"))
    assert seconds_to_wait(broken) is None
    assert seconds_to_wait(IntegrityError("broken")) is None


#: One of these fits each part of an address.
PARTS = ("1", "x", "csv", "00000000-0000-0000-0000-000000000000", "auth")


def addresses() -> Iterator[str]:
    """Every named address of the portal, with something for each of its parts."""
    return (filled(one.name, one.parts) for one in every_address() if one.name)


def filled(name: str, parts: tuple[str, ...]) -> str:
    for values in product(PARTS, repeat=len(parts)):
        with suppress(NoReverseMatch):
            return reverse(name, kwargs=dict(zip(parts, values, strict=True)))
    raise AssertionError(f"nothing fits {name}")


@pytest.mark.django_db
@pytest.mark.usefixtures("_real_addresses")
def test_no_address_answers_500_while_the_database_is_away(tmp_path: Path) -> None:
    asked = sorted(set(addresses()))
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("root"))
    with refusing(locked(tmp_path)):
        found = {address: client.get(address).status_code for address in asked}
    assert [address for address, status in found.items() if status == 500] == []
    assert sum(status == 503 for status in found.values()) > 40, found
