"""How answers change in law time: of one topic in a place, of a place, and on which days.

A place is a city, whose rows in force are stored, or one without pilot status, which is resolved.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Q

from cbec_portal.caches import Kept
from zones.models import City, InForce, Topic
from zones.models.querysets.in_force_sql import InForceRow
from zones.selectors.city_rows import CityRows, rows_of_cities
from zones.selectors.hypothetical_places import (
    HypotheticalPlace,
    answers_in_hypothetical,
    days_in_hypothetical,
    id_of,
)
from zones.selectors.inquiry import Inquiry
from zones.selectors.interval_edges import ending
from zones.selectors.rendered_cells import RenderedCell
from zones.selectors.snapshot import named_by

ONE_DAY = timedelta(days=1)
MOST_CITIES = 512
#: What follows the last row of a topic.
_NONE: tuple[str, InForceRow | None] = ("", None)


class AnswerChange(NamedTuple):
    """What changes in a place on a day: the cells before and after, either of which may be none."""

    day: date
    topic: Topic
    before: RenderedCell | None
    after: RenderedCell | None

    @property
    def written(self) -> str:
        """Return the day, no finer than the date is written that it comes from."""
        if self.after is not None:
            written: str = self.after.of_the_place()["from_written"]
            return written
        until = self.before.of_the_place()["until_written"] if self.before is not None else ""
        return ending(until, self.day.isoformat())


def answers_in_time(
    place: City | HypotheticalPlace, topic: Topic, inquiry: Inquiry
) -> list[RenderedCell]:
    """Return the answers of a topic in a place, earliest first, as cells."""
    rows = _rows(place, [topic], inquiry)
    rendered = inquiry.snapshot.rendered(named_by(rows), inquiry.language)
    edges = inquiry.snapshot.edges(id_of(place), inquiry.known_at)
    return [inquiry.snapshot.cell(row, rendered, edges=edges) for row in rows]


def changes_of(
    place: City | HypotheticalPlace, inquiry: Inquiry, *, first: date, last: date
) -> list[AnswerChange]:
    """Return what changed in a place from one day to another, both included, latest first."""
    rows = _rows(place, list(inquiry.snapshot.topics.values()), inquiry, near=(first, last))
    rendered = inquiry.snapshot.rendered(named_by(rows), inquiry.language)
    edges = inquiry.snapshot.edges(id_of(place), inquiry.known_at)
    found: list[AnswerChange] = []
    for topic, own in groupby(rows, key=lambda row: row.topic):
        cells = [(row, inquiry.snapshot.cell(row, rendered, edges=edges)) for row in own]
        found += _changes(inquiry.snapshot.topics[topic], cells)
    order = {pk: number for number, pk in enumerate(inquiry.snapshot.topics)}
    within = [change for change in found if first <= change.day <= last]
    return sorted(within, key=lambda change: (-change.day.toordinal(), order[change.topic.pk]))


def days_of_change(
    places: Iterable[City | HypotheticalPlace],
    inquiry: Inquiry,
    *,
    topics: Sequence[Topic] | None = None,
) -> list[date]:
    """Return the days on which some answer to some of the topics changed in some of these places.

    Earliest first. One query for the cities not asked for lately, and one for the other places.
    """
    asked = list(places)
    about = list(inquiry.snapshot.topics.values()) if topics is None else list(topics)
    cities = [place.pk for place in asked if isinstance(place, City)]
    described = [place for place in asked if isinstance(place, HypotheticalPlace)]
    found: set[int] = set()
    for days in _days_of_cities(cities, about, inquiry).values():
        found.update(days)
    stored = map(date.fromordinal, found)
    return sorted({*stored, *days_in_hypothetical(described, about, inquiry)})


def _days_of_cities(
    cities: Sequence[int], topics: Sequence[Topic], inquiry: Inquiry
) -> dict[int, array[int]]:
    """The days of each city as ordinals, which take a tenth of the memory."""
    read: Kept[Any, array[int]] = inquiry.snapshot.lately("days of change", MOST_CITIES)
    about = (
        None
        if len(topics) == len(inquiry.snapshot.topics)
        else frozenset(topic.pk for topic in topics)
    )
    days = {city: read.get((city, inquiry.known_at, about)) for city in cities}
    fresh = _days_stored(
        [city for city, own in days.items() if own is None], about, inquiry.known_at
    )
    for city, own in fresh.items():
        read.put((city, inquiry.known_at, about), own)
    return {city: own for city, own in (days | fresh).items() if own}


def _days_stored(
    cities: Collection[int], topics: Collection[int] | None, known_at: int
) -> dict[int, array[int]]:
    if not cities:
        return {}
    found: dict[int, set[int]] = {city: set() for city in cities}
    rows = InForce.objects.known_at(known_at).filter(city__in=cities).order_by()
    if topics is not None:
        rows = rows.filter(topic__in=topics)
    for city, since, through in rows.values_list("city", "since", "through").distinct():
        found[city] |= _edges(since, through)
    return {city: array("i", days) for city, days in found.items()}


def _edges(since: date, through: date | None) -> set[int]:
    """The days on which an answer begins, and after it ended, as ordinals."""
    return {since.toordinal()} | ({through.toordinal() + 1} if through else set())


def days_near(
    place: City | HypotheticalPlace, inquiry: Inquiry, *, before: int, after: int
) -> tuple[date, date]:
    """Return the days from and to which to look for so many days of change before and after a day.

    The day itself counts as before.
    """
    days = days_of_change([place], inquiry)
    here = bisect_right(days, inquiry.day)
    earlier, later = days[max(here - before, 0) : here], days[here : here + after]
    return (earlier or [inquiry.day])[0], (later or [inquiry.day])[-1]


def _rows(
    place: City | HypotheticalPlace,
    topics: Sequence[Topic],
    inquiry: Inquiry,
    near: tuple[date, date] | None = None,
) -> list[InForceRow]:
    """Rows by topic and day, those that only differ in what stands beside the answer as one."""
    found: dict[tuple[int, int, str], InForceRow] = {}
    for row in _every(place, topics, inquiry, near):
        found.setdefault((row.topic, row.policy, row.since), row)
    return list(found.values())


def _every(
    place: City | HypotheticalPlace,
    topics: Sequence[Topic],
    inquiry: Inquiry,
    near: tuple[date, date] | None,
) -> Iterable[InForceRow]:
    if not isinstance(place, City):
        return answers_in_hypothetical([place], topics, inquiry, near)[place]
    if near and (kept := rows_of_cities({place.pk}, topics, inquiry)):
        return _near(kept[place.pk], *near)
    return _stored(place, topics, inquiry.known_at, near)


def _near(kept: CityRows, first: date, last: date) -> Iterator[InForceRow]:
    """The rows of a city that hold between two days or on the day before, by topic and day."""
    before, begun = (first - ONE_DAY).isoformat(), (last + ONE_DAY).isoformat()
    by_topic: dict[int, list[tuple[str, InForceRow]]] = {}
    for day, row in zip(kept.first_days, kept.rows, strict=True):
        by_topic.setdefault(row.topic, []).append((day, row))
    for rows in by_topic.values():
        for (day, row), (next_day, follower) in zip(rows, [*rows[1:], _NONE], strict=True):
            # An answer goes on where only what stands beside it becomes another.
            goes_on = follower and (follower.policy, follower.since) == (row.policy, row.since)
            through = row.through
            over = next_day <= before if goes_on else through is not None and through < before
            if day <= begun and not over:
                yield row


def _stored(
    city: City, topics: Sequence[Topic], known_at: int, near: tuple[date, date] | None
) -> Iterator[InForceRow]:
    """The rows of a city; near two days, those that hold between them or on the day before."""
    stored = InForce.objects.known_at(known_at).filter(city=city.pk)
    if len(topics) == 1:
        stored = stored.filter(topic=topics[0].pk)
    if near:
        first, last = near
        stored = stored.filter(
            Q(until_day__isnull=True) | Q(until_day__gte=first - ONE_DAY),
            from_day__lte=last + ONE_DAY,
        )
    values = stored.order_by("topic", "from_day").values_list(
        "topic", "policy", "also", "since", "through"
    )
    for topic, policy, also, since, through in values:
        until = through.isoformat() if through else None
        yield InForceRow(0, topic, policy, also, since.isoformat(), until)


def _changes(
    topic: Topic, answers: Sequence[tuple[InForceRow, RenderedCell]]
) -> Iterator[AnswerChange]:
    before: tuple[InForceRow, RenderedCell] | None = None
    for row, cell in answers:
        start = date.fromisoformat(row.since)
        if before is not None and before[0].through is not None:
            gap = date.fromisoformat(before[0].through) + ONE_DAY
            if gap < start:
                yield AnswerChange(gap, topic, before[1], None)
                before = None
        yield AnswerChange(start, topic, before[1] if before else None, cell)
        before = (row, cell)
    if before is not None and before[0].through is not None:
        yield AnswerChange(date.fromisoformat(before[0].through) + ONE_DAY, topic, before[1], None)
