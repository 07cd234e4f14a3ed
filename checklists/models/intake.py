"""Questions about the company whose answers decide some duties."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from zones.models.fields import (
    KeyField,
    LineField,
    LinesField,
    PartField,
    SmallNumberField,
    YesNoField,
    has_its_form,
)
from zones.models.guards import Declaration
from zones.models.keys import Keyed, Keys
from zones.rules.values import SLUG


class IntakeQuestion(Keyed):
    """A question about the company. ``multiple`` allows several answers at once."""

    guards: ClassVar[tuple[Declaration, ...]] = (
        Keys(("slug",), parts=("checklists.IntakeChoice",), renamable="slug"),
    )

    slug = KeyField(max_length=60, unique=True)
    position = SmallNumberField(unique=True)
    question_en = LineField(max_length=300)
    question_zh = LineField(max_length=300)
    multiple = YesNoField(default=False)
    why_en = LinesField()
    why_zh = LinesField()

    class Meta:
        ordering = ["position"]
        constraints = [
            has_its_form("slug", SLUG, 60),
        ]

    def __str__(self) -> str:
        return self.slug


class IntakeChoice(Keyed):
    """A possible answer; the default is what counts where nothing was answered."""

    guards: ClassVar[tuple[Declaration, ...]] = (
        Keys(("question", "slug"), renamable="slug", scope="question"),
    )

    question = models.ForeignKey(IntakeQuestion, models.CASCADE, related_name="choices")
    slug = KeyField(max_length=60)
    label_en = PartField(max_length=200)
    label_zh = PartField(max_length=200)
    position = SmallNumberField()
    is_default = YesNoField(default=False)

    class Meta:
        ordering = ["question__position", "position", "slug"]
        constraints = [
            has_its_form("slug", SLUG, 60),
            models.UniqueConstraint(
                fields=["question", "slug"], name="checklists_intakechoice_is_unique"
            ),
            models.UniqueConstraint(
                fields=["question"],
                condition=models.Q(is_default=True),
                name="checklists_intakechoice_one_default",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question.slug}={self.slug}"
