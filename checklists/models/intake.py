"""Questions about the company whose answers decide some duties."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
    position = SmallNumberField(pgettext_lazy("field", "position"), unique=True)
    question_en = LineField(pgettext_lazy("field", "English question"), max_length=300)
    question_zh = LineField(pgettext_lazy("field", "Chinese question"), max_length=300)
    multiple = YesNoField(pgettext_lazy("field", "several answers"), default=False)
    why_en = LinesField(pgettext_lazy("field", "English reason for asking"))
    why_zh = LinesField(pgettext_lazy("field", "Chinese reason for asking"))

    class Meta:
        verbose_name = pgettext_lazy("table", "question about the company")
        verbose_name_plural = pgettext_lazy("table", "questions about the company")
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

    question = models.ForeignKey(
        IntakeQuestion,
        models.CASCADE,
        related_name="choices",
        verbose_name=pgettext_lazy("field", "question"),
    )
    slug = KeyField(max_length=60)
    label_en = PartField(pgettext_lazy("field", "English label"), max_length=200)
    label_zh = PartField(pgettext_lazy("field", "Chinese label"), max_length=200)
    position = SmallNumberField(pgettext_lazy("field", "position"))
    is_default = YesNoField(
        pgettext_lazy("field", "default"),
        default=False,
        help_text=_("What counts where nothing was answered."),
    )

    class Meta:
        verbose_name = pgettext_lazy("table", "answer about the company")
        verbose_name_plural = pgettext_lazy("table", "answers about the company")
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
