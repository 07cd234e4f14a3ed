"""Rows in force in bulk: seeking them, reading what is stored of a topic, writing new ones.

Either way of asking takes one index probe for each city, day and topic. Days are ISO text here,
as both databases compare them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby, starmap
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connection

# As one revision knows them, rows of a city and a topic never overlap, so the one that began last
# by a day is the only one that can hold on it: LIMIT 1 takes one step in the index of city, topic
# and first day. Whether it still holds is asked outside of that probe. Inside, a row that ended
# would send it back through all that began earlier, none of which holds either.
_SEEK = """
WITH asked (place, city_id, day) AS (VALUES {asked})
SELECT asked.place, topic.id, row.policy_id, row.also,
    CAST(row.since AS TEXT), CAST(row.through AS TEXT)
FROM asked CROSS JOIN zones_topic topic JOIN zones_inforce row ON row.id = (
    SELECT seen.id FROM zones_inforce seen
    WHERE seen.city_id = asked.city_id AND seen.topic_id = topic.id
    AND seen.from_day <= asked.day
    AND seen.recorded_in_id <= %s AND (seen.replaced_in_id IS NULL OR seen.replaced_in_id > %s)
    ORDER BY seen.from_day DESC LIMIT 1)
WHERE {holding} topic.id IN ({topics})
"""

_ANSWER = """(
    SELECT CASE WHEN seen.until_day IS NULL OR seen.until_day >= %s THEN {answer} END
    FROM zones_inforce seen
    WHERE seen.city_id = asked.city_id AND seen.topic_id = topic.id AND seen.from_day <= %s
    AND seen.recorded_in_id <= %s AND (seen.replaced_in_id IS NULL OR seen.replaced_in_id > %s)
    ORDER BY seen.from_day DESC LIMIT 1)"""
# What stands beside an answer is not in the index: only where it counts is the row itself read.
_ANSWERS = f"""
WITH asked (place, city_id) AS (VALUES {{asked}}), topic (id, additive) AS (VALUES {{topics}})
SELECT CASE topic.additive
    WHEN 0 THEN {_ANSWER.format(answer="CAST(seen.policy_id AS TEXT)")}
    ELSE {_ANSWER.format(answer="CAST(seen.policy_id AS TEXT) || ',' || seen.also")} END
FROM asked CROSS JOIN topic ORDER BY asked.place, topic.id
"""  # noqa: S608 (constants)


class InForceRow(NamedTuple):
    """The row in force for one asked pair of place and day; ``also`` are policy ids by commas.

    ``before`` and ``after`` are the policies that answer right before and after the span, where it
    was resolved and not read.
    """

    place: int
    topic: int
    policy: int
    also: str
    since: str
    through: str | None
    before: int | None = None
    after: int | None = None

    def ended_by(self, day: date) -> bool:
        """Return whether it answers no longer on a day."""
        return self.through is not None and self.through < day.isoformat()


_HOLDING = "(row.until_day IS NULL OR row.until_day >= asked.day) AND"


def seek(
    asked: Sequence[tuple[int, date]],
    topics: Sequence[int],
    *,
    known_at: int,
    or_ended: bool = False,
) -> list[InForceRow]:
    """Return the rows in force for cities on days, each with the place of the pair it answers.

    Args:
        asked: city id and day.
        topics: topic ids.
        known_at: the revision whose knowledge is asked for.
        or_ended: whether to return what answered last, and ended, where nothing is in force.
    """
    if not asked or not topics:
        return []
    pairs: list[Any] = []
    for place, (city, day) in enumerate(asked):
        pairs += [place, city, connection.ops.adapt_datefield_value(day)]
    sql = _SEEK.format(
        asked=", ".join(["(%s, %s, %s)"] * len(asked)),
        topics=", ".join(["%s"] * len(topics)),
        holding="" if or_ended else _HOLDING,
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*pairs, known_at, known_at, *topics])
        return list(starmap(InForceRow, cursor.fetchall()))


# Whole cities are read once for an edition and then asked about any day: one walk in the index of
# the city costs less than a probe for each topic and day.
_OF_CITIES = """
SELECT city_id, CAST(from_day AS TEXT), topic_id, policy_id, also,
    CAST(since AS TEXT), CAST(through AS TEXT)
