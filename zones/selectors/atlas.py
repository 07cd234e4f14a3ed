"""The atlas: all cities by what they answer to local topics on a day, those that answer alike once.

A cell is the darker, the fewer cities answer as it does; what nobody knows has no shade at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, assert_never

from zones.models import City, Topic
from zones.rules.comparison import Answer
from zones.rules.vocabulary import AtlasOrder, Layer
from zones.rules.written_keys import WrittenKey
from zones.selectors.answer_matrix import AnswerMatrix, answer_matrix
from zones.selectors.city_distances import city_distances, nearest_cities
from zones.selectors.inquiry import Inquiry
from zones.selectors.matching_cities import memberships
from zones.selectors.placements import cities_on
from zones.selectors.topic_order import in_layers

#: The programme by whose batches cities are told apart: that of the pilot zones.
PILOT_ZONES = WrittenKey("programme", "comprehensive")
#: What parts of the atlas are of: a province by its id, a batch by its key, or nothing.
Body = int | str | None
#: Below which share of all cities an answer has the next darker shade.
SHADES = (0.25, 0.1, 0.03)


class AtlasCell(NamedTuple):
    """What cities answer to a topic: a policy that says so, if any, and how many of all answer so.

    Of the policies that give an answer it is one, the same in every cell, so that only as many are
    read as there are answers.
    ``shade`` is 0 for what most answer, up to 4 for what few do, and none where it is not known.
    """

    answer: Answer
    policy: int | None
    cities: int
    shade: int | None


class AtlasRow(NamedTuple):
    """Cities with the same answers, in one part of the atlas, and these answers by topic."""

    cities: list[City]
    cells: list[AtlasCell]


class AtlasPart(NamedTuple):
    """Rows of one province, by its id, or one batch, by its key; of all cities if none."""

    body: Body
    rows: list[AtlasRow]


class Atlas(NamedTuple):
    """The local topics of a day in their order, and the parts with their rows."""

    topics: list[Topic]
    parts: list[AtlasPart]

    @property
    def groups(self) -> int:
        """Return how many rows there are."""
        return sum(len(part.rows) for part in self.parts)


class AtlasYear(NamedTuple):
    """The atlas on one day with a row for every city, as shades by topic and city.

    ``local`` is how many topics vary on the day, ``groups`` how many groups of cities answer alike.
    """

    day: date
    shades: list[list[int | None]]
    local: int
    groups: int


def atlas(
    topics: Iterable[Topic], inquiry: Inquiry, order: AtlasOrder, *, near: City | None = None
) -> Atlas:
    """Return the atlas of a day. One query, where its answers are not kept yet, beside those of
    :func:`zones.selectors.varying_topics.varying_topics` and of the order.

    Args:
        topics: the topics that may be shown, of which those are that vary.
        near: the city from which distances count, if any: within each part the nearest come first.
    """
    local = in_layers(topics, inquiry)[Layer.LOCAL]
    cities = list(cities_on(inquiry).values())
    matrix = answer_matrix(cities, local, inquiry)
    cells = [_cells(matrix, topic, len(cities)) for topic in local]
    part_of = _parts(order, inquiry)
    rows: dict[Body, dict[tuple[Answer, ...], AtlasRow]] = {}
    for place, city in enumerate(cities):
        own = [column[place] for column in cells]
        alike = rows.setdefault(part_of(city), {})
        row = alike.setdefault(tuple(cell.answer for cell in own), AtlasRow([], own))
        row.cities.append(city)
    ranks = _ranks(near, inquiry)
    parts = [
        AtlasPart(body, sorted(own.values(), key=lambda row: _rank(row, ranks)))
        for body, own in rows.items()
    ]
    return Atlas(local, _in_order(parts, order, inquiry))


def atlas_years(
    topics: Iterable[Topic], days: Sequence[date], inquiry: Inquiry
) -> tuple[list[Topic], list[City], list[AtlasYear]]:
    """Return the topics that vary on one of some days, the cities in their usual order, and the
    atlas of every day. One query a day that is not kept yet.
    """
    local = in_layers(topics, inquiry, days=days)[Layer.LOCAL]
    cities = list(cities_on(inquiry).values())
    years = []
    for day in days:
        then = inquiry.on(day)
        # A city that moved stands elsewhere in the order of another day.
        own = list(cities_on(then).values())
        places = {city.pk: place for place, city in enumerate(own)}
        matrix = answer_matrix(own, local, then)
        columns = [_cells(matrix, topic, len(own)) for topic in local]
        alike = set(zip(*(matrix.answers[topic.pk] for topic in local), strict=True))
        varying = sum(any(cell.shade for cell in column) for column in columns)
        shades = [[column[places[city.pk]].shade for city in cities] for column in columns]
        years.append(AtlasYear(day, shades, varying, max(len(alike), 1)))
    return local, cities, years


def _cells(matrix: AnswerMatrix, topic: Topic, cities: int) -> list[AtlasCell]:
    """The cells of a topic, by city; of equal answers it is worked out once."""
    answers, policies = matrix.answers[topic.pk], matrix.policies[topic.pk]
    counted = Counter(answers)
    known = [answer for answer in counted if answer.is_known]
    # Of two that as many cities give, the one stands for most that comes first among the cities.
    most = max(known, key=counted.__getitem__, default=None)
    shades = {answer: shade_of(counted[answer], cities) for answer in known if answer != most}
    shades |= {most: 0} if most else {}
    saying = dict(zip(reversed(answers), reversed(policies), strict=True))
    cells = {
        answer: AtlasCell(answer, saying[answer], count, shades.get(answer))
        for answer, count in counted.items()
    }
    return [cells[answer] for answer in answers]


def shade_of(count: int, cities: int) -> int:
    """Return how dark an answer is that some of all cities give, and not most.

    Examples:
        >>> [shade_of(count, 186) for count in (50, 20, 6, 1)]
        [1, 2, 3, 4]
    """
    return 1 + sum(count < share * cities for share in SHADES)


def _parts(order: AtlasOrder, inquiry: Inquiry) -> Callable[[City], Body]:
    """In which part of the atlas a city stands."""
    match order:
        case AtlasOrder.PROVINCE:
            return lambda city: city.province_id
        case AtlasOrder.BATCH:
            pilot_zones = inquiry.snapshot.key_today(PILOT_ZONES)
            batches = {
                member.city: member.batch
                for member in memberships(inquiry)
                if member.programme == pilot_zones
            }
            return lambda city: batches.get(city.pk)
        case AtlasOrder.SIZE | AtlasOrder.DISTANCE:
            return lambda _city: None
    assert_never(order)


def _in_order(parts: list[AtlasPart], order: AtlasOrder, inquiry: Inquiry) -> list[AtlasPart]:
    """The parts as their bodies are counted; cities in none come last."""
    match order:
        case AtlasOrder.PROVINCE:
            return sorted(parts, key=lambda part: part.rows[0].cities[0].province.gb2260)
        case AtlasOrder.BATCH:
            return sorted(parts, key=lambda part: _number(part.body))
        case AtlasOrder.SIZE | AtlasOrder.DISTANCE:
            return parts
    assert_never(order)


def _number(batch: Body) -> tuple[bool, int]:
    number = str(batch).rpartition(".")[2]
    return batch is None, int(number) if number.isdigit() else 0


def _ranks(near: City | None, inquiry: Inquiry) -> Mapping[int, int]:
    """The places of cities by their distance from one, that one first."""
    if near is None or not city_distances(inquiry).topics:
        return {}
    others = nearest_cities(near, inquiry)
    return {near.pk: 0} | {one.city.pk: place for place, one in enumerate(others, start=1)}


def _rank(row: AtlasRow, ranks: Mapping[int, int]) -> tuple[int, int, str]:
    """Where a row stands: by the nearest of its cities, then the larger first."""
    nearest = min((ranks[city.pk] for city in row.cities if city.pk in ranks), default=0)
    return nearest, -len(row.cities), row.cities[0].slug
