"""The server: waitress, in processes that share one socket.

Each process takes in requests whole, and gives out answers, in one thread that never waits; only
then does a thread of the portal work on one. Whoever sends or reads slowly keeps nobody waiting.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import re
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server

from cbec_portal.request_queue import Dispatcher
from cbec_portal.threads import THREADS

log = logging.getLogger(__name__)

#: Connections of a process, idle, slow and stalled ones included; each takes some 10 kB.
CONNECTIONS = 2_000
#: Files that a connection may need: its socket, and what is large on its way in and out.
FILES_EACH, FILES_BESIDE = 3, 100
#: Seconds after which a connection ends on which nothing came or went.
IDLE = 60
#: Seconds for a process to end what it has begun.
GRACE = 10
#: Heaps of a process. Left to itself, the C library gives every thread one of its own, in which
#: what a thread once needed for a long answer stays unused.
HEAPS = 2
M_ARENA_MAX = -8
#: Bytes from which something is a mapping of its own, which goes back to the system as soon as it
#: is no longer needed, and bytes that may stay unused at the end of a heap. The C library begins
#: so, but with the first long answer it raises both, up to 32 and 64 MB: from then on such answers
#: are put into the heaps, among what is kept, which leaves holes that nothing else fills. What is
#: set stays. An answer of common length is still put into a heap, which is faster.
OWN_MAPPING = 256 * 1024
UNUSED_END = 1024 * 1024
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
#: A process that ended sooner than this was never well.
STILLBORN = 1.0
#: So many of them for each worker, one after the other, and none is started any more.
MOST_STILLBORN = 2


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Raises:
        OSError: the address is taken or not ours.
    """
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    return socket.create_server((host, port), family=family, backlog=1024)


def connections_allowed() -> int:
    """Return how many connections a process may have.

    Its limit of open files is raised for them, if it can be.
    """
    wanted = FILES_EACH * CONNECTIONS + FILES_BESIDE
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return min(CONNECTIONS, (soft - FILES_BESIDE) // FILES_EACH)


class Parser(HTTPRequestParser):
    """Reads a request whose address is typed as it is spoken, as with curl, as one in ASCII."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read the first line, its bytes beyond ASCII written as `%E6`, and the heads.

        Raises:
            ParsingError: it is no request.
        """
        first, end, heads = header_plus.partition(b"\r\n")
        first = re.sub(rb"[\x80-\xff]", lambda byte: b"%%%02X" % byte[0][0], first)
        super().parse_header(first + end + heads)


HTTPChannel.parser_class = Parser


class Workers:
    """Processes that serve on a socket; one that dies is replaced, all end with their parent."""

    def __init__(
        self, application: Callable[..., Any], sock: socket.socket, number: int, **options: Any
    ) -> None:
        self.application = application
        self.sock = sock
        self.number = number
        self.options = options
        self.started: dict[int, float] = {}
        self.stillborn = 0
        # Nothing is ever written. Its end closes with this process, however that ends, and so
        # tells the workers.
        self.alive, self._kept_open = os.pipe()

    def run(self) -> None:
        """Serve until told to stop.

        Raises:
            SystemExit: told to stop, or workers die as soon as they are born.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _stop)
        # What is there before the first worker stays: looking for garbage in it takes a tenth of a
        # large answer, and writes to memory that workers else share.
        gc.collect()
        gc.freeze()
        try:
            while True:
                while len(self.started) < self.number:
                    self._start()
                self._bury(*os.wait())
        finally:
            self._end()

    def _start(self) -> None:
        pid = os.fork()
        if not pid:
            self._work()
        self.started[pid] = time.monotonic()

    def _bury(self, pid: int, status: int) -> None:
        born = self.started.pop(pid, None)
        if born is None:
            return
        log.error("Worker %d ended (%d); another takes its place", pid, status)
        # One that somebody ended as soon as it was born says nothing of the next.
        self.stillborn = self.stillborn + 1 if time.monotonic() - born < STILLBORN else 0
        if self.stillborn > MOST_STILLBORN * self.number:
            sys.exit("Workers cannot start; the log says why.")

    def _end(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        _send(signal.SIGTERM, self.started)
        until = time.monotonic() + GRACE
        while self.started and time.monotonic() < until:
            with suppress(ChildProcessError):
                self.started.pop(os.waitpid(-1, os.WNOHANG)[0], None)
            time.sleep(0.02)
        _send(signal.SIGKILL, self.started)

    def _work(self) -> NoReturn:
        """Be a worker."""
        status = 1
        try:
            os.close(self._kept_open)
            _share_heaps()
            signal.signal(signal.SIGTERM, _stop)
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent tells us
            threading.Thread(target=self._end_with_parent, daemon=True).start()
            create_server(
                self.application,
                sockets=[self.sock],
                connection_limit=connections_allowed(),
                _dispatcher=Dispatcher(THREADS),
                channel_timeout=IDLE,
                asyncore_use_poll=True,
                ident=None,
                **self.options,
            ).run()
            status = 0
        except BaseException:
            log.exception("A worker failed")
        finally:
            os._exit(status)

    def _end_with_parent(self) -> None:
        os.read(self.alive, 1)  # returns when the parent has gone
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)  # free for the next start at once, for all of us
        os.kill(os.getpid(), signal.SIGTERM)


def _stop(_number: int, _frame: Any) -> NoReturn:
    # Whoever ends a whole group of processes tells a worker twice: itself, and by its parent.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    raise SystemExit(0)


def _share_heaps() -> None:
    """Let threads, which are still to come, share heaps, and give back what long answers took;
    other C libraries than GNU's do anyway.
    """
    with suppress(AttributeError, OSError):
        library = ctypes.CDLL(None)
        library.mallopt(M_ARENA_MAX, HEAPS)
        library.mallopt(M_MMAP_THRESHOLD, OWN_MAPPING)
        library.mallopt(M_TRIM_THRESHOLD, UNUSED_END)


def _send(number: signal.Signals, pids: dict[int, float]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
