"""Counting editions: caches and ETags follow this number."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, models
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save

from zones.services.editions import new_edition

#: Models whose rows are the count itself or are written together with a revision.
UNCOUNTED = {"Edition", "InForce"}


def connect(public: Iterable[type[models.Model]]) -> None:
    """Count a new edition on every save or delete of these models."""
    for model in public:
        if model.__name__ not in UNCOUNTED:
            uid = f"edition-{model._meta.label}"
            for signal in (pre_save, pre_delete):
                signal.connect(_count_first, sender=model, dispatch_uid=uid)
            for signal in (post_save, post_delete):
                signal.connect(_count_last, sender=model, dispatch_uid=uid)


def _count_first(**_: object) -> None:
    """Take the row of the edition before any other, so that nobody waits in a circle."""
    if connection.in_atomic_block:
        new_edition()


def _count_last(**_: object) -> None:
    """Count what is a transaction of its own: before it, old rows would be kept as new ones."""
    if not connection.in_atomic_block:
        new_edition()
