"""Former keys: what a row was once called by leads to it for ever, and never to another."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

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

    kind = models.CharField(max_length=50)
    within = models.PositiveBigIntegerField(default=0)
    former = CodeField(max_length=60, form=IDENTITY)
    target = models.PositiveBigIntegerField()

    class Meta:
        verbose_name_plural = "aliases"
        ordering = ["kind", "former"]
        constraints = [
            has_its_form("former", IDENTITY, 60),
            models.UniqueConstraint(
                fields=["kind", "within", "former"], name="zones_alias_leads_to_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.former}"
