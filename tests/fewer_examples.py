"""Fewer examples of each test, for a second database: what differs there differs in the first too.

Every example runs on SQLite. On PostgreSQL each test runs with its first and its last one; whatever
commits for real, as races do, with all of them.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest

OPTION = "--fewer-examples"


def parted(items: Iterable[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Return which tests run with fewer examples, and which are left out, both in their order."""
    of_a_test: dict[str, list[pytest.Item]] = {}
    for item in items:
        of_a_test.setdefault(item.nodeid.partition("[")[0], []).append(item)
    left_out = {item for own in of_a_test.values() for item in own[1:-1] if not commits(item)}
    every = [item for own in of_a_test.values() for item in own]
    kept = [item for item in every if item not in left_out]
    return kept, [item for item in every if item in left_out]


def commits(item: pytest.Item) -> bool:
    """Return whether a test commits for real, which no database does as another."""
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))
