"""Removing what killed processes leave of files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage

from checklists.models import EvidenceVersion
from checklists.models.evidence import evidence_storage
from zones.models import SourceCopy
from zones.models.source_copies import copy_storage


def sweep(*, before: datetime) -> int:
    """Remove what a killed process leaves: files that no evidence and no archived copy names,
    uploads on their way, and copies of the database to try on.

    Args:
        before: files written later are let alone, as someone may be storing them.

    Returns:
        How many were removed.
    """
    strays: list[Path] = []
    for storage, model in ((evidence_storage(), EvidenceVersion), (copy_storage(), SourceCopy)):
        named = set(model._default_manager.exclude(file="").values_list("file", flat=True))
        strays += [Path(storage.path(name)) for name in _every_file(storage) if name not in named]
    strays += Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*.upload*")
    removed = [path for path in strays if _is_older(path, before)]
    for path in removed:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(removed)


def _is_older(path: Path, before: datetime) -> bool:
    """Return whether a file was written before; one that others removed meanwhile was not."""
    try:
        return path.stat().st_mtime < before.timestamp()
    except FileNotFoundError:
        return False


def _every_file(storage: FileSystemStorage) -> Iterator[str]:
    if storage.exists(""):
        for folder in storage.listdir("")[0]:
            yield from (f"{folder}/{name}" for name in storage.listdir(folder)[1])
