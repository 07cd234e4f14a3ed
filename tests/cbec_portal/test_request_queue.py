"""Which request gets a thread next: questions wait for each other, and nobody waits for them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from cbec_portal.request_queue import Dispatcher, is_worked_out


def request(path: str, command: str = "GET", error: object = None) -> Any:
    path, _mark, query = path.partition("?")
    return SimpleNamespace(command=command, path=path, query=query, error=error)


@pytest.mark.parametrize(
    ("asked", "worked_out"),
    [
        (request("/"), False),
        (request("/cities/hangzhou/"), False),
        (request("/cities/hangzhou/", "HEAD"), False),
        (request("/static/portal.css"), False),
        (request("/", "POST", error="no request"), False),
        (request("/cities/?as_of=2019-01-01"), True),
        (request("/compare/?cities=hangzhou"), True),
        (request("/account/log-in/", "POST"), True),
        (request("/api/v1/checklists/1/", "PATCH"), True),
        (request("/cities/table.xlsx"), True),
        (request("/cities/hangzhou/card.png"), True),
    ],
)
def test_what_is_worked_out(asked: Any, worked_out: bool) -> None:
    assert is_worked_out(asked) is worked_out


class Channel:
    """A connection whose request is held until it is let go."""

    def __init__(self, path: str, served: list[str], go_on: threading.Event) -> None:
        self.requests = [request(path)]
        self.path, self.served, self.go_on = path, served, go_on

    def service(self) -> None:
        self.served.append(self.path)
        if self.requests[0].query:
            assert self.go_on.wait(20)
            if "fails" in self.path:
                raise RuntimeError(self.path)

    def cancel(self) -> None:
        self.served.append("cancelled")


@pytest.fixture
def threads() -> Iterator[Dispatcher]:
    made = Dispatcher(6)
    yield made
    made.shutdown()


def test_a_third_of_the_threads_is_left_to_addresses_as_they_stand(threads: Dispatcher) -> None:
    begun: list[str] = []
    go_on = threading.Event()
    for number in range(20):
        threads.add_task(Channel(f"/?{number}", begun, go_on))
    until(lambda: len(begun) == 4)
    for number in range(20):
        threads.add_task(Channel(f"/{number}", begun, go_on))
    until(lambda: len(begun) == 24)
    assert [path for path in begun if "?" in path] == ["/?0", "/?1", "/?2", "/?3"]
    go_on.set()
    until(lambda: len(begun) == 40)
    assert not threads.queue


def test_a_question_that_failed_leaves_its_place(threads: Dispatcher) -> None:
    begun: list[str] = []
    go_on = threading.Event()
    go_on.set()
    threads.logger = SimpleNamespace(exception=lambda *_: None, warning=lambda *_: None)
    for number in range(20):
        threads.add_task(Channel(f"/?fails={number}", begun, go_on))
    until(lambda: len(begun) == 20)


def test_neither_row_waits_for_the_whole_other() -> None:
    threads = Dispatcher(0)
    threads.queue._most = 10
    for number in range(3):
        threads.queue.append(Channel(f"/?{number}", [], threading.Event()))
        threads.queue.append(Channel(f"/{number}", [], threading.Event()))
    assert len(threads.queue) == 6
    taken: list[Any] = [threads.queue.popleft() for _ in range(6)]
    paths = [getattr(one, "path", None) or one._channel.path for one in taken]
    assert paths == ["/0", "/?0", "/1", "/?1", "/2", "/?2"]
    assert not threads.queue


def until(so: Any) -> None:
    for _ in range(2000):
        if so():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it never came")
