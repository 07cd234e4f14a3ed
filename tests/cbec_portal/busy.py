"""A database that is busy or away, as its own driver says it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import OperationalError, connection

#: What only reads, or ends what was begun.
HARMLESS = ("SELECT", "WITH", "SAVEPOINT", "ROLLBACK", "RELEASE", "PRAGMA", "EXPLAIN", "SET")


def locked(folder: Path) -> OperationalError:
    """What Django raises where another writer holds SQLite's lock."""
    file = folder / "held.sqlite3"
    holder, other = (sqlite3.connect(file, timeout=0, isolation_level=None) for _ in range(2))
    holder.execute("BEGIN IMMEDIATE")
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as wrong:
        return raised_from(wrong)
    finally:
        holder.close()
        other.close()
    raise AssertionError("the lock did not hold")


def raised_from(cause: Exception) -> OperationalError:
    """The driver's error as Django passes it on."""
    wrong = OperationalError(*cause.args)
    wrong.__cause__ = cause
    return wrong


@contextmanager
def refusing(wrong: Exception, *, reads: bool = True) -> Iterator[list[str]]:
    """Fail every statement, or those that write alone; give those that failed."""
    failed: list[str] = []

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        harmless = sql.lstrip(" (").upper().startswith(HARMLESS) and "FOR UPDATE" not in sql
        if harmless and (not reads or not sql.lstrip(" (").upper().startswith(("SELECT", "WITH"))):
            return execute(sql, params, many, context)
        failed.append(sql)
        raise wrong

    with connection.execute_wrapper(refuse):
        yield failed
    connection.needs_rollback = False  # the test's own transaction goes on
