"""The server as a first visitor starts it."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from http.client import HTTPConnection
from pathlib import Path
from socket import create_connection

import pytest
from django.conf import settings

from cbec_portal.server import Workers, listening
from tests.serving import Served, environment, refused, served
from tests.slow_clients import STALLED, slow_clients
from tests.templates import Templates


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory, templates: Templates) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("var")
    # The tables are there, which take long to make; the browser's tests start from nothing.
    shutil.copyfile(templates.empty(), folder / "portal.sqlite3")
    with served(folder, templates.static()) as running:
        yield running


def get(portal: Served, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = HTTPConnection("127.0.0.1", portal.port, timeout=30)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    named = {name.lower(): value for name, value in answer.getheaders()}
    found = answer.status, named, answer.read()
    connection.close()
    return found


def test_it_says_where_it_is_and_how_to_make_an_administrator(portal: Served) -> None:
    assert portal.url() in portal.told
    assert "createsuperuser" in portal.told


def test_it_answers_pages_and_questions_from_the_loaded_data(portal: Served) -> None:
    status, headers, page = get(portal, "/compare/?cities=hangzhou,zhengzhou&as_of=2019-12-31")
    assert status == 200
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert "Zhengzhou" in page.decode()
    question = "/api/v1/zones/?programme=comprehensive&as_of=2019-12-31&limit=1"
    status, _, answer = get(portal, question)
    assert status == 200
    assert b'"count":59' in answer


def test_the_secret_is_for_its_owner_only(portal: Served) -> None:
    keys = [path for path in portal.folder.iterdir() if "secret" in path.name]
    assert len(keys) == 1
    assert stat.S_IMODE(keys[0].stat().st_mode) == 0o600


CONNECT = "from django.db import connection; connection.ensure_connection()"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_folder_and_a_new_database_are_for_their_owner_only(tmp_path: Path) -> None:
    told = refused(tmp_path / "var", "shell", "-c", "raise SystemExit('made')")
    assert told == "made"
    assert mode(tmp_path / "var") == 0o700
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", CONNECT],
        cwd=settings.BASE_DIR,
        env=environment(tmp_path / "var", 1) | {"DATABASE_URL": f"sqlite:///{tmp_path}/new"},
        check=True,
    )
    assert {mode(path) for path in tmp_path.glob("new*")} == {0o600}


@pytest.mark.parametrize(
    ("before", "after"), [(0o644, 0o600), (0o664, 0o660), (0o640, 0o640), (0o660, 0o660)]
)
def test_a_database_that_all_may_read_is_closed_to_them(
    templates: Templates, tmp_path: Path, before: int, after: int
) -> None:
    """Whoever gave the group more than everyone wanted it to have that."""
    database = Path(shutil.copyfile(templates.loaded(), tmp_path / "portal.sqlite3"))
    database.chmod(before)
    with served(tmp_path, templates.static()) as running:
        assert get(running, "/")[0] == 200
        found = {path.name: mode(path) for path in tmp_path.glob("portal.sqlite3*")}
    assert set(found.values()) == {after}, found
    assert "portal.sqlite3-wal" in found


def test_static_files_are_hashed_and_compressed(portal: Served) -> None:
    page = get(portal, "/")[2].decode()
    sheet = page.split('rel="stylesheet" href="')[2].split('"')[0]
    status, headers, _ = get(portal, sheet, **{"Accept-Encoding": "br"})
    assert status == 200
    assert headers["content-encoding"] == "br"
    assert "immutable" in headers["cache-control"]


def test_admin_log_in_works_over_plain_http(portal: Served) -> None:
    status, headers, _ = get(portal, "/admin/login/?next=/admin/")
    assert (status, headers["location"]) == (302, "/account/log-in/?next=%2Fadmin%2F")
    status, headers, _ = get(portal, headers["location"])
    assert status == 200
    assert "strict-transport-security" not in headers
    assert "secure" not in headers["set-cookie"].lower()


@pytest.mark.parametrize("said", STALLED.values(), ids=STALLED.keys())
def test_sixty_slow_clients_hold_up_nobody(portal: Served, said: str) -> None:
    get(portal, "/")
    with slow_clients(portal.port, said, 60) as clients:
        quickest = min(seconds(lambda: get(portal, "/")) for _ in range(5))
        for client in clients[:5]:  # a byte now and then keeps nobody waiting either
            client.sendall(b"x")
        assert get(portal, "/")[0] == 200
    assert quickest < 1


@pytest.mark.parametrize(
    "question",
    [
        "/compare/?cities=hangzhou,zhengzhou,xiongan&as_of={}",
        "/cities/?as_of={}",
        "/cities/hangzhou/?as_of={}",
        "/changes/?from={}",
    ],
)
def test_the_home_page_is_answered_while_sixty_questions_are(portal: Served, question: str) -> None:
    for _ in range(8):  # each worker has made it
        get(portal, "/")
    days = [date(2016, 1, 1) + timedelta(31 * number) for number in range(60)]
    begun = threading.Barrier(61)
    waited: list[float] = []

    def ask(day: date) -> int:
        begun.wait(20)
        return get(portal, question.format(day))[0]

    with ThreadPoolExecutor(60) as pool:
        asked = [pool.submit(ask, day) for day in days]
        began = time.monotonic()
        begun.wait(20)
        while not all(one.done() for one in asked):
            waited.append(seconds(lambda: get(portal, "/")))
        took = time.monotonic() - began
    assert {one.result() for one in asked} == {200}
    # How long it is says how busy the machine is; who waits behind all waits as long as they.
    assert max(waited) < took / 2


def seconds(act: Callable[[], object]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began


def test_a_whole_body_that_comes_late_is_still_answered(portal: Served) -> None:
    said = STALLED["a log-in without its end"]
    with slow_clients(portal.port, said, 1) as (client,):
        client.sendall(b"a" * 400)
        assert client.recv(100).startswith(b"HTTP/1.1 ")


def test_a_worker_that_dies_is_replaced(portal: Served) -> None:
    until(lambda: len(portal.workers()) == 2)
    before = portal.workers()
    os.kill(before[0], signal.SIGKILL)
    until(lambda: len(portal.workers()) == 2 and portal.workers() != before)
    assert [get(portal, "/")[0] for _ in range(4)] == [200] * 4


def test_workers_that_are_ended_as_soon_as_they_are_born_are_replaced(portal: Served) -> None:
    """Two in a row, as a careless operator does it: the others go on, and so does the portal."""
    for _ in range(2):
        until(lambda: len(portal.workers()) == 2)
        before = portal.workers()
        os.kill(before[-1], signal.SIGKILL)
        until(lambda: len(portal.workers()) == 2 and portal.workers() != before)  # noqa: B023
    assert [get(portal, "/")[0] for _ in range(4)] == [200] * 4


def test_a_portal_whose_workers_never_start_ends_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Instead of starting them for ever."""
    born: list[int] = []

    def start(self: Workers) -> None:
        born.append(len(born) + 1)
        self.started[born[-1]] = time.monotonic()

    monkeypatch.setattr(Workers, "_start", start)
    monkeypatch.setattr(Workers, "_end", lambda _self: None)
    monkeypatch.setattr("cbec_portal.server.os.wait", lambda: (born[-1], 256))
    monkeypatch.setattr("cbec_portal.server.signal.signal", lambda *_given: None)
    monkeypatch.setattr("cbec_portal.server.gc.freeze", lambda: None)
    with listening("127.0.0.1", 0) as sock, pytest.raises(SystemExit, match="cannot start"):
        Workers(lambda *_given: [], sock, 2).run()
    assert 2 < len(born) < 20


