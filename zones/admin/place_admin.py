"""Places."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _

from zones.admin.forms import CarefulAdmin
from zones.admin.read_only import FrozenWhenPublished
from zones.models import City, CustomsDistrict, Placement, Province


@admin.register(Province)
class ProvinceAdmin(CarefulAdmin):
    """Provinces."""

    list_display = ["iso_3166_2", "gb2260", "name_en", "name_zh", "region"]
    list_filter = ["region"]
    search_fields = ["iso_3166_2", "gb2260", "name_en", "name_zh"]


@admin.register(CustomsDistrict)
class CustomsDistrictAdmin(CarefulAdmin):
    """Customs districts."""

    list_display = ["code", "name_en", "name_zh"]
    search_fields = ["code", "name_en", "name_zh"]


@admin.register(City)
class CityAdmin(CarefulAdmin):
    """Cities. Where a city lies is published as a placement, so it is read only here."""

    list_display = ["slug", "name_en", "name_zh", "level", "province", "customs_district"]
    list_filter = ["level", "province__region", "province"]
    list_select_related = ["province", "customs_district"]
    search_fields = ["slug", "name_en", "name_zh", "adcode"]
    autocomplete_fields = ["other_customs_districts"]
    readonly_fields = ["province", "customs_district"]

    def has_add_permission(self, request: object) -> bool:
        """A new city comes with its placement, through the dataset."""
        return False


class PlacementForm(forms.ModelForm):
    """The form of a placement, of which there is one draft for a city and day."""

    def _post_clean(self) -> None:
        """Refuse a second draft."""
        super()._post_clean()  # type: ignore[misc]  # missing from the stubs
        placed = self.instance
        if self.errors or placed.city_id is None or not {"city", "since"} & {*self.changed_data}:
            return
        drafts = Placement.objects.drafts().filter(city=placed.city_id, since=placed.since)
        if drafts.exclude(pk=placed.pk).exists():
            self.add_error("city", _("There is a draft of this already. Change that one."))


@admin.register(Placement)
class PlacementAdmin(FrozenWhenPublished):
    """Placements of cities."""

    form = PlacementForm

    list_display = ["city", "province", "customs_district", "since", "recorded_in", "replaced_in"]
    list_select_related = ["city", "province", "customs_district", "recorded_in", "replaced_in"]
    search_fields = ["city__slug", "city__name_en", "city__name_zh"]
    autocomplete_fields = ["city", "province", "customs_district"]
