"""Focus areas, the topics under them, and the choices of choice topics."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from zones.models.certainty import one_of
from zones.models.fields import (
    CodeField,
    KeyField,
    LineField,
    LinesField,
    NumberField,
    OptionField,
    PartialDateField,
    SmallNumberField,
    YesNoField,
    has_its_form,
    is_partial_date,
)
from zones.models.guards import Declaration
from zones.models.keys import Keyed, Keys
from zones.models.places import Named
from zones.rules.values import SLUG, TRADE_MODES


class FocusArea(Named):
    """The heading under which topics are compared."""

    guards: ClassVar[tuple[Declaration, ...]] = (Keys(("slug", "position"), renamable="slug"),)

    slug = KeyField(max_length=50, unique=True)
    description_en = LinesField()
    description_zh = LinesField()
    position = SmallNumberField(unique=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            has_its_form("slug", SLUG, 50),
        ]


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
    """One comparable question. What decides answers and their order stays once it is used."""

    guards: ClassVar[tuple[Declaration, ...]] = (
        Keys(
            (
                *("slug", "focus_area", "position"),
                *("value_type", "unit", "unit_zh", "begins_on", "additive"),
            ),
            parts=("zones.Choice",),
            renamable="slug",
        ),
    )

    focus_area = models.ForeignKey(FocusArea, models.PROTECT, related_name="topics")
    slug = KeyField(max_length=60, unique=True)
    position = SmallNumberField(help_text=_("Order within the focus area."))
    question_en = LineField(max_length=300)
    question_zh = LineField(max_length=300)
    value_type = OptionField(max_length=10, choices=ValueType.choices)
    unit = LineField(max_length=50, blank=True)
    unit_zh = LineField(max_length=50, blank=True)
    direction = OptionField(max_length=10, choices=Direction.choices)
    trade_modes = CodeField(
        max_length=60,
        blank=True,
        form=TRADE_MODES,
        help_text=_("Customs supervision codes, by semicolons."),
    )
    why_it_matters_en = LinesField()
    why_it_matters_zh = LinesField()
    begins_on = PartialDateField(
        null=True, blank=True, help_text=_("Before this day there was no such rule anywhere.")
    )
    additive = YesNoField(
        default=False, help_text=_("Wider policies are read together with the answer.")
    )
    review_months = SmallNumberField()

    class Meta:
        ordering = ["focus_area__position", "position", "slug"]
        constraints = [
            has_its_form("slug", SLUG, 60),
            has_its_form("trade_modes", TRADE_MODES, 60, blank=True),
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

    def clean(self) -> None:
        """Refuse what nothing could be tested for, and a unit of what is no number.

        Raises:
            ValidationError: it is one of these, or something rests on what is changed.
        """
        super().clean()
        if self.slug == "programme":
            raise ValidationError({"slug": _("Conditions name the programmes by this word.")})
        if self.pk and self.policies.drafts().exclude(value_type=self.value_type).exists():
            told = _("Drafts answer this in another way. Change or delete them first.")
            raise ValidationError({"value_type": told})
        is_choice = self.value_type == ValueType.CHOICE
        if self.pk and self.value_type and not is_choice and self.choices.exists():
            raise ValidationError({"value_type": _("Only a topic answered by a choice has any.")})
        for name in ("unit", "unit_zh"):
            if getattr(self, name) and self.value_type and self.value_type != ValueType.NUMBER:
                raise ValidationError({name: _("Only a number has a unit.")})

    @property
    def modes(self) -> list[str]:
        """The trade modes one by one."""
        return self.trade_modes.split(";") if self.trade_modes else []


class Choice(Keyed):
    """A possible answer to a choice topic."""

    guards: ClassVar[tuple[Declaration, ...]] = (
        Keys(("topic", "slug", "position"), within="topic", renamable="slug", scope="topic"),
    )

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="choices")
    slug = KeyField(max_length=60)
    label_en = LineField(max_length=100)
    label_zh = LineField(max_length=100)
    position = SmallNumberField()
    meaning_en = LinesField()
    meaning_zh = LinesField()

    class Meta:
        ordering = ["topic__focus_area__position", "topic__position", "position"]
        constraints = [
            has_its_form("slug", SLUG, 60),
            models.UniqueConstraint(fields=["topic", "slug"], name="zones_choice_is_unique"),
            models.UniqueConstraint(
                fields=["topic", "position"], name="zones_choice_position_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic.slug}: {self.slug}"

    def clean(self) -> None:
        """Refuse a choice that could never be an answer.

        Raises:
            ValidationError: the topic is answered otherwise, or something rests on what is changed.
        """
        super().clean()
        # A topic that is new in the same form has no id yet.
        topic = self._state.fields_cache.get("topic") or (self.topic if self.topic_id else None)
        if topic and topic.value_type not in ("", ValueType.CHOICE):
            raise ValidationError({"topic": _("Only a topic answered by a choice has any.")})


class TypedValue(models.Model):
    """A value in the column of its type, so that ``limit >= 5000`` is a query."""

    value_boolean = YesNoField(null=True, blank=True)
    value_number = NumberField(null=True, blank=True)
    value_choice = models.ForeignKey(
        Choice, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True

    def wrong_value(self, topic: Topic) -> dict[str, Any]:
        """Return what is wrong with the value as an answer to a topic, by field."""
        own = VALUE_COLUMNS[ValueType(topic.value_type)]
        wrong: dict[str, Any] = {}
        for name in self.value_columns():
            is_filled = getattr(self, _attribute(name)) not in (None, "")
            if name == own and not is_filled:
                wrong[name] = _("is empty, but a stated answer has a value")
            if name not in (own, "value_text_zh" if own == "value_text_en" else own) and is_filled:
                wrong[name] = _("is filled, but the topic's answers are of another type")
        if own == "value_choice" and self.value_choice and self.value_choice.topic_id != topic.pk:
            wrong[own] = _("is a choice of another topic")
        return wrong

    def surplus_value(self) -> dict[str, Any]:
        """Return the values that stand where there should be none, by field."""
        told = _("is filled, but only a stated policy has a value")
        filled = (n for n in self.value_columns() if getattr(self, _attribute(n)) not in (None, ""))
        return dict.fromkeys(filled, told)

    @classmethod
    @cache
    def value_columns(cls) -> tuple[str, ...]:
        """Return the names of the columns of values."""
        names = (field.name for field in cls._meta.fields if field.name != "value_type")
        return tuple(name for name in names if name.startswith("value_"))


#: The column of each type of answer.
VALUE_COLUMNS = {
    ValueType.BOOLEAN: "value_boolean",
    ValueType.NUMBER: "value_number",
    ValueType.CHOICE: "value_choice",
    ValueType.TEXT: "value_text_en",
}


def _attribute(name: str) -> str:
    return "value_choice_id" if name == "value_choice" else name
