"""How sure a record is and what a reader should know of its doubts."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zones.models.fields import LinesField, OptionField, WebAddressField
from zones.models.labels import CERTAINTIES


class Verified(models.Model):
    """A record with a certainty. ``evidence_url`` is for staff and never public."""

    verification = OptionField(
        pgettext_lazy("field", "certainty"),
        max_length=10,
        choices=CERTAINTIES,
        help_text=_(
            "Where it was read: in the official text, in a report of it, or nowhere that counts."
        ),
    )
    evidence_url = WebAddressField(
        pgettext_lazy("field", "evidence for staff"),
        max_length=500,
        blank=True,
        help_text=_("Where staff read it; never public."),
    )

    class Meta:
        abstract = True


class Doubted(models.Model):
    """A record whose doubts a reader should see."""

    caveat_en = LinesField(
        pgettext_lazy("field", "English caveat"),
        blank=True,
        help_text=_("What a reader should know of doubts."),
    )
    caveat_zh = LinesField(
        pgettext_lazy("field", "Chinese caveat"),
        blank=True,
        help_text=_("What a reader should know of doubts."),
    )

    class Meta:
        abstract = True


def one_of(field: str, words: Iterable[str]) -> models.CheckConstraint:
    """Return a constraint that a column holds one of some words."""
    values = [str(word) for word in words]
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__in": values}),
        name=f"%(app_label)s_%(class)s_{field}_is_known",
        violation_error_message=f"{field} must be one of: {', '.join(values)}.",
    )
