"""Templates of checklists and the requirements in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, ClassVar, Self

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cbec_portal.languages import active_language, in_language
from checklists.models.intake import IntakeChoice
from checklists.rules.duty_numbers import order_of
from zones.models import FocusArea, Programme, Source, Topic
from zones.models.certainty import Doubted, Verified, one_of
from zones.models.day_order import last_before_first
from zones.models.fields import (
    CodeField,
    KeyField,
    LineField,
    LinesField,
    OptionField,
    PartialDateField,
    SmallNumberField,
    first_day_column,
    has_its_form,
    is_partial_date,
    last_day_column,
)
from zones.models.guards import Declaration
from zones.models.keys import Keyed, Keys
from zones.models.row_rules import Wrong
from zones.models.value_types import GATES, TypedValue, one_alone, type_of
from zones.rules.values import DUTY_NUMBER, SLUG
from zones.rules.vocabulary import Certainty


class Template(Keyed):
    """A checklist for a trade mode or role.

    Where ``gate_topic`` has none of the gate's values in a city, the trade mode is a stop there.
    """

    guards: ClassVar[tuple[Declaration, ...]] = (
        Keys(("slug",), parts=("checklists.GateValue",), renamable="slug"),
    )

    slug = KeyField(max_length=60, unique=True)
    position = SmallNumberField(pgettext_lazy("field", "position"), unique=True)
    name_en = LineField(pgettext_lazy("field", "English name"), max_length=200)
    name_zh = LineField(pgettext_lazy("field", "Chinese name"), max_length=200)
    trade_mode = LineField(pgettext_lazy("field", "trade mode"), max_length=30)
    audience = LineField(pgettext_lazy("field", "English audience"), max_length=50)
    audience_zh = LineField(pgettext_lazy("field", "Chinese audience"), max_length=50)
    description_en = LinesField(pgettext_lazy("field", "English description"))
    description_zh = LinesField(pgettext_lazy("field", "Chinese description"))
    gate_topic = models.ForeignKey(
        Topic,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="gated_templates",
        verbose_name=pgettext_lazy("field", "topic of the gate"),
        help_text=_(
            "Where its answer in a city is none of the gate's values, the mode is not open there."
        ),
    )

    class Meta:
        verbose_name = pgettext_lazy("table", "checklist template")
        verbose_name_plural = pgettext_lazy("table", "checklist templates")
        ordering = ["position"]
        constraints = [
            has_its_form("slug", SLUG, 60),
        ]

    def __str__(self) -> str:
        return in_language(self, "name", active_language())


class GateValue(TypedValue):
    """One value of the gate topic that opens a template's trade mode."""

    template = models.ForeignKey(
        Template,
        models.CASCADE,
        related_name="gate_values",
        verbose_name=pgettext_lazy("field", "checklist template"),
    )

    class Meta:
        verbose_name = pgettext_lazy("table", "value of the gate")
        verbose_name_plural = pgettext_lazy("table", "values of the gate")
        ordering = ["template", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=one_alone(GATES),
                name="checklists_gatevalue_is_one_value",
            ),
        ]

    def __str__(self) -> str:
        own = type_of(self)
        return f"{self.template_id}: {getattr(self, own.column) if own else None}"

    @property
    def place(self) -> tuple[int, str]:
        """Return where the value stands among all that could open the gate."""
        own = type_of(self)
        return own.place(self) if own else (0, "")

    def clean(self) -> None:
        """Refuse a value that is none of the gate topic's.

        Raises:
            ValidationError: there is no gate topic, or it has no such value.
        """
        topic = self.template.gate_topic
        if topic is None:
            raise ValidationError(_("Only a template with a gate topic has values that open it."))
        if not topic.answer_type.opens_gates:
            raise ValidationError(_("A gate opens by yes or no, or by a choice."))
        if wrong := self.wrong_value(topic):
            raise ValidationError(list(wrong.values()))


class Severity(models.TextChoices):
    """Whether a duty must be met."""

    MANDATORY = "mandatory", _("mandatory")
    RECOMMENDED = "recommended", _("recommended")


class Recurrence(models.TextChoices):
    """How often a duty comes back.

    What comes back by the calendar is due anew after so many ``months``; what comes back whenever
    something happens has no due day of its own, so that it is never overdue by itself.
    """

    ONCE = "once", _("once")
    PER_SHIPMENT = "per shipment", _("per shipment")
    EVENT_DRIVEN = "event-driven", _("event-driven")
    MONTHLY = "monthly", _("monthly")
    QUARTERLY = "quarterly", _("quarterly")
    HALF_YEARLY = "half-yearly", _("half-yearly")
    YEARLY = "yearly", _("yearly")

    @property
    def months(self) -> int | None:
        """Return how many months lie between two periods, if the calendar says."""
        return _MONTHS.get(self)

    @property
    def comes_back(self) -> bool:
        """Return whether settling a period opens another."""
        return self is not Recurrence.ONCE


