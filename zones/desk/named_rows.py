"""Rows of any table by what somebody types of them: parts of a key, names in either language of the
row itself and of what its key names, days as they are told, and the document that it rests on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import override

from cbec_portal.day_words import day_in_words
from cbec_portal.languages import CODES
from zones.dataset.naming import names_in, rows_named
from zones.dataset.table import Cells, Key, Table
from zones.dataset.table_registry import registry, table_named
from zones.desk.pick_entries import PickEntry, entries_of
from zones.rules.names import plain
from zones.selectors.snapshot import current_snapshot

#: A row names the document that it rests on outside its key.
_DOCUMENTS = "sources"


class MeantRows:
    """What somebody typed, held against rows: each of its words stands in a name or the key of one.

    What rows are called is read a table at a time, so that more rows take no more queries.
    """

    def __init__(self, typed: str) -> None:
        self._words = plain(typed).split()
        self._entries: dict[str, dict[Key, PickEntry]] = {}
        self._called: dict[tuple[str, Key], str] = {}
        self._told: dict[tuple[str, str, str], str] = {}

    def holds(self, table: Table, key: Key, said: Iterable[Cells | None] = ()) -> bool:
        """Return whether a row is meant.

        Args:
            table: its table.
            key: its key.
            said: its cells, as far as they are known: names that it had count as well.
        """
        if not self._words:
            return False
        text = " ".join(self._texts(table, key, said))
        return all(word in text for word in self._words)

    def known(self, table: Table | None = None) -> Iterator[tuple[Table, Key]]:
        """Yield the rows that are known now and are meant: of one table, or of all."""
        for own in [table] if table else registry:
            keys = own.keys_now() if own.name == "policies" else self._of_table(own.name)
            yield from ((own, key) for key in keys if self.holds(own, key))

    def _texts(self, table: Table, key: Key, said: Iterable[Cells | None]) -> Iterator[str]:
        yield self._names(table.name, key)
        own: Mapping[str, str] = dict(zip(table.key, key, strict=True))
        for column, cell in own.items():
            yield self._in_words(table, column, cell)
        yield from (self._names(one.table, one.key) for one in rows_named(table, own))
        for cells in filter(None, said):
            yield from (plain(" ".join(pair)) for pair in names_in(cells))
            for one in rows_named(table, cells):
                if one.table == _DOCUMENTS:
                    yield self._names(one.table, one.key)

    def _of_table(self, table: str) -> dict[Key, PickEntry]:
        if table not in self._entries:
            rows = entries_of(table_named(table), current_snapshot(), None).rows
            self._entries[table] = {entry.key: entry for entry in rows}
        return self._entries[table]

    def _names(self, table: str, key: Key) -> str:
        """The key of a row and all that it is called."""
        if (table, key) not in self._called:
            # Of a policy all is said by its key.
            entry = None if table == "policies" else self._of_table(table).get(key)
            told = (entry.words, *sorted(entry.names)) if entry else (plain(" ".join(key)),)
            self._called[table, key] = " ".join(told)
        return self._called[table, key]

    def _in_words(self, table: Table, column: str, cell: str) -> str:
        """A part of a key as it is read in either language, where that is not as it is written."""
        place = (table.name, column, cell)
        if place not in self._told:
            own = table.column_named(column)
            told = []
            for language in CODES:
                with override(language):
                    if own:
                        told.append(day_in_words(cell) if own.is_of_days else own.read_out(cell))
            self._told[place] = plain(" ".join(told))
        return self._told[place]
