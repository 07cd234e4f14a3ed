"""Telling people what they should know: in the portal at once, by mail once a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q

from cbec_portal.clock import now
from checklists.models import SETTLED, Checklist, Finding, Item, Notice, Subject
from checklists.queries.coming import AHEAD, coming
from checklists.queries.moving import Moved, fingerprint, moved
from zones.queries.catalogue import Catalogue

#: Days ahead at which a due day is told.
DUE_AHEAD = 7


def tell(
    user: User,
    checklist: Checklist,
    subject: Subject,
    occasion: str,
    *,
    item: Item | None = None,
    **detail: Any,
) -> None:
    """Tell someone one thing, once for each occasion."""
    _keep([_notice(user, checklist, subject, occasion, item, detail)])


def tell_of(checklist: Checklist, kept: Catalogue, *, on: date) -> None:
    """Tell all who share a checklist what moved, what is coming, and what is due, as of a day."""
    people = people_of(checklist)
    found: list[Notice] = []
    for subject, occasion, detail in (
        *_moved(moved(checklist, kept, day=max(on, checklist.as_of)), checklist, kept),
        *_coming(checklist, kept, on),
        *_expiring(checklist.findings.standing(), on),
    ):
        found += [_notice(user, checklist, subject, occasion, None, detail) for user in people]
    found += _due(checklist, on)
    _keep(found)


def people_of(checklist: Checklist) -> list[User]:
    """The owner and all with whom a checklist is shared, those switched off left out."""
    mine = Q(pk=checklist.owner_id) | Q(shares__checklist=checklist)
    return list(User.objects.filter(mine, is_active=True).distinct())


def mark_read(user: User, notices: Iterable[int] | None = None) -> int:
    """Mark someone's notices as read, all of them if none are named; how many were unread."""
    unread = Notice.objects.filter(user=user, read_at__isnull=True)
    if notices is not None:
        unread = unread.filter(pk__in=list(notices))
    return unread.update(read_at=now())


def _moved(
    found: list[Moved], checklist: Checklist, kept: Catalogue
) -> list[tuple[Subject, str, dict[str, Any]]]:
    """One notice for each different set of moves, so that what waits is not told every day."""
    if not found:
        return []
    detail = {
        "count": sum(not one.is_gate for one in found),
        "items": checklist.items.live().count(),
        "revision": kept.newest,
        "gate": _gate(found, checklist),
    }
    return [(Subject.MOVED, fingerprint(found), detail)]


def _coming(
    checklist: Checklist, kept: Catalogue, on: date
) -> list[tuple[Subject, str, dict[str, Any]]]:
    """One notice for each coming day, at each number of days ahead."""
    on = max(on, checklist.as_of)
    days: dict[date, list[Moved]] = {}
    for one in coming(checklist, kept, on=on):
        days.setdefault(one.day, []).append(one.moved)
    found = []
    for day, moves in days.items():
        ahead = min(step for step in AHEAD if (day - on).days <= step)
        numbers = sorted(one.number for one in moves if not one.is_gate)
        detail = {"day": day.isoformat(), "numbers": numbers, "gate": _gate(moves, checklist)}
        found.append((Subject.COMING, f"{day} {ahead}", detail))
    return found


def _expiring(findings: Iterable[Finding], on: date) -> list[tuple[Subject, str, dict[str, Any]]]:
    found = []
    for finding in findings:
        left = (finding.expires_on - on).days
        if 0 < left <= AHEAD[0]:
            ahead = min(step for step in AHEAD if left <= step)
            detail = {"day": finding.expires_on.isoformat(), "topic": finding.topic.slug}
            found.append((Subject.FINDING_EXPIRES, f"{finding.key} {ahead}", detail))
    return found


def _due(checklist: Checklist, on: date) -> list[Notice]:
    """Due and overdue items, told to whoever does them, else to the owner."""
    due = checklist.items.live().exclude(status__in=SETTLED)
    rows = due.filter(due_on__lte=on + timedelta(days=DUE_AHEAD)).select_related("assignee")
    found = []
    for item in rows:
        if item.due_on is None:
            continue
        subject = Subject.OVERDUE if item.due_on < on else Subject.DUE
        detail = {"day": item.due_on.isoformat(), "number": item.number}
        occasion = f"{item.pk} {item.round} {item.due_on}"
        user = item.assignee or checklist.owner
        found.append(_notice(user, checklist, subject, occasion, item, detail))
    return found


def _gate(moves: Iterable[Moved], checklist: Checklist) -> dict[str, Any] | None:
    """How and where the gate moved among some moves; none where it did not."""
    one = next((one for one in moves if one.is_gate), None)
    if one is None:
        return None
    rows = checklist.places.select_related("city")
    places = [row.city.slug if row.city else row.name for row in rows if one.changed(row.pk)]
    return {"move": one.move.value, "places": places}


def _notice(
    user: User,
    checklist: Checklist,
    subject: Subject,
    occasion: str,
    item: Item | None,
    detail: dict[str, Any],
) -> Notice:
    return Notice(
        user=user,
        checklist=checklist,
        item=item,
        subject=subject,
        occasion=occasion,
        detail=detail,
    )


def _keep(notices: list[Notice]) -> None:
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