_MONTHS = {
    Recurrence.MONTHLY: 1,
    Recurrence.QUARTERLY: 3,
    Recurrence.HALF_YEARLY: 6,
    Recurrence.YEARLY: 12,
}


class Operator(models.TextChoices):
    """How a test compares."""

    IS = "=", _("is")
    IS_NOT = "!=", _("is not")


class Wording(Verified, Doubted):
    """What a duty says, and the source it rests on: of a requirement now, of an item as signed.

    ``effective_to`` is the last day the duty binds, cut short the last of its month or year.
    """

    number = CodeField(
        pgettext_lazy("field", "number"),
        max_length=10,
        form=DUTY_NUMBER,
        help_text=_("Its place in the template, such as 3 or 3a."),
    )
    focus_area = models.ForeignKey(
        FocusArea,
        models.PROTECT,
        related_name="%(class)ss",
        verbose_name=pgettext_lazy("field", "focus area"),
    )
    title_en = LineField(pgettext_lazy("field", "English title"), max_length=200)
    title_zh = LineField(pgettext_lazy("field", "Chinese title"), max_length=200)
    guidance_en = LinesField(pgettext_lazy("field", "English text: what to do"))
    guidance_zh = LinesField(pgettext_lazy("field", "Chinese text: what to do"))
    evidence_en = LinesField(pgettext_lazy("field", "English text: what proves it"))
    evidence_zh = LinesField(pgettext_lazy("field", "Chinese text: what proves it"))
    responsible_role = LineField(pgettext_lazy("field", "English responsible role"), max_length=100)
    responsible_role_zh = LineField(
        pgettext_lazy("field", "Chinese responsible role"), max_length=100
    )
    severity = OptionField(
        pgettext_lazy("field", "severity"), max_length=20, choices=Severity.choices
    )
    recurrence = OptionField(
        pgettext_lazy("field", "recurrence"), max_length=20, choices=Recurrence.choices
    )
    effective_from = PartialDateField(
        pgettext_lazy("field", "in force from"), null=True, blank=True
    )
    effective_to = PartialDateField(
        pgettext_lazy("field", "last day in force"),
        null=True,
        blank=True,
        help_text=_("Empty where no end is recorded; a month or a year lasts to its end."),
    )
    source = models.ForeignKey(
        Source,
        models.PROTECT,
        related_name="%(class)ss",
        verbose_name=pgettext_lazy("field", "source"),
    )
    clause = LineField(
        pgettext_lazy("field", "clause"),
        max_length=200,
        blank=True,
        help_text=_("Where in the source it stands."),
    )
    clause_zh = LineField(
        pgettext_lazy("field", "Chinese clause"),
        max_length=200,
        blank=True,
        help_text=_("The same in Chinese."),
    )

    class Meta:
        abstract = True


class Tested(TypedValue):
    """What a duty depends on: a test of the place, and one of the company."""

    tested_topic = models.ForeignKey(
        Topic,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=pgettext_lazy("field", "topic tested"),
    )
    tested_programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=pgettext_lazy("field", "programme tested"),
    )
    test_operator = OptionField(
        pgettext_lazy("field", "is or is not"), max_length=2, choices=Operator.choices, blank=True
    )
    asked_choice = models.ForeignKey(
        IntakeChoice,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=pgettext_lazy("field", "answer asked for"),
    )
    ask_operator = OptionField(
        pgettext_lazy("field", "answer is or is not"),
        max_length=2,
        choices=Operator.choices,
        blank=True,
    )

    class Meta:
        abstract = True


class RequirementQuerySet(models.QuerySet["Requirement"]):
    """Questions about requirements."""

    def withdrawn(self) -> Self:
        """Return those that some revision published and the newest does not know."""
        versions = models.OuterRef("pk")
        own: Any = apps.get_model("checklists", "RequirementVersion")._default_manager
        told = own.filter(requirement=versions)
        published, now = models.Exists(told.published()), models.Exists(told.current())
        return self.filter(published).exclude(now)

    def not_withdrawn(self) -> Self:
        """Leave out those that only earlier revisions know."""
        return self.exclude(pk__in=self.model.objects.withdrawn().order_by().values("pk"))


