"""Changing several things of an item at once, and many items all or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeGuard

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cbec_portal.api.errors import ParameterError
from cbec_portal.api.parameters import parse_calendar_day
from checklists.models import Checklist, Item
from checklists.services.stale import StaleItemError
from checklists.services.working import assign, set_due, set_status

MOST_AT_ONCE = 500
CHANGEABLE = ("status", "reason", "assignee", "due_on")


class Result(NamedTuple):
    """What became of one change: *ok*, *not-written*, *conflict* or *error*, and why."""

    item: int
    outcome: str
    detail: str
    version: int | None


class NothingWrittenError(Exception):
    """Some of many changes failed, so none was written; ``results`` tells of every one."""

    def __init__(self, results: list[Result]) -> None:
        super().__init__(_("Nothing was written."))
        self.results = results


@transaction.atomic
def change_item(
    item: Item, changes: Mapping[str, Any], *, actor: User, seen: int | None = None
) -> Item:
    """Change what is named among status, reason, assignee and due day.

    A reason goes with the status it was given for: another status needs its own.

    Args:
        changes: ``assignee`` a user name or none, ``due_on`` a day written YYYY-MM-DD or none.
        seen: the version the actor saw; none to write regardless.

    Raises:
        ValidationError: something named is not to be changed so, or is of a wrong type.
        StaleItemError: the item is no longer at the version seen.
    """
    _check(changes)
    if "status" in changes or "reason" in changes:
        status = changes.get("status", item.status)
        reason = changes.get("reason", item.reason if status == item.status else "")
        item = set_status(item, status, actor=actor, reason=reason, seen=seen)
        seen = None
    if "assignee" in changes:
        person = _person(item.checklist, changes["assignee"])
        item = assign(item, person, actor=actor, seen=seen)
        seen = None
    if "due_on" in changes:
        item = set_due(item, _day(changes["due_on"]), actor=actor, seen=seen)
    item.refresh_from_db()
    return item


def change_items(checklist: Checklist, changes: Sequence[Any], *, actor: User) -> list[Result]:
    """Change many items of a checklist, all or none.

    Args:
        changes: each with ``id``, ``version``, and what is to change.

    Raises:
        ValidationError: there are none or too many.
        NothingWrittenError: some failed; nothing was written.
    """
    if not 1 <= len(changes) <= MOST_AT_ONCE:
        told = _("Name 1 to %(most)d items; %(count)d were named.")
        raise ValidationError({"items": told % {"most": MOST_AT_ONCE, "count": len(changes)}})
    with transaction.atomic():
        items = {item.pk: item for item in checklist.items.all()}
        results = [_result(one, items, actor) for one in changes]
        if any(result.outcome != "ok" for result in results):
            transaction.set_rollback(True)
            raise NothingWrittenError([_undone(result, items) for result in results])
    return results


def _undone(result: Result, items: Mapping[int, Item]) -> Result:
    """What became of a change that was right, where others were not."""
    if result.outcome != "ok":
        return result
    told = _("Nothing is wrong with this one, but others were refused.")
    return Result(result.item, "not-written", told, items[result.item].version)


def _result(one: Any, items: Mapping[int, Item], actor: User) -> Result:
    if not isinstance(one, Mapping):
        return Result(0, "error", _("Each item is an object."), None)
    key, version = one.get("id"), one.get("version")
    if not _is_whole(key):
        return Result(0, "error", _("Say which item you change, by its “id”, a number."), None)
    if key not in items:
        return Result(key, "error", _("There is no such item."), None)
    if not _is_whole(version):
        return Result(key, "error", _("Say which version you saw."), None)
    changes = {name: value for name, value in one.items() if name not in ("id", "version")}
    try:
        with transaction.atomic():
            changed = change_item(items[key], changes, actor=actor, seen=version)
    except StaleItemError as stale:
        return Result(key, "conflict", str(stale), stale.item.version)
    except ValidationError as wrong:
        return Result(key, "error", " ".join(wrong.messages), items[key].version)
    return Result(key, "ok", "", changed.version)


def _check(changes: Mapping[str, Any]) -> None:
    unknown = sorted(set(changes) - set(CHANGEABLE))
    if unknown or not changes:
        named = ", ".join(CHANGEABLE)
        told = _("“%(name)s” cannot be changed. Name some of: %(named)s.")
        raise ValidationError(told % {"name": ", ".join(unknown), "named": named}, code="unknown")
    for name, value in changes.items():
        optional = name in ("assignee", "due_on")
        if not isinstance(value, str) and not (optional and value is None):
            raise ValidationError({name: _("This is a text.")})


def _person(checklist: Checklist, name: str | None) -> User | None:
    if not name:
        return None
    mine = Q(pk=checklist.owner_id) | Q(shares__checklist=checklist)
    found = User.objects.filter(mine, username=name, is_active=True).first()
    if found is None:
        told = _("“%s” is nobody who may edit this checklist.")
        raise ValidationError({"assignee": told % name})
    return found


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return parse_calendar_day("due_on", text)
    except ParameterError as wrong:
        raise ValidationError({"due_on": wrong.errors[0][1]}) from None


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
