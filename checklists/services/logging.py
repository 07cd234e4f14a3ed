"""Keeping the log: every act on a checklist, and the version that rises with it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db.models import F

from checklists.models import Act, Checklist, Item, LogEntry


def record(
    checklist: Checklist, actor: User, act: Act, *, item: Item | None = None, **detail: Any
) -> LogEntry:
    """Write an act into the log and raise the versions of what it changed."""
    Checklist.objects.filter(pk=checklist.pk).update(version=F("version") + 1)
    checklist.refresh_from_db(fields=["version"])
    if item is not None:
        Item.objects.filter(pk=item.pk).update(version=F("version") + 1)
        item.refresh_from_db(fields=["version"])
    return LogEntry.objects.create(
        checklist=checklist, item=item, actor=actor, act=act, detail=detail
    )
