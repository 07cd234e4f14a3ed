"""What the environment says, checked: whatever cannot be meant is refused in words."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

YES = {"1", "true", "yes", "on", "y"}
NO = {"", "0", "false", "no", "off", "n"}
SHORTEST_KEY = 32

DATABASES = {"sqlite", "postgres", "postgresql", "psql", "pgsql"}
CACHES = {"locmemcache", "dummycache", "redis", "rediss", "rediscache"}
MAIL = {"smtp", "smtps", "smtp+tls", "smtp+ssl", "consolemail", "filemail", "memorymail"}
HOST = re.compile(r"\*|\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]", re.IGNORECASE)


def text(name: str, default: str = "") -> str:
    """Return what is said under a name, without blanks around it."""
    return os.environ.get(name, default).strip()


def flag(name: str) -> bool:
    """Return whether something is turned on.

    Raises:
        ImproperlyConfigured: it is neither on nor off.
    """
    said = text(name).lower()
    if said not in YES | NO:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {said!r}.")
    return said in YES


def whole_number(name: str, default: int, *, most: int) -> int:
    """Return a number from 1 on.

    Raises:
        ImproperlyConfigured: it is none, or out of range.
    """
    said = os.environ.get(name, str(default))
    if not (said.isascii() and said.isdigit() and len(said) < 10 and 1 <= int(said) <= most):
        raise ImproperlyConfigured(f"{name} must be a number from 1 to {most}, not {said!r}.")
    return int(said)


def folder(name: str, default: Path) -> Path:
    """Return a folder that can be written; where there is none, make it for its owner alone.

    Raises:
        ImproperlyConfigured: it cannot be made or written.
    """
    path = Path(text(name) or default).absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as wrong:
        why = wrong.strerror
        raise ImproperlyConfigured(f"{name}: the folder {path} cannot be made: {why}.") from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(f"{name}: the folder {path} cannot be written to.")
    return path


def secret(name: str) -> str:
    """Return a key that signs; empty where none is given.

    Raises:
        ImproperlyConfigured: it is so short that it could be guessed.
    """
    said = text(name)
    if said and len(said) < SHORTEST_KEY:
        raise ImproperlyConfigured(
            f"{name} must have at least {SHORTEST_KEY} characters; leave it out to have one made."
        )
    return said


def hosts(name: str, default: list[str]) -> list[str]:
    """Return host names.

    Raises:
        ImproperlyConfigured: one of them is no host name.
    """
    said = [host for part in text(name).split(",") if (host := part.strip())]
    for host in said:
        if not HOST.fullmatch(host):
            told = f"{name} must be host names by commas, as in portal.example.org, not {host!r}."
            raise ImproperlyConfigured(told)
    return said or default


def web_address(name: str, default: str) -> str:
    """Return an address of the web.

    Raises:
        ImproperlyConfigured: it is none.
    """
    said = text(name) or default
    parts = _parts(name, said, "https://portal.example.org")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ImproperlyConfigured(f"{name} must begin with http:// or https://, not {said!r}.")
    return said


def log_level(name: str, default: str) -> str:
    """Return the level from which on something is logged.

    Raises:
        ImproperlyConfigured: there is no such level.
    """
    said = text(name).upper() or default
    if said not in logging.getLevelNamesMapping():
        raise ImproperlyConfigured(f"{name} must be DEBUG, INFO, WARNING or ERROR, not {said!r}.")
    return said


def database(name: str, default: str) -> dict[str, Any]:
    """Return a database as Django is told of it.

    Raises:
        ImproperlyConfigured: it is no address of a database that the portal can use.
    """
    told = "sqlite:////path/to/file.sqlite3 or postgres://user:password@host:5432/name"
    said = _url(name, default, DATABASES, told)
    try:
        found: dict[str, Any] = environ.Env.db_url_config(said)
    except (ValueError, KeyError):
        raise ImproperlyConfigured(f"{name} must be like {told}.") from None
    if not found["NAME"]:
        raise ImproperlyConfigured(f"{name} names no database; it must be like {told}.")
    return found


def cache(name: str, default: str) -> dict[str, Any]:
    """Return a cache as Django is told of it.

    Raises:
        ImproperlyConfigured: it is no address of a cache that the portal can use.
    """
    said = _url(name, default, CACHES, "redis://host:6379/0")
    found: dict[str, Any] = environ.Env.cache_url_config(said)
    if said.startswith("redis"):
        found["BACKEND"] = "cbec_portal.redis_cache.SharedCache"
    return found


def mail(name: str, default: str) -> Mapping[str, Any]:
    """Return a mail server as Django is told of it.

    Raises:
        ImproperlyConfigured: it is no address of a mail server.
    """
    told = "smtp+tls://user:password@host:587"
    said = _url(name, default, MAIL, told)
    try:
        found: Mapping[str, Any] = environ.Env.email_url_config(said)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be like {told}.") from None
    if said.startswith("smtp"):
        return {**found, "EMAIL_BACKEND": "cbec_portal.mail_server.EmailBackend"}
    return found


def _url(name: str, default: str, schemes: set[str], told: str) -> str:
    """An address of one of some schemes. What is refused is not repeated: it may hold a password.

    Raises:
        ImproperlyConfigured: it is of none of them, or cannot be read.
    """
    said = text(name) or default
    scheme = said.partition("://")[0]
    if "://" not in said or scheme not in schemes:
        raise ImproperlyConfigured(f"{name} must be like {told}.")
    _parts(name, said, told)
    return said


def _parts(name: str, said: str, told: str) -> SplitResult:
    """The parts of an address.

    Raises:
        ImproperlyConfigured: it cannot be read.
    """
    try:
        parts = urlsplit(said)
        parts.port  # noqa: B018 (reading it checks it)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be like {told}; its port is no number.") from None
    return parts
