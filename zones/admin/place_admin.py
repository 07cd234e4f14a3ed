"""Places."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _

from zones.admin.forms import CarefulAdmin
from zones.admin.read_only import FrozenInline, FrozenWhenPublished
from zones.models import City, CustomsDistrict, DistrictInPart, Placement, Province
from zones.models.places import OF_CITY
from zones.models.scopes import BODIES


@admin.register(Province)
class ProvinceAdmin(CarefulAdmin):
    """Provinces."""

    list_display = ["iso_3166_2", "gb2260", "name_en", "name_zh", "region"]
    list_filter = ["region"]
    search_fields = ["iso_3166_2", "gb2260", "name_en", "name_zh"]


@admin.register(CustomsDistrict, *(own.model for own in BODIES.values() if own.members))
class BodyAdmin(CarefulAdmin):
    """Bodies of which no more is known than a key, names and members."""

    search_fields = ["name_en", "name_zh"]

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """Return the key and the names."""
        return [self._key, *super().get_search_fields(request)]

    def get_list_display(self, _request: HttpRequest) -> list[Any]:
        """Return the key and the names."""
        return [self._key, "name_en", "name_zh"]

    @property
    def _key(self) -> str:
        return next(own.key for own in BODIES.values() if own.model is self.model)


@admin.register(City)
class CityAdmin(CarefulAdmin):
    """Cities. What is published of a city as a placement is read only here."""

    list_display = ["slug", "name_en", "name_zh", "level", "province", "customs_district"]
    list_filter = ["level", "province__region", "province"]
    list_select_related = ["province", "customs_district"]
    search_fields = ["slug", "name_en", "name_zh", "adcode"]
    readonly_fields = ["province", "customs_district", "other_customs_districts", *OF_CITY]

    def has_add_permission(self, request: object) -> bool:
        """Refuse to add a city here: it comes with its placement, through the dataset."""
        return False


class PlacementForm(forms.ModelForm):
    """The form of a placement, of which there is one draft for a city and day.

    What is left empty of what is said of a city itself is as the city has it now.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields.keys() & set(OF_CITY):
            self.fields[name].required = False
            self.fields[name].help_text = _("Left empty, it is as the city has it now.")

    def clean(self) -> dict[str, Any]:
        """Fill in what was left empty."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if city := told.get("city"):
            told |= {n: getattr(city, n) for n in OF_CITY if told.get(n, "") in ("", None)}
        return told

    def _post_clean(self) -> None:
        """Refuse a second draft."""
        super()._post_clean()  # type: ignore[misc]  # missing from the stubs
        placed = self.instance
        if self.errors or placed.city_id is None or not {"city", "since"} & {*self.changed_data}:
            return
        drafts = Placement.objects.drafts().filter(city=placed.city_id, since=placed.since)
        if drafts.exclude(pk=placed.pk).exists():
            self.add_error("city", _("There is a draft of this already. Change that one."))


class DistrictInPartInline(FrozenInline):
    """Further customs districts, which a new draft takes over from its city."""

    model = DistrictInPart
    autocomplete_fields = ["customs_district"]
    extra = 0


@admin.register(Placement)
class PlacementAdmin(FrozenWhenPublished):
    """Placements of cities."""

    form = PlacementForm

    list_display = ["city", "province", "customs_district", "since", "recorded_in", "replaced_in"]
    list_select_related = ["city", "province", "customs_district", "recorded_in", "replaced_in"]
    search_fields = ["city__slug", "city__name_en", "city__name_zh"]
    autocomplete_fields = ["city", "province", "customs_district"]

    def get_inlines(self, request: HttpRequest, obj: Placement | None) -> list[type[Any]]:
        """Return the further districts, once there is a draft to have them."""
        return [DistrictInPartInline] if obj else []
