"""Former keys: what a row was once called by leads to it for ever, and never to another."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zones.models.fields import CodeField, has_its_form
from zones.models.guards import Declaration, Frozen
from zones.rules.values import IDENTITY


class Alias(models.Model):
    """A former key of a row of some model (``kind``, in small letters), by the id of the row.

    Keys that tell rows apart only within another are so ``within`` the row of that id, else 0.
    """

    guards: ClassVar[tuple[Declaration, ...]] = (
        Frozen("a former key leads where it led, for ever"),
    )

    kind = models.CharField(pgettext_lazy("field", "kind of row"), max_length=50)
    within = models.PositiveBigIntegerField(
        pgettext_lazy("field", "within"),
        default=0,
        help_text=_("The id of the row within which the key tells rows apart, else 0."),
    )
    former = CodeField(pgettext_lazy("field", "former key"), max_length=60, form=IDENTITY)
    target = models.PositiveBigIntegerField(
        pgettext_lazy("field", "row"), help_text=_("The id of the row that it leads to.")
    )

    class Meta:
        verbose_name = pgettext_lazy("table", "former key")
        verbose_name_plural = pgettext_lazy("table", "former keys")
        ordering = ["kind", "former"]
        constraints = [
            has_its_form("former", IDENTITY, 60),
            models.UniqueConstraint(
                fields=["kind", "within", "former"], name="zones_alias_leads_to_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.former}"
