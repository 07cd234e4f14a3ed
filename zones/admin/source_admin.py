"""Documents and issuers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zones.admin.proposed_rows import DatasetAdmin
from zones.admin.read_only import ReadOnlyInline
from zones.models import Issuer, Source, SourceIssuer


@admin.register(Issuer)
class IssuerAdmin(DatasetAdmin):
    """Issuers."""

    list_display = ["slug", "name_en", "name_zh", "kind", "official_site"]
    list_filter = ["kind"]
    search_fields = ["slug", "name_en", "name_zh", "aliases"]

    def public_address(self, row: Issuer) -> str:
        """Return the documents that name the issuer."""
        return f"{reverse('zones:source-list')}?{urlencode({'q': row.name_zh})}"


class SourceIssuerInline(ReadOnlyInline):
    """Who issued a document."""

    model = SourceIssuer


@admin.register(Source)
class SourceAdmin(DatasetAdmin):
    """Documents."""

    list_display = [
        *("slug", "document_number", "kind", "title_en", "title_zh"),
        *("effective_on", "status"),
    ]
    list_filter = ["kind", "status"]
    search_fields = ["slug", "document_number", "title_en", "title_zh"]
    found_by: ClassVar = {"slug": "source"}
    inlines = [SourceIssuerInline]

    def ways(self, row: Source) -> Iterable[tuple[str, Any]]:
        """Return what may be proposed of a document, and where its archived copies are."""
        yield from super().ways(row)
        yield reverse("admin:desk-copies", args=[row.slug]), _("Archived copies")

    def public_address(self, row: Source) -> str:
        """Return the page of the document."""
        return reverse("zones:source", args=[row.slug])
