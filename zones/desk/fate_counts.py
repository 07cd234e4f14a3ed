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
            words = npgettext("proposed row", "%s new row", "%s new rows", number)
        case Fate.CHANGED:
            words = npgettext("proposed row", "%s row that changes", "%s rows that change", number)
        case Fate.TAKEN_OUT:
            words = npgettext("proposed row", "%s row taken out", "%s rows taken out", number)
        case Fate.SAME:
            words = npgettext(
                "proposed row", "%s row as known already", "%s rows as known already", number
            )
        case Fate.HELD:
            words = npgettext(
                "proposed row",
                "%s row as the set says already",
                "%s rows as the set says already",
                number,
            )
        case Fate.CONFLICT:
            words = npgettext("proposed row", "%s row in conflict", "%s rows in conflict", number)
        case Fate.REFUSED:
            words = npgettext("proposed row", "%s refused row", "%s refused rows", number)
        case _:
            assert_never(fate)
    return words % f"{number:,}"
