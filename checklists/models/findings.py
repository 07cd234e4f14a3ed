"""What a team found out for itself: it answers a topic in its own checklists and nowhere else."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cbec_portal.day_words import day_in_words
from checklists.models.checklists import Checklist
from checklists.models.texts import readable
from zones.models import City, Topic
from zones.models.fields import LineField
from zones.models.value_types import TESTABLE, TypedValue, one_alone


class FindingQuerySet(models.QuerySet["Finding"]):
    """Questions about findings."""

    def not_withdrawn(self) -> Self:
        """Return the findings that are not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class Finding(TypedValue):
    """A team's own answer to a topic in a place, from ``found_on`` until before ``expires_on``.

    It answers only in the checklists that it is recorded in, is never part of the public data, and
    is corrected by withdrawing it and recording another.
    """

    key = models.UUIDField(
        pgettext_lazy("field", "key"), default=uuid.uuid4, unique=True, editable=False
    )
    checklists = models.ManyToManyField(
        Checklist, related_name="findings", verbose_name=pgettext_lazy("field", "checklists")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("field", "author"),
    )
    city = models.ForeignKey(
        City,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("field", "city"),
    )
    place_name = LineField(
        pgettext_lazy("field", "place without pilot status"), max_length=100, blank=True
    )
    topic = models.ForeignKey(
        Topic, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("field", "topic")
    )
    said_by = LineField(
        _("said by"),
        max_length=300,
        validators=[readable],
        help_text=_("Who said so, how: an office, a letter, a call."),
    )
    note = models.TextField(
        pgettext_lazy("field", "note"), max_length=5000, blank=True, validators=[readable]
    )
    found_on = models.DateField(_("found on"))
    expires_on = models.DateField(_("expires on"), help_text=_("The first day it no longer holds."))
    evidence = models.ForeignKey(
        "checklists.Evidence",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
        verbose_name=pgettext_lazy("field", "evidence"),
    )
    evidence_through = models.PositiveIntegerField(
        pgettext_lazy("field", "newest version that serves"), null=True, blank=True, editable=False
    )
    created_at = models.DateTimeField(pgettext_lazy("field", "made at"), auto_now_add=True)
    offered_at = models.DateTimeField(pgettext_lazy("field", "offered at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(
        pgettext_lazy("field", "withdrawn at"), null=True, blank=True
    )

    objects: ClassVar = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("table", "finding")
        verbose_name_plural = pgettext_lazy("table", "findings")
        ordering = ["-found_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=one_alone(TESTABLE),
                name="checklists_finding_has_one_value",
                violation_error_message="Give one value.",
            ),
            models.CheckConstraint(
                condition=Q(city__isnull=False, place_name="")
                | (Q(city__isnull=True) & ~Q(place_name="")),
                name="checklists_finding_is_for_one_place",
                violation_error_message="Name a city, or a place described in the checklist.",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__gt=F("found_on")),
                name="checklists_finding_expires_later",
                violation_error_message="A finding expires after the day it was found.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic}: {self.city or self.place_name} ({day_in_words(self.found_on)})"

    def has_expired(self, *, on: date) -> bool:
        """Return whether the finding no longer answers on a day, as its time is over."""
        return self.expires_on <= on

    def holds(self, *, on: date) -> bool:
        """Return whether the finding answers on a day, unless it is withdrawn."""
        return self.found_on <= on and not self.has_expired(on=on)


class OfferedFinding(Finding):
    """A finding as the analysts see it: what a team offered them, and nothing of its checklists."""

    class Meta:
        verbose_name = pgettext_lazy("table", "offered finding")
        verbose_name_plural = pgettext_lazy("table", "offered findings")
        proxy = True

    def __str__(self) -> str:
        return f"{self.topic}: {self.city or self.place_name}"
