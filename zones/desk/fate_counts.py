"""How many proposed rows fare so, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from django.utils.translation import npgettext

from zones.rules.vocabulary import Fate


def fate_counts(count: Callable[[Fate], int]) -> list[str]:
    """Return of each fate that any row has how many have it, in words.

    >>> fate_counts(lambda fate: {Fate.NEW: 1, Fate.REFUSED: 2}.get(fate, 0))
    ['1 new row', '2 refused rows']
    """
    return [_counted(fate, number) for fate in Fate if (number := count(fate))]


def _counted(fate: Fate, number: int) -> str:
    match fate:
        case Fate.NEW:
            words = npgettext("proposed row", "%d new row", "%d new rows", number)
        case Fate.CHANGED:
            words = npgettext("proposed row", "%d row that changes", "%d rows that change", number)
        case Fate.TAKEN_OUT:
            words = npgettext("proposed row", "%d row taken out", "%d rows taken out", number)
        case Fate.SAME:
            words = npgettext(
                "proposed row", "%d row as known already", "%d rows as known already", number
            )
        case Fate.CONFLICT:
            words = npgettext("proposed row", "%d row in conflict", "%d rows in conflict", number)
        case Fate.REFUSED:
            words = npgettext("proposed row", "%d refused row", "%d refused rows", number)
        case _:
            assert_never(fate)
    return words % number
