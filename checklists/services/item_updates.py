"""Working on items: status, who, until when, and what was said."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from checklists.models import Act, Comment, Item
from checklists.services.activity_log import record
from checklists.services.held_items import Work
from checklists.services.locks import hold_item, writes

LONGEST_COMMENT = 5000


@writes
def set_status(
    item: Item, status: str, *, actor: User, reason: str = "", seen: str | None = None
) -> Item:
    """Set an item's status. Settling it signs the period; of a recurring duty it opens the next.

    Args:
        seen: the tag of the version the actor saw; none to write regardless.

    Raises:
        ValidationError: the status is unknown, or one without the reason it needs.
        StaleItemError: the item is no longer at the version seen.
    """
    item, work = _held(item, actor, seen)
    work.set_status(item, status, reason)
    work.write()
    return item


@writes
def assign(item: Item, assignee: User | None, *, actor: User, seen: str | None = None) -> Item:
    """Assign an item to one of those who may edit the checklist, or to nobody.

    Raises:
        ValidationError: that person may not edit the checklist.
        StaleItemError: the item is no longer at the version seen.
    """
    item, work = _held(item, actor, seen)
    work.assign(item, assignee)
    work.write()
    return item


@writes
def set_due(item: Item, due_on: date | None, *, actor: User, seen: str | None = None) -> Item:
    """Set the due day of an item, or take it away.

    Raises:
        ValidationError: the day lies outside the years that the portal answers about.
        StaleItemError: the item is no longer at the version seen.
    """
    item, work = _held(item, actor, seen)
    work.set_due(item, due_on)
    work.write()
    return item


@writes
def comment(item: Item, text: str, *, actor: User) -> Comment:
    """Add a comment to an item.

    Raises:
        ValidationError: nothing was said, or too much.
    """
    if len(text.strip()) > LONGEST_COMMENT:
        raise ValidationError({"text": _("At most %d characters.") % LONGEST_COMMENT})
    item = hold_item(item, actor)
    said = Comment(item=item, author=actor, text=text.strip())
    said.full_clean()
    said.save()
    record(item.checklist, actor, Act.COMMENTED, item=item, comment=said.pk)
    return said


def _held(item: Item, actor: User, seen: str | None) -> tuple[Item, Work]:
    held = hold_item(item, actor, seen)
    return held, Work(held.checklist, [held], actor)
