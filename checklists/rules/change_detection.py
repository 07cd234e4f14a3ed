"""What moved between the law an item stands on and the law now."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from enum import StrEnum
from typing import NamedTuple

from checklists.rules.applicability import Verdict


class Move(StrEnum):
    """How a duty moved, or the gate; only a gate turns *to confirm*."""

    NEW = "new"
    FALLS_AWAY = "falls-away"
    TO_CONFIRM = "to-confirm"
    CHANGED = "changed"


class Basis(NamedTuple):
    """What a duty stands on in one place: the verdict, and what decided its test."""

    verdict: Verdict
    decided_by: Hashable = None


def gate_move(before: Mapping[int, Basis], after: Mapping[int, Basis]) -> Move | None:
    """Return how a gate moved; none where it did not.

    That it closed in one place comes before all else, then that one must confirm first, then that
    it opened.

    Args:
        before: what it stood on, by place.
        after: what it stands on now, for the same places.
    """
    turned_to = {
        after[place].verdict
        for place, was in before.items()
        if was.verdict is not after[place].verdict
    }
    for verdict, how in _GATE_MOVES.items():
        if verdict in turned_to:
            return how
    return Move.CHANGED if before != after else None


#: What comes first is told, where a gate moved in several ways.
_GATE_MOVES = {
    Verdict.EXCLUDED: Move.FALLS_AWAY,
    Verdict.TO_CONFIRM: Move.TO_CONFIRM,
    Verdict.INCLUDED: Move.NEW,
}


def live(bases: Collection[Basis]) -> bool:
    """Return whether a duty is to be worked on somewhere: it applies, or may apply."""
    return any(basis.verdict is not Verdict.EXCLUDED for basis in bases)


def move(
    before: Mapping[int, Basis] | None, after: Mapping[int, Basis] | None, *, reworded: bool
) -> Move | None:
    """Return how a duty moved; none where nothing did.

    Args:
        before: what its item stands on, by place; none where it is no item yet.
        after: how it stands now; none where the template has lost it.
        reworded: whether its words, dates or source are no longer those of the item.
    """
    was, is_now = live((before or {}).values()), live((after or {}).values())
    if not was:
        return Move.NEW if is_now else None
    if not is_now:
        return Move.FALLS_AWAY
    return Move.CHANGED if reworded or before != after else None
