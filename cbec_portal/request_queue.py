"""Which request gets a thread next: many questions at once hold up nobody who opens a page.

An address as it stands, such as the home page, is answered from what is kept. A question, a file
and what is asked by somebody who is logged in are worked out, each for a twentieth of a second or
more, and what a body writes may have to wait for a lock: where sixty come at once, whoever came
after them would wait for all. So each kind waits in a row of its own, of which threads take in
turn. A third of the threads is left to addresses as they stand; half may be at bodies, more than
may wait for a lock, so that the rest are told at once. A file, a picture or a long table is made by
one thread at a time: those that wait for it take none from anybody else.
"""

from __future__ import annotations

from collections import Counter, deque
from enum import Enum
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from waitress.channel import HTTPChannel
from waitress.task import ThreadedTaskDispatcher

from cbec_portal.costly_responses import is_dear_question
from cbec_portal.entity_tags import READS


class Kind(Enum):
    """What a request is to the one who works on it, in the order of their turns."""

    ADDRESS = "an address as it stands"
    QUESTION = "a question, or what is somebody's own"
    DEAR = "a file, a picture, or a long table"
    BODY = "a body, which may write"


#: So many dear ones wait; whoever comes after them is told when to ask again.
MOST_DEAR = 24


class Dispatcher(ThreadedTaskDispatcher):
    """Threads that work on requests, only some of them on what must be worked out."""

    def __init__(self, threads: int) -> None:
        super().__init__()
        self.queue: Any = WaitingRequests(self, threads)
        self.set_thread_count(threads)


class WaitingRequests:
    """Requests that wait for a thread; whoever asks them holds the lock of the dispatcher."""

    def __init__(self, dispatcher: Dispatcher, threads: int) -> None:
        self._dispatcher = dispatcher
        self._bodies = threads // 2
        self._worked_out = threads - threads // 3
        self._rows: dict[Kind, deque[HTTPChannel]] = {kind: deque() for kind in Kind}
        self._at_work: Counter[Kind] = Counter()
        self._turns = list(Kind)

    def __len__(self) -> int:
        return sum(map(len, self._rows.values()))

    def __bool__(self) -> bool:
        return any(map(self._takes, Kind))

    def append(self, channel: HTTPChannel) -> None:
        """Have the request of a channel wait. A dear one for which there is no place goes on as a
        question, and is refused there (`costly_responses.py`).
        """
        kind = kind_of(channel.requests[0])
        if kind is Kind.DEAR and len(self._rows[kind]) >= MOST_DEAR:
            kind = Kind.QUESTION
        self._rows[kind].append(channel)

    def popleft(self) -> Task:
        """Return what is to be worked on next."""
        kind = next(filter(self._takes, self._turns))
        self._turns.remove(kind)
        self._turns.append(kind)
        self._at_work[kind] += 1
        return Task(self._rows[kind].popleft(), kind, self)

    def done(self, kind: Kind) -> None:
        """Let the next one be worked on; the thread that calls it looks for more at once."""
        with self._dispatcher.lock:
            self._at_work[kind] -= 1

    def _takes(self, kind: Kind) -> bool:
        """Whether one of a kind waits, and may be worked on now."""
        if not self._rows[kind]:
            return False
        if kind is Kind.BODY and self._at_work[Kind.BODY] >= self._bodies:
            return False
        if kind is Kind.DEAR and self._at_work[Kind.DEAR]:
            return False
        others = self._at_work.total() - self._at_work[Kind.ADDRESS]
        return kind is Kind.ADDRESS or others < self._worked_out


class Task:
    """A request that a thread works on."""

    def __init__(self, channel: HTTPChannel, kind: Kind, waiting: WaitingRequests) -> None:
        self._channel = channel
        self._kind = kind
        self._waiting = waiting

    def service(self) -> None:
        """Work on it."""
        try:
            self._channel.service()
        finally:
            self._waiting.done(self._kind)

    def cancel(self) -> None:
        """Give it up: the process ends."""
        self._channel.cancel()


def kind_of(request: Any) -> Kind:
    """Return what a request is; one that could not be read is refused at once."""
    if request.error:
        return Kind.ADDRESS
    if request.command not in READS:
        return Kind.BODY
    asked = dict(parse_qsl(request.query or "", keep_blank_values=True))
    if is_dear_question(request.path, asked, request.headers.get("ACCEPT", "")):
        return Kind.DEAR
    is_worked_out = request.query or _is_somebodys(request)
    return Kind.QUESTION if is_worked_out else Kind.ADDRESS


def _is_somebodys(request: Any) -> bool:
    """Whether somebody asks who is known by a session or a token: nothing is kept of what only some
    may see, such as change sets and checklists.
    """
    cookies = request.headers.get("COOKIE", "")
    return "AUTHORIZATION" in request.headers or f"{settings.SESSION_COOKIE_NAME}=" in cookies
