"""When the portal cannot answer now but can later: what a database says when it is busy or away.

And when an act lost a race: what it refers to was removed meanwhile, or what it adds is there.
"""

from __future__ import annotations

import errno
import logging
import sqlite3
import time
from collections.abc import Iterator
from typing import Any

from django.db import IntegrityError

log = logging.getLogger(__name__)

#: Seconds after which to ask again where a lock was held, where a database was not there, and where
#: it is none that this portal can use: somebody must put the right one in its place.
LOCKED = 2
AWAY = 10
UNFIT = 60
#: Seconds for which the log does not repeat itself.
LOGGED_EVERY = 600

#: What PostgreSQL says (SQLSTATE) when another transaction was in the way: nothing was written,
#: and the same act may well succeed the next time.
IN_THE_WAY = {
    "40001",  # serialization failure
    "40P01",  # deadlock
    "55P03",  # lock not available within its time
    "57014",  # statement cancelled, as after its time
    "25P03",  # ended, for it was idle within a transaction
    "25P04",  # ended, for its transaction took too long
}
#: The same for a server that is stopping, starting or out of connections, memory or disk.
GONE = {"57P01", "57P02", "57P03", "57P05", "25006"}  # the last: it takes no writes
GONE_CLASSES = {"08", "53", "58"}
#: The same for tables and columns that are not there: the database is of another version.
OTHER_TABLES = {"42P01", "42703"}

#: SQLite's primary codes for another writer, for a file that cannot be read or written now, and for
#: one that is damaged or no database; what it says of tables and columns that are not there.
HELD = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
UNUSABLE = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}
#: What a disk says that takes no more, for the portal's own files too.
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
NOT_THERE = ("no such table", "no such column", "has no column named")

#: What the databases say where a row that another refers to is gone, and where one of its key is
#: there already. Forms and services look before they write, so that somebody came in between.
RACES = {"23503", "23505"}
RACES_OF_SQLITE = {
    sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY,
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
    sqlite3.SQLITE_CONSTRAINT_UNIQUE,
}


class BusyError(Exception):
    """The portal has too much to do for this now; it may be asked again after ``wait`` seconds."""

    def __init__(self, wait: int = LOCKED) -> None:
        super().__init__(f"Too much is asked at once; ask again in {wait} s.")
        self.wait = wait


def seconds_to_wait(wrong: BaseException | None) -> int | None:
    """Return when to ask again if a failure says only that the portal is busy now, else None."""
    return next((wait for one in _causes(wrong) if (wait := _wait_after(one)) is not None), None)


def is_lost_race(wrong: BaseException | None) -> bool:
    """Return whether a write failed only since somebody else wrote meanwhile.

    It says so as late as at the commit, for references are looked at there.
    """
    if not isinstance(wrong, IntegrityError):
        return False
    # Django deletes nothing that rows refer to; whoever deletes has looked for such rows before.
    if hasattr(wrong, "protected_objects") or hasattr(wrong, "restricted_objects"):
        return True
    return any(_says_race(one) for one in _causes(wrong))


def logged_race(wrong: BaseException | None) -> bool:
    """Return whether a write lost a race, where that is answered, and log it.

    It is told where the write was made, for a rule that it breaks always is a fault.
    """
    lost = is_lost_race(wrong)
    if lost:
        said = " ".join(str(wrong).split())
        log.warning("A write met another, or breaks a rule always: %s", said, exc_info=wrong)
    return lost


def lacks_tables(wrong: BaseException) -> bool:
    """Return whether a database says that a table or column of this version is not there."""
    said = str(wrong)
    return getattr(wrong, "sqlstate", None) in OTHER_TABLES or any(one in said for one in NOT_THERE)


_logged: dict[str, float] = {}


def logged_wait(wrong: BaseException | None) -> int | None:
    """Return the seconds to wait before asking again, where that is answered.

    What somebody must mend is logged, but not each time. None means that the failure is another.
    """
    wait = seconds_to_wait(wrong)
    if wrong is not None and wait is not None and wait >= AWAY:
        said, now = f"{type(wrong).__name__}: {wrong}", time.monotonic()
        if now - _logged.get(said, -LOGGED_EVERY) >= LOGGED_EVERY:
            _logged[said] = now
            # Where a table lacks, a statement may be wrong instead: that shows where it was asked.
            asked = wrong if lacks_tables(wrong.__cause__ or wrong) else None
            log.error("The database cannot be used. %s", said, exc_info=asked)
    return wait


def _causes(wrong: BaseException | None) -> Iterator[BaseException]:
    """Yield a failure and what it was raised from."""
    seen: set[int] = set()
    while wrong is not None and id(wrong) not in seen:
        seen.add(id(wrong))
        yield wrong
        wrong = wrong.__cause__


def _says_race(wrong: BaseException) -> bool:
    if isinstance(wrong, sqlite3.Error):
        return getattr(wrong, "sqlite_errorcode", None) in RACES_OF_SQLITE
    return getattr(wrong, "sqlstate", None) in RACES


def _wait_after(wrong: BaseException) -> int | None:
    match wrong:
        case BusyError():
            return wrong.wait
        case sqlite3.Error():
            return _wait_for_sqlite(wrong)
        case _ if hasattr(wrong, "sqlstate"):
            return _wait_for_postgresql(wrong)
        case OSError() if wrong.errno in NO_ROOM:
            return AWAY
    return None


def _wait_for_sqlite(wrong: sqlite3.Error) -> int | None:
    # The low byte of an extended code is the primary one: SQLITE_BUSY_SNAPSHOT is SQLITE_BUSY.
    code = getattr(wrong, "sqlite_errorcode", 0) & 0xFF
    if code in HELD:
        return LOCKED
    if code in DAMAGED or (code == sqlite3.SQLITE_ERROR and lacks_tables(wrong)):
        return UNFIT
    return AWAY if code in UNUSABLE else None


def _wait_for_postgresql(wrong: Any) -> int | None:
    import psycopg  # which takes a while, and SQLite does without

    state = wrong.sqlstate
    if state in IN_THE_WAY:
        return LOCKED
    if state in OTHER_TABLES:
        return UNFIT
    if state in GONE or (state or "")[:2] in GONE_CLASSES:
        return AWAY
    # What fails without a SQLSTATE never reached the server, or lost it on the way.
    lost = isinstance(wrong, psycopg.OperationalError | psycopg.InterfaceError)
    return AWAY if state is None and lost else None
