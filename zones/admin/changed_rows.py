"""The rows that a change set changes: which row, which column, from what to what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cbec_portal.day_words import day_in_words
from zones.dataset.place_tables import Cities
from zones.dataset.policy_table import Policies
from zones.desk.cell_words import CellWords
from zones.desk.effect import ANSWER
from zones.desk.judgement import Judgement, RowJudgement
from zones.desk.moved_words import moved_words
from zones.desk.place_days import days_of_places, placed_otherwise
from zones.models.scopes import PLACE_COLUMNS
from zones.rules.vocabulary import Fate
from zones.selectors.dependents import TOLD, tables_told

#: So many lines stand open; more are folded away.
OPEN_LINES = 12
#: Columns whose cells become others, with what they were and become.
_Moved = dict[str, tuple[str, str]]
#: What the lines of spans tell of policies.
TOLD_OF_SPANS = {*ANSWER, "effective_from", "effective_to"}


class ChangedTable(NamedTuple):
    """The rows of a table that change: a line each, and how many more there are."""

    label: str
    lines: list[str]


class ChangedRows(NamedTuple):
    """The rows that change, table by table."""

    tables: list[ChangedTable]

    @property
    def is_long(self) -> bool:
        """Return whether the lines are folded away."""
        return sum(len(one.lines) for one in self.tables) > OPEN_LINES


def changed_rows(found: Judgement, words: CellWords) -> ChangedRows:
    """Return the rows whose cells become others, the first of each table one by one.

    Left out is what is told elsewhere: the answers and days of policies, span by span, and rows of
    which other apps tell it.
    """
    elsewhere = tables_told()
    turned = [
        (one, moved)
        for one in found.rows
        if one.fate == Fate.CHANGED and one.table.name not in elsewhere and (moved := _told_of(one))
    ]
    days = days_of_places(found, placed_otherwise(found))
    tables: dict[str, list[tuple[RowJudgement, _Moved]]] = defaultdict(list)
    for one, moved in turned:
        tables[str(one.table.label)].append((one, moved))
    return ChangedRows([_table(*own, words, days) for own in tables.items()])


def _table(
    label: str,
    rows: Sequence[tuple[RowJudgement, _Moved]],
    words: CellWords,
    days: Mapping[str, str],
) -> ChangedTable:
    lines = [line for one, moved in rows[:TOLD] for line in _lines(one, moved, words, days)]
    if (left := len(rows) - TOLD) > 0:
        text = ngettext(
            "and %s row more that changes, which stands among the rows",
            "and %s rows more that change, which stand among the rows",
            left,
        )
        lines.append(text % f"{left:,}")
    return ChangedTable(label, lines)


def _told_of(one: RowJudgement) -> _Moved:
    """The cells of a row that become others, without what is told of spans."""
    left_out = TOLD_OF_SPANS if one.table.name == Policies.name else ()
    return {name: both for name, both in one.moved.items() if name not in left_out}


def _lines(
    one: RowJudgement, moved: _Moved, words: CellWords, days: Mapping[str, str]
) -> Iterator[str]:
    """What becomes another in a row; of a city where it lies by itself, with the day from which
    on.
    """
    since = days.get(one.key[0]) if one.table.name == Cities.name else None
    placed = {name: both for name, both in moved.items() if name in PLACE_COLUMNS}
    if since is None:
        placed = {}
    if placed:
        told = (
            _("%(row)s changes from %(day)s on: %(changes)s")
            if since
            else _("%(row)s changes for all days: %(changes)s")
        )
        yield _line(one, placed, words, told, day=day_in_words(since))
    if rest := {name: both for name, both in moved.items() if name not in placed}:
        yield _line(one, rest, words, _("%(row)s changes: %(changes)s"))


def _line(one: RowJudgement, moved: _Moved, words: CellWords, told: str, day: str = "") -> str:
    cells = words.moved(one.table, moved, one.before, one.after)
    return told % {"row": words.judged_row(one), "changes": moved_words(cells), "day": day}
