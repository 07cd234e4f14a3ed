"""Handing out evidence: as an attachment in which nothing may run."""

from __future__ import annotations

from urllib.parse import quote

from django.http import FileResponse, Http404, HttpResponseRedirect
from django.http.response import HttpResponseBase

from checklists.models import EvidenceVersion


def served(version: EvidenceVersion) -> HttpResponseBase:
    """Return a version as it is handed out: its file, or the way to its link.

    Raises:
        Http404: its file was discarded.
    """
    if version.url:
        return HttpResponseRedirect(version.url)
    if not version.file.storage.exists(version.file.name or ""):
        raise Http404("The file was discarded.")
    response = FileResponse(version.file.open("rb"), content_type=version.media_type)
    name = quote(version.file_name)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
