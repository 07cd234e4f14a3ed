"""Places."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from cbec_portal.day_words import day_in_words
from cbec_portal.languages import active_language, in_language
from cbec_portal.punctuation import by_commas
from zones.admin.proposed_rows import WAY_WORDS, DatasetAdmin
from zones.admin.read_only import ReadOnlyInline
from zones.dataset.table import Key
from zones.desk.addresses import address_of_row
from zones.desk.city_moves import CityPlace, address_of_move, places_of
from zones.models import City, CustomsDistrict, DistrictInPart, Placement, Province
from zones.models.places import OF_CITY, Level, Region
from zones.models.scopes import BODIES, PLACE_COLUMNS
from zones.selectors.inquiry import Inquiry
from zones.selectors.placements import cities_on, places_to_come
from zones.selectors.snapshot import current_snapshot


@admin.register(Province)
class ProvinceAdmin(DatasetAdmin):
    """Provinces."""

    list_display = ["iso_3166_2", "gb2260", "name_en", "name_zh", "region"]
    list_filter = ["region"]
    search_fields = ["iso_3166_2", "gb2260", "name_en", "name_zh"]
    found_by: ClassVar = {"iso_3166_2": "province"}

    def public_address(self, row: Province) -> str:
        """Return the cities of the province."""
        return f"{reverse('zones:city-list')}?{urlencode({'province': row.iso_3166_2})}"


class BodyAdmin(DatasetAdmin):
    """Bodies of which no more is known than a key, names and members."""

    search_fields = ["name_en", "name_zh"]

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """Return the key and the names."""
        return [self._key, *super().get_search_fields(request)]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Return the key, the names, and where readers see the body."""
        return [*self._marked([self._key, "name_en", "name_zh"]), "public"]

    @property
    def _key(self) -> str:
        return next(own.key for own in BODIES.values() if own.model is self.model)

    def public_address(self, row: Any) -> str:
        """Return the cities of the body."""
        own = next(own for own in BODIES.values() if own.model is self.model)
        return f"{reverse('zones:city-list')}?{urlencode({own.kind.value: getattr(row, own.key)})}"


@admin.register(CustomsDistrict)
class CustomsDistrictAdmin(BodyAdmin):
    """Customs districts."""

    found_by: ClassVar = {"code": "customs_district"}


admin.site.register([own.model for own in BODIES.values() if own.members], BodyAdmin)


def _column(model: Any, name: str) -> Any:
    """What a column is called."""
    return model._meta.get_field(name).verbose_name


#: What the row of a city says that may be otherwise from a day on.
_DATED = ("province", "customs_district", *OF_CITY)


#: Under which name a row of a city keeps what it will say from later days on.
_TO_COME = "_places_to_come"


def _to_come(row: City) -> list[tuple[str, City]]:
    """From which later days on the city will lie elsewhere, with what it says then."""
    found: list[tuple[str, City]] = row.__dict__.get(_TO_COME, [])
    return found


def _put_where_they_lie_today(rows: Iterable[City]) -> None:
    """Let rows of cities say what holds today: they keep what holds last, be it from a later day.

    Of a city that was taken back nothing holds: it says what it said last.
    """
    inquiry = Inquiry.of_now(current_snapshot())
    today = cities_on(inquiry)
    for row in rows:
        row.__dict__[_TO_COME] = places_to_come(row.pk, inquiry)
        if (own := today.get(row.pk)) is None:
            continue
        for name in _DATED:
            setattr(row, name, getattr(own, name))


def _districts_in_part_today(city: City) -> QuerySet[CustomsDistrict]:
    """The further customs districts under which a part of a city lies today."""
    own = cities_on(Inquiry.of_now(current_snapshot())).get(city.pk, city)
    return CustomsDistrict.objects.filter(pk__in=[one.pk for one in own.in_part])


def _other_words(city: City, before: City) -> str:
    """What is said of a city on one day and not on another, by which it is told from before."""
    moved = (name for name in _DATED if getattr(city, name) != getattr(before, name))
    said = (
        str(city.get_level_display() if name == "level" else getattr(city, name)) for name in moved
    )
    return by_commas(said)


