"""How long the portal waits for a database: a silent or busy one may hold no thread for long.

PostgreSQL keeps the limits of locks and of idle transactions itself. A server that has stopped
cannot, so that this side stops waiting too: first, briefly, when a request asks whether the
connection is still good, and for every statement a little after its own limit.
"""

from __future__ import annotations

import functools
from typing import Any

from django.db.backends.signals import connection_created

from cbec_portal.write_lock import waiting_for_lock

#: Seconds for connecting, and for a lock that a command waits for.
CONNECT = 5
PATIENCE = 60
#: Seconds, while pages are served, for a lock, for one statement, and for doing nothing within a
#: transaction. A command that loads much may take as long as it needs.
LOCK = 5
STATEMENT = 15
IDLE = 60
#: What may be added on the way.
BESIDE = 3

#: What a connection to PostgreSQL is opened with. Keepalives find a machine that has gone.
POSTGRESQL: dict[str, Any] = {
    "connect_timeout": CONNECT,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "options": f"-c lock_timeout={PATIENCE}s",
}
SERVING = {
    "lock_timeout": LOCK,
    "statement_timeout": STATEMENT,
    "idle_in_transaction_session_timeout": IDLE,
}


def limit_statements() -> None:
    """Limit every statement of this process from now on, as serving wants it."""
    connection_created.connect(_limit, dispatch_uid="time limits")


def _limit(connection: Any, **_kwargs: Any) -> None:
    if connection.vendor == "sqlite":
        # SQLite has one writer at a time: this is how long a thread waits to become it.
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {LOCK * 1000}")
        if waiting_for_lock not in connection.execute_wrappers:
            connection.execute_wrappers.append(waiting_for_lock)
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for name, seconds in SERVING.items():
            cursor.execute("SELECT set_config(%s, %s, false)", [name, f"{seconds}s"])
    waiting = BoundedWait(connection.connection)
    connection.connection.wait = waiting
    connection.is_usable = functools.partial(waiting.is_usable, connection)


class BoundedWait:
    """Waits for a server as psycopg does, but not for ever."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver
        self.wait = driver.wait
        self.seconds = STATEMENT + BESIDE

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the server answers.

        Raises:
            OperationalError: it says nothing; the connection is closed, for nobody knows what it
                would answer next.
        """
        import psycopg  # which takes a while, and SQLite does without

        try:
            return self.wait(*args, **{"timeout": self.seconds, **kwargs})
        except psycopg.errors._WaitTimeout as silent:
            self.driver.pgconn.finish()
            raise psycopg.OperationalError("the database says nothing") from silent

    def is_usable(self, connection: Any) -> bool:
        """Return whether the server still answers, asked at the start of a request and briefly."""
        self.seconds = BESIDE
        try:
            return bool(type(connection).is_usable(connection))
        finally:
            self.seconds = STATEMENT + BESIDE
