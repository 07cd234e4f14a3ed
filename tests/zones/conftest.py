"""The real dataset, loaded once for the whole run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from zones.dataset.loading import load_dataset
from zones.queries.catalogue import forget

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


@pytest.fixture(scope="package")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Load fixtures/ into the test database; each test's own changes are rolled back."""
    with django_db_blocker.unblock():
        load_dataset(FIXTURES)


@pytest.fixture(autouse=True)
def _read_anew() -> None:
    """A test's changes are rolled back, so what the process keeps of them must go too."""
    forget()