class _OfToday(admin.SimpleListFilter):
    """A filter of the list of cities by something of where they lie today.

    It is named in addresses as it was when the last placement alone was asked.
    """

    #: The column of a city, or of what it names there.
    path: ClassVar[tuple[str, ...]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        """Return what can be chosen, with its words."""
        raise NotImplementedError

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the cities of which it holds today; of those that were taken back what they said
        last.

        Raises:
            IncorrectLookupParameters: there is no such choice.
        """
        asked = self.value()
        if asked is None:
            return queryset
        if asked not in {value for value, _words in self.lookup_choices}:
            raise IncorrectLookupParameters
        today = cities_on(Inquiry.of_now(current_snapshot()))
        held = [pk for pk, city in today.items() if str(self._said(city)) == asked]
        last = Q(**{"__".join(self.path): asked}) & ~Q(pk__in=list(today))
        return queryset.filter(Q(pk__in=held) | last)

    def _said(self, city: City) -> Any:
        own: Any = city
        for name in self.path:
            own = getattr(own, name)
        return own


class LevelToday(_OfToday):
    """The rank that a city has today."""

    title, parameter_name, path = _column(City, "level"), "level__exact", ("level",)

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        """Return the ranks."""
        return Level.choices


class RegionToday(_OfToday):
    """The region in which a city lies today."""

    title, parameter_name = _column(Province, "region"), "province__region__exact"
    path = ("province", "region")

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        """Return the regions."""
        return Region.choices


class ProvinceToday(_OfToday):
    """The province in which a city lies today."""

    title, parameter_name = _column(City, "province"), "province__id__exact"
    path = ("province_id",)

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        """Return the provinces."""
        return [(str(own.pk), str(own)) for own in Province.objects.all()]


#: The filters of the list of cities.
OF_TODAY: tuple[type[_OfToday], ...] = (LevelToday, RegionToday, ProvinceToday)


class _CitiesOfToday(ChangeList):
    """The list of cities, each where it lies today."""

    def get_results(self, request: HttpRequest) -> None:
        """Read the rows of a page."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        _put_where_they_lie_today(self.result_list)


@admin.register(City)
class CityAdmin(DatasetAdmin):
    """Cities."""

    list_display = [
        *("slug", "name_en", "name_zh", "level", "province", "customs_district"),
        "from_later_days",
    ]
    list_filter: ClassVar[Any] = OF_TODAY
    readonly_fields = ("from_later_days",)
    list_select_related = ["province", "customs_district"]
    search_fields = ["slug", "name_en", "name_zh", "adcode"]
    found_by: ClassVar = {"slug": "city", "province__iso_3166_2": "province"}

    def lookup_allowed(self, lookup: str, value: str, request: Any = None) -> bool:
        """Return whether addresses may ask so: as the filters are named, and as ever."""
        named = {own.parameter_name for own in OF_TODAY}
        return lookup in named or bool(super().lookup_allowed(lookup, value, request))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return the list, which tells where cities lie today."""
        return _CitiesOfToday

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> City | None:
        """Return a city, where it lies today."""
        row: City | None = super().get_object(request, *args, **kwargs)
        if row is not None:
            _put_where_they_lie_today([row])
            # As if they had been fetched before: Django shows those.
            in_part = {"other_customs_districts": _districts_in_part_today(row)}
            row.__dict__["_prefetched_objects_cache"] = in_part
        return row

    @admin.display(description=_("from later days on"), empty_value="—")
    def from_later_days(self, row: City) -> SafeString:
        """Return from which days on the city will lie elsewhere, and where; else nothing."""
        before, told = row, []
        for since, then in _to_come(row):
            words = _("From %(day)s: %(place)s")
            told.append(words % {"day": day_in_words(since), "place": _other_words(then, before)})
            before = then
        return format_html_join(mark_safe("<br>"), "{}", ((one,) for one in told))

    def withdrawn_in(self, row: City) -> int | None:
        """Return the number of the revision that placed the city nowhere any more."""
        last = Placement.objects.filter(city=row).order_by("-replaced_in").first()
        return last.replaced_in_id if last else None

    def public_address(self, row: City) -> str:
        """Return the page of the city."""
        return reverse("zones:city", args=[row.slug])

    def ways(self, row: City) -> Iterable[tuple[str, Any]]:
        """Return what may be proposed of the city, and that it lies elsewhere from a day on."""
        ways = list(super().ways(row))
        yield from ways
        if ways:  # it was not taken back
            yield address_of_move(row.slug), _("Move it")


class DistrictInPartInline(ReadOnlyInline):
    """Further customs districts."""

    model = DistrictInPart


@admin.register(Placement)
class PlacementAdmin(DatasetAdmin):
    """Placements of cities, which follow from the cities and their moves."""

    list_display = ["city", "province", "customs_district", "since", "recorded_in", "replaced_in"]
    list_select_related = ["city", "province", "customs_district", "recorded_in", "replaced_in"]
    search_fields = ["city__slug", "city__name_en", "city__name_zh"]
    found_by: ClassVar = {"city__slug": "city"}
    inlines = [DistrictInPartInline]

    def key_of(self, row: Placement) -> Key:
        """Return the city, and the day on which it left; that is empty where it lies now."""
        place = self._place(row)
        return row.city.slug, place.until if place else ""

    def told_of(self, row: Placement) -> tuple[str, Key]:
        """Return the former placement; of where a city lies now, or of one that is known no more,
        the city, whose row says where it lies.
        """
        city, until = self.key_of(row)
        return (self.table.name, (city, until)) if until else ("cities", (city,))

    def public_address(self, row: Placement) -> str:
        """Return the page of the city, which says where it lies."""
        return reverse("zones:city", args=[row.city.slug])

    def name_of(self, row: Placement) -> str:
        """Return what the city is called."""
        return in_language(row.city, "name", active_language())

    def ways(self, row: Placement) -> Iterable[tuple[str, Any]]:
        """Return what may be proposed of where a city lay or lies, as far as that is known now.

        Where a city lies now is a matter of its own row. It ends there by a move. One that never
        moved has no other place, so only the city itself can be withdrawn, and the link says so.
        """
        place = self._place(row)
        if place is None:
            return
        city, until = place.city, place.until
        own: tuple[str, Key] = ("cities", (city,))
        if until:
            own = "former_placements", (city, until)
        only = not (place.since or until)
        bodies = dict(zip(PLACE_COLUMNS, place.bodies, strict=True))
        addresses = {
            "version": address_of_row(*own),
            "end": address_of_move(city, "end", since=place.since)
            if until
            else address_of_move(city),
            "withdraw": address_of_row("cities", (city,), "withdraw")
            if only
            else address_of_move(city, "withdraw", since=place.since),
            "copy": address_of_move(city, **bodies),
        }
        for way, words in WAY_WORDS.items():
            yield addresses[way], _("Withdraw the city") if only and way == "withdraw" else words

    @staticmethod
    def _place(row: Placement) -> CityPlace | None:
        """Where the city lay or lies by this placement, if that is known still."""
        if row.recorded_in_id is None or row.replaced_in_id is not None:
            return None
        since = str(row.since or "")
        return next((own for own in places_of(row.city.slug) if own.since == since), None)
