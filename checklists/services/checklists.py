"""Writes on a checklist as a whole."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from cbec_portal.clock import now
from checklists.models import Act, Checklist
from checklists.services.logging import record
from checklists.services.stale import StaleError


@transaction.atomic
def change(
    checklist: Checklist,
    *,
    actor: User,
    title: str | None = None,
    closed: bool | None = None,
    seen: int | None = None,
) -> None:
    """Rename a checklist, close or reopen it, or both.

    Args:
        seen: the version the actor saw; none to write regardless.

    Raises:
        ValidationError: the title is blank or too long.
        StaleError: the checklist is no longer at the version seen.
    """
    now = Checklist.objects.select_for_update().get(pk=checklist.pk)
    if seen is not None and seen != now.version:
        told = _("Someone else has changed this checklist since you saw it.")
        raise StaleError(told, str(now.version))
    if title is not None:
        rename(checklist, title, actor=actor)
    if closed is not None and closed != bool(now.closed_at):
        (close if closed else reopen)(checklist, actor=actor)


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
    _set_closed(checklist, now())
    record(checklist, actor, Act.CLOSED)


@transaction.atomic
def reopen(checklist: Checklist, *, actor: User) -> None:
    """Work on a closed checklist again."""
    _set_closed(checklist, None)
    record(checklist, actor, Act.REOPENED)


def _set_closed(checklist: Checklist, when: datetime | None) -> None:
    checklist.closed_at = when
    checklist.save(update_fields=["closed_at"])
