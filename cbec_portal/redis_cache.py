"""A cache in Redis that the portal can do without: what it does not answer was not kept."""

from __future__ import annotations

import functools
import logging
import socket
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis import Connection, SSLConnection
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = logging.getLogger(__name__)

#: Seconds for Redis to take a connection and to answer.
ANSWER = 0.5
#: Seconds for which it is not asked again when it did not.
REST = 15

OPTIONS = {
    "socket_connect_timeout": ANSWER,
    "socket_timeout": ANSWER,
    "retry": Retry(NoBackoff(), 0),
}


class LimitedSocket:
    """A socket that gives a whole answer a time limit: its own counts for each part of one."""

    def __init__(self, own: socket.socket) -> None:
        self._own = own
        self._stop = time.monotonic() + ANSWER

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)

    def sendall(self, data: bytes) -> None:
        """Send a question; the time for its answer begins."""
        self._stop = time.monotonic() + ANSWER
        self._own.sendall(data)

    def recv(self, size: int) -> bytes:
        """Return what came of the answer.

        Raises:
            TimeoutError: the time for the answer is over.
        """
        left = self._stop - time.monotonic()
        limit = self._own.gettimeout()
        if limit and left <= 0:
            raise TimeoutError(f"not answered within {ANSWER} s")
        if limit:
            self._own.settimeout(min(limit, left))
        try:
            return self._own.recv(size)
        finally:
            self._own.settimeout(limit)


class LimitedConnection(Connection):
    """A connection whose answers have a time limit."""

    def _connect(self) -> Any:
        return LimitedSocket(super()._connect())  # type: ignore[no-untyped-call]


class LimitedTLSConnection(SSLConnection):
    """A connection whose answers have a time limit, and which is encrypted."""

    def _connect(self) -> Any:
        return LimitedSocket(super()._connect())  # type: ignore[no-untyped-call]


def without(
    default: Any, *, reads: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a method an answer for when Redis has none.

    Where the answer is a callable, it is called with the method's arguments. What a method that
    ``reads`` cannot make out, since another version or somebody else wrote it, was not kept.
    """

    def forgiving(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def asked(self: SharedCache, *args: Any, **kwargs: Any) -> Any:
            if self.rests():
                return default(*args, **kwargs) if callable(default) else default
            try:
                return method(self, *args, **kwargs)
            except (RedisError, OSError) as wrong:
                self.rest(wrong)
            except Exception:
                if not reads:
                    raise
                log.warning("The cache holds what cannot be read under %r", args[:1], exc_info=True)
            return default(*args, **kwargs) if callable(default) else default

        return asked

    return forgiving


def _default(_key: Any, default: Any = None, *_args: Any, **_kwargs: Any) -> Any:
    return default


def _unknown(key: Any, *_args: Any, **_kwargs: Any) -> Any:
    raise ValueError(f"Key {key!r} not found")  # what Django says of a key that is not kept


class SharedCache(RedisCache):
    """Redis, left alone for a while each time it is dead or silent."""

    #: Until when Redis is left alone; of the process, for each thread has its own cache object.
    _rests_until = 0.0

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        limited = LimitedTLSConnection if server.startswith("rediss") else LimitedConnection
        options = OPTIONS | {"connection_class": limited} | params.get("OPTIONS", {})
        super().__init__(server, {**params, "OPTIONS": options})

    def rests(self) -> bool:
        """Return whether Redis is left alone now."""
        return time.monotonic() < SharedCache._rests_until

    def rest(self, wrong: Exception) -> None:
        """Leave Redis alone for a while, and say so once."""
        if not self.rests():
            log.warning("The cache is left out for %d s: %s", REST, wrong)
        SharedCache._rests_until = time.monotonic() + REST

    get = without(_default, reads=True)(RedisCache.get)
    set = without(None)(RedisCache.set)
    add = without(True)(RedisCache.add)
    touch = without(False)(RedisCache.touch)
    delete = without(False)(RedisCache.delete)
    incr = without(_unknown)(RedisCache.incr)
    has_key = without(False)(RedisCache.has_key)
    get_many = without(lambda *_args, **_kwargs: {}, reads=True)(RedisCache.get_many)
    set_many = without(lambda *_args, **_kwargs: [])(RedisCache.set_many)
    delete_many = without(None)(RedisCache.delete_many)
    clear = without(False)(RedisCache.clear)
