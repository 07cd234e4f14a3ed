"""The real dataset, loaded once for the whole run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.zones.datasets import copy_of_fixtures
from tests.zones.oracle import FIXTURES
from zones.dataset.loading import load_dataset
from zones.queries.catalogue import forget


@pytest.fixture(scope="package")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Load fixtures/ into the test database; each test's own changes are rolled back."""
    with django_db_blocker.unblock():
        load_dataset(FIXTURES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the dataset to change."""
    return copy_of_fixtures(tmp_path)


@pytest.fixture(autouse=True)
def _read_anew() -> None:
    """A test's changes are rolled back, so what the process keeps of them must go too."""
    forget()
