"""A worker holds what answers need: no library that few or none ask for, and nothing of answers
that are given."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.serving import free_port
from tests.templates import Templates
from tests.zones.oracle import FIXTURES

#: What takes megabytes, and is loaded when something is asked that needs it, or never.
SELDOM = (
    *("icalendar", "openpyxl", "puremagic", "pypinyin", "rapidfuzz", "snowballstemmer"),
    *("psycopg", "pygments", "redis", "requests", "weasyprint"),
)


def told_by(program: str, folder: Path, **more: str) -> str:
    """What a process of its own says."""
    given = {**os.environ, "DJANGO_SETTINGS_MODULE": "cbec_portal.settings"}
    given |= {"CBEC_VAR": str(folder), "DATABASE_URL": f"sqlite:///{folder}/portal.sqlite3"} | more
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=FIXTURES.parent,
        env=given,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def test_what_few_ask_for_is_loaded_when_they_do(tmp_path: Path) -> None:
    program = (
        "import sys, cbec_portal.wsgi;"
        f"print(sorted(name for name in {SELDOM} if name in sys.modules))"
    )
    assert told_by(program, tmp_path) == "[]"


def test_all_addresses_are_there_before_workers_are(tmp_path: Path) -> None:
    """So they share them, and no first request waits."""
    program = (
        "import sys, cbec_portal.wsgi; before = set(sys.modules);"
        "from django.urls import resolve; resolve('/compare/'); resolve('/api/v1/compare/');"
        "print({name for name in set(sys.modules) - before if '.' in name})"
    )
    assert told_by(program, tmp_path) == "set()"


def test_a_library_that_is_spared_is_there_for_whoever_else_asks(tmp_path: Path) -> None:
    program = (
        "import cbec_portal.wsgi, psycopg;"
        "from django.contrib.postgres import fields; print(psycopg.__name__, fields.ArrayField)"
    )
    assert "ArrayField" in told_by(program, tmp_path)


def test_workers_inherit_nothing_of_migrations_and_loading(
    tmp_path: Path, templates: Templates
) -> None:
    """A process that ends before there are workers looks at the database, and fills a new one."""
    program = """
import sys, django
django.setup()
from cbec_portal.management.commands import serve
from django.core.management import call_command
def told(_):
    print(sorted(name for name in sys.modules if ".migrations.0" in name))
serve.refuse_missing_files = lambda: None
serve.Workers.run = told
call_command("serve")
"""
    shutil.copyfile(templates.loaded(), tmp_path / "portal.sqlite3")
    given = {"HOST": "127.0.0.1", "PORT": str(free_port())}
    assert told_by(program, tmp_path, **given).splitlines()[-1] == "[]"


@pytest.mark.skipif(sys.platform != "linux", reason="It reads how much memory a process has.")
def test_what_long_answers_took_goes_back_to_the_system(tmp_path: Path) -> None:
    """Though a longer one came before, and though something is kept that was made after them."""
    program = """
import cbec_portal.wsgi
from cbec_portal.server import _share_heaps
def held():
    return int(open("/proc/self/statm").read().split()[1]) * 4096
_share_heaps()
longest = b"x" * 24_000_000
del longest
before = held()
answers = []
for _ in range(20):
    answers.append((b"x" * 1_000_000, b"x" * 1_000))
kept = [small for _, small in answers]
del answers, _
print(held() - before)
"""
    assert int(told_by(program, tmp_path)) < 4_000_000
