"""Former keys: what a row was once called by leads to it for ever, and never to another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.db import models

from zones.models.fields import CodeField, has_its_form
from zones.models.guards import Declaration, Frozen
from zones.models.keys import keys_of, renamable_models
from zones.rules.values import IDENTITY


class Alias(models.Model):
    """A former key of a row of some model (``kind``, in small letters), by the id of the row."""

    guards: ClassVar[tuple[Declaration, ...]] = (
        Frozen("a former key leads where it led, for ever"),
    )

    kind = models.CharField(max_length=50)
    former = CodeField(max_length=60, form=IDENTITY)
    target = models.PositiveBigIntegerField()

    class Meta:
        verbose_name_plural = "aliases"
        ordering = ["kind", "former"]
        constraints = [
            has_its_form("former", IDENTITY, 60),
            models.UniqueConstraint(fields=["kind", "former"], name="zones_alias_leads_to_one"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.former}"


def current_keys(named: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The keys of today of those rows that are named by a kind and a former key."""
    wanted = set(named)
    aliases = Alias.objects.filter(
        kind__in={kind for kind, _ in wanted}, former__in={key for _, key in wanted}
    )
    return _followed(alias for alias in aliases if (alias.kind, alias.former) in wanted)


def every_renamed() -> dict[tuple[str, str], str]:
    """Every kind and former key, and the key of today."""
    return _followed(Alias.objects.all())


def _followed(aliases: Iterable[Alias]) -> dict[tuple[str, str], str]:
    """The key that each alias's row has today, with one query for each kind."""
    targets: dict[str, dict[str, int]] = {}
    for alias in aliases:
        targets.setdefault(alias.kind, {})[alias.former] = alias.target
    found: dict[tuple[str, str], str] = {}
    for kind, of_kind in targets.items():
        model = renamable_models()[kind]
        name = keys_of(model).renamable  # type: ignore[union-attr]  # those that can be renamed
        rows = model._default_manager.filter(pk__in=of_kind.values())
        current = dict(rows.values_list("pk", name))
        for former, target in of_kind.items():
            if current.get(target, former) != former:
                found[kind, former] = current[target]
    return found
