"""What tests of the rules stand on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.conftest import log_in_staff
from tests.zones.datasets import copy_of_fixtures
from tests.zones.desk_forms import Desk, at_the_desk
from zones.desk import judged_sets
from zones.selectors import snapshot as keeping
from zones.selectors.snapshot import Snapshot, current_snapshot, forget


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the dataset to change."""
    return copy_of_fixtures(tmp_path)


@pytest.fixture
def part(tmp_path: Path) -> Path:
    """A folder for the tables that a test changes; a load leaves those alone that are not there."""
    folder = tmp_path / "part"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def as_loaded(django_db_setup: None, django_db_blocker: Any) -> Snapshot:
    """What the process keeps of the dataset as it was loaded."""
    forget()
    with django_db_blocker.unblock():
        kept = current_snapshot()
        connection.close()
    return kept


@pytest.fixture(autouse=True)
def _of_the_dataset_alone(as_loaded: Snapshot) -> None:
    """Keep what is kept of the dataset, as every test begins with it, and nothing else.

    A test's changes are rolled back and its editions are counted again by the next one.
    """
    forget()
    judged_sets.forget()
    keeping._kept.put((as_loaded.edition, as_loaded.timeline, as_loaded.newest), as_loaded)


@pytest.fixture
def analyst(db: None) -> Client:
    """An analyst's browser: he has no permission for any table of Django's own."""
    return Desk().client


@pytest.fixture
def reviewer(db: None) -> Client:
    """A reviewer's browser."""
    client = Client()
    log_in_staff(client, at_the_desk("rae", "reviewer"))
    return client
