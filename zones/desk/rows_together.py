"""Rows of a set that are one act: of a city's move, where it lies now and where it lay until then.

One of them alone would say something else, so they go on, go back and are taken out together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from zones.dataset.applied_rows import key_of_text
from zones.dataset.place_tables import Cities, FormerPlacements
from zones.desk.current_keys import call_by_today
from zones.models import ChangeSet, ProposedRow
from zones.models.scopes import PLACE_COLUMNS

#: The tables whose rows say where a city lies.
TABLES = (Cities.name, FormerPlacements.name)


def rows_of_moves(change_set: ChangeSet) -> dict[str, list[ProposedRow]]:
    """Return the rows of a set that say where a city lies or lay, by the city."""
    found: dict[str, list[ProposedRow]] = defaultdict(list)
    rows = change_set.rows.filter(table__in=TABLES).order_by("pk")
    for row in call_by_today(rows):
        if row.table == FormerPlacements.name or not row.cells.keys().isdisjoint(PLACE_COLUMNS):
            found[key_of_text(row.key)[0]].append(row)
    return found


def acts_of(change_set: ChangeSet) -> list[list[ProposedRow]]:
    """Return the rows that are one act, of each of several; a new city is none with its places."""
    return [
        rows
        for rows in rows_of_moves(change_set).values()
        if len(rows) > 1 and all(row.before for row in rows if row.table == Cities.name)
    ]


def together(change_set: ChangeSet, rows: Iterable[ProposedRow]) -> list[ProposedRow]:
    """Return rows of a set, and all that are one act with any of them, each once."""
    found = {row.pk: row for row in rows}
    if any(row.table in TABLES for row in found.values()):
        for act in acts_of(change_set):
            if any(row.pk in found for row in act):
                found |= {row.pk: row for row in act if row.pk not in found}
    return list(found.values())
