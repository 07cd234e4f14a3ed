"""Writes on a checklist as a whole."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from cbec_portal.china_time import now
from checklists.models import Act, Checklist
from checklists.permissions import Action
from checklists.services.activity_log import record
from checklists.services.conflicts import StaleError
from checklists.services.locks import hold, writes


@writes
def change(
    checklist: Checklist,
    *,
    actor: User,
    title: str | None = None,
    closed: bool | None = None,
    seen: str | None = None,
) -> None:
    """Rename a checklist, close or reopen it, or both.

    Args:
        seen: the tag of the version the actor saw; none to write regardless.

    Raises:
        PermissionDenied: the actor may not do all of it; nothing is changed then.
        ValidationError: the title is blank or too long.
        StaleError: the checklist is no longer at the version seen.
    """
    # Asked before the version is compared, so that who may not do it is told so first.
    hold(checklist, actor, Action.RENAME if closed is None else Action.MANAGE)
    if seen is not None and seen != checklist.tag:
        told = _("Someone else has changed this checklist since you saw it.")
        raise StaleError(told, checklist.tag)
    if title is not None:
        rename(checklist, title, actor=actor)
    if closed is not None:
        (close if closed else reopen)(checklist, actor=actor)


@writes
def rename(checklist: Checklist, title: str, *, actor: User) -> None:
    """Give a checklist another title.

    Raises:
        ValidationError: the title is blank or too long.
    """
    hold(checklist, actor, Action.RENAME)
    before, checklist.title = checklist.title, title.strip()
    checklist.full_clean()
    if checklist.title != before:
        checklist.save(update_fields=["title"])
        record(checklist, actor, Act.RENAMED, before=before, after=checklist.title)


@writes
def close(checklist: Checklist, *, actor: User) -> None:
    """Close a checklist: it stays readable and is worked on no more."""
    hold(checklist, actor, Action.MANAGE)
    if checklist.closed_at is None:
        _set_closed(checklist, now())
        record(checklist, actor, Act.CLOSED)


@writes
def reopen(checklist: Checklist, *, actor: User) -> None:
    """Reopen a closed checklist, so that it can be worked on again."""
    hold(checklist, actor, Action.MANAGE)
    if checklist.closed_at is not None:
        _set_closed(checklist, None)
        record(checklist, actor, Act.REOPENED)


def _set_closed(checklist: Checklist, when: datetime | None) -> None:
    checklist.closed_at = when
    checklist.save(update_fields=["closed_at"])
