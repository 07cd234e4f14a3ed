"""Which request gets a thread next: many questions at once hold up nobody who opens a page.

An address as it stands, such as the home page, is answered from what is kept. A question, a body
and a file are worked out, each for a twentieth of a second or more: where sixty come at once,
whoever came after them would wait for all. So both wait in rows of their own, of which threads take
in turn, and a third of the threads is left to addresses as they stand.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import ThreadedTaskDispatcher

from cbec_portal.costly_responses import FILES
from cbec_portal.entity_tags import READS


class Dispatcher(ThreadedTaskDispatcher):
    """Threads that work on requests, as many of them as may on what must be worked out."""

    def __init__(self, threads: int) -> None:
        super().__init__()
        self.queue: Any = WaitingRequests(self, threads - threads // 3)
        self.set_thread_count(threads)


class WaitingRequests:
    """Requests that wait for a thread; whoever asks them holds the lock of the dispatcher."""

    def __init__(self, dispatcher: Dispatcher, most: int) -> None:
        self._dispatcher = dispatcher
        self._most = most
        self._plain: deque[HTTPChannel] = deque()
        self._dear: deque[HTTPChannel] = deque()
        self._at_work = 0
        self._last_was_plain = False

    def __len__(self) -> int:
        return len(self._plain) + len(self._dear)

    def __bool__(self) -> bool:
        return bool(self._plain) or self._takes_dear()

    def append(self, channel: HTTPChannel) -> None:
        """Have the request of a channel wait."""
        (self._dear if is_worked_out(channel.requests[0]) else self._plain).append(channel)

    def popleft(self) -> HTTPChannel | DearTask:
        """Return what is to be worked on next."""
        if self._takes_dear() and (self._last_was_plain or not self._plain):
            self._last_was_plain = False
            self._at_work += 1
            return DearTask(self._dear.popleft(), self)
        self._last_was_plain = True
        return self._plain.popleft()

    def done(self) -> None:
        """Let the next one be worked on; the thread that calls it looks for more at once."""
        with self._dispatcher.lock:
            self._at_work -= 1

    def _takes_dear(self) -> bool:
        return bool(self._dear) and self._at_work < self._most


class DearTask:
    """A request of which only so many are worked on at once."""

    def __init__(self, channel: HTTPChannel, waiting: WaitingRequests) -> None:
        self._channel = channel
        self._waiting = waiting

    def service(self) -> None:
        """Work on it."""
        try:
            self._channel.service()
        finally:
            self._waiting.done()

    def cancel(self) -> None:
        """Give it up: the process ends."""
        self._channel.cancel()


def is_worked_out(request: Any) -> bool:
    """Return whether a request is more than an address as it stands, or asks for a file."""
    if request.error:
        return False
    return request.command not in READS or bool(request.query or FILES.search(request.path))
