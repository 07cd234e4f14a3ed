"""Writes on a checklist as a whole."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from checklists.models import Act, Checklist
from checklists.services.logging import record


@transaction.atomic
def rename(checklist: Checklist, title: str, *, actor: User) -> None:
    """Give a checklist another title.

    Raises:
        ValidationError: the title is blank or too long.
    """
    before, checklist.title = checklist.title, title.strip()
    checklist.full_clean()
    if checklist.title != before:
        checklist.save(update_fields=["title"])
        record(checklist, actor, Act.RENAMED, before=before, after=checklist.title)


@transaction.atomic
def close(checklist: Checklist, *, actor: User) -> None:
    """Close a checklist: it stays readable and is worked on no more."""
    _set_closed(checklist, timezone.now())
    record(checklist, actor, Act.CLOSED)


@transaction.atomic
def reopen(checklist: Checklist, *, actor: User) -> None:
    """Work on a closed checklist again."""
    _set_closed(checklist, None)
    record(checklist, actor, Act.REOPENED)


def _set_closed(checklist: Checklist, when: datetime | None) -> None:
    checklist.closed_at = when
    checklist.save(update_fields=["closed_at"])
