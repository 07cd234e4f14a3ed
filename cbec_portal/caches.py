"""Keeping what is dear to make: bounded by number, and made once while other threads wait."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, TimeoutError
from contextlib import suppress
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

K = TypeVar("K")
V = TypeVar("V")

#: Seconds that a thread waits for another to make something before it makes it itself.
PATIENCE = 15.0


class Kept(Generic[K, V]):
    """So many things at most, of which those not used for longest are forgotten.

    Threads may share it. Where it is told how large a thing is, all sizes together are bounded
    instead of their number; what is larger than that alone is not kept.
    """

    def __init__(self, most: int, size: Callable[[V], int] | None = None) -> None:
        self._things: LRUCache[K, V] = LRUCache(most, size)
        self._being_made: dict[K, Future[V]] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._things)

    def get(self, key: K) -> V | None:
        """Return what is kept, which then counts as used; none where nothing is."""
        with self._lock:
            return self._things.get(key)

    def put(self, key: K, value: V) -> V:
        """Keep something, and give it back."""
        with self._lock:
            self._keep(key, value)
        return value

    def made(self, key: K, make: Callable[[], V]) -> V:
        """Return what is kept, made first where nothing is.

        One thread makes it, for which the others wait. Where making fails, the thread that made it
        hears of it and the next one tries.
        """
        while True:
            # The lock is never held while something is made: what is made may need other things.
            with self._lock:
                if key in self._things:
                    return self._things[key]
                pending = self._being_made.get(key)
                if pending is None:
                    ours: Future[V] = Future()
                    self._being_made[key] = ours
            if pending is None:
                return self._make(key, make, ours)
            try:
                return pending.result(PATIENCE)
            except TimeoutError:
                return make()
            except Exception:  # noqa: S112 (told to the thread that made it)
                continue

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._things.clear()
            self._being_made.clear()

    def _keep(self, key: K, value: V) -> None:
        with suppress(ValueError):  # it is larger than everything may be
            self._things[key] = value

    def _make(self, key: K, make: Callable[[], V], pending: Future[V]) -> V:
        try:
            value = make()
        except BaseException as wrong:
            self._no_longer_made(key, pending)
            pending.set_exception(wrong if isinstance(wrong, Exception) else RuntimeError())
            raise
        with self._lock:
            # What was begun before everything was forgotten is not kept after it.
            if self._being_made.get(key) is pending:
                self._keep(key, value)
                del self._being_made[key]
        pending.set_result(value)
        return value

    def _no_longer_made(self, key: K, pending: Future[V]) -> None:
        with self._lock:
            if self._being_made.get(key) is pending:
                del self._being_made[key]
