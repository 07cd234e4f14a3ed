"""Programmes, batches and zones."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _

from zones.admin.forms import CarefulAdmin, VersionForm
from zones.admin.read_only import FrozenInline, FrozenWhenPublished
from zones.models import Batch, Coverage, Programme, Zone
from zones.rules.partial_dates import first_day_text


@admin.register(Programme)
class ProgrammeAdmin(CarefulAdmin):
    """Programmes."""

    list_display = ["slug", "name_en", "name_zh", "started_on"]
    search_fields = ["slug", "name_en", "name_zh"]


@admin.register(Batch)
class BatchAdmin(CarefulAdmin):
    """Batches."""

    list_display = ["programme", "number", "approved_on", "document_number", "verification"]
    list_filter = ["programme", "verification"]
    list_select_related = ["programme"]
    search_fields = ["programme__slug", "document_number", "title_en", "title_zh"]
    autocomplete_fields = ["programme", "source"]


class CoverageFormSet(forms.BaseInlineFormSet):
    """The cities that a zone covers, each once from a day on, however the day is written."""

    def clean(self) -> None:
        """Refuse a second row, beside its day."""
        super().clean()
        seen: set[tuple[int, str]] = set()
        for form in self.forms:
            said = getattr(form, "cleaned_data", {})
            city, start = said.get("city"), said.get("covered_from")
            # `deleted_forms` knows none where another form is wrong.
            is_deleted = self._should_delete_form(form)  # type: ignore[attr-defined]  # no stub
            if not city or not start or is_deleted:
                continue
            key = (city.pk, first_day_text(str(start)))
            if key in seen:
                told = _("The zone covers this city from that day on already.")
                form.add_error("covered_from", told)
            seen.add(key)


class CoverageInline(FrozenInline):
    """Cities a zone covers."""

    model = Coverage
    formset = CoverageFormSet
    extra = 0
    autocomplete_fields = ["city"]


class ZoneForm(VersionForm):
    """The form of a zone."""

    refused_beside = "city"

    def identity_typed(self) -> str | None:
        """Return programme and city as text, or none while they are not both given."""
        if not {"batch", "city"} <= self.cleaned_data.keys():
            return None
        return f"{self.instance.batch.programme.slug}.{self.instance.city.slug}"


@admin.register(Zone)
class ZoneAdmin(FrozenWhenPublished):
    """Zones."""

    form = ZoneForm
    list_display = [
        "identity",
        "version",
        "change",
        "designated_on",
        "ended_on",
        "verification",
        "recorded_in",
        "replaced_in",
    ]
    list_filter = ["batch__programme", "verification", "change"]
    list_select_related = ["recorded_in", "replaced_in"]
    search_fields = ["identity", "city__name_en", "city__name_zh", "name_en", "name_zh"]
    autocomplete_fields = ["batch", "city", "ended_by", "successor"]
    inlines = [CoverageInline]
    readonly_fields: ClassVar[tuple[str, ...]] = (
        "identity",
        "version",
        *FrozenWhenPublished.readonly_fields,
    )
