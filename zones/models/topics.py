"""Focus areas, the topics under them, and the choices of choice topics."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from zones.models.certainty import one_of
from zones.models.fields import PartialDateField, is_partial_date
from zones.models.guards import Declaration
from zones.models.keys import Keyed, Keys
from zones.models.places import Named


class FocusArea(Named):
    """The heading under which topics are compared."""

    guards: ClassVar[tuple[Declaration, ...]] = (Keys(("slug",)),)

    slug = models.SlugField(max_length=50, unique=True)
    description_en = models.TextField()
    description_zh = models.TextField()
    position = models.PositiveSmallIntegerField(unique=True)

    class Meta:
        ordering = ["position"]


class ValueType(models.TextChoices):
    """What an answer to a topic is."""

    BOOLEAN = "boolean", _("yes or no")
    NUMBER = "number", _("number")
    CHOICE = "choice", _("choice")
    TEXT = "text", _("text")


class Direction(models.TextChoices):
    """Which way the goods go."""

    IMPORT = "import", _("import")
    EXPORT = "export", _("export")
    BOTH = "both", _("both")


class Topic(Keyed):
    """One comparable question. Its type and unit never change once it is used."""

    guards: ClassVar[tuple[Declaration, ...]] = (
        Keys(
            ("slug", "value_type", "unit", "unit_zh", "begins_on", "additive"),
            parts=("zones.Choice",),
        ),
    )

    focus_area = models.ForeignKey(FocusArea, models.PROTECT, related_name="topics")
    slug = models.SlugField(max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(help_text=_("Order within the focus area."))
    question_en = models.CharField(max_length=300)
    question_zh = models.CharField(max_length=300)
    value_type = models.CharField(max_length=10, choices=ValueType.choices)
    unit = models.CharField(max_length=50, blank=True)
    unit_zh = models.CharField(max_length=50, blank=True)
    direction = models.CharField(max_length=10, choices=Direction.choices)
    trade_modes = models.CharField(
        max_length=60, blank=True, help_text=_("Customs supervision codes, by semicolons.")
    )
    why_it_matters_en = models.TextField()
    why_it_matters_zh = models.TextField()
    begins_on = PartialDateField(
        null=True, blank=True, help_text=_("Before this day there was no such rule anywhere.")
    )
    additive = models.BooleanField(
        default=False, help_text=_("Wider policies are read together with the answer.")
    )
    review_months = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["focus_area__position", "position"]
        constraints = [
            one_of("value_type", ValueType),
            one_of("direction", Direction),
            is_partial_date("begins_on"),
            models.CheckConstraint(
                condition=models.Q(unit="") | models.Q(value_type=ValueType.NUMBER),
                name="zones_topic_only_numbers_have_units",
                violation_error_message="Only a number has a unit.",
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def modes(self) -> list[str]:
        """The trade modes one by one."""
        return self.trade_modes.split(";") if self.trade_modes else []


class Choice(Keyed):
    """A possible answer to a choice topic."""

    guards: ClassVar[tuple[Declaration, ...]] = (Keys(("topic", "slug"), within="topic"),)

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="choices")
    slug = models.SlugField(max_length=60)
    label_en = models.CharField(max_length=100)
    label_zh = models.CharField(max_length=100)
    position = models.PositiveSmallIntegerField()
    meaning_en = models.TextField()
    meaning_zh = models.TextField()

    class Meta:
        ordering = ["topic__focus_area__position", "topic__position", "position"]
        constraints = [
            models.UniqueConstraint(fields=["topic", "slug"], name="zones_choice_is_unique"),
            models.UniqueConstraint(
                fields=["topic", "position"], name="zones_choice_position_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic.slug}: {self.slug}"


class TypedValue(models.Model):
    """A value in the column of its type, so that ``limit >= 5000`` is a query."""

    value_boolean = models.BooleanField(null=True, blank=True)
    value_number = models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)
    value_choice = models.ForeignKey(
        Choice, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True


def parse_boolean(text: str) -> bool:
    """Read ``true`` or ``false``.

    Raises:
        ValueError: the text is neither.
    """
    try:
        return {"true": True, "false": False}[text]
    except KeyError:
        raise ValueError(f"{text!r} is not true or false") from None


def parse_number(text: str) -> Decimal:
    """Read a plain decimal number of at most four decimals.

    Raises:
        ValueError: the text is no such number.
    """
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is not a number") from None
    exponent = number.as_tuple().exponent
    if (
        not isinstance(exponent, int)
        or exponent < -4
        or number.adjusted() > 14
        or "e" in text.lower()
    ):
        raise ValueError(f"{text!r} is not a plain number of at most four decimals")
    return number


def number_text(number: Decimal) -> str:
    """A number as it is written: no exponent, no idle zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
