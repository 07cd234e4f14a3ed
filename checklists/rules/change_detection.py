"""What moved between the law an item stands on and the law now."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from enum import StrEnum
from typing import NamedTuple

from checklists.rules.applicability import Verdict


class Move(StrEnum):
    """How a duty moved."""

    NEW = "new"
    FALLS_AWAY = "falls-away"
    CHANGED = "changed"


class Basis(NamedTuple):
    """What a duty stands on in one place: the verdict, and what decided its test."""

    verdict: Verdict
    decided_by: Hashable = None


def gate_move(before: Mapping[int, Basis], after: Mapping[int, Basis]) -> Move | None:
    """Return how a gate moved; none where it did not.

    That it closed in one place comes before all else.

    Args:
        before: what it stood on, by place.
        after: what it stands on now, for the same places.
    """
    turns = {
        (was.verdict is not Verdict.EXCLUDED, after[place].verdict is not Verdict.EXCLUDED)
        for place, was in before.items()
    }
    if (True, False) in turns:
        return Move.FALLS_AWAY
    if (False, True) in turns:
        return Move.NEW
    return Move.CHANGED if before != after else None


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
