"""Places: provinces, customs districts and the cities that are compared."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cbec_portal.languages import active_language, either
from cbec_portal.punctuation import by_commas
from zones.models.certainty import one_of
from zones.models.fields import (
    CodeField,
    DegreesField,
    KeyField,
    LineField,
    LinesField,
    OptionField,
    PartialDateField,
    first_day_column,
    has_its_form,
    is_partial_date,
)
from zones.models.guards import Declaration, FrozenWith
from zones.models.keys import Keyed, Keys
from zones.models.querysets.version_querysets import RecordedQuerySet
from zones.models.revisions import PUBLISHED, Recorded
from zones.rules.values import DISTRICT_CODE, DIVISION_CODE, PROVINCE_CODE, SLUG


class Region(models.TextChoices):
    """The seven customary regions of the mainland."""

    NORTH = "North China", _("North China")
    NORTHEAST = "Northeast China", _("Northeast China")
    EAST = "East China", _("East China")
    CENTRAL = "Central China", _("Central China")
    SOUTH = "South China", _("South China")
    SOUTHWEST = "Southwest China", _("Southwest China")
    NORTHWEST = "Northwest China", _("Northwest China")


class Level(models.TextChoices):
    """Rank of a place in the administrative order."""

    MUNICIPALITY = "municipality", _("municipality")
    SUB_PROVINCIAL = "sub-provincial city", _("sub-provincial city")
    PREFECTURE_CITY = "prefecture-level city", _("prefecture-level city")
    COUNTY_CITY = "county-level city", _("county-level city")
    AUTONOMOUS_PREFECTURE = "autonomous prefecture", _("autonomous prefecture")
    PREFECTURE = "prefecture", _("prefecture")
    NEW_AREA = "new area", _("new area")
    EXPERIMENTAL_ZONE = "experimental zone", _("experimental zone")
    ISLAND_PROVINCE = "island province", _("island province")


class Named(Keyed):
    """Something with an English and a Chinese name."""

    name_en = LineField(_("English name"), max_length=200)
    name_zh = LineField(_("Chinese name"), max_length=200)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return either(self.name_en, self.name_zh, active_language())


class Province(Named):
    """A province-level unit of the mainland."""

    guards: ClassVar[tuple[Declaration, ...]] = (
        Keys(("iso_3166_2", "gb2260", "region"), renamable="iso_3166_2"),
    )

    iso_3166_2 = CodeField(
        "ISO 3166-2",
        max_length=5,
        unique=True,
        form=PROVINCE_CODE,
        help_text=_("CN and two letters: CN-ZJ."),
    )
    gb2260 = CodeField(
        "GB/T 2260",
        max_length=6,
        unique=True,
        form=DIVISION_CODE,
        help_text=_("Six digits: 330000."),
    )
    region = OptionField(pgettext_lazy("field", "region"), max_length=20, choices=Region.choices)

    class Meta:
        verbose_name = pgettext_lazy("table", "province")
        verbose_name_plural = pgettext_lazy("table", "provinces")
        ordering = ["gb2260"]
        constraints = [
            has_its_form("iso_3166_2", PROVINCE_CODE, 5),
            has_its_form("gb2260", DIVISION_CODE, 6),
            one_of("region", Region),
        ]


class CustomsDistrict(Named):
    """A directly-under customs district (直属海关)."""

    guards: ClassVar[tuple[Declaration, ...]] = (Keys(("code",), renamable="code"),)

    code = CodeField(
        pgettext_lazy("field", "code"),
        max_length=4,
        unique=True,
        form=DISTRICT_CODE,
        help_text=_("Four digits: 2900."),
    )

    class Meta:
        verbose_name = pgettext_lazy("table", "customs district")
        verbose_name_plural = pgettext_lazy("table", "customs districts")
        ordering = ["code"]
        constraints = [
            has_its_form("code", DISTRICT_CODE, 4),
        ]


#: Between which degrees north and east China lies, islands and all.
NORTH, EAST = (3, 54), (73, 136)


def latitude() -> Any:
    """Return a column of degrees north."""
    return DegreesField(
        pgettext_lazy("field", "latitude"), NORTH, EAST, help_text=_("Degrees north.")
    )


def longitude() -> Any:
    """Return a column of degrees east."""
    return DegreesField(
        pgettext_lazy("field", "longitude"), EAST, NORTH, help_text=_("Degrees east.")
    )


def on_earth(name: str) -> models.CheckConstraint:
    """Return the constraint that latitude and longitude lie on a globe."""
    bounds = models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180))
    return models.CheckConstraint(condition=bounds, name=name)


class CityQuerySet(models.QuerySet["City"]):
    """Questions about cities."""

    def taken_back(self) -> Self:
        """Return those that some revision placed and the newest does not: only what was said until
        then tells of them.
        """
        own = Placement.objects.filter(city=models.OuterRef("pk"))
        placed, now = models.Exists(own.published()), models.Exists(own.current())
        return self.filter(placed).exclude(now)

    def not_taken_back(self) -> Self:
        """Leave out those that the newest revision does not know any more."""
        return self.exclude(pk__in=self.model.objects.taken_back().order_by().values("pk"))


class City(Named):
    """A place being compared: a city, new area, prefecture or island.

    All but its key, its names and the note for staff is its latest known placement; what an earlier
    revision knew, or where it lay before a dated move, is kept in :class:`Placement`. One whose
    placements were set aside by nothing was taken back: earlier revisions go on to know it.
    """

    guards: ClassVar[tuple[Declaration, ...]] = (
        Keys(("slug", "adcode"), renamable="slug", fillable=("adcode",)),
    )

    slug = KeyField(max_length=50, unique=True)
    adcode = CodeField(
        pgettext_lazy("field", "adcode"),
        max_length=6,
        blank=True,
        form=DIVISION_CODE,
        help_text="GB/T 2260",
    )
    level = OptionField(pgettext_lazy("field", "level"), max_length=30, choices=Level.choices)
    province = models.ForeignKey(
        Province,
        models.PROTECT,
        related_name="cities",
        verbose_name=pgettext_lazy("field", "province"),
    )
    customs_district = models.ForeignKey(
        CustomsDistrict,
        models.PROTECT,
        related_name="cities",
        verbose_name=pgettext_lazy("field", "customs district"),
    )
    other_customs_districts = models.ManyToManyField(
        CustomsDistrict,
        blank=True,
        related_name="cities_in_part",
        help_text=_(
            "Districts under which a part of the city lies: they are shown, and their policies "
            "answer nothing there."
        ),
        verbose_name=pgettext_lazy("field", "other customs districts"),
    )
    latitude = latitude()
    longitude = longitude()
    note = LinesField(
        pgettext_lazy("field", "note for staff"), blank=True, help_text=_("For staff.")
    )

    objects: ClassVar[Any] = CityQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("table", "city")
        verbose_name_plural = pgettext_lazy("table", "cities")
        ordering = ["province__gb2260", "adcode", "slug"]
        constraints = [
            has_its_form("slug", SLUG, 50),
            has_its_form("adcode", DIVISION_CODE, 6, blank=True),
            one_of("level", Level),
            models.UniqueConstraint(
                "adcode", condition=~models.Q(adcode=""), name="zones_city_adcode_is_unique"
            ),
            on_earth("zones_city_coordinates_are_on_earth"),
        ]

    @cached_property
    def in_part(self) -> list[CustomsDistrict]:
        """Return the other customs districts, by code.

        A city as of a revision is given those of then.
        """
        return list(self.other_customs_districts.all())


class Placement(Recorded):
    """Where a city lies from a day on, and its rank, code and coordinates, as a revision knew them.

    Moving a city, or correcting what is known of it, is a publication: what an earlier revision
    said stays answerable. ``since`` is empty for the placement a city has from the start.
    """

    city = models.ForeignKey(
        City, models.PROTECT, related_name="placements", verbose_name=pgettext_lazy("field", "city")
    )
    province = models.ForeignKey(
        Province, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("field", "province")
    )
    customs_district = models.ForeignKey(
        CustomsDistrict,
        models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("field", "customs district"),
    )
    adcode = CodeField(
        pgettext_lazy("field", "adcode"),
        max_length=6,
        blank=True,
        form=DIVISION_CODE,
        help_text="GB/T 2260",
    )
    level = OptionField(pgettext_lazy("field", "level"), max_length=30, choices=Level.choices)
    latitude = latitude()
    longitude = longitude()
    since = PartialDateField(
        pgettext_lazy("field", "since"),
        null=True,
        blank=True,
        help_text=_("Empty for where the city lay from the start."),
    )
    since_day = first_day_column("since", pgettext_lazy("field", "first day of it"))

    objects: ClassVar[Any] = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("table", "placement of a city")
        verbose_name_plural = pgettext_lazy("table", "placements of cities, now and before")
        # What holds from the start comes first on every database.
        ordering = ["city", models.F("since_day").asc(nulls_first=True), "pk"]
        constraints = [
            *Recorded.Meta.constraints,
            is_partial_date("since"),
            has_its_form("adcode", DIVISION_CODE, 6, blank=True),
            one_of("level", Level),
            on_earth("zones_placement_coordinates_are_on_earth"),
            models.UniqueConstraint(
                models.F("city"),
                Coalesce("since_day", models.Value("")),
                condition=models.Q(recorded_in__isnull=False, replaced_in__isnull=True),
                name="zones_placement_one_from_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.city}{_(': ')}{by_commas([str(self.province), str(self.customs_district)])}"

    @cached_property
    def in_part(self) -> list[CustomsDistrict]:
        """Return the other customs districts.

        A placement that is not stored yet has those given to it, else those of its city.
        """
        if self.pk is None:
            return self.city.in_part
        return [part.customs_district for part in self.districts_in_part.all()]

    def update_city(self) -> None:
        """Let the city say what this, its latest placement, does."""
        names = ["province_id", "customs_district_id", *OF_CITY]
        if not self.adcode:
            names.remove("adcode")  # a code is filled in once
        city = self.city
        if any(getattr(city, name) != getattr(self, name) for name in names):
            for name in names:
                setattr(city, name, getattr(self, name))
            city.save()
        if {district.pk for district in city.in_part} != {part.pk for part in self.in_part}:
            city.other_customs_districts.set(self.in_part)

    def clean(self) -> None:
        """Refuse another code than the city has.

        Raises:
            ValidationError: it is another.
        """
        own = City.objects.filter(pk=self.city_id).values_list("adcode", flat=True).first()
        if own and self.adcode not in ("", own):
            raise ValidationError({"adcode": _("The code of a city never changes.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save a draft. One that does not say the rank of its city says all that the city says.

        Raises:
            ValidationError: the stored record is published and so frozen.
        """
        is_new, districts = self.pk is None, self.in_part
        if not self.level:
            for name in OF_CITY:
                setattr(self, name, getattr(self.city, name))
        super().save(*args, **kwargs)
        if is_new:
            DistrictInPart.objects.bulk_create(
                DistrictInPart(placement=self, customs_district=district) for district in districts
            )


#: What a placement says of a city besides where it lies.
OF_CITY = ("adcode", "level", "latitude", "longitude")


class DistrictInPart(models.Model):
    """A further customs district under which a part of a city lies: it is shown, and its policies
    answer nothing there.
    """

    guards: ClassVar[tuple[Declaration, ...]] = (
        FrozenWith(
            "a published placement keeps its customs districts",
            "placement_id",
            "zones_placement",
            PUBLISHED,
        ),
    )

    placement = models.ForeignKey(
        Placement,
        models.CASCADE,
        related_name="districts_in_part",
        verbose_name=pgettext_lazy("field", "placement"),
    )
    customs_district = models.ForeignKey(
        CustomsDistrict,
        models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("field", "customs district"),
    )

    class Meta:
        verbose_name = pgettext_lazy("table", "customs district in part")
        verbose_name_plural = pgettext_lazy("table", "customs districts in part")
        ordering = ["placement", "customs_district"]
        constraints = [
            models.UniqueConstraint(
                fields=["placement", "customs_district"], name="zones_district_in_part_is_said_once"
            ),
        ]

    def __str__(self) -> str:
        return by_commas([str(self.placement.city), str(self.customs_district)])
