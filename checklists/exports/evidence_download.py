"""Handing out evidence: as an attachment in which nothing may run."""

from __future__ import annotations

from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase

from cbec_portal.stored_files import handed_out
from checklists.models import EvidenceVersion


def served(version: EvidenceVersion) -> HttpResponseBase:
    """Return a version as it is handed out: its file, or the way to its link.

    Raises:
        Http404: its file was discarded.
    """
    if version.url:
        return HttpResponseRedirect(version.url)
    return handed_out(version.file, version.file_name, version.media_type)
