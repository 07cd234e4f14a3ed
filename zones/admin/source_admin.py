"""Documents and issuers."""

from __future__ import annotations

from django.contrib import admin

from zones.admin.forms import CarefulAdmin, CarefulInline
from zones.models import Issuer, Source, SourceIssuer


@admin.register(Issuer)
class IssuerAdmin(CarefulAdmin):
    """Issuers."""

    list_display = ["slug", "name_en", "name_zh", "kind", "official_site"]
    list_filter = ["kind"]
    search_fields = ["slug", "name_en", "name_zh", "aliases"]


class SourceIssuerInline(CarefulInline):
    """Who issued a document."""

    model = SourceIssuer
    extra = 0
    autocomplete_fields = ["issuer"]


@admin.register(Source)
class SourceAdmin(CarefulAdmin):
    """Documents."""

    list_display = ["slug", "document_number", "kind", "title_en", "effective_on", "status"]
    list_filter = ["kind", "status"]
    search_fields = ["slug", "document_number", "title_en", "title_zh"]
    inlines = [SourceIssuerInline]
