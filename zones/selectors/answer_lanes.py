"""Answers in law time as lanes: of each topic in a place, and of each group of cities for a topic.

Who looks at a lane sees what held when, and what nobody knows as such. They are put together from
the rows in force, or, in a place without pilot status, from what is resolved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby, pairwise
from typing import NamedTuple

from cbec_portal.caches import Kept
from zones.models import City, InForce, Topic
from zones.models.querysets.in_force_sql import InForceRow, of_cities
from zones.rules.comparison import Answer, as_sure_as
from zones.rules.intervals import FOREVER, Interval, Timed
from zones.rules.lanes import Lane, LaneAnswer, lane_of
from zones.rules.partial_dates import day_after, day_of
from zones.selectors.city_rows import rows_of_cities
from zones.selectors.hypothetical_places import HypotheticalPlace, answers_in_hypothetical
from zones.selectors.inquiry import Inquiry
from zones.selectors.placements import cities_on

#: Of so many topics, each during a span, the lanes across all cities are kept.
MOST_TOPICS = 256

#: The rows of a topic with the first day of each, in order.
Dated = Sequence[tuple[str, InForceRow]]


class GroupLane(NamedTuple):
    """Cities that always answered alike during a span, and what they answered."""

    cities: list[City]
    lane: Lane[InForceRow]


def lanes_of_place(
    place: City | HypotheticalPlace, topics: Iterable[Topic], inquiry: Inquiry, whole: Interval
) -> dict[int, Lane[InForceRow]]:
    """Return the lane of each topic in a place during a span, by the topic's id. One query for a
    place whose rows are not kept, and one for policies not seen in this edition.
    """
    asked = {topic.pk: topic for topic in topics}
    rows: dict[int, list[tuple[str, InForceRow]]] = defaultdict(list)
    for day, row in _rows(place, asked, inquiry):
        if row.topic in asked:
            rows[row.topic].append((day, row))
    return _lanes({pk: rows.get(pk, ()) for pk in asked}, asked, inquiry, whole)


def lanes_across(topic: Topic, inquiry: Inquiry, whole: Interval) -> list[GroupLane]:
    """Return the lanes of a topic across all cities during a span, that of the most cities first.

    One query for a topic not asked about lately, however many cities there are.
    """
    kept: Kept[object, list[GroupLane]] = inquiry.snapshot.lately(
        "lanes across cities", MOST_TOPICS
    )
    cities = cities_on(inquiry)
    asked = (topic.pk, inquiry.known_at, inquiry.certainty, whole, tuple(cities))
    return kept.made(asked, lambda: _across(topic, list(cities.values()), inquiry, whole))


def _across(
    topic: Topic, cities: Sequence[City], inquiry: Inquiry, whole: Interval
) -> list[GroupLane]:
    stored = InForce.objects.known_at(inquiry.known_at).filter(topic=topic.pk)
    columns = ("city", "from_day", "policy", "also", "since", "through")
    rows: dict[int, Dated] = {
        city: tuple(
            (
                day.isoformat(),
                InForceRow(0, topic.pk, policy, also, since.isoformat(), _text(through)),
            )
            for _, day, policy, also, since, through in own
        )
        for city, own in groupby(
            stored.order_by("city", "from_day").values_list(*columns), key=lambda row: row[0]
        )
    }
    different = {rows.get(city.pk, ()): None for city in cities}
    # Cities are told apart by what they answer; most have the very rows of others.
    numbered = dict(enumerate(different))
    lanes = _lanes(numbered, dict.fromkeys(numbered, topic), inquiry, whole)
    of_rows = {own: lanes[number] for number, own in numbered.items()}
    groups: dict[tuple[tuple[Interval, Answer], ...], GroupLane] = {}
    for city in cities:
        lane = of_rows[rows.get(city.pk, ())]
        told = tuple((span, own.answer) for span, own in lane)
        groups.setdefault(told, GroupLane([], lane)).cities.append(city)
    return sorted(groups.values(), key=lambda group: -len(group.cities))


def _rows(
    place: City | HypotheticalPlace, topics: Mapping[int, Topic], inquiry: Inquiry
) -> Iterable[tuple[str, InForceRow]]:
    """The rows of a place at all times with their first days, in order."""
    if not isinstance(place, City):
        found = answers_in_hypothetical([place], list(topics.values()), inquiry)[place]
        return sorted(((row.since, row) for row in found), key=lambda own: own[0])
    if kept := rows_of_cities({place.pk}, inquiry.snapshot.topics, inquiry):
        return zip(kept[place.pk].first_days, kept[place.pk].rows, strict=True)
    return of_cities([place.pk], known_at=inquiry.known_at)[place.pk]


def _lanes(
    rows: Mapping[int, Dated], topics: Mapping[int, Topic], inquiry: Inquiry, whole: Interval
) -> dict[int, Lane[InForceRow]]:
    """The lanes of some rows, each of a topic; what they rest on is read at once."""
    snapshot = inquiry.snapshot
    answers = snapshot.answers(snapshot.needed(row for own in rows.values() for _, row in own))

    def told(row: InForceRow) -> LaneAnswer[InForceRow]:
        known = snapshot.known(row, answers)
        return LaneAnswer(as_sure_as(known.answer, known.certainty, inquiry.certainty), row, row)

    return {
        key: lane_of(
            [Timed(span, told(row)) for span, row in _spans(own)],
            _absent(topics[key], inquiry, whole),
            whole,
        )
        for key, own in rows.items()
    }


def _spans(rows: Dated) -> list[Timed[InForceRow]]:
    """When each of the rows of a topic answers: until it ends, or the next begins."""
    nexts = [*(day_of(day) for day, _ in rows[1:]), FOREVER]
    spans = []
    for (day, row), following in zip(rows, nexts, strict=False):
        ends = day_of(day_after(row.through)) if row.through else FOREVER
        spans.append(Timed(Interval(day_of(day), min(ends, following)), row))
    return [held for held in spans if held.span]


def _absent(topic: Topic, inquiry: Inquiry, whole: Interval) -> list[Timed[Answer]]:
    """What it comes to that nothing answers: before a topic begins another thing than after."""
    begins = topic.begins_on.first_day if topic.begins_on else whole.start
    edges = sorted({whole.start, min(max(begins, whole.start), whole.stop), whole.stop})
    return [
        Timed(Interval(start, stop), inquiry.snapshot.without_policy(topic.pk, start))
        for start, stop in pairwise(edges)
    ]


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
