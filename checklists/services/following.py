"""Following the law: accepting what moved, one by one or all, without rewriting what was signed."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from checklists.models import SETTLED, Act, Checklist, Item, Status
from checklists.queries.moving import Moved, day_of, fingerprint, moved
from checklists.rules.reconciling import Move
from checklists.services.items import ground, keep_gate, reword, take_up
from checklists.services.logging import record
from checklists.services.stale import StaleError
from zones.queries.catalogue import Catalogue


@transaction.atomic
def accept(
    checklist: Checklist,
    kept: Catalogue,
    *,
    actor: User,
    numbers: Collection[str] | None = None,
    seen: str | None = None,
) -> list[Moved]:
    """Accept what moved: new duties become items, changed ones their new words and grounds.

    A settled item whose duty changed is open again, in a new round: what was signed stays signed.

    Args:
        numbers: the duties to accept, by number, or *gate*; none accepts everything.
        seen: the fingerprint of the moves that the actor saw; none to accept regardless.

    Raises:
        ValidationError: one of the numbers did not move.
        StaleError: other things have moved than the actor saw.
    """
    Checklist.objects.select_for_update().get(pk=checklist.pk)
    everything = moved(checklist, kept)
    if seen is not None and seen != (now := fingerprint(everything)):
        told = _("Something has moved again since you saw this. Look at it anew, then accept.")
        raise StaleError(told, now)
    chosen = [one for one in everything if numbers is None or one.number in numbers]
    if numbers is not None and (strange := set(numbers) - {one.number for one in chosen}):
        told = _("Nothing moved under: %s.") % ", ".join(sorted(strange))
        raise ValidationError(told, code="unmoved")
    for one in chosen:
        _accept(checklist, one, kept.newest, actor)
    if len(chosen) == len(everything):
        day = day_of(checklist)
        Checklist.objects.filter(pk=checklist.pk).update(known_at=kept.newest, as_of=day)
        checklist.known_at, checklist.as_of = kept.newest, day
    return chosen


def _accept(checklist: Checklist, one: Moved, revision: int, actor: User) -> None:
    item = one.item
    if one.is_gate:
        keep_gate(one.after)
    elif item is not None:
        _move_item(item, one, revision)
    elif one.requirement is not None:
        item = take_up(checklist, one.requirement, one.after, revision)
    detail = {"move": one.move.value, "revision": revision, "number": one.number}
    record(checklist, actor, Act.ACCEPTED, item=item, **detail)


def _move_item(item: Item, one: Moved, revision: int) -> None:
    if one.requirement is None:
        item.grounds.update(verdict="excluded", policy=None, finding=None)
    else:
        reword(item, one.requirement, revision)
        ground(item, one.after)
    if one.move is not Move.FALLS_AWAY and item.status in SETTLED:
        item.status, item.reason = Status.OPEN, ""
        item.round += 1
        item.save(update_fields=["status", "reason", "round"])
