"""What state a database is in before the portal works with it, and how an empty one is filled."""

from __future__ import annotations

import csv
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from cbec_portal import environment
from cbec_portal.availability import lacks_tables, seconds_to_wait
from cbec_portal.china_time import in_china, now

MANAGE = ".venv/bin/python manage.py"
FIXTURES = settings.BASE_DIR / "fixtures"
#: Two nodes that prepare one PostgreSQL wait for each other under this number.
PREPARING = 0x43424543
#: Tables that may well have no row; without any of the others the data are not whole.
MAY_BE_EMPTY = {"aliases.csv", "former_placements.csv"}


class DatabaseState(Enum):
    """How far a database is."""

    READY = "ready"
    #: No tables, or no data yet.
    EMPTY = "empty"
    #: Its tables are those of an earlier version.
    OLDER = "older"
    #: Its tables are those of a version that this one does not know.
    NEWER = "newer"


def advice_on(wrong: BaseException) -> str | None:
    """Return what to do about a database that failed a command.

    It is None where nothing is known of the failure.
    """
    reason = " ".join(str(wrong).split())
    if lacks_tables(wrong.__cause__ or wrong):
        told = f"The database lacks tables of this version ({reason})."
        return f"{told} If it is new, run: {MANAGE} prepare; else: {MANAGE} migrate"
    if "file is not a database" in reason:
        return f"{database_name()} is no SQLite database; see DATABASE_URL."
    if "malformed" in reason:
        told = "put a backup back, as docs/running.md says."
        return f"{database_name()} is damaged ({reason}); {told}"
    if seconds_to_wait(wrong) is not None:
        return f"The database is busy or cannot be reached; see DATABASE_URL. It says: {reason}"
    return None


def database_name() -> str:
    """Return the database's name in words for whoever runs the portal."""
    return str(settings.DATABASES["default"]["NAME"])


def is_named() -> bool:
    """Return whether whoever runs the portal named the database, not left it to the portal."""
    return bool(environment.text("DATABASE_URL"))


def mark() -> Path:
    """Return the file that says that this folder has seen a database with data."""
    return Path(settings.VAR_DIR) / "database_seen"


def is_lost() -> bool:
    """Return whether a SQLite file is not there.

    To ask SQLite would make an empty one.
    """
    name = database_name()
    return connection.vendor == "sqlite" and name != ":memory:" and not Path(name).exists()


def state_of() -> DatabaseState:
    """Return the state of the database.

    Raises:
        DatabaseError: it cannot be reached.
    """
    executor = MigrationExecutor(connection)
    own = {app.label for app in apps.get_app_configs()}
    applied = {name for name in executor.loader.applied_migrations if name[0] in own}
    if not applied:
        return DatabaseState.EMPTY
    if applied - set(executor.loader.disk_migrations):
        return DatabaseState.NEWER
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return DatabaseState.OLDER
    revisions = apps.get_model("zones", "Revision")
    return DatabaseState.READY if revisions._default_manager.exists() else DatabaseState.EMPTY


def require_ready() -> None:
    """Accept a database that is ready, and fill that of a first run.

    Raises:
        CommandError: it is lost, empty though it was named or seen, or of another version.
    """
    name, first = database_name(), not is_named() and not mark().exists()
    if name == ":memory:":
        raise CommandError("DATABASE_URL names no file: workers cannot share memory.")
    state = DatabaseState.EMPTY if is_lost() else state_of()
    interrupted = state is DatabaseState.OLDER and first and not _has_data()
    if first and (state is DatabaseState.EMPTY or interrupted):
        prepare()
    elif state is DatabaseState.EMPTY:
        raise CommandError(_advice_on_empty(name))
    elif state is DatabaseState.OLDER:
        told = f"The database {name} is of an older version. Back it up, then run:"
        raise CommandError(f"{told} {MANAGE} migrate")
    elif state is DatabaseState.NEWER:
        told = f"The database {name} is of a newer version than this portal."
        raise CommandError(f"{told} Install that version, or restore an older backup.")
    remember()


def _advice_on_empty(name: str) -> str:
    if mark().exists() and not is_named():
        told = f"The database {name} is lost or empty, though there was one: restore it."
        return f"{told} To begin anew without its users and checklists, run: {MANAGE} prepare"
    told = f"The database {name} is missing or empty. Is its name right (DATABASE_URL)?"
    return f"{told} If it is new, run: {MANAGE} prepare"


def remember() -> None:
    """Keep in mind that this folder has seen a database with data."""
    if not is_named() and not mark().exists():
        mark().write_text(f"{in_china(now()):%Y-%m-%d %H:%M} {database_name()}\n")


def prepare(folder: Path = FIXTURES, *, say: Any = print) -> None:
    """Make the tables of an empty database and load the data, once, however many ask for it.

    Raises:
        CommandError: the data to load are not whole, or the database is of a newer version.
    """
    refuse_unwhole(folder)
    with _alone():
        state = state_of()
        if state is DatabaseState.NEWER:
            raise CommandError("The database is of a newer version than this portal.")
        if state is DatabaseState.READY:
            return
        say("Preparing the database")
        call_command("migrate", verbosity=0)
        if not _has_data():
            say("Loading the dataset")
            call_command("load_dataset", str(folder), verbosity=0)
    remember()


def _has_data() -> bool:
    """Whether anything was published. Tables of another version may lack even where that stands."""
    if "zones_revision" not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM zones_revision LIMIT 1")
        return cursor.fetchone() is not None


def refuse_unwhole(folder: Path) -> None:
    """Refuse data of which a table is missing or empty.

    Raises:
        CommandError: names what is missing.
    """
    from zones.dataset.description import description_of
    from zones.dataset.problems import Problems

    problems = Problems()
    described = description_of(folder, problems)
    if described is None:
        why = " ".join(map(str, problems.found)) or "datapackage.json is missing."
        told = f"cannot be read or understood ({why}); get the whole folder anew."
        raise CommandError(f"{folder}/datapackage.json {told}")
    lacking = [name for name in described.files if not _has_rows(folder / name)]
    if lacking:
        told = f"{', '.join(lacking)} missing or empty; get the whole folder anew."
        raise CommandError(f"{folder} is not whole: {told}")


def _has_rows(table: Path) -> bool:
    try:
        with table.open(newline="", encoding="utf-8") as file:
            rows = csv.reader(file)
            head = next(rows, None)
            return bool(head) and (table.name in MAY_BE_EMPTY or next(rows, None) is not None)
    except (OSError, ValueError):
        return False


@contextmanager
def _alone() -> Iterator[None]:
    """Hold off everyone else who would prepare the same database; they wait."""
    if connection.vendor != "postgresql":
        with (Path(settings.VAR_DIR) / "preparing.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")  # the other may take minutes
        cursor.execute("SELECT pg_advisory_lock(%s)", [PREPARING])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [PREPARING])
