"""Keeping the log: every act on a checklist, and the version that rises with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db.models import F

from checklists.models import Act, Checklist, Item, LogEntry
from checklists.models.versions import next_version
from checklists.permissions import ClosedError

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
        ClosedError: the checklist is closed, and the act is work on it.
    """
    entry = LogEntry(checklist=checklist, item=item, actor=actor, act=act, detail=detail)
    record_all(checklist, [entry])
    if item is not None:
        item.raise_version()
        Item.objects.filter(pk=item.pk).update(version=F("version") + 1, mark=item.mark)
    return entry


def record_all(checklist: Checklist, entries: Sequence[LogEntry]) -> None:
    """Write acts on one checklist into its log, and raise its version by as many.

    The versions of items are left to whoever changed them.

    Raises:
        ClosedError: the checklist is closed, and one of the acts is work on it.
    """
    if not entries:
        return
    rows = Checklist.objects.filter(pk=checklist.pk)
    if any(entry.act not in ON_CLOSED for entry in entries):
        rows = rows.open()
    risen = next_version(len(entries))
    if not rows.update(**risen):
        raise ClosedError
    checklist.version += len(entries)
    checklist.mark = risen["mark"]
    LogEntry.objects.bulk_create(entries)


def record_in(checklists: Iterable[Checklist], actor: User, act: Act, **detail: Any) -> None:
    """Write one act, which may be done to closed ones too, into the logs of several checklists."""
    rows = list(checklists)
    Checklist.objects.filter(pk__in=[row.pk for row in rows]).update(**next_version())
    LogEntry.objects.bulk_create(
        [LogEntry(checklist=row, actor=actor, act=act, detail=detail) for row in rows]
    )
