"""The tables of the dataset, in the order in which they refer to each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zones.dataset.history_tables import HistoryTable
    from zones.dataset.table import Table


class Registry:
    """Holds the tables; each app adds its own.

    ``history`` are tables of all versions ever. A dataset holds either them, or the tables of
    current versions that they stand for.
    """

    def __init__(self) -> None:
        self._tables: dict[str, Table] = {}
        self.history: list[HistoryTable] = []

    def add(self, *tables: Table) -> None:
        """Add tables after those they refer to."""
        for table in tables:
            self._tables[table.name] = table

    def add_history(self, *tables: HistoryTable) -> None:
        """Add tables of versions."""
        self.history += tables

    def with_history(self) -> list[Table]:
        """Return the tables of a dataset that holds every version."""
        current = {table.instead_of for table in self.history}
        return [*(table for table in self if table.name not in current), *self.history]

    def __iter__(self) -> Iterator[Table]:
        return iter(self._tables.values())

    def __contains__(self, name: object) -> bool:
        return name in self._tables


registry = Registry()


def table_named(name: str) -> Table:
    """Return a table of the dataset.

    Raises:
        KeyError: there is none.
    """
    for table in registry:
        if table.name == name:
            return table
    raise KeyError(name)
