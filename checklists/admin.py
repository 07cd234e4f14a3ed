"""Templates, requirements and intake questions."""

from __future__ import annotations

from django.contrib import admin

from checklists.models import GateValue, IntakeChoice, IntakeQuestion, Requirement, Template


class IntakeChoiceInline(admin.TabularInline):
    """Possible answers."""

    model = IntakeChoice
    extra = 0


@admin.register(IntakeQuestion)
class IntakeQuestionAdmin(admin.ModelAdmin):
    """Questions about the company."""

    list_display = ["position", "slug", "question_en", "multiple"]
    search_fields = ["slug", "question_en", "question_zh"]
    inlines = [IntakeChoiceInline]


@admin.register(IntakeChoice)
class IntakeChoiceAdmin(admin.ModelAdmin):
    """Answers, to be found by name."""

    list_display = ["question", "slug", "label_en", "label_zh", "is_default"]
    list_select_related = ["question"]
    search_fields = ["slug", "question__slug", "label_en", "label_zh"]
    autocomplete_fields = ["question"]


class GateValueInline(admin.TabularInline):
    """Values that open the gate."""

    model = GateValue
    extra = 0
    fields = ["value_boolean", "value_choice"]
    autocomplete_fields = ["value_choice"]


@admin.register(Template)
class TemplateAdmin(admin.ModelAdmin):
    """Templates."""

    list_display = ["position", "slug", "name_en", "trade_mode", "audience"]
    list_filter = ["trade_mode", "audience"]
    search_fields = ["slug", "name_en", "name_zh"]
    autocomplete_fields = ["gate_topic"]
    inlines = [GateValueInline]


@admin.register(Requirement)
class RequirementAdmin(admin.ModelAdmin):
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
        "value_choice",
        "asked_choice",
        "source",
    ]
