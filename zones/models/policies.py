"""Policies and the rows in force that resolution makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cbec_portal.day_words import day_in_words
from cbec_portal.punctuation import by_commas
from zones.models.certainty import Doubted, Verified, one_of
from zones.models.day_order import last_before_first
from zones.models.fields import (
    LineField,
    LinesField,
    OptionField,
    PartialDateField,
    PastDayField,
    first_day_column,
    is_partial_date,
    last_day_column,
    year_of_rules,
)
from zones.models.labels import RECORDED_STATE_CHOICES, label
from zones.models.places import City
from zones.models.querysets.in_force_querysets import InForceQuerySet
from zones.models.querysets.policy_querysets import PolicyQuerySet
from zones.models.querysets.version_querysets import NOT_WITHDRAWN, known
from zones.models.revisions import Recorded, Version, of_revision
from zones.models.row_rules import Wrong
from zones.models.scopes import Scoped, columns_by_kind, names_its_body
from zones.models.sources import Source
from zones.models.topics import Topic
from zones.models.value_types import (
    LACKS_VALUE,
    TEXTS,
    TYPES,
    TypedValue,
    ValueType,
    fits_its_type,
    no_value,
    type_of,
)
from zones.rules.vocabulary import RECORDED_STATES, Certainty, ScopeKind, State


class StartQualifier(models.TextChoices):
    """How a start date is to be read."""

    EXACT = "", _("exact")
    NO_LATER_THAN = "no later than", _("no later than")
    ABOUT = "about", _("about")


def _value_fits_its_type() -> Q:
    return Q(state=State.STATED) & fits_its_type() | (~Q(state=State.STATED) & no_value())


def _one_start_a_day() -> list[models.BaseConstraint]:
    current = known(None) & NOT_WITHDRAWN
    return [
        models.UniqueConstraint(
            fields=["topic", *own, "effective_from_day"],
            condition=current & Q(scope_kind=kind),
            name=f"zones_policy_one_start_a_day_{kind}",
        )
        for kind, own in columns_by_kind().items()
    ]


class Policy(Version, TypedValue, Scoped, Verified, Doubted):
    """The answer to a topic for a scope from a date on, citing a source.

    ``effective_to`` is the last day it holds, cut short the last of its month or year; empty means
    that no end is recorded.
    """

    effective_from = PartialDateField(pgettext_lazy("field", "in force from"))
    effective_to = PartialDateField(
        pgettext_lazy("field", "last day in force"),
        null=True,
        blank=True,
        help_text=_("Empty where no end is recorded; a month or a year lasts to its end."),
    )
    start_qualifier = OptionField(
        pgettext_lazy("field", "how the start is meant"),
        max_length=20,
        choices=StartQualifier.choices,
        default=StartQualifier.EXACT,
        blank=True,
        help_text=_(
            "Whether it holds exactly from the day, from no later than it, or from about it on."
        ),
    )
    state = OptionField(
        pgettext_lazy("field", "what is known"),
        max_length=20,
        choices=RECORDED_STATE_CHOICES,
        default=State.STATED.value,
        help_text=_(
            "Stated: there is a value. None found: searched, nothing there, which is not a no."
        ),
    )
    value_type = OptionField(
        pgettext_lazy("field", "kind of answer"),
        max_length=10,
        choices=ValueType.choices,
        editable=False,
        help_text=_("The topic's own."),
    )
    value_text_en = LinesField(pgettext_lazy("field", "value: English text"), blank=True)
    value_text_zh = LinesField(pgettext_lazy("field", "value: Chinese text"), blank=True)
    summary_en = LinesField(pgettext_lazy("field", "English summary"))
    summary_zh = LinesField(pgettext_lazy("field", "Chinese summary"))
    source = models.ForeignKey(
        Source,
        models.PROTECT,
        related_name="policies",
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
    verified_on = PastDayField(
        pgettext_lazy("field", "verified on"), null=True, blank=True, validators=[year_of_rules]
    )
    note = LinesField(
        pgettext_lazy("field", "note for staff"), blank=True, help_text=_("For staff.")
    )
    effective_from_day = first_day_column(
        "effective_from", pgettext_lazy("field", "first day in force")
    )
    effective_to_day = last_day_column(
        "effective_to", pgettext_lazy("field", "last day in force, as a day")
    )

    objects: ClassVar[Any] = PolicyQuerySet.as_manager()

    class Meta(Version.Meta):
        verbose_name = pgettext_lazy("table", "policy")
        verbose_name_plural = pgettext_lazy("table", "policies")
        ordering = ["identity", "version"]
        constraints = [
            *Version.Meta.constraints,
            one_of("verification", Certainty),
            one_of("start_qualifier", StartQualifier),
            one_of("state", RECORDED_STATES),
            is_partial_date("effective_from"),
            is_partial_date("effective_to"),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True)
                | Q(effective_to_day__gte=F("effective_from_day")),
                name="zones_policy_ends_after_its_start",
                violation_error_message="The last day of a policy is not before its first.",
            ),
            models.CheckConstraint(
                condition=names_its_body(),
                name="zones_policy_scope_names_its_body",
                violation_error_message="Name the one body that fits the kind of scope.",
            ),
            models.CheckConstraint(
                condition=_value_fits_its_type(),
                name="zones_policy_value_fits_its_type",
                violation_error_message="A stated policy has one value, of its topic's type.",
            ),
            *_one_start_a_day(),
        ]
        indexes = [
            # What a revision knew of a topic, in the order of a list: no row is read for either.
            models.Index(
                fields=["topic", "identity", "recorded_in", "replaced_in", "change"],
                name="zones_policy_by_topic",
            ),
            *(models.Index(fields=["topic", own.column]) for own in TYPES if own.range_name),
        ]

    def __str__(self) -> str:
        place = self.body or label(ScopeKind.NATION)
        named = (self.topic, place, day_in_words(self.effective_from))
        told = gettext("%(identity)s (version %(version)s)")
        return told % {"identity": by_commas(map(str, named)), "version": self.version}

    @property
    def key_parts(self) -> tuple[str, str, str, str]:
        """Return the parts of the natural key, as a row of the dataset has them."""
        start = str(self.effective_from)
        return self.topic.slug, self.scope_kind, self.scope_code, start

    @property
    def natural_key(self) -> str:
        """Return topic, scope and start as text: the identity of a policy at its birth."""
        return f"{self.topic.slug}.{self.scope_kind}.{self.scope_code}.{self.effective_from}"

    def rules(self) -> Iterator[Callable[[], Wrong]]:
        """Yield that the value fits the topic and what is known, that the body fits the kind of
        scope, and that the last day is not before the first.
        """
        yield from super().rules()
        for name in self.value_columns():
            yield partial(self._wrong_value_in, name)
        yield self._lacks_value
        yield self.wrong_body
        yield partial(last_before_first, self, "effective_from", "effective_to")

    def clean(self) -> None:
        """Take the topic's type, and refuse what does not fit together.

        Raises:
            ValidationError: the value, the body or the last day does not fit.
        """
        if "topic_id" not in self.unread and self.topic_id:
            self.value_type = self.topic.value_type
        super().clean()

    def _wrong_value_in(self, name: str) -> Wrong:
        """What is wrong with a column of values, of which the topic tells where one is stated."""
        if self.state != State.STATED:
            why = self.surplus_in(name)
        else:
            why = self.wrong_in(name, self.topic) if self.topic_id else None
        return {name: why} if why else {}

    def _lacks_value(self) -> Wrong:
        """That nothing stands where something is stated, whatever the type of the topic."""
        if "topic_id" in self.unread and self.state == State.STATED and type_of(self) is None:
            return {TEXTS[0]: LACKS_VALUE}
        return {}


class InForce(Recorded):
    """A policy deciding a topic for a city during a span, as some revisions knew it.

    ``since`` and ``through`` are the whole span of the answer, which ``from_day`` and ``until_day``
    cut where ``also``, the policies of wider scopes beside it, changes. Days are inclusive; no last
    day means that no end is recorded. Rows are made by resolution only.
    """

    # Only what rows are sought by has an index of its own: each costs whoever publishes many rows.
    recorded_in = of_revision(pgettext_lazy("field", "first revision with it"), db_index=False)
    replaced_in = of_revision(pgettext_lazy("field", "first revision without it"), db_index=False)
    city = models.ForeignKey(
        City,
        models.PROTECT,
        related_name="in_force",
        db_index=False,
        verbose_name=pgettext_lazy("field", "city"),
    )
    topic = models.ForeignKey(
        Topic,
        models.PROTECT,
        related_name="in_force",
        db_index=False,
        verbose_name=pgettext_lazy("field", "topic"),
    )
    policy = models.ForeignKey(
        Policy,
        models.PROTECT,
        related_name="in_force",
        verbose_name=pgettext_lazy("field", "policy"),
    )
    from_day = models.DateField(pgettext_lazy("field", "first day of the row"))
    until_day = models.DateField(pgettext_lazy("field", "last day of the row"), null=True)
    since = models.DateField(pgettext_lazy("field", "first day of the answer"))
    through = models.DateField(pgettext_lazy("field", "last day of the answer"), null=True)
    also = LineField(
        pgettext_lazy("field", "also in force"),
        max_length=120,
        blank=True,
        help_text=_("Policy ids by commas, narrowest scope first."),
    )

    objects: ClassVar[Any] = InForceQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("table", "row in force")
        verbose_name_plural = pgettext_lazy("table", "rows in force")
        constraints = [
            # What a revision recorded wrongly it replaces itself: no revision knows that.
            models.CheckConstraint(
                condition=Q(replaced_in__isnull=True) | Q(replaced_in__gte=F("recorded_in")),
                name="zones_inforce_replaced_not_before_recorded",
            ),
            models.CheckConstraint(
                condition=Q(until_day__isnull=True) | Q(until_day__gte=F("from_day")),
                name="zones_inforce_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=Q(recorded_in__isnull=False), name="zones_inforce_is_published"
            ),
            models.UniqueConstraint(
                fields=["city", "topic", "from_day"],
                condition=Q(replaced_in__isnull=True),
                name="zones_inforce_one_current_answer",
            ),
        ]
        indexes = [
            # Holds all that asking which policy answers needs, so that no row is read for it.
            models.Index(
                fields=[
                    *("city", "topic", "from_day", "recorded_in", "replaced_in"),
                    *("until_day", "policy"),
                ],
                name="zones_inforce_answer",
            ),
        ]

    def __str__(self) -> str:
        return by_commas([str(self.city), str(self.topic), day_in_words(self.from_day)])
