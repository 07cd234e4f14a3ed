"""A database of a test's own: real commits from many threads, and nothing to clean up.

A module of tests marked ``django_db(transaction=True)`` gets one for each test by importing
``_django_db_helper``: each starts from what the package loaded, and flushes nothing.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.cache import cache
from django.db import connection, connections

from zones.queries.catalogue import forget


@pytest.fixture
def _django_db_helper(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Take the place of the fixture that would flush the test database afterwards."""
    folder = tmp_path_factory.mktemp("database")
    with django_db_blocker.unblock(), copy_of_the_database(folder):
        yield


@contextmanager
def copy_of_the_database(folder: Path) -> Iterator[None]:
    """Let the default connection, in every thread, lead to a copy of the test database.

    PostgreSQL copies it as a template; SQLite gets a file, so that threads wait for each other as
    they do in the field. What a test commits goes away with the copy.
    """
    settings = connection.settings_dict
    origin = settings["NAME"]
    copy = _copy(folder)
    # The last connection to a database in memory takes it along, so one is held.
    held, connection.connection = connection.connection, None
    try:
        settings["NAME"] = copy
        _forget()
        yield
    finally:
        connections.close_all()
        settings["NAME"] = origin
        connection.connection = held
        _forget()
        if connection.vendor == "postgresql":
            _administer(f'DROP DATABASE "{copy}" WITH (FORCE)')


def _forget() -> None:
    forget()
    cache.clear()


def _copy(folder: Path) -> str:
    if connection.vendor == "postgresql":
        origin = connection.settings_dict["NAME"]
        copy = f"{origin}_{os.getpid()}_{threading.get_native_id()}"
        connections.close_all()
        # Whoever else is connected to a template hinders its being copied.
        _administer(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{origin}' AND pid <> pg_backend_pid()",
            f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)',
            f'CREATE DATABASE "{copy}" TEMPLATE "{origin}"',
        )
        return copy
    path = folder / "own.sqlite3"
    connection.ensure_connection()
    with sqlite3.connect(path) as target:
        connection.connection.backup(target)
    target.close()
    return str(path)


def _administer(*statements: str) -> None:
    settings = connection.settings_dict
    named = {"host": settings["HOST"], "port": settings["PORT"], "user": settings["USER"]}
    given = {name: value for name, value in named.items() if value}
    if settings["PASSWORD"]:
        given["password"] = settings["PASSWORD"]
    with psycopg.connect(dbname="postgres", autocommit=True, **given) as administration:
        for statement in statements:
            administration.execute(statement)  # type: ignore[call-overload]


def at_once(acts: Sequence[Callable[[], object]], *, patience: float = 60) -> list[object]:
    """What each act returned or raised, all of them begun at the same moment in their threads."""
    gate = threading.Barrier(len(acts))
    outcomes: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        gate.wait(patience)
        try:
            outcomes[place] = act()
        except Exception as error:
            outcomes[place] = error
        finally:
            with suppress(Exception):
                connection.close()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(patience)
    assert not any(thread.is_alive() for thread in threads), "threads still wait for each other"
    return outcomes
