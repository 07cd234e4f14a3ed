"""Clients that are slow on purpose: they hold their sockets and say or read next to nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

HOST = "Host: 127.0.0.1\r\n"
#: A token against forged forms that anyone can make up: the cookie and the field agree.
TOKEN = "a" * 32

FORM = (
    f"{HOST}Cookie: csrftoken={TOKEN}\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 400\r\n\r\n"
)
FILE = (
    f"{HOST}Cookie: csrftoken={TOKEN}\r\nContent-Type: multipart/form-data; boundary=b\r\n"
    "Content-Length: 20000000\r\n\r\n--b\r\n"
    'Content-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
)

#: What each kind of slow client says, and then no more.
STALLED = {
    "no word": "",
    "half a head": "GET / HTTP/1.1\r\nHost: 127.",
    "a log-in without its end": f"POST /account/log-in/ HTTP/1.1\r\n{FORM}csrfmiddlewaretoken=",
    "evidence without its end": f"POST /evidence/ HTTP/1.1\r\n{FILE}" + "x" * 1000,
    "a body in chunks": (
        f"POST /api/v1/checklists/ HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n5\r\nab"
    ),
    "an answer that nobody reads": (
        f"GET /api/v1/policies/?limit=1000&format=csv HTTP/1.1\r\n{HOST}\r\n" * 3
    ),
}


@contextmanager
def slow_clients(port: int, said: str, number: int) -> Iterator[list[socket.socket]]:
    """Hold so many connections on which so much was said."""
    with ExitStack() as stack:
        clients = []
        for _ in range(number):
            client = socket.socket()
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)  # it reads little
            client.settimeout(10)
            client.connect(("127.0.0.1", port))
            client.sendall(said.encode())
            clients.append(stack.enter_context(client))
        yield clients
