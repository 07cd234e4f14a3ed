"""What the law lets a place do, and whether it is recorded to be done there, are two topics.

They go by one key: that of the record is that of the standing and an ending. A record never says
what the law lets, and standing never says that anything is done.
"""

from __future__ import annotations

from collections.abc import Mapping
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
