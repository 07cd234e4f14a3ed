"""How sure a record is and what a reader should know of its doubts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from zones.models.fields import LinesField, OptionField, WebAddressField
from zones.rules.comparison import Certainty as CertaintyValue


class Verification(models.TextChoices):
    """Where a fact was read."""

    PRIMARY = CertaintyValue.PRIMARY.value, _("primary: the official text was read")
    SECONDARY = CertaintyValue.SECONDARY.value, _("secondary: a report states it")
    UNVERIFIED = CertaintyValue.UNVERIFIED.value, _("unverified: not checked against a document")


class Verified(models.Model):
    """A record with a certainty. ``evidence_url`` is for staff and never public."""

    verification = OptionField(max_length=10, choices=Verification.choices)
    evidence_url = WebAddressField(max_length=500, blank=True)

    class Meta:
        abstract = True


class Doubted(models.Model):
    """A record whose doubts a reader should see."""

    caveat_en = LinesField(blank=True)
    caveat_zh = LinesField(blank=True)

    class Meta:
        abstract = True


def one_of(field: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    """A constraint that a column holds one of its choices."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__in": choices.values}),
        name=f"%(app_label)s_%(class)s_{field}_is_known",
        violation_error_message=f"{field} must be one of: {', '.join(map(str, choices.values))}.",
    )
