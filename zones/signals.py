"""Counting editions: caches and ETags follow this number."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models.signals import post_delete, post_save

from zones.services.editions import new_edition

#: Models whose rows are the count itself or are written together with a revision.
UNCOUNTED = {"Edition", "InForce"}


def connect(public: Iterable[type[models.Model]]) -> None:
    """Count a new edition on every save or delete of these models."""
    for model in public:
        if model.__name__ not in UNCOUNTED:
            for signal in (post_save, post_delete):
                signal.connect(_count, sender=model, dispatch_uid=f"edition-{model._meta.label}")


def _count(**_: object) -> None:
    new_edition()
