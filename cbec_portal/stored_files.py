"""Files kept as they were handed in: where they lie, under which names, and handing them out."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404


class WholeFileStorage(FileSystemStorage):
    """A folder that keeps no file which could not be written whole."""

    def _save(self, name: str, content: Any) -> str:
        try:
            stored: str = super()._save(name, content)  # type: ignore[misc]  # missing from the stubs
            return stored
        except BaseException:
            self.delete(name)
            raise


def private_folder(name: str) -> FileSystemStorage:
    """Return a folder outside the web root, readable by the portal alone."""
    return WholeFileStorage(
        location=Path(settings.VAR_DIR) / name,
        file_permissions_mode=0o600,
        directory_permissions_mode=0o700,
    )


def random_name(_row: object, _file_name: str) -> str:
    """Return a name that tells nothing of the file; what it was called is a column."""
    name = uuid.uuid4().hex
    return f"{name[:2]}/{name}"


def handed_out(file: FieldFile, file_name: str, media_type: str) -> FileResponse:
    """Return a file as an attachment in which nothing may run.

    Raises:
        Http404: it is no longer there.
    """
    if not file.storage.exists(file.name or ""):
        raise Http404("The file was discarded.")
    response = FileResponse(file.open("rb"), content_type=media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file_name)}"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
