"""Following the law: accepting what moved, one by one or all, without rewriting what was signed."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from checklists.models import (
    SETTLED,
    Act,
    Checklist,
    Item,
    ItemBasis,
    LogEntry,
    Requirement,
    Status,
)
from checklists.rules.change_detection import Move
from checklists.selectors.law_changes import DutyMove, day_of, moved, moves_tag
from checklists.services.activity_log import record_all
from checklists.services.conflicts import StaleError
from checklists.services.item_creation import REWORDED, keep_bases, keep_gate, reword, take_up
from checklists.services.locks import hold, hold_items, writes
from zones.selectors.snapshot import current_snapshot
from zones.services.locks import hold_edition


@writes
def accept(
    checklist: Checklist,
    *,
    actor: User,
    numbers: Collection[str] | None = None,
    seen: str | None = None,
) -> list[DutyMove]:
    """Accept what moved: new duties become items, changed ones their new words and bases.

    It goes by the newest revision as it is once the checklist is held, whatever was read before:
    whoever held the checklist meanwhile may have accepted a newer one.

    A settled item whose duty changed is open again, in a new period: what was signed stays signed.

    Args:
        numbers: the duties to accept, by number, or *gate*; none accepts everything.
        seen: the tag of the moves that the actor saw; none to accept regardless.

    Raises:
        ValidationError: one of the numbers did not move.
        StaleError: other things have moved than the actor saw.
    """
    hold_edition()
    hold(checklist, actor)
    snapshot = current_snapshot()
    everything = moved(checklist, snapshot)
    if seen is not None and seen != (now := moves_tag(everything)):
        told = _("Something has moved again since you saw this. Look at it anew, then accept.")
        raise StaleError(told, now)
    chosen = [one for one in everything if numbers is None or one.number in numbers]
    if numbers is not None and (strange := set(numbers) - {one.number for one in chosen}):
        told = _("Nothing moved under: %s.") % ", ".join(sorted(strange))
        raise ValidationError(told, code="unmoved")
    _accept(checklist, chosen, snapshot.newest, actor)
    if len(chosen) == len(everything):
        day = day_of(checklist)
        Checklist.objects.filter(pk=checklist.pk).update(known_at=snapshot.newest, as_of=day)
        checklist.known_at, checklist.as_of = snapshot.newest, day
    return chosen


def _accept(checklist: Checklist, chosen: list[DutyMove], revision: int, actor: User) -> None:
    """Take up what was chosen; the same number of queries, however much it is."""
    held = hold_items(checklist, [one.item.pk for one in chosen if one.item])
    items = {one.number: held[one.item.pk] for one in chosen if one.item}
    fresh = [one for one in chosen if not one.item and one.requirement]
    duties = [(_duty(one), one.after) for one in fresh]
    items |= {item.number: item for item in take_up(checklist, duties, revision)}
    for one in chosen:
        if one.is_gate:
            keep_gate(one.after)
    moved_items = [(one, held[one.item.pk]) for one in chosen if one.item]
    lost = [item for one, item in moved_items if one.requirement is None]
    ItemBasis.objects.filter(item__in=lost).update(verdict="excluded", policy=None, finding=None)
    keep_bases((item, one.after) for one, item in moved_items if one.requirement)
    for one, item in moved_items:
        _move(item, one, revision)
    Item.objects.bulk_update(
        held.values(), [*REWORDED, "status", "reason", "period", *Item.COUNTED]
    )
    record_all(checklist, [_entry(checklist, one, items, revision, actor) for one in chosen])


def _duty(one: DutyMove) -> Requirement:
    if one.requirement is None:
        raise ValueError("Only a duty of the template is taken up.")
    return one.requirement


def _entry(
    checklist: Checklist, one: DutyMove, items: dict[str, Item], revision: int, actor: User
) -> LogEntry:
    detail = {"move": one.move.value, "revision": revision, "number": one.number}
    item = items.get(one.number)
    return LogEntry(checklist=checklist, item=item, actor=actor, act=Act.ACCEPTED, detail=detail)


def _move(item: Item, one: DutyMove, revision: int) -> None:
    if one.requirement is not None:
        reword(item, one.requirement, revision)
    if one.move is not Move.FALLS_AWAY and item.status in SETTLED:
        item.status, item.reason = Status.OPEN, ""
        item.period += 1
    item.raise_version()
