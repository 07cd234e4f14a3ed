"""Cells that moved here as well, in words: what each was, is to be, and is, and what made it so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zones.dataset.applied_rows import key_of_text
from zones.dataset.table import Key
from zones.desk.cell_words import CellWords
from zones.desk.history import RowChange, changes_of
from zones.desk.judgement import CellConflict, RowJudgement
from zones.desk.settlement import mark_of_row


def keys_of(judged: RowJudgement) -> set[Key]:
    """Return the keys under which a row was proposed and is known."""
    return {key_of_text(judged.row.key), judged.key}


def changes_behind(rows: Iterable[RowJudgement]) -> Mapping[str, Sequence[RowChange]]:
    """Return what became of those of rows that are in conflict, by table and newest first; however
    many they are, it takes one query, and none where none is.
    """
    return changes_of((one.table, keys_of(one)) for one in rows if one.conflicts)


def told_conflicts(
    judged: RowJudgement, words: CellWords, name: str, changes: Sequence[RowChange]
) -> list[dict[str, Any]]:
    """Return the cells that moved here as well: what stood there when each was proposed, what is
    proposed, what is here now, and what made it so; ``theirs`` is the cell as it is kept.

    Args:
        judged: the row.
        words: how cells are told.
        name: what the row is called.
        changes: what became of rows of its table, newest first.
    """
    return [
        {
            "column": one.column,
            "label": judged.label_of(one.column),
            "base": _told(judged, words, name, one, one.base, _("there was no such row")),
            "mine": _told(judged, words, name, one, one.mine, _("the row goes")),
            "live": _told(judged, words, name, one, one.live, _("the row is gone")),
            "theirs": (one.live or "") if one.column else mark_of_row(judged.before),
            "by": _made_by(judged, one, changes),
        }
        for one in judged.conflicts
    ]


def _told(
    judged: RowJudgement,
    words: CellWords,
    name: str,
    one: CellConflict,
    cell: str | None,
    without: str,
) -> str:
    """A cell of a conflict in words; those given where there is no row that has it."""
    if cell is None:
        return without
    if not one.column:
        return name
    beside = {**(judged.before or {}), **(judged.after or {})}
    return words.cell(judged.table, one.column, cell, beside) or pgettext("cell", "empty")


def _made_by(
    judged: RowJudgement, one: CellConflict, changes: Sequence[RowChange]
) -> RowChange | None:
    """The last change that made the cell what it is now, or by which the row came or went."""

    def made(change: RowChange) -> bool:
        if not one.column:
            return (change.before if one.live else change.after) is None
        return change.moved.get(one.column, (None, None))[1] == one.live

    keys = keys_of(judged)
    return next(filter(made, (change for change in changes if change.key in keys)), None)