def test_workers_end_with_a_parent_that_was_killed_and_it_can_start_again(
    portal: Served, tmp_path: Path, templates: Templates
) -> None:
    database = f"sqlite:///{portal.folder / 'portal.sqlite3'}"
    with served(tmp_path, templates.static(), DATABASE_URL=database) as one:
        workers = one.workers()
        os.kill(one.pid, signal.SIGKILL)
        until(lambda: not any(map(runs, workers)))
        with served(tmp_path, tmp_path / "static", port=one.port, DATABASE_URL=database) as again:
            assert get(again, "/")[0] == 200


def test_a_whole_group_that_is_told_to_stop_ends_without_a_word(
    portal: Served, tmp_path: Path, templates: Templates
) -> None:
    """As a manager of services stops one: workers are told by it, and by their parent again."""
    database = f"sqlite:///{portal.folder / 'portal.sqlite3'}"
    told = tmp_path / "told"
    with (
        told.open("w") as errors,
        served(tmp_path / "var", templates.static(), errors=errors, DATABASE_URL=database) as one,
    ):
        group = [one.pid, *one.workers()]
        for pid in group:
            os.kill(pid, signal.SIGTERM)
        until(lambda: not any(map(runs, group)))
    assert told.read_text() == ""


def runs(pid: int) -> bool:
    """Whether a process is there, and not only its entry that nobody has collected."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(") ")[2][0] not in "ZX"


def until(found: Callable[[], bool]) -> None:
    """Wait until something is so, for half a minute at most."""
    end = time.monotonic() + 30
    while not found():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize(
    "path", ["/", "/robots.txt", "/nowhere/", "/api/v1/cities/?format=csv", "/api/v1/cities/?x=y"]
)
def test_an_answer_to_head_has_no_body(portal: Served, path: str) -> None:
    """A body would be read as the answer to what is asked next on the same connection."""
    with create_connection(("127.0.0.1", portal.port), timeout=30) as connection:
        head = f"HEAD {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        connection.sendall(head.encode())
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    told, blank, body = received.partition(b"\r\n\r\n")
    assert told.startswith(b"HTTP/1.1 ")
    assert (blank, body) == (b"\r\n\r\n", b"")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/cities/?q=杭州", 200),
        ("/cities/杭州/", 404),
        ("/没有这个地方/", 404),
        ("/api/v1/没有/", 404),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_an_address_that_is_typed_as_it_is_spoken_is_read(
    portal: Served, path: str, status: int, encoding: str
) -> None:
    with create_connection(("127.0.0.1", portal.port), timeout=30) as connection:
        asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        connection.sendall(asked.encode(encoding))
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    heads = received.partition(b"\r\n\r\n")[0].decode()
    assert "text/plain" not in heads
    if encoding == "utf-8":
        assert f"HTTP/1.1 {status} " in heads


def test_what_is_asked_after_head_on_one_connection_is_answered(portal: Served) -> None:
    connection = HTTPConnection("127.0.0.1", portal.port, timeout=30)
    for method in ("HEAD", "GET", "HEAD", "GET"):
        connection.request(method, "/robots.txt")
        answer = connection.getresponse()
        assert (answer.status, bool(answer.read())) == (200, method == "GET")
    connection.close()
