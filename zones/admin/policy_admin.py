"""Policies, what is in force, and the revisions that published them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from zones.admin.forms import VersionForm
from zones.admin.read_only import FrozenWhenPublished, ReadOnly
from zones.models import Alias, Edit, Edition, InForce, Policy, Revision
from zones.models.value_types import REFERRING


class PolicyForm(VersionForm):
    """The form of a policy."""

    refused_beside = "effective_from"

    def identity_typed(self) -> str | None:
        """Return topic, scope and start as text, or none while they are not all given."""
        policy, typed = self.instance, self.cleaned_data
        if not {"topic", "scope_kind", "effective_from"} <= typed.keys() or self.errors:
            return None
        return (
            f"{policy.topic.slug}.{policy.scope_kind}.{policy.scope_code}.{policy.effective_from}"
        )


@admin.register(Policy)
class PolicyAdmin(FrozenWhenPublished):
    """Policies. A new draft gets its identity and version by itself."""

    form = PolicyForm
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
        *Policy.body_columns,
        *REFERRING,
        "source",
    ]
    readonly_fields: ClassVar[tuple[str, ...]] = (
        "identity",
        "version",
        *FrozenWhenPublished.readonly_fields,
    )


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


@admin.register(Edit)
class EditAdmin(ReadOnly):
    """What rows without versions said before, and which folders were loaded."""

    list_display = ["number", "folder", "revision"]


@admin.register(Alias)
class AliasAdmin(ReadOnly):
    """Former keys of rows."""

    list_display = ["kind", "former", "target"]
    list_filter = ["kind"]
    search_fields = ["former"]


@admin.register(Edition)
class EditionAdmin(ReadOnly):
    """The edition."""

    list_display = ["number"]
