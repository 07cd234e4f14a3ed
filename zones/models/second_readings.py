"""Blind second readings: a drawn share of answers, answered again by somebody who sees none."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zones.models.certainty import one_of
from zones.models.change_sets import ChangeSet, by_person
from zones.models.fields import LineField, LinesField, OptionField
from zones.models.guards import Declaration, Frozen
from zones.models.labels import SETTLEMENTS
from zones.models.policies import Policy
from zones.models.value_types import plain_value
from zones.rules.vocabulary import Settlement, State


class ReadingDraw(models.Model):
    """A share of the policies in force that was drawn to be read again.

    The same ``seed`` draws the same of the same policies, so that anybody can draw them again.
    """

    guards: ClassVar[tuple[Declaration, ...]] = (
        Frozen("a draw stays as it was drawn", free=("person_id",)),
    )

    share = models.PositiveSmallIntegerField(
        pgettext_lazy("field", "share"),
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Per cent."),
    )
    focus_area = LineField(pgettext_lazy("field", "focus area"), max_length=60, blank=True)
    topic = LineField(pgettext_lazy("field", "topic"), max_length=60, blank=True)
    programme = LineField(pgettext_lazy("field", "programme"), max_length=60, blank=True)
    city = LineField(pgettext_lazy("field", "city"), max_length=60, blank=True)
    seed = models.PositiveIntegerField(pgettext_lazy("field", "seed"))
    known_at = models.PositiveIntegerField(pgettext_lazy("field", "revision read"))
    day = models.DateField(pgettext_lazy("field", "day asked about"))
    person = by_person("reading_draws", pgettext_lazy("field", "drawn by"))
    name = LineField(pgettext_lazy("field", "person's name"), max_length=150)
    at = models.DateTimeField(pgettext_lazy("field", "time"))

    class Meta:
        verbose_name = pgettext_lazy("table", "draw of second readings")
        verbose_name_plural = pgettext_lazy("table", "draws of second readings")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(share__gte=1, share__lte=100), name="zones_readingdraw_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.share}%"


class SecondReading(models.Model):
    """One drawn policy and how it was answered again: it waits until ``said`` is filled.

    ``agrees`` is whether both say the same, and by the same document; where they do not, somebody
    else settles which holds.
    A ``correction`` is the change set that corrects the first answer: it is settled so once that is
    published.
    """

    #: SQL about a reading that was done: what was said stays.
    DONE: ClassVar[str] = "{row}.read_at IS NOT NULL"
    guards: ClassVar[tuple[Declaration, ...]] = (
        Frozen(
            "a reading stays as it was read, and as it was settled",
            where=DONE,
            free=(
                *("reader_id", "settled_by_id", "settled_name", "settlement", "note"),
                "correction_id",
            ),
            once=("settled_at",),
        ),
    )

    draw = models.ForeignKey(
        ReadingDraw,
        models.PROTECT,
        related_name="readings",
        verbose_name=pgettext_lazy("field", "draw"),
    )
    policy = models.ForeignKey(
        Policy,
        models.PROTECT,
        related_name="second_readings",
        verbose_name=pgettext_lazy("field", "policy"),
    )
    reader = by_person("second_readings", pgettext_lazy("field", "read by"))
    name = LineField(pgettext_lazy("field", "reader's name"), max_length=150, blank=True)
    read_at = models.DateTimeField(pgettext_lazy("field", "read on"), null=True, blank=True)
    said = models.JSONField(
        pgettext_lazy("field", "what was answered"),
        null=True,
        blank=True,
        encoder=DjangoJSONEncoder,
    )
    agrees = models.BooleanField(pgettext_lazy("field", "agrees"), null=True, blank=True)
    settlement = OptionField(
        pgettext_lazy("field", "settlement"), max_length=10, choices=SETTLEMENTS, blank=True
    )
    note = LinesField(pgettext_lazy("field", "note"), blank=True)
    correction = models.ForeignKey(
        ChangeSet,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrected_readings",
        verbose_name=pgettext_lazy("field", "corrected by change set"),
    )
    settled_by = by_person("settled_readings", pgettext_lazy("field", "settled by"))
    settled_name = LineField(
        pgettext_lazy("field", "name of who settled it"), max_length=150, blank=True
    )
    settled_at = models.DateTimeField(pgettext_lazy("field", "settled at"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("table", "second reading")
        verbose_name_plural = pgettext_lazy("table", "second readings")
        ordering = ["pk"]
        constraints = [
            one_of("settlement", ("", *Settlement)),
            models.UniqueConstraint(fields=["draw", "policy"], name="zones_secondreading_once"),
            models.CheckConstraint(
                condition=Q(read_at__isnull=True, agrees__isnull=True)
                | Q(read_at__isnull=False, agrees__isnull=False),
                name="zones_secondreading_read_agrees_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.policy}"

    @property
    def diverges_in_document(self) -> bool:
        """Return whether both give the same answer, and name another document for it each."""
        said: Any = self.said or {}
        if self.agrees is not False or said.get("state") != self.policy.state:
            return False
        if said["state"] != State.STATED:
            return True
        try:
            value = self.policy.topic.answer_type.plain_of(said["value"])
        except ValueError:
            return False
        return bool(value == plain_value(self.policy))
