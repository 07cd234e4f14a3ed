"""How sure answers are, as a bar in three parts; the numbers stand in words beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from zones.models.labels import label
from zones.rules.vocabulary import Certainty

WIDTH = 160


class BarPart(NamedTuple):
    """One part of a bar: where it begins, how wide it is, and what it stands for."""

    certainty: str
    x: float
    width: float


class CertaintyBar(NamedTuple):
    """A bar and what it says in words."""

    width: int
    parts: list[BarPart]
    words: str


def certainty_bar(counts: Mapping[Certainty, int]) -> CertaintyBar:
    """Return the bar of some counts; one of no answers has no parts."""
    whole = sum(counts.values())
    parts, x = [], 0.0
    for certainty in Certainty:
        if number := counts.get(certainty, 0):
            width = round(WIDTH * number / whole, 2)
            parts.append(BarPart(certainty.value, round(x, 2), width))
            x += width
    told = (f"{label(one)} {counts[one]:,}" for one in Certainty if counts.get(one))
    return CertaintyBar(WIDTH, parts, " · ".join(told))
