"""Checklists worked on: who, for which places, on which law; private to those who share them."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cbec_portal.languages import in_language
from checklists.models.intake import IntakeChoice
from checklists.models.templates import Template
from checklists.models.texts import readable
from checklists.models.versions import Versioned
from zones.models import City, CustomsDistrict, Province
from zones.models.certainty import one_of
from zones.models.fields import LineField

#: By which checklists are asked for: worked on, the first, closed, or either.
STATES = ("open", "closed", "all")


class ChecklistQuerySet(models.QuerySet["Checklist"]):
    """Questions about checklists."""

    def open(self) -> Self:
        """Return the checklists that are not closed."""
        return self.filter(closed_at__isnull=True)

    def closed(self) -> Self:
        """Return those on which nobody works until they are reopened."""
        return self.filter(closed_at__isnull=False)

    def in_state(self, state: str) -> Self:
        """Return those in one of `STATES`."""
        return {"open": self.open, "closed": self.closed, "all": self.all}[state]()


class Checklist(Versioned):
    """A template worked on by someone for one place or several.

    ``as_of`` is the day whose law it stands on and ``known_at`` the revision; where it
    ``follows_today``, later law is held against it day by day.
    """

    key = models.UUIDField(
        pgettext_lazy("field", "key"), default=uuid.uuid4, unique=True, editable=False
    )
    title = LineField(_("title"), max_length=200, validators=[readable])
    template = models.ForeignKey(
        Template,
        models.PROTECT,
        related_name="checklists",
        verbose_name=pgettext_lazy("field", "checklist template"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="checklists",
        verbose_name=pgettext_lazy("field", "owner"),
    )
    as_of = models.DateField(pgettext_lazy("field", "as of"))
    known_at = models.PositiveIntegerField(pgettext_lazy("field", "known at"))
    follows_today = models.BooleanField(
        pgettext_lazy("field", "follows the law of today"), default=True
    )
    created_at = models.DateTimeField(pgettext_lazy("field", "made at"), auto_now_add=True)
    closed_at = models.DateTimeField(pgettext_lazy("field", "closed at"), null=True, blank=True)

    objects: ClassVar = ChecklistQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("table", "checklist")
        verbose_name_plural = pgettext_lazy("table", "checklists")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["owner", "-created_at"])]

    def __str__(self) -> str:
        return self.title


class Place(models.Model):
    """A place a checklist is for: a city, or one without pilot status by province and district."""

    checklist = models.ForeignKey(
        Checklist,
        models.CASCADE,
        related_name="places",
        verbose_name=pgettext_lazy("field", "checklist"),
    )
    position = models.PositiveSmallIntegerField(pgettext_lazy("field", "position"))
    city = models.ForeignKey(
        City,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("field", "city"),
    )
    name = LineField(
        pgettext_lazy("field", "name"), max_length=100, blank=True, validators=[readable]
    )
    province = models.ForeignKey(
        Province,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("field", "province"),
    )
    customs_district = models.ForeignKey(
        CustomsDistrict,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("field", "customs district"),
    )

    class Meta:
        verbose_name = pgettext_lazy("table", "place")
        verbose_name_plural = pgettext_lazy("table", "places")
        ordering = ["checklist", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["checklist", "position"], name="checklists_place_position_is_unique"
            ),
            models.UniqueConstraint(
                fields=["checklist", "city"], name="checklists_place_city_is_said_once"
            ),
            models.UniqueConstraint(
                fields=["checklist", "name"],
                condition=~Q(name=""),
                name="checklists_place_name_is_said_once",
                violation_error_message="Give places different names.",
            ),
            models.CheckConstraint(
                condition=Q(
                    city__isnull=False,
                    name="",
                    province__isnull=True,
                    customs_district__isnull=True,
                )
                | (
                    Q(
                        city__isnull=True,
                        province__isnull=False,
                        customs_district__isnull=False,
                    )
                    & ~Q(name="")
                ),
                name="checklists_place_is_a_city_or_described",
                violation_error_message="Name a city, or a name, a province and a district.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.city) if self.city else self.name

    def called(self, language: str) -> str:
        """Return what the place is called in a language."""
        return in_language(self.city, "name", language) if self.city else self.name


class GivenAnswer(models.Model):
    """An answer of the company to an intake question."""

    checklist = models.ForeignKey(
        Checklist,
        models.CASCADE,
        related_name="answers",
        verbose_name=pgettext_lazy("field", "checklist"),
    )
    choice = models.ForeignKey(
        IntakeChoice,
        models.PROTECT,
        related_name="given",
        verbose_name=pgettext_lazy("field", "answer about the company"),
    )

    class Meta:
        verbose_name = pgettext_lazy("table", "answer given")
        verbose_name_plural = pgettext_lazy("table", "answers given")
        ordering = ["checklist", "choice"]
        constraints = [
            models.UniqueConstraint(
                fields=["checklist", "choice"], name="checklists_givenanswer_is_said_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.checklist_id}: {self.choice}"


class Role(models.TextChoices):
    """What someone may do with a checklist that is shared with them."""

    VIEWER = "viewer", _("viewer")
    EDITOR = "editor", _("editor")


class Share(models.Model):
    """A checklist shared with someone."""

    checklist = models.ForeignKey(
        Checklist,
        models.CASCADE,
        related_name="shares",
        verbose_name=pgettext_lazy("field", "checklist"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="shares",
        verbose_name=pgettext_lazy("field", "user"),
    )
    role = models.CharField(pgettext_lazy("field", "role"), max_length=6, choices=Role.choices)

    class Meta:
        verbose_name = pgettext_lazy("table", "share")
        verbose_name_plural = pgettext_lazy("table", "shares")
        ordering = ["checklist", "user"]
        constraints = [
            models.UniqueConstraint(
                fields=["checklist", "user"], name="checklists_share_is_said_once"
            ),
            one_of("role", Role),
        ]

    def __str__(self) -> str:
        return f"{self.checklist_id}: {self.user} ({self.role})"
