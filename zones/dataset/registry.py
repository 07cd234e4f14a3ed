"""The tables of the dataset, in the order in which they refer to each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zones.dataset.tables import Table


class Registry:
    """Holds the tables; each app adds its own."""

    def __init__(self) -> None:
        self._tables: dict[str, Table] = {}

    def add(self, *tables: Table) -> None:
        """Add tables after those they refer to."""
        for table in tables:
            self._tables[table.name] = table

    def __iter__(self) -> Iterator[Table]:
        return iter(self._tables.values())

    def __contains__(self, name: object) -> bool:
        return name in self._tables


registry = Registry()
