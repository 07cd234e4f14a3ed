"""Archived copies of a document: their list, keeping one more, and handing one out."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import View

from cbec_portal.file_types import ARCHIVED
from cbec_portal.languages import in_language
from cbec_portal.stored_files import handed_out
from zones.admin.desk_page import DeskPage
from zones.desk.copy_archive import keep_copy
from zones.desk.permissions import SetAction, require
from zones.models import Source, SourceCopy

#: The endings of files that are kept, as a form names them.
ENDINGS = ",".join(ending for endings in ARCHIVED.values() for ending in endings)


class CopiesPage(DeskPage):
    """The copies of one document, newest first."""

    template_name = "zones/desk/copies.html"
    acts = {"keep": "keep_file"}

    @cached_property
    def source(self) -> Source:
        """Return the document that the address names."""
        return get_object_or_404(Source, slug=self.kwargs["slug"])

    def keep_file(self) -> None:
        """Keep a file that was read."""
        file = self.request.FILES.get("file")
        keep_copy(self.source, file, self.request.user, self.posted("read_at"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the copies, each with where it is handed out."""
        return super().get_context_data(
            source=self.source,
            title=in_language(self.source, "title", self.language),
            copies=[(copy, address_of_copy(copy)) for copy in self.source.copies.order_by("-pk")],
            endings=ENDINGS,
            **kwargs,
        )


class CopyDownload(View):
    """A copy, as an attachment in which nothing may run."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, slug: str, copy: int) -> HttpResponseBase:
        """Return the file.

        Raises:
            Http404: there is no such copy, or its file is not there.
            PermissionDenied: whoever asks is neither analyst nor reviewer.
        """
        require(request.user, SetAction.SEE)
        kept = get_object_or_404(SourceCopy, pk=copy, source__slug=slug)
        answer = handed_out(kept.file, kept.file_name, kept.media_type)
        answer.headers["Cache-Control"] = "private, no-store"
        return answer


def address_of_copy(copy: SourceCopy) -> str:
    """Return where a copy is handed out."""
    return reverse("admin:desk-copy", args=[copy.source.slug, copy.pk])
