"""Focus areas and topics."""

from __future__ import annotations

from django.contrib import admin

from zones.admin.forms import CarefulAdmin, CarefulInline
from zones.admin.key_fields import KeysStayFormSet
from zones.models import Choice, FocusArea, Topic


@admin.register(FocusArea)
class FocusAreaAdmin(CarefulAdmin):
    """Focus areas."""

    list_display = ["position", "slug", "name_en", "name_zh"]
    search_fields = ["slug", "name_en", "name_zh"]


class ChoiceInline(CarefulInline):
    """Possible answers."""

    model = Choice
    formset = KeysStayFormSet
    extra = 0


@admin.register(Topic)
class TopicAdmin(CarefulAdmin):
    """Topics."""

    list_display = [
        "slug",
        "focus_area",
        "label_en",
        "value_type",
        "unit",
        "additive",
        "descriptive",
    ]
    list_filter = ["focus_area", "value_type", "direction", "additive", "descriptive"]
    list_select_related = ["focus_area"]
    search_fields = ["slug", "label_en", "label_zh", "question_en", "question_zh"]
    autocomplete_fields = ["focus_area"]
    inlines = [ChoiceInline]


@admin.register(Choice)
class ChoiceAdmin(CarefulAdmin):
    """Choices, to be found by name."""

    list_display = ["topic", "slug", "label_en", "label_zh", "position"]
    list_filter = ["topic"]
    list_select_related = ["topic"]
    search_fields = ["slug", "topic__slug", "label_en", "label_zh"]
    autocomplete_fields = ["topic"]
