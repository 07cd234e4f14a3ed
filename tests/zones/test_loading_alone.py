"""Loads in processes of their own: killed, or two at once, they leave all or nothing."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings

FIXTURES = str(settings.BASE_DIR / "fixtures")


def start(database: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": f"sqlite:///{database}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def counted(database: Path) -> tuple[int, int]:
    with sqlite3.connect(database) as connection:
        (revisions,) = connection.execute("SELECT count(*) FROM zones_revision").fetchone()
        (cities,) = connection.execute("SELECT count(*) FROM zones_city").fetchone()
    return revisions, cities


def test_a_killed_load_leaves_nothing_and_can_be_done_again(empty_database: Path) -> None:
    loading = start(empty_database, "load_dataset", FIXTURES)
    assert loading.stdout is not None
    for line in loading.stdout:
        if line.startswith("policies.csv"):
            break
    time.sleep(0.3)
    loading.kill()
    loading.communicate()
    assert counted(empty_database) == (0, 0)
    again = start(empty_database, "load_dataset", FIXTURES, "-v0")
    told = again.communicate()
    assert again.returncode == 0, told
    assert counted(empty_database) == (1, 186)


def test_two_loads_at_once_publish_once(empty_database: Path) -> None:
    both = [start(empty_database, "load_dataset", FIXTURES, "-v0") for _ in range(2)]
    told = [loading.communicate() for loading in both]
    assert [loading.returncode for loading in both] == [0, 0], told
    assert counted(empty_database) == (1, 186)
    assert sum("0 added, 0 corrected" in out for out, _ in told) == 1
