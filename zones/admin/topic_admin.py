"""Focus areas and topics."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.urls import reverse

from zones.admin.proposed_rows import DatasetAdmin
from zones.admin.read_only import ReadOnlyInline
from zones.models import Choice, FocusArea, Topic


@admin.register(FocusArea)
class FocusAreaAdmin(DatasetAdmin):
    """Focus areas."""

    list_display = ["position", "slug", "name_en", "name_zh"]
    search_fields = ["slug", "name_en", "name_zh"]

    def public_address(self, row: FocusArea) -> str:
        """Return the topics of the area."""
        return f"{reverse('zones:topic-list')}#{row.slug}"


class ChoiceInline(ReadOnlyInline):
    """Possible answers."""

    model = Choice


@admin.register(Topic)
class TopicAdmin(DatasetAdmin):
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
    found_by: ClassVar = {"slug": "topic"}
    inlines = [ChoiceInline]

    def public_address(self, row: Topic) -> str:
        """Return the topic across all cities."""
        return reverse("zones:topic", args=[row.slug])


@admin.register(Choice)
class ChoiceAdmin(DatasetAdmin):
    """Choices."""

    list_display = ["topic", "slug", "label_en", "label_zh", "position", "denies"]
    list_filter = ["topic", "denies"]
    list_select_related = ["topic"]
    search_fields = ["slug", "topic__slug", "label_en", "label_zh"]

    def public_address(self, row: Choice) -> str:
        """Return the topic across all cities."""
        return reverse("zones:topic", args=[row.topic.slug])
