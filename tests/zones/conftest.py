"""What tests of the rules stand on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.zones.datasets import copy_of_fixtures
from zones.queries.catalogue import forget


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the dataset to change."""
    return copy_of_fixtures(tmp_path)


@pytest.fixture(autouse=True)
def _read_anew() -> None:
    """A test's changes are rolled back, so what the process keeps of them must go too."""
    forget()
