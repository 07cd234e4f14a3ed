"""Parts outside the portal that are dead or say nothing hold it up for seconds at most."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core import mail
from django.db import OperationalError, connection, connections
from django.test import Client

from cbec_portal import environment, mail_server, time_limits
from cbec_portal.availability import seconds_to_wait
from cbec_portal.redis_cache import SharedCache
from tests.serving import free_port, wait_for


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def dripping() -> Iterator[int]:
    """The port of a server that says a letter at a time and never comes to an end."""

    def drip(one: socket.socket) -> None:
        with one, suppress(OSError):
            while True:
                one.sendall(b"2")
                time.sleep(0.05)

    def serve(server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                Thread(target=drip, args=[server.accept()[0]], daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=serve, args=[server], daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def cache_at(port: int) -> SharedCache:
    SharedCache._rests_until = 0.0
    return SharedCache(f"redis://127.0.0.1:{port}/0", {})


def asked_of(cache: SharedCache) -> None:
    """Everything the portal asks of a cache, answered as by one that keeps nothing."""
    cache.set("key", 1)
    assert cache.get("key") is None
    assert cache.get("key", "default") == "default"
    assert cache.get_or_set("key", lambda: 7) == 7
    assert cache.add("key", 1)
    assert cache.get_many(["key"]) == {}
    assert cache.set_many({"key": 1}) == []
    cache.delete_many(["key"])
    assert not cache.delete("key")
    assert not cache.touch("key")
    assert "key" not in cache
    with pytest.raises(ValueError, match="not found"):
        cache.incr("key")
    cache.clear()


def test_a_silent_cache_is_left_alone_and_said_once(
    silent: int, caplog: pytest.LogCaptureFixture
) -> None:
    began = time.monotonic()
    asked_of(cache_at(silent))
    assert time.monotonic() - began < 5
    assert len([one for one in caplog.records if "is left out" in one.message]) == 1


def test_a_cache_that_says_a_letter_at_a_time_is_left_alone(dripping: int) -> None:
    began = time.monotonic()
    asked_of(cache_at(dripping))
    assert time.monotonic() - began < 5


def test_a_cache_that_is_not_there_is_done_without() -> None:
    asked_of(cache_at(free_port()))


@pytest.mark.skipif(shutil.which("redis-server") is None, reason="there is no redis-server")
def test_a_real_cache_keeps_dies_and_comes_back(tmp_path: Path) -> None:
    port = free_port()
    command = ["redis-server", "--port", str(port), "--save", "", "--dir", str(tmp_path)]
    redis = subprocess.Popen([*command, "--bind", "127.0.0.1"], stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        cache = cache_at(port)
        cache.set("key", {"a": 1})
        assert cache.get("key") == {"a": 1}
        os.kill(redis.pid, signal.SIGSTOP)
        assert cache.get("key") is None
        os.kill(redis.pid, signal.SIGCONT)
        SharedCache._rests_until = 0.0
        assert cache.get("key") == {"a": 1}
        cache._cache.get_client(write=True).set(cache.make_key("spoilt"), b"\x80 no value")
        assert cache.get("spoilt", "default") == "default"
        assert cache.get_many(["spoilt"]) == {}
        assert not cache.rests()
    finally:
        redis.kill()
        redis.wait()
    assert cache.get("key") is None


def test_a_silent_postgresql_is_given_up(silent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = time_limits.POSTGRESQL | {"connect_timeout": 2}
    with pytest.raises(psycopg.OperationalError) as failed:
        psycopg.connect(f"host=127.0.0.1 port={silent} user=u dbname=d", **limits)
    assert seconds_to_wait(failed.value) == 10


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the limits are PostgreSQL's")
@pytest.mark.django_db
def test_a_postgresql_that_stops_is_given_up_and_asked_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = connections.create_connection("default")
    monkeypatch.setattr(time_limits, "SERVING", {})
    monkeypatch.setattr(time_limits, "STATEMENT", 1)
    monkeypatch.setattr(time_limits, "BESIDE", -0.5)
    other.connect()
    time_limits._limit(other)
    try:
        began = time.monotonic()
        with pytest.raises(OperationalError) as failed, other.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(30)")
        assert time.monotonic() - began < 10
        assert seconds_to_wait(failed.value) is not None
        other.close_if_unusable_or_obsolete()
        other.close()
        with other.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        other.close()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the limits are PostgreSQL's")
@pytest.mark.django_db
def test_postgresql_keeps_the_limits_of_serving_and_the_patience_of_commands() -> None:
    with connection.cursor() as cursor:
        assert shown(cursor, *time_limits.SERVING) == ["1min", "0", "0"]
    other = connections.create_connection("default")
    other.connect()
    time_limits._limit(other)
    try:
        with other.cursor() as cursor:
            assert shown(cursor, *time_limits.SERVING) == ["5s", "15s", "1min"]
    finally:
        other.close()


def shown(cursor: Any, *names: str) -> list[str]:
    found = []
    for name in names:
        cursor.execute(f"SHOW {name}")
        found.append(cursor.fetchone()[0])
    return found


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the limits are SQLite's")
@pytest.mark.django_db
def test_sqlite_writes_to_the_disk_and_waits_a_minute_in_commands_and_seconds_in_pages() -> None:
    assert "synchronous=FULL" in settings.DATABASES["default"]["OPTIONS"]["init_command"]
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA busy_timeout").fetchone() == (60_000,)
        assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)
    other = connections.create_connection("default")
    other.connect()
    time_limits._limit(other)
    try:
        with other.cursor() as cursor:
            assert cursor.execute("PRAGMA busy_timeout").fetchone() == (5000,)
    finally:
        other.close()


def test_a_silent_mail_server_is_given_up(silent: int) -> None:
    assert settings.EMAIL_TIMEOUT == 10
    smtp = mail.get_connection(
        "django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=silent, timeout=1
    )
    began = time.monotonic()
    with pytest.raises(OSError, match="timed out"):
        smtp.open()
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("ssl", [False, True])
def test_a_mail_server_that_says_a_letter_at_a_time_is_cut(dripping: int, ssl: bool) -> None:
    before = set(threading.enumerate())
    backend = environment.mail("NO_VARIABLE", "smtp://host")["EMAIL_BACKEND"]
    smtp = mail.get_connection(
        backend, host="127.0.0.1", port=dripping, longest=0.5, timeout=5, use_ssl=ssl
    )
    with pytest.raises(OSError, match=r"not done within 0.5 s|SSL"):
        smtp.send_messages([mail.EmailMessage("subject", "body", to=["a@example.org"])])
    for thread in set(threading.enumerate()) - before:
        if thread.name.endswith("(hand_over)"):
            thread.join(5)
            assert not thread.is_alive()


@pytest.mark.django_db
def test_no_page_waits_for_a_mail_server_that_says_a_letter_at_a_time(
    dripping: int, client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ROOT_URLCONF = "cbec_portal.urls"
    User.objects.create_user("ann", "ann@example.org", "secret")
    monkeypatch.setattr(mail_server, "LONGEST", 0.5)
    settings.EMAIL_BACKEND = "cbec_portal.mail_server.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", dripping
    began = time.monotonic()
    assert client.post("/account/reset/", {"email": "ann@example.org"}).status_code == 302
    assert 0.5 <= time.monotonic() - began < 5
