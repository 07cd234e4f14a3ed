"""What is made once for a run and copied from then on: an empty database, one with the dataset, and
the static files.

Each worker's test database is a copy, and so is what a test with real commits leaves behind it.
A run has a folder of its own, so nothing is ever older than the run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.db import connection, connections
from filelock import FileLock

#: A database to restore into, which the default connection leads to for a while.
Elsewhere = Callable[[], AbstractContextManager[None]]

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")


def manage(url: str, *arguments: str, **more: object) -> None:
    """Run a command on a database, in a process of its own with some variables more."""
    subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": url, **{name: str(path) for name, path in more.items()}},
        check=True,
        stdout=subprocess.DEVNULL,
    )


class Templates:
    """The databases and static files of a run, in a folder that its workers share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Later the connection's name is that of a worker's own database.
        self._on_server = empty_of(str(settings.DATABASES["default"]["NAME"]))

    def empty(self) -> Path:
        """A SQLite file with every table and no row."""
        path = self._folder / "empty.sqlite3"
        with FileLock(f"{path}.lock"):
            if not path.exists():
                self._make(path, "migrate", "--skip-checks")
        return path

    def loaded(self) -> Path:
        """A SQLite file with the dataset."""
        path = self._folder / "loaded.sqlite3"
        with FileLock(f"{path}.lock"):
            if not path.exists():
                self._make(path, "load_dataset", "fixtures", start=self.empty())
        return path

    def empty_on_server(self) -> str:
        """The name of a database on the server with every table and no row."""
        made = self._folder / "empty.postgresql"
        with FileLock(f"{made}.lock"):
            if not made.exists():
                copy_postgresql("template1", self._on_server)
                manage(address_of(self._on_server), "migrate", "-v0", "--skip-checks")
                made.touch()
        return self._on_server

    def static(self) -> Path:
        """The collected static files."""
        var = self._folder / "collected"
        with FileLock(f"{var}.lock"):
            if not (var / "static" / "staticfiles.json").exists():
                manage(
                    f"sqlite:///{var}.sqlite3",
                    *("collectstatic", "--noinput", "-v0"),
                    CBEC_VAR=var,
                    DJANGO_SETTINGS_MODULE="tests.static_settings",
                )
        return var / "static"

    def _make(self, path: Path, *arguments: str, start: Path | None = None) -> None:
        """Let a command make a file, which has its name once it is whole."""
        unfinished = path.with_suffix(".unfinished")
        if start:
            shutil.copyfile(start, unfinished)
        manage(f"sqlite:///{unfinished}", *arguments, "-v0")
        unfinished.rename(path)


class SQLite:
    """A worker's database in a file, where threads wait for each other as they do in the field."""

    def __init__(self, templates: Templates, folder: Path) -> None:
        self._templates = templates
        self.name = str(folder / f"{WORKER}.sqlite3")

    def prepare(self) -> None:
        """Load the dataset once for all workers."""
        self._templates.loaded()

    def fill(self) -> None:
        """Make the worker's database what the dataset says.

        It is a new file, so that whoever still holds the former one open cannot spoil it.
        """
        for file in ("", "-wal", "-shm"):
            Path(f"{self.name}{file}").unlink(missing_ok=True)
        shutil.copyfile(self._templates.loaded(), self.name)

    def drop(self) -> None:
        """Leave the file to the run's folder."""


class PostgreSQL:
    """A worker's database on the server, copied from one that the first worker loads."""

    def __init__(self, templates: Templates, folder: Path) -> None:
        self._templates, self._folder = templates, folder
        origin = str(settings.DATABASES["default"]["NAME"])
        self._template = template_of(origin)
        self.name = f"test_{origin}_{WORKER}"

    def prepare(self) -> None:
        """Load the dataset once for all workers."""
        with self._alone():
            pass

    def fill(self) -> None:
        """Make the worker's database what the dataset says."""
        with self._alone():
            copy_postgresql(self._template, self.name)

    def drop(self) -> None:
        """Remove the worker's database from the server."""
        administer(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Have the loaded database to oneself: the server copies none that is in use."""
        made = self._folder / "loaded.postgresql"
        with FileLock(f"{made}.lock"):
            if not made.exists():
                copy_postgresql(self._templates.empty_on_server(), self._template)
                manage(address_of(self._template), "load_dataset", "fixtures", "-v0")
                made.touch()
            yield


def template_of(origin: str) -> str:
    """The name of the loaded database beside the one that settings name."""
    return f"test_{origin}_loaded"


def empty_of(origin: str) -> str:
    """The name of the empty database beside the one that settings name."""
    return f"test_{origin}_empty"


def address_of(name: str) -> str:
    """The address of another database on the server that settings name."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def copy_postgresql(template: str, name: str) -> None:
    """Make a database on the server the copy of another.

    What is committed there need not outlive a power cut, which each commit would wait for.
    """
    administer(
        f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
        f'CREATE DATABASE "{name}" TEMPLATE "{template}"',
        f'ALTER DATABASE "{name}" SET synchronous_commit TO off',
    )


@contextmanager
def empty_elsewhere(templates: Templates, folder: Path) -> Iterator[None]:
    """Let the default connection of this thread lead to an empty database for a while.

    What was begun on the worker's own database, a transaction too, goes on there afterwards.
    """
    own = connections["default"]
    there = own.copy()
    if own.vendor == "postgresql":
        there.settings_dict["NAME"] = f"{own.settings_dict['NAME']}_elsewhere"
        copy_postgresql(templates.empty_on_server(), there.settings_dict["NAME"])
    else:
        there.settings_dict["NAME"] = str(folder / "elsewhere.sqlite3")
        shutil.copyfile(templates.empty(), there.settings_dict["NAME"])
    connections["default"] = there
    try:
        yield
    finally:
        there.close()
        connections["default"] = own
        if own.vendor == "postgresql":
            administer(f'DROP DATABASE "{there.settings_dict["NAME"]}" WITH (FORCE)')


def drop_template() -> None:
    """Remove what was made for a run from the server, when the run ends."""
    if connection.vendor == "postgresql":
        origin = settings.DATABASES["default"]["NAME"]
        for name in (template_of(origin), empty_of(origin)):
            administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def administer(*statements: str) -> None:
    """Let PostgreSQL's server run statements that no transaction may hold."""
    named = settings.DATABASES["default"]
    given: dict[str, Any] = {
        "host": named["HOST"] or None,
        "port": named["PORT"] or None,
        "user": named["USER"] or None,
        "password": named["PASSWORD"] or None,
    }
    with psycopg.connect(dbname="postgres", autocommit=True, **given) as administration:
        for statement in statements:
            administration.execute(statement)  # type: ignore[call-overload]


def own_database(templates: Templates, folder: Path) -> SQLite | PostgreSQL:
    """The worker's own database, of the kind that settings name."""
    kind = PostgreSQL if connection.vendor == "postgresql" else SQLite
    return kind(templates, folder)


@contextmanager
def worker_database(templates: Templates, folder: Path) -> Iterator[SQLite | PostgreSQL]:
    """Let the default connection, in every thread, lead to the worker's own loaded database."""
    own = own_database(templates, folder)
    own.fill()
    origin = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = own.name
    try:
        yield own
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = origin
        own.drop()
