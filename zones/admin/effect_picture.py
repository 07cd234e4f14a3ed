"""The effect of a change set as a small matrix: topics down, cities across, a mark where one turns.

It is drawn in SVG, runs of neighbouring cities as one mark, so that a set that turns everything is
no larger a page than one that turns a city. What it shows stands beside it as a list.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from zones.desk.cell_words import CellWords
from zones.desk.effect import Effect
from zones.models import City

CELL = 6
ROW = 14
GAP = 2


def picture_of(effect: Effect, words: CellWords) -> dict[str, Any] | None:
    """Return the marks of a matrix in user units, by topic; nothing where no answer changes."""
    if not effect.groups:
        return None
    order = {slug: place for place, slug in enumerate(City.objects.values_list("slug", flat=True))}
    for city in effect.cities:
        order.setdefault(city, len(order))
    rows = []
    for number, (topic, cities) in enumerate(sorted(effect.matrix.items())):
        places = sorted(order[city] for city in cities)
        marks = [
            {"x": run[0] * CELL, "width": len(run) * CELL - 1}
            for _, group in groupby(enumerate(places), key=lambda pair: pair[1] - pair[0])
            if (run := [place for _, place in group])
        ]
        rows.append(
            {
                "topic": words.topic(topic),
                "y": number * ROW,
                "count": len(cities),
                "marks": marks,
            }
        )
    return {
        "rows": rows,
        "width": len(order) * CELL,
        "height": len(rows) * ROW - GAP,
        "mark_height": ROW - GAP,
    }
