"""Seeking rows in force: one index probe for each city, day and topic."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

_SEEK = """
WITH asked (place, city_id, day) AS (VALUES {asked})
SELECT asked.place, topic.id, row.policy_id, row.also, row.since, row.through
FROM asked CROSS JOIN zones_topic topic JOIN zones_inforce row ON row.id = (
    SELECT seen.id FROM zones_inforce seen
    WHERE seen.city_id = asked.city_id AND seen.topic_id = topic.id
    AND seen.from_day <= asked.day AND {known}
    ORDER BY seen.from_day DESC LIMIT 1)
WHERE (row.until_day IS NULL OR row.until_day >= asked.day) AND topic.id IN ({topics})
"""
_NOW = "seen.replaced_in_id IS NULL"
_THEN = "seen.recorded_in_id <= %s AND (seen.replaced_in_id IS NULL OR seen.replaced_in_id > %s)"


class Found(NamedTuple):
    """The row in force for one asked pair of city and day; ``also`` are policy ids by commas."""

    place: int
    topic: int
    policy: int
    also: str
    since: str
    through: str | None


def seek(
    asked: Sequence[tuple[int, date]], topics: Sequence[int], *, known_at: int | None
) -> list[Found]:
    """The rows in force for cities on days, by the place of the pair asked.

    Args:
        asked: city id and day.
        topics: topic ids.
        known_at: a past revision, or none for what is known now.
    """
    if not asked or not topics:
        return []
    pairs: list[Any] = []
    for place, (city, day) in enumerate(asked):
        pairs += [place, city, connection.ops.adapt_datefield_value(day)]
    sql = _SEEK.format(
        asked=", ".join(["(%s, %s, %s)"] * len(asked)),
        known=_NOW if known_at is None else _THEN,
        topics=", ".join(["%s"] * len(topics)),
    )
    revision = [] if known_at is None else [known_at, known_at]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*pairs, *revision, *topics])
        rows = cursor.fetchall()
    return [Found(p, t, q, a, str(s), str(u) if u else None) for p, t, q, a, s, u in rows]
