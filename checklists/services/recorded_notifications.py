"""Telling people what they should know: in the portal at once, by mail once a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import User

from cbec_portal.china_time import now
from checklists.models import SETTLED, Checklist, Item, Notification, Subject
from checklists.permissions import Action, checklist_policy
from checklists.selectors.law_changes import DutyMove, Stance, fingerprint
from checklists.selectors.upcoming_changes import AHEAD, UpcomingChange, coming_under
from checklists.services.locks import hold_checklists, hold_notifications, read_anew, stay, writes
from zones.selectors.snapshot import current_snapshot

#: Days ahead at which a due day is told.
DUE_AHEAD = 7


def notify(
    user: User,
    checklist: Checklist,
    subject: Subject,
    occasion: str,
    *,
    item: Item | None = None,
    **detail: Any,
) -> None:
    """Tell someone one thing, once for each occasion."""
    keep([notification(user, checklist, subject, occasion, item, detail)])


@writes
def notify_all(checklist: Checklist, *, on: date) -> None:
    """Tell all who share a checklist what moved, what is coming, and what is due, as of a day.

    The checklist is held, so that nobody accepts a newer revision than it is held against. One
    that was closed or removed meanwhile is told of no more.
    """
    held = hold_checklists([checklist.pk]).get(checklist.pk)
    if held is None or held.closed_at:
        return
    read_anew(checklist, held)
    snapshot = current_snapshot()
    people = list(checklist_policy.people(Action.SEE, checklist))
    stance = Stance(checklist, snapshot)
    moves, ahead = coming_under(stance, on=on)
    found: list[Notification] = []
    for subject, occasion, detail in (
        *_moved(moves, stance),
        *_coming(ahead, stance, max(on, checklist.as_of)),
        *_expiring(stance, on),
    ):
        found += [notification(user, checklist, subject, occasion, None, detail) for user in people]
    found += _due(checklist, on)
    keep(found)


@writes
def mark_read(user: User, notifications: Iterable[int] | None = None) -> int:
    """Mark someone's notifications as read, all of them if none are named; how many were unread."""
    unread = Notification.objects.filter(user=user, read_at__isnull=True)
    if notifications is not None:
        unread = unread.filter(pk__in=list(notifications))
    return Notification.objects.filter(pk__in=hold_notifications(unread)).update(read_at=now())


def _moved(found: list[DutyMove], stance: Stance) -> list[tuple[Subject, str, dict[str, Any]]]:
    """Return one notification for each different set of moves, so that what waits is not told
    every day.
    """
    if not found:
        return []
    detail = {
        "count": sum(not one.is_gate for one in found),
        "items": stance.checklist.items.live().count(),
        "revision": stance.snapshot.newest,
        "gate": _gate(found, stance),
    }
    return [(Subject.MOVED, fingerprint(found), detail)]


def _coming(
    found: Iterable[UpcomingChange], stance: Stance, on: date
) -> list[tuple[Subject, str, dict[str, Any]]]:
    """Return one notification for each coming day, as written, at each number of days ahead."""
    days: dict[tuple[date, str], list[DutyMove]] = {}
    for one in found:
        days.setdefault((one.day, one.written), []).append(one.moved)
    told = []
    for (day, written), moves in days.items():
        ahead = min(step for step in AHEAD if (day - on).days <= step)
        numbers = sorted(one.number for one in moves if not one.is_gate)
        days_told = {"day": day.isoformat(), "written": written}
        detail = {**days_told, "numbers": numbers, "gate": _gate(moves, stance)}
        told.append((Subject.COMING, f"{written} {ahead}", detail))
    return told


def _expiring(stance: Stance, on: date) -> list[tuple[Subject, str, dict[str, Any]]]:
    found = []
    for finding in stance.findings:
        left = (finding.expires_on - on).days
        if 0 < left <= AHEAD[0]:
            ahead = min(step for step in AHEAD if left <= step)
            topic = stance.snapshot.topics[finding.topic_id].slug
            detail = {"day": finding.expires_on.isoformat(), "topic": topic}
            found.append((Subject.FINDING_EXPIRES, f"{finding.key} {ahead}", detail))
    return found


def _due(checklist: Checklist, on: date) -> list[Notification]:
    """Due and overdue items, told to whoever does them, else to the owner."""
    due = checklist.items.live().exclude(status__in=SETTLED)
    rows = due.filter(due_on__lte=on + timedelta(days=DUE_AHEAD)).select_related("assignee")
    found = []
    for item in rows:
        if item.due_on is None:
            continue
        subject = Subject.OVERDUE if item.is_overdue_on(on) else Subject.DUE
        detail = {"day": item.due_on.isoformat(), "number": item.number}
        occasion = f"{item.pk} {item.period} {item.due_on}"
        user = item.assignee or checklist.owner
        found.append(notification(user, checklist, subject, occasion, item, detail))
    return found


def _gate(moves: Iterable[DutyMove], stance: Stance) -> dict[str, Any] | None:
    """Return how and where the gate moved among some moves; none where it did not."""
    one = next((one for one in moves if one.is_gate), None)
    if one is None:
        return None
    moved = [row for row in stance.places if one.changed(row.pk)]
    places = [row.city.slug if row.city else row.name for row in moved]
    return {"move": one.move.value, "places": places}


def notification(
    user: User,
    checklist: Checklist,
    subject: Subject,
    occasion: str,
    item: Item | None,
    detail: dict[str, Any],
) -> Notification:
    """Return a notification to be kept."""
    return Notification(
        user=user,
        checklist=checklist,
        item=item,
        subject=subject,
        occasion=occasion,
        detail=detail,
    )


def keep(notifications: list[Notification]) -> None:
    """Keep notifications, those said before and those for people who are gone left out.

    They are written in one order, or two runs of the same day would wait for each other.
    """
    notifications.sort(key=lambda one: (one.user_id, one.checklist_id, one.subject, one.occasion))
    Notification.objects.bulk_create(notifications, ignore_conflicts=True)
    # Asked last: whoever deletes a person deletes what they were told before, and that is waited
    # for above.
    people = {one.user_id for one in notifications}
    if gone := people - stay(User, people):
        Notification.objects.filter(user__in=gone).delete()
