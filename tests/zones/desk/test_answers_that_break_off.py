"""An answer of the web that breaks off before it is told is none, whatever it began with."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer

import pytest

from zones.desk import link_visits
from zones.desk.link_visits import Visit, Visitor
from zones.rules.vocabulary import LinkState


@pytest.fixture
def visitor() -> Visitor:
    return Visitor(public_only=False, pause=lambda _seconds: None)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"HTTP/1.1 200",
        b"HTTP/1.1 200 OK",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nServer: x",
        b"HTTP/1.1 200 OK\r\nServer: x\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 0\r\n",
        b"HTTP/1.1 301 Moved\r\nLocation: /els",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 404 Not Found\r\n",
    ],
)
def test_an_answer_whose_head_breaks_off_is_none(visitor: Visitor, sent: bytes) -> None:
    with _saying(b"HTTP/1.1 404 Not Found\r\n\r\n", sent) as origin:
        found = visitor.visit(f"{origin}/a")
    assert found == Visit(LinkState.FAILS, trouble="the connection broke")


@pytest.mark.parametrize(
    "sent",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.0 200 OK\n\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)
def test_a_whole_head_is_enough(visitor: Visitor, sent: bytes) -> None:
    with _saying(b"HTTP/1.1 404 Not Found\r\n\r\n", sent) as origin:
        assert visitor.visit(f"{origin}/a") == Visit(LinkState.ANSWERS, 200)


@pytest.mark.parametrize(
    "robots",
    [
        b"HTTP/1.1 200 OK\r\nServer: x\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\nUser-agent: *\nAllow: /\n",
    ],
)
def test_wishes_that_break_off_are_not_taken_for_all(visitor: Visitor, robots: bytes) -> None:
    asked: list[bytes] = []
    with _saying(robots, b"HTTP/1.1 200 OK\r\n\r\n", asked) as origin:
        found = visitor.visit(f"{origin}/a")
    assert found.state == LinkState.FAILS
    assert [line.split()[1] for line in asked] == [b"/robots.txt"]


@contextmanager
def _saying(robots: bytes, sent: bytes, asked: list[bytes] | None = None) -> Iterator[str]:
    """A server that says these very bytes, once its wishes are asked and at all else."""

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            line = self.rfile.readline()
            (asked if asked is not None else []).append(line)
            while self.rfile.readline().strip():
                pass
            self.wfile.write(robots if b"/robots.txt" in line else sent)

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_an_answer_that_takes_too_long_is_told_so(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_visits, "WHOLE_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def wait() -> None:
            taken, _ = listening.accept()
            with taken:
                taken.sendall(b"HTTP/1.1 200 OK\r\nServer: slow")
                taken.recv(10_000)
                taken.recv(10_000)

        threading.Thread(target=wait, daemon=True).start()
        found = visitor.visit(f"http://127.0.0.1:{listening.getsockname()[1]}/a")
    assert found == Visit(LinkState.FAILS, trouble="no answer in time")
