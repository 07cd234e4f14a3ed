"""Figures."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from zones.admin.proposed_rows import DatasetAdmin
from zones.models import Indicator, Statistic


@admin.register(Indicator)
class IndicatorAdmin(DatasetAdmin):
    """Indicators."""

    list_display = ["position", "slug", "name_en", "name_zh", "unit", "series"]
    list_filter = ["series", "flow"]
    search_fields = ["slug", "name_en", "name_zh"]

    def public_address(self, row: Indicator) -> str:
        """Return the figures of the indicator."""
        return f"{reverse('zones:statistics')}#{row.slug}"


@admin.register(Statistic)
class StatisticAdmin(DatasetAdmin):
    """Figures by year."""

    list_display = ["indicator", "year", "city", "release", "figure", "verification"]
    list_filter = ["indicator", "release", "verification"]
    list_select_related = ["indicator", "city"]
    search_fields = ["indicator__slug", "indicator__name_en", "source_title_en"]
    found_by: ClassVar = {"city__slug": "city"}

    @admin.display(description=pgettext_lazy("field", "value"))
    def figure(self, row: Statistic) -> str:
        """Return the figure as it is written."""
        return row.value_text

    def public_address(self, row: Statistic) -> str:
        """Return the figures of the indicator."""
        return f"{reverse('zones:statistics')}#{row.indicator.slug}"
