"""Waiting for SQLite's one writer: a third of the threads may, so that the others go on reading."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

from cbec_portal.availability import BusyError
from cbec_portal.threads import THREADS

#: Seconds that a thread spends on getting a place to wait: a writer is mostly done sooner.
GRACE = 0.2
READING = frozenset(
    ("SELECT", "VALUES", "WITH", "PRAGMA", "EXPLAIN", "SAVEPOINT", "RELEASE", "ROLLBACK")
)
_WORD = re.compile(r"(?:[\s(]|--[^\n]*\n|/\*.*?\*/)*([a-z]+)", re.IGNORECASE | re.DOTALL)


class WaitingForLock:
    """Runs statements; one that takes the lock needs one of a few places while it waits for it.

    Outside a transaction every write takes the lock, inside one the beginning does. Holding the
    lock needs no place, so that a long transaction keeps none.
    """

    def __init__(self, places: int) -> None:
        self._places = threading.BoundedSemaphore(places)

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """What the statement gives.

        Raises:
            BusyError: all places are taken.
        """
        if context["connection"].in_atomic_block or _first_word(sql) in READING:
            return execute(sql, params, many, context)
        if not self._places.acquire(timeout=GRACE):
            raise BusyError
        try:
            return execute(sql, params, many, context)
        finally:
            self._places.release()


def _first_word(sql: str) -> str:
    """What a statement does, however it is laid out."""
    found = _WORD.match(sql)
    return found[1].upper() if found else ""


#: That of this process: fewer than may be at bodies, so that the others are told at once.
waiting_for_lock = WaitingForLock(THREADS // 3)
