"""Refuses a body that is too large before a byte of it is read."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cbec_portal.api.errors import ProblemResponse

#: What a form adds to a file.
BESIDE = 100_000


class UploadLimit:
    """Answers 413 where a request announces more than the largest evidence and its form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.headers.get("Content-Length", "0")
        most = settings.CBEC_EVIDENCE_BYTES + BESIDE
        if not re.fullmatch("[0-9]+", length) or (len(length) < 19 and int(length) <= most):
            return self.get_response(request)
        megabytes = settings.CBEC_EVIDENCE_BYTES // 1_000_000
        told = _("This is too large: a file may have at most %d MB. Nothing was kept.") % megabytes
        if request.path.startswith("/api/"):
            return ProblemResponse(413, told)
        return render(request, "checklists/too_large.html", {"told": told}, status=413)
