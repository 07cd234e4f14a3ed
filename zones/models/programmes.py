"""Programmes, their approval rounds, and the zones they designate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cbec_portal.punctuation import by_commas
from zones.models.certainty import Doubted, Verified, one_of
from zones.models.day_order import gone_at_once
from zones.models.fields import (
    KeyField,
    LineField,
    LinesField,
    PartialDateField,
    SmallNumberField,
    first_day_column,
    has_its_form,
    is_partial_date,
)
from zones.models.guards import Declaration, FrozenWith, Never
from zones.models.keys import Keyed, Keys
from zones.models.places import City, Named
from zones.models.querysets.zone_querysets import ZoneQuerySet
from zones.models.revisions import PUBLISHED, Version, frozen_message
from zones.models.row_rules import Ruled, Wrong
from zones.models.sources import Source
from zones.rules.values import SLUG
from zones.rules.vocabulary import Certainty


class Programme(Named):
    """One of the three pilots. ``position`` orders their scopes from wide to narrow."""

    guards: ClassVar[tuple[Declaration, ...]] = (
        Keys(("slug", "position", "kind"), renamable="slug"),
    )

    slug = KeyField(max_length=50, unique=True)
    position = SmallNumberField(
        pgettext_lazy("field", "position"),
        unique=True,
        help_text=_(
            "Programmes stand from wide to narrow: of two that bind a city the later one answers."
        ),
    )
    kind = LineField(pgettext_lazy("field", "kind of programme"), max_length=50)
    started_on = PartialDateField(pgettext_lazy("field", "started on"))
    lead_agencies = LineField(pgettext_lazy("field", "lead agencies"), max_length=500)
    description_en = LinesField(pgettext_lazy("field", "English description"))
    description_zh = LinesField(pgettext_lazy("field", "Chinese description"), blank=True)
    note = LinesField(
        pgettext_lazy("field", "note for staff"), blank=True, help_text=_("For staff.")
    )

    class Meta:
        verbose_name = pgettext_lazy("table", "programme")
        verbose_name_plural = pgettext_lazy("table", "programmes")
        ordering = ["position"]
        constraints = [
            has_its_form("slug", SLUG, 50),
            is_partial_date("started_on"),
        ]


class Batch(Keyed, Verified, Doubted):
    """One approval round of a programme."""

    guards: ClassVar[tuple[Declaration, ...]] = (
        Keys(("programme", "number"), renamable="number", scope="programme", joint="."),
    )

    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        related_name="batches",
        verbose_name=pgettext_lazy("field", "programme"),
    )
    number = SmallNumberField(pgettext_lazy("field", "number"))
    approved_on = PartialDateField(pgettext_lazy("field", "approved on"), null=True, blank=True)
    announced_on = PartialDateField(pgettext_lazy("field", "announced on"), null=True, blank=True)
    document_number = LineField(
        pgettext_lazy("field", "document number"), max_length=50, blank=True
    )
    title_en = LineField(pgettext_lazy("field", "English title"), max_length=300)
    title_zh = LineField(pgettext_lazy("field", "Chinese title"), max_length=300)
    city_count = SmallNumberField(
        pgettext_lazy("field", "number of cities"),
        null=True,
        blank=True,
        help_text=_("What the batch adds; empty where it cannot be counted."),
    )
    source = models.ForeignKey(
        Source,
        models.PROTECT,
        related_name="batches",
        verbose_name=pgettext_lazy("field", "source"),
    )
    note = LinesField(
        pgettext_lazy("field", "note for staff"), blank=True, help_text=_("For staff.")
    )

    class Meta:
        verbose_name = pgettext_lazy("table", "batch")
        verbose_name_plural = pgettext_lazy("table", "batches")
        ordering = ["programme__position", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "number"], name="zones_batch_number_is_unique"
            ),
            is_partial_date("approved_on"),
            is_partial_date("announced_on"),
            one_of("verification", Certainty),
        ]

    def __str__(self) -> str:
        told = gettext("Batch %(number)s") % {"number": self.number}
        return by_commas([str(self.programme), told])


class Zone(Version, Verified, Doubted):
    """A city's designation in a batch: its pilot zone.

    ``ended_on`` is the first day without it. A zone without ``designated_on`` is never in force.
    """

    batch = models.ForeignKey(
        Batch, models.PROTECT, related_name="zones", verbose_name=pgettext_lazy("field", "batch")
    )
    city = models.ForeignKey(
        City, models.PROTECT, related_name="zones", verbose_name=pgettext_lazy("field", "city")
    )
    name_en = LineField(pgettext_lazy("field", "English name"), max_length=200, blank=True)
    name_zh = LineField(pgettext_lazy("field", "Chinese name"), max_length=200, blank=True)
    designated_on = PartialDateField(
        pgettext_lazy("field", "designated on"),
        null=True,
        blank=True,
        help_text=_("Empty where it is not known: such a zone is never in force."),
    )
    ended_on = PartialDateField(
        pgettext_lazy("field", "first day without it"),
        null=True,
        blank=True,
        help_text=_("The first day on which the zone is no more."),
    )
    ended_by = models.ForeignKey(
        Source,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="zones_ended",
        verbose_name=pgettext_lazy("field", "document that ended it"),
    )
    successor = models.ForeignKey(
        City,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The city whose zone took this one's place."),
        verbose_name=pgettext_lazy("field", "successor"),
    )
    note = LinesField(
        pgettext_lazy("field", "note for staff"), blank=True, help_text=_("For staff.")
    )
    designated_day = first_day_column(
        "designated_on", pgettext_lazy("field", "first day designated")
    )
    ended_day = first_day_column(
        "ended_on", pgettext_lazy("field", "first day without it, as a day")
    )

    objects: ClassVar[Any] = ZoneQuerySet.as_manager()

    class Meta(Version.Meta):
        verbose_name = pgettext_lazy("table", "zone")
        verbose_name_plural = pgettext_lazy("table", "zones")
        ordering = ["batch__programme__position", "batch__number", "city"]
        constraints = [
            *Version.Meta.constraints,
            one_of("verification", Certainty),
            is_partial_date("designated_on"),
            is_partial_date("ended_on"),
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True)
                | models.Q(ended_day__gt=models.F("designated_day")),
                name="zones_zone_ends_after_its_start",
                violation_error_message="A zone ends after the day it was designated.",
            ),
        ]
        indexes = [models.Index(fields=["city", "recorded_in", "replaced_in"])]

    def __str__(self) -> str:
        told = gettext("%(identity)s (version %(version)s)")
        named = by_commas([str(self.batch.programme), str(self.city)])
        return told % {"identity": named, "version": self.version}

    def has_ended(self, *, on: date) -> bool:
        """Return whether the zone ended by a day; ``in_force`` asks the same of many."""
        return bool(self.ended_day) and self.ended_day <= on.isoformat()

    @property
    def natural_key(self) -> str:
        """Return programme and city as text: the identity of a zone at its birth."""
        return f"{self.batch.programme.slug}.{self.city.slug}"

    def rules(self) -> Iterator[Callable[[], Wrong]]:
        """Yield that an end has a start, and comes after it."""
        yield from super().rules()
        yield self._end_without_start
        yield partial(gone_at_once, self, "designated_on", "ended_on")

    def _end_without_start(self) -> Wrong:
        if self.ended_on and not self.designated_on:
            return {"ended_on": _("A zone that ended has a start.")}
        return {}


class Coverage(Verified, Ruled):
    """A further city that a zone covers, up to but without ``covered_until``."""

    guards: ClassVar[tuple[Declaration, ...]] = (
        FrozenWith(
            "a published zone keeps the cities it covers", "zone_id", "zones_zone", PUBLISHED
        ),
        Never(
            "own_city",
            "EXISTS (SELECT 1 FROM zones_zone WHERE id = NEW.zone_id AND city_id = NEW.city_id)",
            "a zone covers further cities, not its own",
        ),
    )

    zone = models.ForeignKey(
        Zone, models.PROTECT, related_name="coverages", verbose_name=pgettext_lazy("field", "zone")
    )
    city = models.ForeignKey(
        City,
        models.PROTECT,
        related_name="coverages",
        verbose_name=pgettext_lazy("field", "covered city"),
    )
    covered_from = PartialDateField(pgettext_lazy("field", "covered from"))
    covered_until = PartialDateField(
        pgettext_lazy("field", "first day not covered"),
        null=True,
        blank=True,
        help_text=_("The first day on which the zone covers the city no more."),
    )
    note = LinesField(
        pgettext_lazy("field", "note for staff"), blank=True, help_text=_("For staff.")
    )
    covered_from_day = first_day_column("covered_from", pgettext_lazy("field", "first day covered"))
    covered_until_day = first_day_column(
        "covered_until", pgettext_lazy("field", "first day not covered, as a day")
    )

    class Meta:
        verbose_name = pgettext_lazy("table", "city covered")
        verbose_name_plural = pgettext_lazy("table", "cities covered")
        ordering = ["zone", "city", "covered_from_day"]
        constraints = [
            is_partial_date("covered_from"),
            is_partial_date("covered_until"),
            models.UniqueConstraint(
                fields=["zone", "city", "covered_from_day"],
                name="zones_coverage_starts_once_a_day",
                violation_error_message="The zone covers this city from that day on already.",
            ),
            models.CheckConstraint(
                condition=models.Q(covered_until__isnull=True)
                | models.Q(covered_until_day__gt=models.F("covered_from_day")),
                name="zones_coverage_ends_after_its_start",
            ),
        ]

    def __str__(self) -> str:
        return by_commas([str(self.zone), str(self.city)])

    def rules(self) -> Iterator[Callable[[], Wrong]]:
        """Yield that it covers another city than the zone's own, and that an end comes after the
        start.
        """
        yield from super().rules()
        yield self._own_city
        yield partial(gone_at_once, self, "covered_from", "covered_until")

    def _own_city(self) -> Wrong:
        zone: Zone | None = getattr(self, "zone", None)
        if zone and self.city_id and zone.city_id == self.city_id:
            return {"city": _("This is the zone's own city: a zone covers further cities.")}
        return {}

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save as part of a draft zone.

        Raises:
            ValidationError: the zone is published and so frozen.
        """
        if self.zone.is_published:
            raise ValidationError(frozen_message(self.zone), code="frozen")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete from a draft zone.

        Raises:
            ValidationError: the zone is published and so frozen.
        """
        if self.zone.is_published:
            raise ValidationError(frozen_message(self.zone), code="frozen")
        return super().delete(*args, **kwargs)
