"""How often a random story is told.

On PostgreSQL, where the whole check tells them, all of them; on SQLite, where the suite is run
again and again beside the work, a few of each kind.
"""

from __future__ import annotations

from django.db import connection


def rounds(most: int, *, on_sqlite: int) -> int:
    """Return how many rounds are played on the database of the tests."""
    return most if connection.vendor == "postgresql" else on_sqlite
