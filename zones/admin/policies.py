"""Policies, what is in force, and the revisions that published them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from zones.admin.frozen import FrozenWhenPublished, ReadOnly
from zones.models import Edition, InForce, Policy, Revision


@admin.register(Policy)
class PolicyAdmin(FrozenWhenPublished):
    """Policies. A new draft gets its identity and version by itself."""

    list_display = [
        "identity",
        "version",
        "change",
        "state",
        "verification",
        "effective_from",
        "effective_to",
        "recorded_in",
        "replaced_in",
    ]
    list_filter = ["topic__focus_area", "scope_kind", "verification", "state", "change"]
    list_select_related = ["recorded_in", "replaced_in"]
    search_fields = ["identity", "summary_en", "summary_zh", "source__document_number"]
    autocomplete_fields = [
        "topic",
        "programme",
        "province",
        "customs_district",
        "city",
        "value_choice",
        "source",
    ]
    readonly_fields: ClassVar[tuple[str, ...]] = (
        "identity",
        "version",
        *FrozenWhenPublished.readonly_fields,
    )

    def save_model(self, request: HttpRequest, obj: Policy, form: Any, change: bool) -> None:
        """Give a new draft its identity: the natural key it starts with."""
        if not change:
            key = (obj.topic.slug, obj.scope_kind, obj.scope_code, str(obj.effective_from))
            obj.identity = ".".join(key)
            obj.version = Policy.objects.filter(identity=obj.identity).count() + 1
        super().save_model(request, obj, form, change)


@admin.register(InForce)
class InForceAdmin(ReadOnly):
    """Rows in force, made by resolution."""

    list_display = ["city", "topic", "policy", "since", "through", "recorded_in", "replaced_in"]
    list_filter = ["topic__focus_area"]
    list_select_related = ["city", "topic", "policy", "recorded_in", "replaced_in"]
    search_fields = ["city__slug", "topic__slug"]
    ordering = ["-pk"]


@admin.register(Revision)
class RevisionAdmin(ReadOnly):
    """Revisions."""

    list_display = ["number", "published_at", "author", "publisher", "summary"]
    search_fields = ["summary", "author"]


@admin.register(Edition)
class EditionAdmin(ReadOnly):
    """The edition."""

    list_display = ["number"]