class Requirement(Keyed, Tested, Wording):
    """One duty in a template, perhaps conditional on the city and on the company.

    The city is tested by ``tested_topic`` with a value, or by ``tested_programme``; the company by
    ``asked_choice``. It says what its latest version does, and stays when it is withdrawn: then no
    version is current. What an earlier revision said is kept in `RequirementVersion`.
    """

    guards: ClassVar[tuple[Declaration, ...]] = (
        Keys(("template", "number"), renamable="number", scope="template"),
    )

    template = models.ForeignKey(
        Template,
        models.PROTECT,
        related_name="requirements",
        verbose_name=pgettext_lazy("field", "checklist template"),
    )
    position = SmallNumberField(
        pgettext_lazy("field", "position"),
        editable=False,
        help_text=_("Order within the template, by the number."),
    )
    effective_from_day = first_day_column(
        "effective_from", pgettext_lazy("field", "first day in force")
    )
    effective_to_day = last_day_column(
        "effective_to", pgettext_lazy("field", "last day in force, as a day")
    )

    objects: ClassVar[Any] = RequirementQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("table", "compliance requirement")
        verbose_name_plural = pgettext_lazy("table", "compliance requirements")
        ordering = ["template__position", "position"]
        constraints = [
            has_its_form("number", DUTY_NUMBER, 10),
            models.UniqueConstraint(
                fields=["template", "number"], name="checklists_requirement_number_is_unique"
            ),
            one_of("verification", Certainty),
            one_of("severity", Severity),
            one_of("recurrence", Recurrence),
            is_partial_date("effective_from"),
            is_partial_date("effective_to"),
            models.CheckConstraint(
                condition=models.Q(effective_to__isnull=True)
                | models.Q(effective_from__isnull=True)
                | models.Q(effective_to_day__gte=models.F("effective_from_day")),
                name="checklists_requirement_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    tested_topic__isnull=True, tested_programme__isnull=True, test_operator=""
                )
                | models.Q(
                    tested_topic__isnull=False,
                    tested_programme__isnull=True,
                    test_operator__in=Operator.values,
                )
                | models.Q(
                    tested_topic__isnull=True,
                    tested_programme__isnull=False,
                    test_operator__in=Operator.values,
                ),
                name="checklists_requirement_has_one_test_at_most",
                violation_error_message="A requirement has one test on the city at most.",
            ),
            models.CheckConstraint(
                condition=models.Q(asked_choice__isnull=True, ask_operator="")
                | models.Q(asked_choice__isnull=False, ask_operator__in=Operator.values),
                name="checklists_requirement_ask_has_an_operator",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template.slug} {self.number}"

    def take_key(self, name: str, value: Any) -> list[str]:
        """Take another number, and with it the place in the order."""
        self.position = order_of(value)
        return [*super().take_key(name, value), "position"]

    def clean(self) -> None:
        """Take the place of the number, and refuse conditions that are not whole.

        Raises:
            ValidationError: the value tested for does not fit, or something is missing beside it.
        """
        if "number" not in self.unread:
            self.position = order_of(self.number) if DUTY_NUMBER.fits(self.number) else 0
        super().clean()

    def rules(self) -> Iterator[Callable[[], Wrong]]:
        """Yield that the tests are whole, and that the last day is not before the first."""
        yield from super().rules()
        yield self._wrong_test
        yield self._wrong_ask
        yield partial(last_before_first, self, "effective_from", "effective_to")

    def _wrong_test(self) -> dict[str, Any]:
        if self.tested_topic_id and self.tested_programme_id:
            return {"tested_programme": _("A requirement has one test on the city at most.")}
        wrong = self._tested_value()
        if (self.tested_topic_id or self.tested_programme_id) and not self.test_operator:
            wrong["test_operator"] = _("Say whether it is, or is not.")
        if self.test_operator and not (self.tested_topic_id or self.tested_programme_id):
            wrong["test_operator"] = _("Leave this empty: nothing is tested.")
        return wrong

    def _tested_value(self) -> dict[str, Any]:
        topic = self.tested_topic
        if topic is None:
            return self.surplus_value()
        if not topic.answer_type.is_testable:
            return {"tested_topic": _("tests a text, which cannot be tested for a value")}
        return self.wrong_value(topic)

    def _wrong_ask(self) -> dict[str, Any]:
        if self.asked_choice_id and not self.ask_operator:
            return {"ask_operator": _("Say whether it is, or is not.")}
        if self.ask_operator and not self.asked_choice_id:
            return {"ask_operator": _("Leave this empty: nothing is asked.")}
        return {}
