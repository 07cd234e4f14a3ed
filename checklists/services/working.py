"""Working on items: status, who, until when, and what was said."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cbec_portal.api.parameters import EARLIEST_DAY, latest_day
from cbec_portal.clock import today_in_china
from checklists.models import SETTLED, Act, Comment, Item, Status, Subject
from checklists.rules.rounds import comes_back, next_due
from checklists.services.logging import record
from checklists.services.noticing import tell
from checklists.services.signing import sign
from checklists.services.stale import StaleItemError

LONGEST_COMMENT = 5000
LONGEST_REASON = 2000


@transaction.atomic
def set_status(
    item: Item, status: str, *, actor: User, reason: str = "", seen: int | None = None
) -> Item:
    """Set an item's status. Settling it signs the round; of a recurring duty it opens the next.

    Args:
        seen: the version the actor saw; none to write regardless.

    Raises:
        ValidationError: the status is unknown, or one without the reason it needs.
        StaleItemError: the item is no longer at the version seen.
    """
    item = locked(item, seen)
    wanted, reason = _checked(status, reason)
    before = item.status
    if wanted == before and reason == item.reason:
        return item
    if before in SETTLED:
        item.round += 1
    item.status, item.reason = wanted, reason
    if wanted in SETTLED:
        sign(item, actor)
        if wanted == Status.DONE and comes_back(item.recurrence):
            _open_next(item)
    item.save(update_fields=["status", "reason", "round", "due_on"])
    told = {"before": before, "after": wanted.value} | ({"reason": reason} if reason else {})
    record(item.checklist, actor, Act.SET_STATUS, item=item, **told)
    return item


@transaction.atomic
def assign(item: Item, assignee: User | None, *, actor: User, seen: int | None = None) -> Item:
    """Say who does it, one of those who may edit the checklist, or nobody.

    Raises:
        ValidationError: that person may not edit the checklist.
        StaleItemError: the item is no longer at the version seen.
    """
    item = locked(item, seen)
    if assignee and not item.checklist.may_edit(assignee):
        raise ValidationError({"assignee": _("Only those who may edit the checklist can do it.")})
    before = item.assignee
    item.assignee = assignee
    item.save(update_fields=["assignee"])
    names = {"before": _name(before), "after": _name(assignee)}
    entry = record(item.checklist, actor, Act.ASSIGNED, item=item, **names)
    if assignee and assignee not in (before, actor):
        by = actor.get_username()
        tell(assignee, item.checklist, Subject.ASSIGNED, str(entry.pk), item=item, by=by)
    return item


@transaction.atomic
def set_due(item: Item, due_on: date | None, *, actor: User, seen: int | None = None) -> Item:
    """Say until when, or that there is no day.

    Raises:
        ValidationError: the day lies outside the years that the portal answers about.
        StaleItemError: the item is no longer at the version seen.
    """
    item = locked(item, seen)
    if due_on and not EARLIEST_DAY <= due_on <= latest_day():
        told = _("A due day lies between %(first)s and %(last)s.")
        between = {"first": EARLIEST_DAY, "last": latest_day()}
        raise ValidationError({"due_on": told % between})
    before, item.due_on = item.due_on, due_on
    item.due_day = due_on.day if due_on else None
    item.save(update_fields=["due_on", "due_day"])
    days = {"before": _iso(before), "after": _iso(due_on)}
    record(item.checklist, actor, Act.SET_DUE, item=item, **days)
    return item


@transaction.atomic
def comment(item: Item, text: str, *, actor: User) -> Comment:
    """Say something about an item.

    Raises:
        ValidationError: nothing was said, or too much.
    """
    if len(text.strip()) > LONGEST_COMMENT:
        raise ValidationError({"text": _("At most %d characters.") % LONGEST_COMMENT})
    said = Comment(item=item, author=actor, text=text.strip())
    said.full_clean()
    said.save()
    record(item.checklist, actor, Act.COMMENTED, item=item, comment=said.pk)
    return said


def locked(item: Item, seen: int | None) -> Item:
    """The item as it is now, held until the transaction ends.

    Raises:
        StaleItemError: it is no longer at the version seen.
    """
    rows = Item.objects.select_related("checklist", "assignee", "source", "focus_area")
    found = rows.select_for_update(of=("self",)).get(pk=item.pk)
    if seen is not None and found.version != seen:
        raise StaleItemError(found)
    return found


def _open_next(item: Item) -> None:
    item.due_on = next_due(item.recurrence, item.due_on, today_in_china(), day=item.due_day)
    item.round += 1
    item.status, item.reason = Status.OPEN, ""


def _checked(status: str, reason: str) -> tuple[Status, str]:
    if status not in Status.values:
        known = ", ".join(Status.values)
        raise ValidationError({"status": _("The status is one of: %s.") % known})
    reason = reason.strip()
    if status == Status.NOT_APPLICABLE and not reason:
        raise ValidationError({"reason": _("Say why the duty is not applicable.")})
    if len(reason) > LONGEST_REASON:
        raise ValidationError({"reason": _("At most %d characters.") % LONGEST_REASON})
    Item._meta.get_field("reason").run_validators(reason)
    return Status(status), reason


def _name(user: User | None) -> str | None:
    return user.get_username() if user else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
