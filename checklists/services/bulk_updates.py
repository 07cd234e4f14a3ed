"""Changing several things of an item at once, and many items all or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeGuard

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cbec_portal.asked_days import parse_calendar_day
from cbec_portal.refusals import ParameterError
from checklists.models import Checklist, Item
from checklists.services.conflicts import StaleItemError
from checklists.services.held_items import Work
from checklists.services.locks import hold, hold_item, hold_items, writes

MOST_AT_ONCE = 500
LARGEST_KEY = 2**63 - 1
CHANGEABLE = ("status", "reason", "assignee", "due_on")


#: The number of a version, and the tag that names it.
Version = tuple[int, str]


class Result(NamedTuple):
    """What became of one change: *ok*, *not-written*, *conflict* or *error*, and why."""

    item: int
    outcome: str
    detail: str
    version: int | None = None
    tag: str | None = None


class NothingWrittenError(Exception):
    """Some of many changes failed, so none was written; ``results`` tells of every one."""

    def __init__(self, results: list[Result]) -> None:
        super().__init__(_("Nothing was written."))
        self.results = results


@writes
def change_item(
    item: Item, changes: Mapping[str, Any], *, actor: User, seen: str | None = None
) -> Item:
    """Change what is named among status, reason, assignee and due day.

    A reason goes with the status it was given for: another status needs its own.

    Args:
        changes: ``assignee`` a user name or none, ``due_on`` a day written YYYY-MM-DD or none.
        seen: the tag of the version the actor saw; none to write regardless.

    Raises:
        ValidationError: something named is not to be changed so, or is of a wrong type.
        StaleItemError: the item is no longer at the version seen.
    """
    _check(changes)
    item = hold_item(item, actor, seen)
    work = Work(item.checklist, [item], actor)
    _change(work, item, changes)
    work.write()
    return item


@writes
def change_items(checklist: Checklist, changes: Sequence[Any], *, actor: User) -> list[Result]:
    """Change many items of a checklist, all or none.

    Args:
        changes: each with ``id``, the ``tag`` that was seen, and what is to change.

    Raises:
        ValidationError: there are none or too many.
        NothingWrittenError: some failed; nothing was written.
    """
    if not 1 <= len(changes) <= MOST_AT_ONCE:
        told = _("Name 1 to %(most)d items; %(count)d were named.")
        raise ValidationError({"items": told % {"most": MOST_AT_ONCE, "count": len(changes)}})
    hold(checklist, actor)
    named = (one.get("id") for one in changes if isinstance(one, Mapping))
    items = hold_items(checklist, {key for key in named if _is_whole(key)})
    versions = {key: _version(item) for key, item in items.items()}
    work = Work(checklist, items.values(), actor)
    results = [_result(one, items, work) for one in changes]
    if any(result.outcome != "ok" for result in results):
        raise NothingWrittenError([_undone(result, versions) for result in results])
    work.write()
    return results


def _change(work: Work, item: Item, changes: Mapping[str, Any]) -> None:
    if "status" in changes or "reason" in changes:
        status = changes.get("status", item.status)
        reason = changes.get("reason", item.reason if status == item.status else "")
        work.set_status(item, status, reason)
    if "assignee" in changes:
        work.assign(item, _person(work, changes["assignee"]))
    if "due_on" in changes:
        work.set_due(item, _day(changes["due_on"]))


def _undone(result: Result, versions: Mapping[int, Version]) -> Result:
    """Return what became of a change of many of which some were refused: nothing was written."""
    version, tag = versions.get(result.item, (None, None))
    if result.outcome != "ok":
        return result._replace(version=version, tag=tag)
    told = _("Nothing is wrong with this one, but others were refused.")
    return Result(result.item, "not-written", told, version, tag)


def _version(item: Item) -> Version:
    return item.version, item.tag


def _result(one: Any, items: Mapping[int, Item], work: Work) -> Result:
    if not isinstance(one, Mapping):
        return Result(0, "error", _("Each item is an object."))
    key, seen = one.get("id"), one.get("tag")
    if not _is_whole(key):
        return Result(0, "error", _("Say which item you change, by its “id”, a number."))
    if key not in items:
        return Result(key, "error", _("There is no such item."))
    if not isinstance(seen, str):
        return Result(key, "error", _("Say which version you saw, by its “tag”."))
    item = items[key]
    if item.tag != seen:
        return Result(key, "conflict", str(StaleItemError(item)), *_version(item))
    changes = {name: value for name, value in one.items() if name not in ("id", "tag")}
    try:
        _check(changes)
        _change(work, item, changes)
    except ValidationError as wrong:
        return Result(key, "error", " ".join(wrong.messages), *_version(item))
    return Result(key, "ok", "", *_version(item))


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


def _person(work: Work, name: str | None) -> User | None:
    if not name:
        return None
    if name not in work.people:
        told = _("“%s” is nobody who may edit this checklist.")
        raise ValidationError({"assignee": told % name})
    return work.people[name]


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return parse_calendar_day("due_on", text)
    except ParameterError as wrong:
        raise ValidationError({"due_on": wrong.errors[0][1]}) from None


def _is_whole(value: object) -> TypeGuard[int]:
    """Return whether a value is a whole number that a key may be."""
    return type(value) is int and 0 <= value <= LARGEST_KEY