FROM zones_inforce WHERE city_id IN ({cities})
    AND recorded_in_id <= %s AND (replaced_in_id IS NULL OR replaced_in_id > %s)
ORDER BY city_id, from_day
"""
# Counts no further than what is asked for: to know that there are many, nobody counts millions.
_AT_MOST = "SELECT count(*) FROM (SELECT 1 FROM zones_inforce LIMIT %s) AS counted"


def of_cities(cities: Sequence[int], *, known_at: int) -> dict[int, list[tuple[str, InForceRow]]]:
    """Return every row in force of some cities at any time, each with its first day, the earliest
    first. One query.
    """
    found: dict[int, list[tuple[str, InForceRow]]] = {city: [] for city in cities}
    if not cities:
        return found
    sql = _OF_CITIES.format(cities=", ".join(["%s"] * len(cities)))
    with connection.cursor() as cursor:
        cursor.execute(sql, [*cities, known_at, known_at])
        for city, day, *row in cursor.fetchall():
            found[city].append((day, InForceRow(0, *row)))
    return found


def rows_up_to(most: int) -> int:
    """Return how many rows in force there are of all revisions, counting no more than so many."""
    with connection.cursor() as cursor:
        cursor.execute(_AT_MOST, [most])
        return int(cursor.fetchone()[0])


class PolicyAnswer(NamedTuple):
    """The policy that answers, and the ids by commas of those that are read together with it."""

    policy: int
    also: str = ""


def answering(
    cities: Sequence[int], topics: Mapping[int, bool], day: date, *, known_at: int
) -> dict[int, list[PolicyAnswer | None]]:
    """Return the policies that answer on one day, by topic, in the order of the cities.

    Where none answers, it is none. The index alone answers, so one query asks for all cities and
    topics in a fraction of the time that :func:`seek` takes. It knows nothing of spans.

    Args:
        topics: topic ids, each with whether what stands beside its answer is read together with it.
    """
    if not cities or not topics:
        return {topic: [] for topic in topics}
    ordered = sorted(topics.items())
    pairs = [value for pair in enumerate(cities) for value in pair]
    on = connection.ops.adapt_datefield_value(day)
    sql = _ANSWERS.format(
        asked=", ".join(["(%s, %s)"] * len(cities)), topics=", ".join(["(%s, %s)"] * len(ordered))
    )
    times = [on, on, known_at, known_at]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*pairs, *(int(v) for own in ordered for v in own), *times, *times])
        read = [said for (said,) in cursor.fetchall()]
    # Few cells differ: each kind is made once.
    kinds = {said: _answering(said) for said in set(read) if said}
    found = list(map(kinds.get, read))
    return {topic: found[place :: len(ordered)] for place, (topic, _) in enumerate(ordered)}


def _answering(said: str) -> PolicyAnswer:
    policy, _, also = said.partition(",")
    return PolicyAnswer(int(policy), also)


#: The id of a row that is stored, or the natural key of one that will be.
Ref = int | str


class Row(NamedTuple):
    """A row in force without its knowledge time; see ``InForce`` for the columns."""

    city: Ref
    topic: Ref
    policy: int
    from_day: str
    until_day: str | None
    since: str
    through: str | None
    also: str


_COLUMNS = "city_id, topic_id, policy_id, from_day, until_day, since, through, also"
# Days as text, as those of rows that are worked out: both are compared as sets, and one that is the
# same is not written again.
_STORED = """
SELECT id, city_id, topic_id, policy_id, CAST(from_day AS TEXT), CAST(until_day AS TEXT),
    CAST(since AS TEXT), CAST(through AS TEXT), also
