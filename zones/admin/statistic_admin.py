"""Figures."""

from __future__ import annotations

from django.contrib import admin

from zones.admin.forms import CarefulAdmin
from zones.models import Indicator, Statistic


@admin.register(Indicator)
class IndicatorAdmin(CarefulAdmin):
    """Indicators."""

    list_display = ["position", "slug", "name_en", "name_zh", "unit", "series"]
    list_filter = ["series", "flow"]
    search_fields = ["slug", "name_en", "name_zh"]


@admin.register(Statistic)
class StatisticAdmin(CarefulAdmin):
    """Figures by year."""

    list_display = ["indicator", "year", "city", "release", "value_text", "verification"]
    list_filter = ["indicator", "release", "verification"]
    list_select_related = ["indicator", "city"]
    search_fields = ["indicator__slug", "indicator__name_en", "source_title_en"]
    autocomplete_fields = ["indicator", "city"]
