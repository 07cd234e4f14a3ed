"""Published figures and their series."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cbec_portal.punctuation import blank
from cbec_portal.years import YEARS
from zones.models.certainty import Verified, one_of
from zones.models.fields import (
    KeyField,
    LineField,
    LinesField,
    NumberField,
    OptionField,
    SmallNumberField,
    has_its_form,
)
from zones.models.guards import Declaration
from zones.models.keys import Keyed, Keys
from zones.models.places import City, Named
from zones.models.row_rules import Wrong
from zones.rules.values import SLUG
from zones.rules.vocabulary import Certainty

#: Decimals of a figure at most, as they are stored.
MOST_DECIMALS = 4


class Flow(models.TextChoices):
    """Which way the counted goods go."""

    IMPORT = "import", _("import")
    EXPORT = "export", _("export")
    TOTAL = "total", _("total")
    BOTH = "both", _("both")


class Series(models.TextChoices):
    """Series that must never be joined: each counts something else."""

    FULL_COVERAGE = "full-coverage", _("full coverage, since 2020")
    CUSTOMS_PLATFORM = "customs-platform", _("customs platform, until 2019")
    COUNT = "count", _("count")
    CITY = "city", _("city")


class Indicator(Named):
    """A published figure."""

    guards: ClassVar[tuple[Declaration, ...]] = (
        Keys(("slug", "unit", "unit_zh", "flow", "series"), renamable="slug"),
    )

    slug = KeyField(max_length=60, unique=True)
    unit = LineField(pgettext_lazy("field", "English unit"), max_length=20)
    unit_zh = LineField(pgettext_lazy("field", "Chinese unit"), max_length=20)
    flow = OptionField(pgettext_lazy("field", "direction"), max_length=10, choices=Flow.choices)
    series = OptionField(
        pgettext_lazy("field", "series"),
        max_length=20,
        choices=Series.choices,
        help_text=_("What it counts; figures of two series are never joined."),
    )
    note_en = LinesField(pgettext_lazy("field", "English note"), blank=True)
    note_zh = LinesField(pgettext_lazy("field", "Chinese note"), blank=True)
    position = SmallNumberField(pgettext_lazy("field", "position"), unique=True)

    class Meta:
        verbose_name = pgettext_lazy("table", "indicator")
        verbose_name_plural = pgettext_lazy("table", "indicators")
        ordering = ["position"]
        constraints = [
            has_its_form("slug", SLUG, 60),
            one_of("flow", Flow),
            one_of("series", Series),
        ]


class Release(models.TextChoices):
    """Which publication of a figure a number is."""

    FIRST = "first", _("first release")
    REVISED = "revised", _("revised")
    DERIVED = "derived", _("derived")


#: No figure of trade is larger, in whatever unit.
LARGEST_FIGURE = 10**12


class Statistic(Keyed, Verified):
    """One figure of an indicator for a year, for the nation (no city) or a city.

    ``decimals`` is how many decimals the figure was published with.
    """

    guards: ClassVar[tuple[Declaration, ...]] = (
        Keys(("indicator", "year", "city", "release"), public=True),
    )

    indicator = models.ForeignKey(
        Indicator,
        models.PROTECT,
        related_name="statistics",
        verbose_name=pgettext_lazy("field", "indicator"),
    )
    year = SmallNumberField(
        pgettext_lazy("field", "year"),
        validators=[MinValueValidator(YEARS[0]), MaxValueValidator(YEARS[-1])],
    )
    city = models.ForeignKey(
        City,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="statistics",
        verbose_name=pgettext_lazy("field", "city"),
        help_text=_("Empty for the nation."),
    )
    release = OptionField(
        pgettext_lazy("field", "kind of figure"),
        max_length=10,
        choices=Release.choices,
        help_text=_("Which publication of the figure it is."),
    )
    value = NumberField(
        pgettext_lazy("field", "figure"),
        validators=[MinValueValidator(0), MaxValueValidator(LARGEST_FIGURE)],
    )
    decimals = SmallNumberField(
        pgettext_lazy("field", "decimals"),
        default=0,
        validators=[MaxValueValidator(MOST_DECIMALS)],
        help_text=_("As it was published."),
    )
    note_en = LinesField(pgettext_lazy("field", "English note"), blank=True)
    note_zh = LinesField(pgettext_lazy("field", "Chinese note"), blank=True)
    source_title_en = LineField(
        pgettext_lazy("field", "English title of the source"), max_length=200
    )
    source_title_zh = LineField(
        pgettext_lazy("field", "Chinese title of the source"), max_length=200
    )
    note = LinesField(
        pgettext_lazy("field", "note for staff"), blank=True, help_text=_("For staff.")
    )

    class Meta:
        verbose_name = pgettext_lazy("table", "figure")
        verbose_name_plural = pgettext_lazy("table", "statistics")
        ordering = [
            "indicator__position",
            # The nation, which is no city, comes first on every database.
            models.F("city__slug").asc(nulls_first=True),
            "year",
            "release",
        ]
        constraints = [
            one_of("verification", Certainty),
            one_of("release", Release),
            models.UniqueConstraint(
                "indicator",
                "year",
                Coalesce("city", models.Value(0)),
                "release",
                name="zones_statistic_is_unique",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}{blank()}{self.year}{gettext(': ')}{self.value_text}"

    def rules(self) -> Iterator[Callable[[], Wrong]]:
        """Yield that a figure is shown with no fewer decimals than it has."""
        yield from super().rules()
        yield self._hidden_decimals

    def _hidden_decimals(self) -> Wrong:
        if self.value is None or self.decimals is None:
            return {}
        shortest = f"{self.value:.{MOST_DECIMALS}f}".rstrip("0").partition(".")[2]
        if self.decimals >= len(shortest):
            return {}
        told = _("The figure has %(decimals)d decimals; it cannot be shown with fewer.")
        return {"decimals": told % {"decimals": len(shortest)}}

    @property
    def value_text(self) -> str:
        """The figure with the decimals it was published with; of a draft, whatever it says."""
        decimals = min(max(self.decimals or 0, 0), MOST_DECIMALS)
        return f"{self.value or 0:.{decimals}f}"
