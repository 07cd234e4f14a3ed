"""The parts of the benchmark that measure in one process still run, and tell what the docs tell."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.benchmarks import checklists

pytestmark = pytest.mark.django_db

DOCS = Path("docs/benchmarks.md")


def test_a_checklist_is_opened_and_ticked_by_as_many_queries_as_the_docs_say(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    backend = settings.STORAGES["staticfiles"]["BACKEND"]
    settings.ALLOWED_HOSTS = ["testserver"]  # both as before once it is told
    monkeypatch.setitem(settings.STORAGES["staticfiles"], "BACKEND", backend)
    monkeypatch.setattr(checklists, "TURNS", 1)
    told = checklists.measure(10)
    in_docs = re.compile(r"\| 10 \| 200 \| (\d+) \| \d+ \| (\d+) \| \d+ \|")
    found, written = in_docs.fullmatch(told), in_docs.search(DOCS.read_text(encoding="utf-8"))
    assert found
    assert written
    # PostgreSQL is told by two statements which lock to take, and how long to wait for it.
    locks = 2 if connection.vendor == "postgresql" else 0
    opened, ticked = map(int, written.groups())
    assert tuple(map(int, found.groups())) == (opened, ticked + locks)
