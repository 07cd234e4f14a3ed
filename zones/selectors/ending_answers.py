"""Which cities' answers to a topic end, or have ended: most pages of topics tell of few."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cbec_portal.caches import Kept
from zones.models import City, Topic
from zones.selectors.city_comparison import Cell, grid
from zones.selectors.counted_answers import stretch_of
from zones.selectors.inquiry import Column, Inquiry
from zones.selectors.placements import cities_on, stretch_of_places

#: Of so many topics, each during days on which none of its answers moves, it is kept.
MOST_KEPT = 512


class EndingAnswer(NamedTuple):
    """A city whose answer has a last day, or where what answered last has ended."""

    city: City
    cell: Cell


def ending_answers(topic: Topic, inquiry: Inquiry) -> Sequence[EndingAnswer]:
    """Return the cities whose answer to a topic ends or has ended, in their order.

    One query for a topic that was not asked about lately on a day of the same stretch.
    """
    kept: Kept[tuple[object, ...], Sequence[EndingAnswer]] = inquiry.snapshot.lately(
        "ending answers", MOST_KEPT
    )
    began = inquiry.snapshot.without_policy(topic.pk, inquiry.day).state
    stretches = (stretch_of(topic.pk, inquiry), stretch_of_places(inquiry))
    asked = (topic.pk, inquiry.known_at, stretches, began, inquiry.certainty)
    return kept.made(asked, lambda: _read(topic, inquiry))


def _read(topic: Topic, inquiry: Inquiry) -> Sequence[EndingAnswer]:
    cities = list(cities_on(inquiry).values())
    columns = [Column(city, inquiry.day) for city in cities]
    cells = grid(columns, [topic], inquiry, rendered=False)[topic.pk]
    return [
        EndingAnswer(city, cell)
        for city, cell in zip(cities, cells, strict=True)
        if cell.ended or (cell.found and cell.found.through)
    ]
