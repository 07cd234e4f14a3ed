"""The effect of a change set as its page tells it: in words, as a picture, and line by line."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from zones.admin.changed_rows import ChangedRows, changed_rows
from zones.admin.effect_picture import picture_of
from zones.admin.effect_words import EffectLines, effect_words, shown_effect
from zones.desk.cell_words import CellWords
from zones.desk.effect import Effect
from zones.desk.judgement import Judgement


class ToldEffect(NamedTuple):
    """An effect in one line, the rows that change, its lines from what to what, and its picture, if
    it turns anything.
    """

    words: str
    rows: ChangedRows
    lines: EffectLines
    picture: dict[str, Any] | None
    turns: bool


def told_effect(
    found: Judgement, effect: Effect, words: CellWords, came: Collection[str] | None = None
) -> ToldEffect:
    """Return what a page tells of an effect, which is as long for a large set as for a small.

    Of what was published, ``came`` are the cities that were new then.
    """
    return ToldEffect(
        effect_words(found, effect),
        changed_rows(found, words),
        shown_effect(effect, words),
        picture_of(effect, words, came),
        bool(effect.groups),
    )
