"""Who works at the desk, and who does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cbec_portal.china_time import today_in_china
from tests.zones import oracle
from tests.zones.desk.acts import person
from zones.models import SourceCopy
from zones.models.source_copies import copy_storage


@pytest.fixture(autouse=True)
def _copies(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where archived copies are kept during a test."""
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(SourceCopy._meta.get_field("file"), "storage", copy_storage())
    return tmp_path


@pytest.fixture
def analyst(db: None) -> Any:
    """One who proposes."""
    return person("ana", "analyst")


@pytest.fixture
def other_analyst(db: None) -> Any:
    """Another who proposes."""
    return person("ben", "analyst")


@pytest.fixture
def reviewer(db: None) -> Any:
    """One who publishes."""
    return person("rui", "reviewer")


@pytest.fixture
def both(db: None) -> Any:
    """One who proposes and publishes."""
    return person("bo", "analyst", "reviewer")


@pytest.fixture
def superuser(db: None) -> Any:
    """One who may do everything."""
    return person("sue", is_superuser=True)


@pytest.fixture
def staff(db: None) -> Any:
    """One of staff, in neither group."""
    return person("stan")


@pytest.fixture
def plain_user(db: None) -> Any:
    """One who is not of staff."""
    return person("pia", is_staff=False)


@pytest.fixture
def outsiders(staff: Any, plain_user: Any) -> list[Any]:
    """Everybody who has no business at the desk, with rights but without access, too."""
    return [
        staff,
        plain_user,
        person("gone", "analyst", "reviewer", is_active=False),
        person("reader", "analyst", "reviewer", is_staff=False),
    ]


@pytest.fixture(scope="session")
def answering() -> dict[str, set[str]]:
    """The cities that each policy answers today, by its key, as the fixtures say plainly."""
    day, found = today_in_china().isoformat(), {}
    for city in oracle.read("cities"):
        for topic in oracle.read("topics"):
            state, _value, keys = oracle.answer(city["slug"], topic["slug"], day)
            if keys and state in ("stated", "none-found", "not-applicable"):
                found.setdefault(keys[0], set()).add(city["slug"])
    return found
