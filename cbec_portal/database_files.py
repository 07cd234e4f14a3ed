"""The file of a SQLite database, and the log of writes beside it, which must be of the same file.

SQLite finds the log (``-wal``) by its name. Where another file is put in the place of a database
whose log is still there, it would read and write both as one, and spoil the new file. So a note
beside the database (``-file``) says which log is whose, and a log whose database is another now
is set aside before anything is opened.
"""

from __future__ import annotations

import ctypes
import fcntl
import logging
import os
import sqlite3
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from django.core.signals import request_started
from django.db import DatabaseError, connection, connections

log = logging.getLogger(__name__)

#: What statx(2) takes and gives, which Python cannot ask for: when a file was made.
AT_FDCWD, STATX_BTIME, BTIME_AT, STATX_SIZE = -100, 0x800, 80, 256


class File(NamedTuple):
    """A file, whatever its name. Numbers are given again, but not with the same time of birth."""

    number: int
    born: int


class Opening:
    """A database that is being opened: the address to open, and afterwards the file it was."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.opened: File | None = None


class _Serving:
    #: Whether this process serves. Only commands may make a database where there is none.
    is_on = False


def watch() -> None:
    """Look at the files of open connections whenever a request starts."""
    request_started.connect(_look, dispatch_uid="replaced files")


def make_none() -> None:
    """Make no database in this process from now on where there is none."""
    _Serving.is_on = True


def tidy() -> None:
    """Write what the log of this process' database holds into it, once nobody else has it open.

    SQLite does so, and removes the log, where the last connection is closed; workers close none.
    """
    if connection.vendor == "sqlite":
        with suppress(DatabaseError):
            connection.ensure_connection()
        connection.close()


def _look(**_: object) -> None:
    for one in connections.all(initialized_only=True):
        if look := getattr(one, "look", None):
            look()


def file_at(path: str | Path) -> File | None:
    """Return the file at a path, or none where there is none."""
    try:
        number = os.stat(path).st_ino
    except OSError:
        return None
    return File(number, _born(path))


def is_at(path: str | Path, opened: File) -> bool | None:
    """Return whether a file that is open is the one at a path; none where none is there.

    The number says so alone: while a file is open, no other gets its number.
    """
    try:
        return os.stat(path).st_ino == opened.number
    except OSError:
        return None


def _born(path: str | Path) -> int:
    """When the file at a path was made, in nanoseconds; 0 where the system does not tell."""
    told = ctypes.create_string_buffer(STATX_SIZE)
    if (statx := _statx()) is None:
        return 0
    failed = statx(AT_FDCWD, os.fsencode(path), 0, STATX_BTIME, told)
    seconds, rest = struct.unpack_from("=qI", told, BTIME_AT)
    return 0 if failed else seconds * 1_000_000_000 + rest


@cache
def _statx() -> Callable[..., int] | None:
    """The call of the system, found once; none where it has none."""
    return getattr(ctypes.CDLL(None), "statx", None)


def cannot_open(told: str) -> sqlite3.OperationalError:
    """Return the error of SQLite where there is no file that it can open."""
    wrong = sqlite3.OperationalError(f"unable to open database file: {told}")
    wrong.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
    return wrong


@contextmanager
def opening(name: str) -> Iterator[Opening]:
    """Have a database to oneself while it is opened within the block, and nothing foreign beside.

    Raises:
        sqlite3.OperationalError: it is gone while the portal serves, or nothing can be noted
            beside it.
    """
    database = Path(os.path.realpath(name))
    if not _size(database):
        _make(database)
    with _noted(database) as note:
        before = file_at(database)
        if before is not None:
            _set_aside_foreign(database, before, note)
        found = Opening(f"file:{quote(str(database))}?mode=rw")
        yield found
        found.opened = file_at(database)
        if found.opened != before:
            _give_up(database)
        _write(note, found.opened, file_at(_log_of(database)))


def _size(database: Path) -> int | None:
    try:
        return database.stat().st_size
    except OSError:
        return None


def _make(database: Path) -> None:
    """Make a file that its owner alone can read, where a database may be made."""
    if _Serving.is_on:
        raise cannot_open(f"{database} is {'gone' if _size(database) is None else 'empty'}")
    try:
        os.close(os.open(database, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as wrong:
        raise cannot_open(f"{database}: {wrong.strerror}") from None


@contextmanager
def _noted(database: Path) -> Iterator[int]:
    """The note beside a database, held by nobody else."""
    try:
        note = os.open(f"{database}-file", os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as wrong:
        raise cannot_open(f"{database}-file: {wrong.strerror}") from None
    try:
        fcntl.flock(note, fcntl.LOCK_EX)
        if not os.fstat(note).st_size:
            _let_whoever_may(database, note)
        yield note
    finally:
        os.close(note)


def _let_whoever_may(database: Path, note: int) -> None:
    """Let those read and write a new note who may the database, as SQLite does for its files."""
    with suppress(OSError):
        found = database.stat()
        os.fchmod(note, found.st_mode & 0o666)
        if os.geteuid() == 0:
            os.fchown(note, found.st_uid, found.st_gid)


def _log_of(database: Path) -> Path:
    return Path(f"{database}-wal")


def _set_aside_foreign(database: Path, there: File, note: int) -> None:
    """Move the log of another file out of the way.

    Of a folder that was copied as a whole, both are others than noted: they belong together.
    """
    noted, noted_log = _read(note)
    left = file_at(_log_of(database))
    if noted in (None, there) or left not in (None, noted_log):
        return
    # First what only tells where to look in the log: without it SQLite reads the log anew.
    Path(f"{database}-shm").unlink(missing_ok=True)
    if left is None:
        return
    kept = Path(f"{_log_of(database)}.{left.number}")
    _log_of(database).rename(kept)
    told = "%s was replaced. What was written to the former file last is kept in %s"
    log.warning(told, database, kept)


def _give_up(database: Path) -> None:
    """End this process at once. To close what it opened could write one file into the other."""
    log.critical("%s was replaced while it was opened; this process ends", database)
    os._exit(1)


def _read(note: int) -> tuple[File | None, File | None]:
    """The database and the log that are noted; none where nothing, or nothing whole, is."""
    said = os.pread(note, 200, 0).split()
    if len(said) != 4 or not all(one.isdigit() for one in said):
        return None, None
    number, born, log_number, log_born = map(int, said)
    return File(number, born), File(log_number, log_born) if log_number else None


def _write(note: int, database: File | None, beside: File | None) -> None:
    if database is None or _read(note) == (database, beside):
        return
    numbers = (*database, *(beside or (0, 0)))
    said = " ".join(f"{number:020d}" for number in numbers)
    os.pwrite(note, f"{said}\n".encode(), 0)
