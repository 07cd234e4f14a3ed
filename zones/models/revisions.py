"""Revisions, the versions they publish, and the edition of everything public."""

from __future__ import annotations

from secrets import token_hex
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from zones.models.certainty import one_of
from zones.models.fields import LineField, LinesField, OptionField, has_its_form
from zones.models.guards import Declaration, Frozen
from zones.models.labels import CHANGES
from zones.models.querysets.version_querysets import RecordedQuerySet
from zones.models.row_rules import Ruled
from zones.rules.values import IDENTITY
from zones.rules.vocabulary import Change


class Revision(models.Model):
    """One publication of data: the state of knowledge from then on."""

    guards: ClassVar[tuple[Declaration, ...]] = (
        Frozen("a revision says for ever what was published when and by whom"),
    )

    number = models.PositiveIntegerField(
        pgettext_lazy("field", "number"), primary_key=True, validators=[MinValueValidator(1)]
    )
    published_at = models.DateTimeField(pgettext_lazy("field", "published at"))
    author = LineField(pgettext_lazy("field", "author"), max_length=150)
    publisher = LineField(pgettext_lazy("field", "published by"), max_length=150)
    summary = LinesField(pgettext_lazy("field", "summary"))

    class Meta:
        verbose_name = pgettext_lazy("table", "revision")
        verbose_name_plural = pgettext_lazy("table", "revisions")
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="zones_revision_counts_from_one"
            ),
        ]

    def __str__(self) -> str:
        return gettext("revision %(number)s") % {"number": self.number}


def fresh_timeline() -> str:
    """Return a random text that no other edition ever had."""
    return token_hex(8)


class Edition(models.Model):
    """A number that rises with every change of anything public. There is one row.

    ``timeline`` is drawn anew with each edition. A restored database counts numbers once more that
    were counted before; the timeline tells what was kept of those apart from what is told now.
    """

    number = models.PositiveBigIntegerField(
        pgettext_lazy("field", "number"),
        default=0,
        help_text=_("It rises with every change of anything public."),
    )
    timeline = models.CharField(
        pgettext_lazy("field", "timeline"),
        max_length=16,
        default=fresh_timeline,
        editable=False,
        help_text=_(
            "Drawn anew with each edition, so that a restored database never answers for another."
        ),
    )

    class Meta:
        verbose_name = pgettext_lazy("table", "edition")
        verbose_name_plural = pgettext_lazy("table", "editions")

    def __str__(self) -> str:
        return str(self.number)


#: SQL about a row of a recorded table.
PUBLISHED = "{row}.recorded_in_id IS NOT NULL"
FROZEN = Frozen(
    "published records never change and are never deleted",
    where=PUBLISHED,
    once=("replaced_in_id",),
)


def of_revision(verbose_name: Any, *, db_index: bool = True) -> Any:
    """Return the column of the revision that first holds a record, or first holds it no more."""
    return models.ForeignKey(
        Revision,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_index=db_index,
        verbose_name=verbose_name,
    )


class Recorded(models.Model):
    """A record in knowledge time: a draft, then published, then replaced; never edited."""

    guards: ClassVar[tuple[Declaration, ...]] = (FROZEN,)

    recorded_in = of_revision(pgettext_lazy("field", "first revision with it"))
    replaced_in = of_revision(pgettext_lazy("field", "first revision without it"))

    objects: ClassVar[Any] = RecordedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(replaced_in__isnull=True)
                | models.Q(replaced_in__gt=models.F("recorded_in")),
                name="%(app_label)s_%(class)s_replaced_after_recorded",
            ),
        ]

    @property
    def is_published(self) -> bool:
        """Return whether some revision holds this record."""
        return self.recorded_in_id is not None

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save a draft, or publish it.

        Raises:
            ValidationError: the stored record is published and so frozen.
        """
        if self.pk and type(self)._default_manager.filter(pk=self.pk).published().exists():
            raise ValidationError(frozen_message(self), code="frozen")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete a draft.

        Raises:
            ValidationError: the record is published and so frozen.
        """
        if self.is_published:
            raise ValidationError(frozen_message(self), code="frozen")
        return super().delete(*args, **kwargs)


class Version(Recorded, Ruled):
    """A published version under a stable identity."""

    identity = LineField(
        pgettext_lazy("field", "identity"),
        max_length=150,
        db_index=True,
        help_text=_("What names it for ever: its versions follow each other under it."),
    )
    version = models.PositiveIntegerField(pgettext_lazy("field", "version"), default=1)
    change = OptionField(
        pgettext_lazy("field", "kind of change"),
        max_length=10,
        choices=CHANGES,
        default=Change.RESEARCHED.value,
        help_text=_(
            "Whether the law moved, the portal was wrong, or an older rule was newly recorded."
        ),
    )

    class Meta(Recorded.Meta):
        abstract = True
        constraints = [
            has_its_form("identity", IDENTITY, 150),
            *Recorded.Meta.constraints,
            one_of("change", Change),
            # A draft that another has overtaken keeps its number, which says what it was made from.
            models.UniqueConstraint(
                fields=["identity", "version"],
                condition=models.Q(recorded_in__isnull=False),
                name="%(app_label)s_%(class)s_version_is_unique",
            ),
            models.UniqueConstraint(
                fields=["identity"],
                condition=models.Q(recorded_in__isnull=False, replaced_in__isnull=True),
                name="%(app_label)s_%(class)s_one_current_version",
            ),
        ]


def frozen_message(record: models.Model) -> str:
    """Return why a published record cannot change, and what to do instead."""
    return f"{record} is published and never changes; publish a new version that replaces it."
