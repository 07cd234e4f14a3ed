"""Evidence lies where tests do; two act at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from checklists.models import EvidenceVersion
from checklists.models.evidence import evidence_storage
from tests.checklists.stage import Stage, wait_patiently
from tests.zones.conftest import _of_the_dataset_alone, as_loaded

__all__ = ["_of_the_dataset_alone", "as_loaded"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where evidence is kept during a test."""
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(EvidenceVersion._meta.get_field("file"), "storage", evidence_storage())
    return tmp_path


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def two() -> Iterator[Callable[..., list[object]]]:
    """Run two acts at the same moment, in two threads that keep their connections."""
    barrier = Barrier(2)

    def run(act: Callable[[], object]) -> object:
        wait_patiently()
        barrier.wait(60)
        try:
            return act()
        except Exception as error:
            return error

    with ThreadPoolExecutor(2) as pool:

        def at_once(*acts: Callable[[], object]) -> list[object]:
            futures = [pool.submit(run, act) for act in acts]
            return [future.result(120) for future in futures]

        yield at_once
        at_once(lambda: connection.close(), lambda: connection.close())  # each thread's own
