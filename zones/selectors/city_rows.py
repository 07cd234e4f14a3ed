"""The rows in force of whole cities, kept: any day is answered from them, without asking the
database for each cell.

A city has few rows, of which most are the same in many cities, so each different one is kept once.
Where cities have many, nothing is kept and cells are sought one by one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from cbec_portal.caches import Kept
from zones.models.querysets.in_force_sql import InForceRow, of_cities, rows_up_to
from zones.selectors.inquiry import Inquiry

#: Of so many rows in all, of every revision, whole cities are read.
MOST_ROWS = 200_000
#: So many rows of cities are kept, each as a reference.
MOST_KEPT = 150_000
#: Of so few topics cells are sought, however few rows there are.
FEW_TOPICS = 16


class CityRows(NamedTuple):
    """Every row in force of a city at any time, the earliest first, and their first days."""

    first_days: Sequence[str]
    rows: Sequence[InForceRow]

    def begun_last(self, day: date) -> dict[int, InForceRow]:
        """Return the row of each topic that began last by a day, by the topic's id; it may have
        ended.
        """
        begun = bisect_right(self.first_days, day.isoformat())
        return {row.topic: row for row in self.rows[:begun]}


def rows_of_cities(
    cities: Collection[int], topics: Collection[object], inquiry: Inquiry
) -> Mapping[int, CityRows] | None:
    """Return the rows of cities as a revision knew them, by the city's id; none where cells are
    better sought one by one. One query, if some are not kept.
    """
    snapshot, known_at = inquiry.snapshot, inquiry.known_at
    if len(topics) <= FEW_TOPICS or not snapshot.remembered("cities are read whole", _are_few):
        return None
    kept: Kept[tuple[int, int], CityRows] = snapshot.remembered(
        "rows of cities", lambda: Kept(MOST_KEPT, lambda own: len(own.rows))
    )
    found = {city: kept.get((city, known_at)) for city in cities}
    if missing := [city for city, own in found.items() if own is None]:
        days: dict[str, str] = snapshot.remembered("first days of rows", dict)
        rows: dict[InForceRow, InForceRow] = snapshot.remembered("different rows in force", dict)
        for city, read in of_cities(missing, known_at=known_at).items():
            own = CityRows(
                [days.setdefault(day, day) for day, _ in read],
                [rows.setdefault(row, row) for _, row in read],
            )
            found[city] = kept.put((city, known_at), own)
    return {city: own for city, own in found.items() if own is not None}


def _are_few() -> bool:
    return rows_up_to(MOST_ROWS + 1) <= MOST_ROWS
