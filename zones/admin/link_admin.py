"""What became of asking the official addresses of documents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cbec_portal.china_time import now
from zones.admin.read_only import LONGEST_SEARCH, ReadOnly
from zones.desk.link_schedule import due, next_asked
from zones.models import LinkCheck, Source


class DeadFilter(admin.SimpleListFilter):
    """Addresses that count as dead in the research queue, those that are due, and the rest."""

    title = _("dead or due")
    parameter_name = "fares"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return what can be chosen."""
        return [
            ("dead", pgettext_lazy("research queue", "dead link")),
            ("failing", _("failing, not dead yet")),
            ("due", _("due to be asked")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the checks that are so."""
        match self.value():
            case "dead":
                return queryset.filter(pk__in=LinkCheck.dead().order_by().values("pk"))
            case "failing":
                dead = LinkCheck.dead().order_by().values("pk")
                return queryset.exclude(failing_since=None).exclude(pk__in=dead)
            case "due":
                return queryset.filter(address__in=due(now()))
        return queryset


@admin.register(LinkCheck)
class LinkCheckAdmin(ReadOnly):
    """What ``check_links`` found, which alone writes it."""

    none_yet = _(
        "No address was asked yet. The command “manage.py check_links” asks those that are due: "
        "run it once a day."
    )
    list_display = [
        "link",
        "document",
        "state",
        "status",
        "told",
        "checked_at",
        "failing_since",
        "next_time",
    ]
    list_filter = [DeadFilter, "state", "status", "failing_since"]
    search_fields = ["address", "trouble", "final_address"]
    ordering = [F("failing_since").asc(nulls_last=True), "address"]
    list_display_links = ["state"]
    readonly_fields = ["next_time", "document"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[LinkCheck]:
        """Return the checks, each with a document that names its address."""
        named = Source.objects.filter(official_url=OuterRef("address")).order_by("slug")
        checks: QuerySet[LinkCheck] = super().get_queryset(request)
        return checks.annotate(source_slug=Subquery(named.values("slug")[:1]))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find addresses by what they hold, and by the documents that name them."""
        found, doubled = super().get_search_results(request, queryset, search_term)
        typed = search_term[:LONGEST_SEARCH].strip()
        if not typed:
            return found, doubled
        named = Source.objects.filter(Q(slug=typed) | Q(document_number=typed)).order_by()
        own = Q(pk__in=found.order_by().values("pk"))
        return queryset.filter(own | Q(address__in=named.values("official_url"))), doubled

    @admin.display(description=pgettext_lazy("field", "address"), ordering="address")
    def link(self, check: LinkCheck) -> str:
        """Return a link to the address."""
        return format_html('<a href="{0}" rel="noreferrer">{0}</a>', check.address)

    @admin.display(description=_("document"), ordering="source_slug")
    def document(self, check: Any) -> str:
        """Return a link to a document that names the address."""
        address = reverse("zones:source", args=[check.source_slug]) if check.source_slug else ""
        return format_html('<a href="{}">{}</a>', address, check.source_slug) if address else "—"

    @admin.display(description=pgettext_lazy("field", "trouble"), ordering="trouble")
    def told(self, check: LinkCheck) -> str:
        """Return why it failed."""
        return gettext(check.trouble) if check.trouble else "—"

    @admin.display(description=_("asked again from"))
    def next_time(self, check: LinkCheck) -> datetime:
        """Return from when on the address is asked again."""
        return next_asked(check)
