"""Loads in processes of their own: killed, or two at once, they leave all or nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings

from tests.templates import Templates
from tests.zones.datasets import change_rows

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


def test_a_dry_run_keeps_nobody_from_writing_and_waits_for_nobody_who_does(
    templates: Templates, tmp_path: Path, folder: Path
) -> None:
    database = tmp_path / "loaded.sqlite3"
    shutil.copyfile(templates.loaded(), database)
    change_rows(folder / "policies.csv", lambda rows: [row | {"clause": "1"} for row in rows])
    writer = sqlite3.connect(database, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    trying = start(database, "load_dataset", str(folder), "--dry-run")
    told, wrong = trying.communicate(timeout=50)
    assert trying.returncode == 0, wrong
    assert "Would be 0 added, 1288 corrected" in told
    writer.execute("ROLLBACK")
    writer.close()
    assert counted(database) == (1, 186)
