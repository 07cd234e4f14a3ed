"""Evidence lies where tests do."""

from pathlib import Path
from typing import Any

import pytest

from checklists.models import EvidenceVersion
from checklists.models.evidence import evidence_storage
from tests.zones.conftest import _of_the_dataset_alone, as_loaded

__all__ = ["_of_the_dataset_alone", "as_loaded"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where evidence is kept during a test."""
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(EvidenceVersion._meta.get_field("file"), "storage", evidence_storage())
    return tmp_path
