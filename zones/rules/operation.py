"""What the law allows in a place, and whether it is recorded to be done there, are two topics.

They go by one key: that of the record is that of the standing and an ending. A record never says
what the law allows, and standing never says that anything is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

T = TypeVar("T")

IN_OPERATION = "-in-operation"


def records_of_operation(by_key: Mapping[str, T]) -> dict[str, T]:
    """Return the topics that record the operation of another, by the key of that other."""
    return {
        key.removesuffix(IN_OPERATION): topic
        for key, topic in by_key.items()
        if key.endswith(IN_OPERATION) and key.removesuffix(IN_OPERATION) in by_key
    }


def in_pairs(topics: Iterable[T], records: Mapping[T, T]) -> list[T]:
    """Return topics in their order, each record right behind the standing it belongs to, where both
    are among them.
    """
    given = {topic: topic for topic in topics}
    behind = {record for standing, record in records.items() if standing in given}
    found: list[T] = []
    for topic in given:
        if topic not in behind:
            found.append(topic)
            record = records.get(topic)
            if record is not None and record in given:
                found.append(given[record])
    return found
