"""Which request gets a thread next: questions wait for each other, and nobody waits for them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from cbec_portal.request_queue import MOST_DEAR, Dispatcher, Kind, WaitingRequests, kind_of
from cbec_portal.threads import THREADS
from cbec_portal.write_lock import waiting_for_lock


def request(path: str, command: str = "GET", error: object = None, **headers: str) -> Any:
    path, _mark, query = path.partition("?")
    own = {name.upper(): said for name, said in headers.items()}
    return SimpleNamespace(command=command, path=path, query=query, error=error, headers=own)


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        (request("/"), Kind.ADDRESS),
        (request("/cities/hangzhou/"), Kind.ADDRESS),
        (request("/cities/hangzhou/", "HEAD"), Kind.ADDRESS),
        (request("/static/portal.css"), Kind.ADDRESS),
        (request("/", "POST", error="no request"), Kind.ADDRESS),
        (request("/cities/?as_of=2019-01-01"), Kind.QUESTION),
        (request("/compare/?cities=hangzhou"), Kind.QUESTION),
        (request("/account/log-in/", "POST"), Kind.BODY),
        (request("/api/v1/checklists/1/", "PATCH"), Kind.BODY),
        (request("/cities/table.xlsx"), Kind.DEAR),
        (request("/cities/hangzhou/card.png"), Kind.DEAR),
        (request("/compare/table.pdf?cities=hangzhou,ningbo"), Kind.DEAR),
        (request("/cities/table.xlsx", cookie="sessionid=y"), Kind.DEAR),
        (request("/api/v1/policies/?format=xlsx"), Kind.DEAR),
        (request("/api/v1/policies/", accept="text/csv"), Kind.DEAR),
        (request("/api/v1/policies/?limit=50&format=csv"), Kind.QUESTION),
        (request("/api/v1/policies/?" + "a=1&" * 2000 + "limit=all"), Kind.DEAR),
        (request("/cities/table.xlsx", "POST"), Kind.BODY),
        (request("/admin/desk/sets/7/", cookie="csrftoken=x; sessionid=y"), Kind.QUESTION),
        (request("/api/v1/change-sets/7/rows/", authorization="Token x"), Kind.QUESTION),
        (request("/", cookie="django_language=en; csrftoken=x"), Kind.ADDRESS),
    ],
)
def test_of_which_kind_a_request_is(asked: Any, kind: Kind) -> None:
    assert kind_of(asked) is kind


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


def body(*arguments: Any) -> Channel:
    channel = Channel(*arguments)
    channel.requests[0].command = "POST"
    return channel


def test_a_third_of_the_threads_is_left_to_addresses_and_one_to_questions(
    threads: Dispatcher,
) -> None:
    begun: list[str] = []
    go_on = threading.Event()
    for number in range(20):
        threads.add_task(body(f"/body?{number}", begun, go_on))
    until(lambda: len(begun) == 3)
    for number in range(20):
        threads.add_task(Channel(f"/?{number}", begun, go_on))
    until(lambda: len(begun) == 4)
    for number in range(20):
        threads.add_task(Channel(f"/{number}", begun, go_on))
    until(lambda: len(begun) == 24)
    assert begun[:3] == ["/body?0", "/body?1", "/body?2"]
    assert [path for path in begun[3:] if "?" in path] == ["/?0"]
    go_on.set()
    until(lambda: len(begun) == 60)
    assert not threads.queue


def test_a_file_is_made_at_a_time_and_those_that_wait_take_no_thread(threads: Dispatcher) -> None:
    begun: list[str] = []
    go_on = threading.Event()
    for number in range(10):
        threads.add_task(Channel(f"/compare/table.pdf?{number}", begun, go_on))
    for number in range(3):
        threads.add_task(Channel(f"/?{number}", begun, go_on))
    for number in range(5):
        threads.add_task(Channel(f"/{number}", begun, go_on))
    until(lambda: len(begun) == 9)
    assert [path for path in begun if "pdf" in path] == ["/compare/table.pdf?0"]
    assert {f"/?{number}" for number in range(3)} <= {*begun}
    go_on.set()
    until(lambda: len(begun) == 18)
    files = [path for path in begun if "pdf" in path]
    assert files == [f"/compare/table.pdf?{number}" for number in range(10)]


def test_files_beyond_those_that_may_wait_go_on_to_be_refused(threads: Dispatcher) -> None:
    begun: list[str] = []
    go_on = threading.Event()
    for number in range(MOST_DEAR + 3):
        threads.add_task(Channel(f"/compare/table.pdf?{number}", begun, go_on))
    until(lambda: len(begun) == 3)  # one that is made, and two for which there was no place
    go_on.set()
    until(lambda: len(begun) == MOST_DEAR + 3)


def test_a_question_that_failed_leaves_its_place(threads: Dispatcher) -> None:
    begun: list[str] = []
    go_on = threading.Event()
    go_on.set()
    threads.logger = SimpleNamespace(exception=lambda *_: None, warning=lambda *_: None)
    for number in range(20):
        threads.add_task(Channel(f"/?fails={number}", begun, go_on))
    until(lambda: len(begun) == 20)


def test_no_row_waits_for_the_whole_of_another() -> None:
    threads = Dispatcher(0)
    threads.queue = WaitingRequests(threads, 60)
    for make, path in ((body, "/b?"), (Channel, "/?"), (Channel, "/")):
        for number in range(2):
            threads.queue.append(make(f"{path}{number}", [], threading.Event()))
    assert len(threads.queue) == 6
    taken: list[Any] = [threads.queue.popleft()._channel.path for _ in range(6)]
    assert taken == ["/0", "/?0", "/b?0", "/1", "/?1", "/b?1"]
    assert not threads.queue


def until(so: Any) -> None:
    for _ in range(2000):
        if so():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it never came")


def test_more_bodies_are_worked_on_than_may_wait_for_the_lock() -> None:
    """Else all would wait for it, one after the other, and none be told to come back."""
    assert waiting_for_lock._places._initial_value < THREADS // 2