FROM zones_inforce WHERE topic_id = %s AND replaced_in_id IS NULL AND city_id IN ({cities})
"""
# Of each topic by itself, so that each takes the index of its cities; told topic by topic.
_HELD = """
SELECT topic_id, city_id, policy_id, CAST(since AS TEXT), CAST(through AS TEXT)
FROM zones_inforce WHERE topic_id = %s AND replaced_in_id IS NULL AND city_id IN ({cities})
"""
# What a revision replaces or records is sought in no index: one walk through all rows is quick
# enough for whoever looks back, and an index would cost everybody who publishes.
_TURNED = """
SELECT topic_id, recorded_in_id = %s, city_id, policy_id, CAST(since AS TEXT), CAST(through AS TEXT)
FROM zones_inforce WHERE (recorded_in_id = %s AND (replaced_in_id IS NULL OR replaced_in_id > %s))
    OR (replaced_in_id = %s AND recorded_in_id < %s)
ORDER BY topic_id
"""
#: A statement takes no more parameters, nor parts, than a database allows.
_MOST_PARAMETERS, _MOST_PARTS = 30_000, 400
_INSERT = f"""
INSERT INTO zones_inforce ({_COLUMNS}, recorded_in_id) VALUES ({", ".join(["%s"] * 9)})
"""  # noqa: S608 (a constant)
_REPLACE = "UPDATE zones_inforce SET replaced_in_id = %s WHERE id = %s"


def stored(topic: int, cities: Collection[int]) -> dict[Row, int]:
    """Return the rows of a topic in some cities that are known now, with their ids."""
    if not cities:
        return {}
    sql = _STORED.format(cities=", ".join(["%s"] * len(cities)))
    with connection.cursor() as cursor:
        cursor.execute(sql, [topic, *cities])
        return {Row._make(values): pk for pk, *values in cursor.fetchall()}


#: A policy that answers in a city, with the first and the last day, whatever stands beside it.
Held = tuple[int, int, str, str | None]


def held(asked: Mapping[int, Sequence[int]]) -> Iterator[tuple[int, list[Held]]]:
    """Yield by topic which policies answer in some cities as known now: the topics of which one
    does, in their order. One query tells of some hundred topics, read one topic at a time.

    Args:
        asked: the cities by topic.
    """
    for topics in _in_statements(asked):
        parts = [_HELD.format(cities=", ".join(["%s"] * len(asked[topic]))) for topic in topics]
        values = [value for topic in topics for value in (topic, *asked[topic])]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts) + " ORDER BY 1", values)
            rows = iter(cursor.fetchone, None)
            for topic, own in groupby(rows, itemgetter(0)):
                yield topic, [row[1:] for row in own]


def turned_by(revision: int) -> Iterator[tuple[int, set[Held], set[Held]]]:
    """Yield by topic which policies answered as the revision before knew it and do no longer as
    this one does, and those that do since. One query, whatever was published later.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TURNED, [revision] * 5)
        for topic, rows in groupby(iter(cursor.fetchone, None), itemgetter(0)):
            # Days are cut where what stands beside an answer changes, which turns no answer.
            both: tuple[set[Held], set[Held]] = (set(), set())
            for _topic, is_new, *own in rows:
                both[bool(is_new)].add(tuple(own))
            was, will = both
            yield topic, was - will, will - was


def _in_statements(asked: Mapping[int, Sequence[int]]) -> Iterator[list[int]]:
    """The topics with cities, in their order, so many together as one statement may ask for."""
    together: list[int] = []
    count = 0
    for topic in sorted(topic for topic, cities in asked.items() if cities):
        own = len(asked[topic]) + 1
        if together and (count + own > _MOST_PARAMETERS or len(together) == _MOST_PARTS):
            yield together
            together, count = [], 0
        together.append(topic)
        count += own
    if together:
        yield together


def replace(rows: Iterable[int], revision: int) -> None:
    """Note that a revision no longer knows rows, by their ids."""
    with connection.cursor() as cursor:
        cursor.executemany(_REPLACE, [(revision, row) for row in rows])


def insert(rows: Iterable[Row], revision: int) -> None:
    """Store rows as recorded in a revision."""
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, [(*row, revision) for row in rows])
