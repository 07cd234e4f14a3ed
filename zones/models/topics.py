"""Focus areas, the topics under them, and the choices of choice topics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial, reduce
from operator import or_
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cbec_portal.languages import active_language, either, in_language
from zones.models.certainty import one_of
from zones.models.fields import (
    CodeField,
    KeyField,
    LineField,
    LinesField,
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
from zones.models.revisions import Revision
from zones.models.row_rules import Wrong
from zones.models.value_types import ANSWER_TYPES, LISTED, TYPES, AnswerType, ValueType
from zones.rules.cell_tests import PROGRAMME
from zones.rules.values import SLUG, TRADE_MODES


class FocusArea(Named):
    """The heading under which topics are compared."""

    guards: ClassVar[tuple[Declaration, ...]] = (Keys(("slug", "position"), renamable="slug"),)

    slug = KeyField(max_length=50, unique=True)
    description_en = LinesField(pgettext_lazy("field", "English description"))
    description_zh = LinesField(pgettext_lazy("field", "Chinese description"))
    position = SmallNumberField(pgettext_lazy("field", "position"), unique=True)

    class Meta:
        verbose_name = pgettext_lazy("table", "focus area")
        verbose_name_plural = pgettext_lazy("table", "focus areas")
        ordering = ["position"]
        constraints = [
            has_its_form("slug", SLUG, 50),
        ]


class Direction(models.TextChoices):
    """Which way the goods go."""

    IMPORT = "import", _("import")
    EXPORT = "export", _("export")
    BOTH = "both", _("both")


#: What is said of the texts of the codebook.
CODEBOOK = _("So that any two who read the same document give the same answer.")


class Topic(Keyed):
    """One comparable question. What decides answers and their order stays once it is used.

    ``descriptive_since`` is the revision from which on it is descriptive, if earlier ones counted
    its answers; none where it always was.
    """

    guards: ClassVar[tuple[Declaration, ...]] = (
        Keys(
            (
                *("slug", "focus_area", "position"),
                *("value_type", "unit", "unit_zh", "begins_on", "additive"),
                *("descriptive", "descriptive_since"),
            ),
            parts=("zones.Choice",),
            renamable="slug",
            turning={"descriptive": "descriptive_since"},
        ),
    )

    focus_area = models.ForeignKey(
        FocusArea,
        models.PROTECT,
        related_name="topics",
        verbose_name=pgettext_lazy("field", "focus area"),
    )
    slug = KeyField(max_length=60, unique=True)
    position = SmallNumberField(
        pgettext_lazy("field", "position"), help_text=_("Order within the focus area.")
    )
    label_en = LineField(
        pgettext_lazy("field", "English short head"),
        max_length=60,
        blank=True,
        help_text=_("What heads it in a table; the question if empty."),
    )
    label_zh = LineField(
        pgettext_lazy("field", "Chinese short head"),
        max_length=60,
        blank=True,
        help_text=_("What heads it in a table; the question if empty."),
    )
    question_en = LineField(pgettext_lazy("field", "English question"), max_length=300)
    question_zh = LineField(pgettext_lazy("field", "Chinese question"), max_length=300)
    value_type = OptionField(
        pgettext_lazy("field", "kind of answer"), max_length=10, choices=ValueType.choices
    )
    unit = LineField(pgettext_lazy("field", "English unit"), max_length=50, blank=True)
    unit_zh = LineField(pgettext_lazy("field", "Chinese unit"), max_length=50, blank=True)
    direction = OptionField(
        pgettext_lazy("field", "direction"), max_length=10, choices=Direction.choices
    )
    trade_modes = CodeField(
        pgettext_lazy("field", "supervision codes"),
        max_length=60,
        blank=True,
        form=TRADE_MODES,
        help_text=_("Customs supervision codes, by semicolons."),
    )
    why_it_matters_en = LinesField(pgettext_lazy("field", "English text: why it matters"))
    why_it_matters_zh = LinesField(pgettext_lazy("field", "Chinese text: why it matters"))
    counts_as_en = LinesField(
        pgettext_lazy("field", "English codebook: what counts as which answer"),
        blank=True,
        help_text=CODEBOOK,
    )
    counts_as_zh = LinesField(
        pgettext_lazy("field", "Chinese codebook: what counts as which answer"),
        blank=True,
        help_text=CODEBOOK,
    )
    examples_en = LinesField(pgettext_lazy("field", "English codebook: examples"), blank=True)
    examples_zh = LinesField(pgettext_lazy("field", "Chinese codebook: examples"), blank=True)
    pitfalls_en = LinesField(pgettext_lazy("field", "English codebook: pitfalls"), blank=True)
    pitfalls_zh = LinesField(pgettext_lazy("field", "Chinese codebook: pitfalls"), blank=True)
    begins_on = PartialDateField(
        pgettext_lazy("field", "first day of any such rule"),
        null=True,
        blank=True,
        help_text=_("Before this day there was no such rule anywhere."),
    )
    additive = YesNoField(
        pgettext_lazy("field", "additive"),
        default=False,
        help_text=_("Wider policies are read together with the answer."),
    )
    descriptive = YesNoField(
        pgettext_lazy("field", "only names things"),
        default=False,
        help_text=_("It names things: shown, and never counted as the same or different."),
    )
    descriptive_since = models.ForeignKey(
        Revision,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=pgettext_lazy("field", "only names things since"),
    )
    review_months = SmallNumberField(pgettext_lazy("field", "months until it is read again"))

    class Meta:
        verbose_name = pgettext_lazy("table", "topic")
        verbose_name_plural = pgettext_lazy("table", "topics")
        ordering = ["focus_area__position", "position", "slug"]
        constraints = [
            has_its_form("slug", SLUG, 60),
            has_its_form("trade_modes", TRADE_MODES, 60, blank=True),
            one_of("value_type", ValueType),
            one_of("direction", Direction),
            is_partial_date("begins_on"),
            models.CheckConstraint(
                condition=reduce(
                    or_,
                    (models.Q(value_type=own.word) for own in TYPES if own.has_unit),
                    models.Q(unit=""),
                ),
                name="zones_topic_only_numbers_have_units",
                violation_error_message="Only a number has a unit.",
            ),
            models.CheckConstraint(
                condition=models.Q(descriptive=True) | models.Q(descriptive_since__isnull=True),
                name="zones_topic_descriptive_since_one_is",
            ),
        ]

    def __str__(self) -> str:
        language = active_language()
        return in_language(self, "label", language) or in_language(self, "question", language)

    def rules(self) -> Iterator[Callable[[], Wrong]]:
        """Yield that it is called as nothing else, answered as its drafts and choices are, and that
        a number alone has a unit.
        """
        yield from super().rules()
        yield self._called_as_programmes
        yield self._drafts_of_another_type
        yield self._choices_of_no_choice
        for name in ("unit", "unit_zh"):
            yield partial(self._unit_of_no_number, name)

    def _called_as_programmes(self) -> Wrong:
        if self.slug != PROGRAMME:
            return {}
        return {"slug": _("Conditions name the programmes by this word.")}

    def _drafts_of_another_type(self) -> Wrong:
        # Drafts took the type that is stored: they are asked for only where it is another.
        is_retyped = self.pk and self._stored_keys.get("value_type") != self.value_type
        if is_retyped and self.policies.drafts().exclude(value_type=self.value_type).exists():
            told = _("Drafts answer this in another way. Change or delete them first.")
            return {"value_type": told}
        return {}

    def _choices_of_no_choice(self) -> Wrong:
        answered_by = ANSWER_TYPES.get(self.value_type)
        if answered_by and self.pk and not answered_by.is_listed and self.choices.exists():
            return {"value_type": _("Only a topic answered by a choice has any.")}
        return {}

    def _unit_of_no_number(self, name: str) -> Wrong:
        answered_by = ANSWER_TYPES.get(self.value_type)
        if answered_by and not answered_by.has_unit and getattr(self, name):
            return {name: _("Only a number has a unit.")}
        return {}

    def is_descriptive(self, known_at: int) -> bool:
        """Return whether it only described, as a revision knew it.

        A topic that turned descriptive when answers were published already is so from the revision
        on that says so: earlier ones go on counting it, as they did.
        """
        return self.descriptive and (self.descriptive_since_id or 0) <= known_at

    def unit_in(self, language: str) -> str:
        """Return in what a number that answers it is counted, in a language; nothing of others."""
        return either(self.unit, self.unit_zh, language)

    @property
    def answer_type(self) -> AnswerType:
        """Return what the portal knows of its type of answer."""
        return ANSWER_TYPES[self.value_type]

    @property
    def modes(self) -> list[str]:
        """Return the trade modes one by one."""
        return self.trade_modes.split(";") if self.trade_modes else []


class Choice(Keyed):
    """A possible answer to a choice topic."""

    guards: ClassVar[tuple[Declaration, ...]] = (
        Keys(("topic", "slug", "position"), within="topic", renamable="slug", scope="topic"),
    )

    topic = models.ForeignKey(
        Topic, models.PROTECT, related_name="choices", verbose_name=pgettext_lazy("field", "topic")
    )
    slug = KeyField(max_length=60)
    label_en = LineField(pgettext_lazy("field", "English label"), max_length=100)
    label_zh = LineField(pgettext_lazy("field", "Chinese label"), max_length=100)
    position = SmallNumberField(pgettext_lazy("field", "position"))
    meaning_en = LinesField(pgettext_lazy("field", "English meaning"))
    meaning_zh = LinesField(pgettext_lazy("field", "Chinese meaning"))
    denies = YesNoField(
        pgettext_lazy("field", "denies"),
        default=False,
        help_text=_("By this answer a place does not have the rule: it looks like a no."),
    )

    class Meta:
        verbose_name = pgettext_lazy("table", "choice")
        verbose_name_plural = pgettext_lazy("table", "choices")
        ordering = ["topic__focus_area__position", "topic__position", "position"]
        constraints = [
            has_its_form("slug", SLUG, 60),
            models.UniqueConstraint(fields=["topic", "slug"], name="zones_choice_is_unique"),
            models.UniqueConstraint(
                fields=["topic", "position"], name="zones_choice_position_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic}{gettext(': ')}{in_language(self, 'label', active_language())}"

    def rules(self) -> Iterator[Callable[[], Wrong]]:
        """Yield that its topic is answered by choices."""
        yield from super().rules()
        yield self._never_an_answer

    def _never_an_answer(self) -> Wrong:
        # A topic that is new in the same form has no id yet.
        topic = self._state.fields_cache.get("topic") or (self.topic if self.topic_id else None)
        if topic and topic.value_type not in ("", LISTED.word):
            return {"topic": _("Only a topic answered by a choice has any.")}
        return {}
