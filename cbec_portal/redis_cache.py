"""A cache in Redis that the portal can do without: what it does not answer was not kept."""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache
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


def without(default: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a method an answer for when Redis has none; a callable is called with the arguments."""

    def forgiving(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def asked(self: SharedCache, *args: Any, **kwargs: Any) -> Any:
            if self.rests():
                return default(*args, **kwargs) if callable(default) else default
            try:
                return method(self, *args, **kwargs)
            except (RedisError, OSError) as wrong:
                self.rest(wrong)
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
        super().__init__(server, {**params, "OPTIONS": OPTIONS | params.get("OPTIONS", {})})

    def rests(self) -> bool:
        """Whether Redis is left alone now."""
        return time.monotonic() < SharedCache._rests_until

    def rest(self, wrong: Exception) -> None:
        """Leave Redis alone for a while, and say so once."""
        if not self.rests():
            log.warning("The cache is left out for %d s: %s", REST, wrong)
        SharedCache._rests_until = time.monotonic() + REST

    get = without(_default)(RedisCache.get)
    set = without(None)(RedisCache.set)
    add = without(True)(RedisCache.add)
    touch = without(False)(RedisCache.touch)
    delete = without(False)(RedisCache.delete)
    incr = without(_unknown)(RedisCache.incr)
    has_key = without(False)(RedisCache.has_key)
    get_many = without(lambda *_args, **_kwargs: {})(RedisCache.get_many)
    set_many = without(lambda *_args, **_kwargs: [])(RedisCache.set_many)
    delete_many = without(None)(RedisCache.delete_many)
    clear = without(False)(RedisCache.clear)
