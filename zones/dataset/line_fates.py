"""What becomes of each line of a file, as the page of a grid tells it of each row."""

from __future__ import annotations

from collections.abc import Iterable

from zones.dataset.problems import Problem
from zones.dataset.table import Changes, Table
from zones.rules.vocabulary import Fate


def line_fates(table: Table, changes: Changes, problems: Iterable[Problem]) -> dict[int, Fate]:
    """Return what becomes of each line of the file of a table, in their order.

    Args:
        table: the table.
        changes: what its file brings.
        problems: all that is wrong with the files. A line with anything wrong is refused, unless
            that is a conflict alone.
    """
    in_conflict = {(one.line, one.why) for one in changes.conflicts.values()}
    refused = {
        one.line
        for one in problems
        if one.file == table.file and one.line and (one.line, one.why) not in in_conflict
    }
    found = {
        row.line: fate
        for fate, rows in ((Fate.NEW, changes.added), (Fate.CHANGED, changes.corrected))
        for row in rows.values()
    }
    found |= {line: Fate.CONFLICT for line, _why in in_conflict if line}
    found |= dict.fromkeys(refused, Fate.REFUSED)
    lines = sorted({*changes.lines, *refused})
    return {line: found.get(line, Fate.SAME) for line in lines}
