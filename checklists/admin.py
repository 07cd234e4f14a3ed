"""Templates, requirements and intake questions.

Checklists are not here: they are private to those who share them, staff included. Of what teams
found out themselves only that is here which they offered.
"""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from checklists.models import (
    GateValue,
    IntakeChoice,
    IntakeQuestion,
    OfferedFinding,
    Requirement,
    Template,
)
from zones.admin.forms import CarefulAdmin, CarefulInline
from zones.admin.key_fields import KeysStayFormSet
from zones.models.value_types import GATES, REFERRING, TESTABLE


class IntakeChoiceInline(CarefulInline):
    """Possible answers."""

    model = IntakeChoice
    formset = KeysStayFormSet
    extra = 0


@admin.register(IntakeQuestion)
class IntakeQuestionAdmin(CarefulAdmin):
    """Questions about the company."""

    list_display = ["position", "slug", "question_en", "multiple"]
    search_fields = ["slug", "question_en", "question_zh"]
    inlines = [IntakeChoiceInline]


@admin.register(IntakeChoice)
class IntakeChoiceAdmin(CarefulAdmin):
    """Answers, to be found by name."""

    list_display = ["question", "slug", "label_en", "label_zh", "is_default"]
    list_select_related = ["question"]
    search_fields = ["slug", "question__slug", "label_en", "label_zh"]
    autocomplete_fields = ["question"]


class GateValueInline(CarefulInline):
    """Values that open the gate."""

    model = GateValue
    extra = 0
    fields = [own.column for own in GATES]
    autocomplete_fields = REFERRING


@admin.register(Template)
class TemplateAdmin(CarefulAdmin):
    """Templates."""

    list_display = ["position", "slug", "name_en", "trade_mode", "audience"]
    list_filter = ["trade_mode", "audience"]
    search_fields = ["slug", "name_en", "name_zh"]
    autocomplete_fields = ["gate_topic"]
    inlines = [GateValueInline]


@admin.register(Requirement)
class RequirementAdmin(CarefulAdmin):
    """Duties."""

    list_display = ["template", "number", "title_en", "severity", "recurrence", "verification"]
    list_filter = ["template", "focus_area", "severity", "recurrence", "verification"]
    list_select_related = ["template"]
    search_fields = ["number", "title_en", "title_zh", "guidance_en"]
    autocomplete_fields = [
        "template",
        "focus_area",
        "tested_topic",
        "tested_programme",
        *REFERRING,
        "asked_choice",
        "source",
    ]


@admin.register(OfferedFinding)
class OfferedFindingAdmin(CarefulAdmin):
    """What teams offered to the analysts, to look into; it is read, never changed."""

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

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Refuse to add one here, for teams offer them."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Refuse to change what a team found."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Refuse to delete what a team found."""
        return False
