"""Databases made once for a run and copied from then on: an empty one and one with the dataset.

Each worker's test database is a copy, and so is what a test with real commits leaves behind it.
A run has a folder of its own, so nothing is ever older than the run.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.db import connection, connections
from filelock import FileLock

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")


def manage(url: str, *arguments: str) -> None:
    """Run a command on a database, in a process of its own."""
    subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": url},
        check=True,
        stdout=subprocess.DEVNULL,
    )


class Templates:
    """The databases of a run, in a folder that its workers share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def empty(self) -> Path:
        """A SQLite file with every table and no row."""
        path = self._folder / "empty.sqlite3"
        with FileLock(f"{path}.lock"):
            if not path.exists():
                self._make(path, "migrate")
        return path

    def loaded(self) -> Path:
        """A SQLite file with the dataset."""
        path = self._folder / "loaded.sqlite3"
        with FileLock(f"{path}.lock"):
            if not path.exists():
                self._make(path, "load_dataset", "fixtures", start=self.empty())
        return path

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

    def fill(self) -> None:
        """Make the worker's database what the dataset says."""
        with sqlite3.connect(self._templates.loaded()) as loaded, sqlite3.connect(self.name) as own:
            loaded.backup(own)
        loaded.close()
        own.close()

    def drop(self) -> None:
        """Leave the file to the run's folder."""


class PostgreSQL:
    """A worker's database on the server, copied from one that the first worker loads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        origin = str(settings.DATABASES["default"]["NAME"])
        self._template = template_of(origin)
        self.name = f"test_{origin}_{WORKER}"

    def fill(self) -> None:
        """Make the worker's database what the dataset says."""
        made = self._folder / "loaded.postgresql"
        with FileLock(f"{made}.lock"):
            if not made.exists():
                self._load()
                made.touch()
            administer(
                f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)',
                f'CREATE DATABASE "{self.name}" TEMPLATE "{self._template}"',
            )

    def drop(self) -> None:
        """Remove the worker's database from the server."""
        administer(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    def _load(self) -> None:
        administer(
            f'DROP DATABASE IF EXISTS "{self._template}" WITH (FORCE)',
            f'CREATE DATABASE "{self._template}"',
        )
        url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{self._template}").geturl()
        manage(url, "migrate", "-v0")
        manage(url, "load_dataset", "fixtures", "-v0")


def template_of(origin: str) -> str:
    """The name of the loaded database beside the one that settings name."""
    return f"test_{origin}_loaded"


def drop_template() -> None:
    """Remove what was loaded for a run from the server, when the run ends."""
    if connection.vendor == "postgresql":
        template = template_of(settings.DATABASES["default"]["NAME"])
        administer(f'DROP DATABASE IF EXISTS "{template}" WITH (FORCE)')


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


@contextmanager
def worker_database(templates: Templates, folder: Path) -> Iterator[SQLite | PostgreSQL]:
    """Let the default connection, in every thread, lead to the worker's own loaded database."""
    own = PostgreSQL(folder) if connection.vendor == "postgresql" else SQLite(templates, folder)
    own.fill()
    origin = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = own.name
    try:
        yield own
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = origin
        own.drop()
