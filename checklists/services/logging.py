"""Keeping the log: every act on a checklist, and the version that rises with it."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from checklists.models import Act, Checklist, Item, LogEntry

#: What may still happen to a closed checklist: the owner's acts on it, and those on evidence,
#: which may serve other checklists too.
ON_CLOSED = frozenset(
    {
        Act.RENAMED,
        Act.CLOSED,
        Act.REOPENED,
        Act.SHARED,
        Act.UNSHARED,
        Act.HANDED_OVER,
        Act.RENEWED,
        Act.KEPT,
        Act.DISCARDED,
    }
)


def record(
    checklist: Checklist, actor: User, act: Act, *, item: Item | None = None, **detail: object
) -> LogEntry:
    """Write an act into the log and raise the versions of what it changed.

    Called within the transaction of the act, it undoes the act where it may not be done.

    Raises:
        ValidationError: the checklist is closed, and the act is work on it.
    """
    rows = Checklist.objects.filter(pk=checklist.pk)
    if act not in ON_CLOSED:
        rows = rows.open()
    if not rows.update(version=F("version") + 1):
        raise ValidationError(_("This checklist is closed; reopen it first."), code="closed")
    checklist.refresh_from_db(fields=["version"])
    if item is not None:
        Item.objects.filter(pk=item.pk).update(version=F("version") + 1)
        item.refresh_from_db(fields=["version"])
    return LogEntry.objects.create(
        checklist=checklist, item=item, actor=actor, act=act, detail=detail
    )
