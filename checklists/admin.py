"""Templates, requirements and intake questions.

Checklists are not here: they are private to those who share them, staff included. Of what teams
found out themselves only that is here which they offered.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cbec_portal.languages import active_language, either
from checklists.models import (
    GateValue,
    IntakeChoice,
    IntakeQuestion,
    OfferedFinding,
    Requirement,
    Template,
)
from zones.admin.proposed_rows import DatasetAdmin
from zones.admin.read_only import ReadOnly, ReadOnlyInline
from zones.models.value_types import GATES, TESTABLE


class IntakeChoiceInline(ReadOnlyInline):
    """Possible answers."""

    model = IntakeChoice


@admin.register(IntakeQuestion)
class IntakeQuestionAdmin(DatasetAdmin):
    """Questions about the company."""

    list_display = ["position", "slug", "question_en", "question_zh", "multiple"]
    search_fields = ["slug", "question_en", "question_zh", "choices__slug", "choices__label_en"]
    inlines = [IntakeChoiceInline]

    def public_address(self, row: IntakeQuestion) -> str:
        """Return the templates, whose previews ask it."""
        return reverse("checklists:template-list")


class AudienceFilter(admin.SimpleListFilter):
    """Templates by whom they are for, told in the reader's language."""

    title = pgettext_lazy("field", "audience")
    parameter_name = "audience"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return whom templates are for."""
        found = Template.objects.order_by("audience").values_list("audience", "audience_zh")
        language = active_language()
        return [
            (english, either(english, chinese, language))
            for english, chinese in dict(found).items()
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Template]) -> QuerySet[Template]:
        """Return the templates for whom is chosen."""
        return queryset.filter(audience=self.value()) if self.value() else queryset


class GateValueInline(ReadOnlyInline):
    """Values that open the gate."""

    model = GateValue
    fields = [own.column for own in GATES]


@admin.register(Template)
class TemplateAdmin(DatasetAdmin):
    """Templates."""

    list_display = ["position", "slug", "name_en", "name_zh", "trade_mode", "audience"]
    list_filter = ["trade_mode", AudienceFilter]
    search_fields = ["slug", "name_en", "name_zh"]
    inlines = [GateValueInline]

    def public_address(self, row: Template) -> str:
        """Return the template."""
        return reverse("checklists:template", args=[row.slug])


@admin.register(Requirement)
class RequirementAdmin(DatasetAdmin):
    """Duties."""

    list_display = [
        *("template", "number", "title_en", "title_zh"),
        *("severity", "recurrence", "verification"),
    ]
    list_filter = ["template", "focus_area", "severity", "recurrence", "verification"]
    list_select_related = ["template"]
    search_fields = ["number", "title_en", "title_zh", "guidance_en", "source__document_number"]

    def withdrawn_in(self, row: Requirement) -> int | None:
        """Return the number of the revision that does not know the duty any more."""
        last = row.versions.order_by("-replaced_in").first()
        return last.replaced_in_id if last else None

    def public_address(self, row: Requirement) -> str:
        """Return the template that it belongs to."""
        return reverse("checklists:template", args=[row.template.slug])


@admin.register(OfferedFinding)
class OfferedFindingAdmin(ReadOnly):
    """What teams offered to the analysts, to look into."""

    none_yet = _("No team offers a finding: teams offer what they found from their checklists.")
    list_display = ["offered_at", "topic", "city", "place_name", "said_by", "found_on"]
    list_select_related = ["topic", "city"]
    list_filter = ["topic__focus_area"]
    search_fields = ["topic__slug", "city__slug", "place_name", "said_by", "note"]
    fields = [
        *("topic", "city", "place_name", *(own.column for own in TESTABLE)),
        *("said_by", "note", "found_on", "expires_on", "offered_at"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OfferedFinding]:
        """Return the findings that are offered and not withdrawn."""
        offered = super().get_queryset(request).filter(offered_at__isnull=False)
        return offered.filter(withdrawn_at__isnull=True).order_by("-offered_at")
