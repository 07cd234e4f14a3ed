"""Former keys: what a row was once called by leads to it for ever, and never to another."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from zones.models.guards import Declaration, Frozen


class Alias(models.Model):
    """A former key of a row of some model (``kind``, in small letters), by the id of the row."""

    guards: ClassVar[tuple[Declaration, ...]] = (
        Frozen("a former key leads where it led, for ever"),
    )

    kind = models.CharField(max_length=50)
    former = models.CharField(max_length=60)
    target = models.PositiveBigIntegerField()

    class Meta:
        verbose_name_plural = "aliases"
        ordering = ["kind", "former"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "former"], name="zones_alias_leads_to_one"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.former}"
