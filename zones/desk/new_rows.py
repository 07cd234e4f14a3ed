"""Rows that a set brings, and keys that it gives: nobody knows them yet, and in it they are found
as known ones are.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from zones.dataset.alias_table import Aliases, tables_of_kinds
from zones.dataset.applied_rows import key_of_text
from zones.dataset.naming import tables_of_places
from zones.dataset.table import Cells, Key, Table
from zones.dataset.table_registry import table_named
from zones.desk.current_keys import call_by_today
from zones.desk.pick_entries import PickEntries, PickEntry, brought_entry
from zones.models import ChangeSet, ProposedRow
from zones.models.former_keys import keys_of_kind
from zones.rules.document_numbers import may_be_one
from zones.rules.names import is_below_a_city, joined, key_forms
from zones.rules.vocabulary import Proposal
from zones.selectors.snapshot import Snapshot, current_snapshot


class NewRows:
    """The new rows of a set, those of a table read in one query once one is asked for; none without
    a set.

    What they stand beside is of one edition, which is asked for once, however many rows are named.
    """

    def __init__(
        self, change_set: ChangeSet | None = None, *, without: ProposedRow | None = None
    ) -> None:
        """Read the rows of a set once they are asked for, ``without`` one that is typed anew."""
        self._change_set, self._without = change_set, without.pk if without else None
        self._entries: dict[tuple[str, str | None], PickEntries] = {}
        self._rows: dict[str, dict[Key, Cells]] = {}

    def __contains__(self, named: tuple[str, Key]) -> bool:
        """Return whether the set brings the row of a table and a key."""
        table, key = named
        return key in self.of(table)

    @cached_property
    def snapshot(self) -> Snapshot:
        """Return what is known beside them."""
        return current_snapshot()

    def of(self, table: str) -> Mapping[Key, Cells]:
        """Return the rows of a table by their keys."""
        if table not in self._rows:
            self._rows[table] = self._new_rows(table_named(table))
        return self._rows[table]

    def known_key(self, table: str, key: Key) -> Key | None:
        """Return the key of today of the row to which the set gives a key; nothing if it gives none
        such.
        """
        return self._given.get((table, key))

    @cached_property
    def _given(self) -> Mapping[tuple[str, Key], Key]:
        """The keys of today of rows by those that the set gives them, with their tables."""
        found: dict[tuple[str, Key], Key] = {}
        tables = tables_of_kinds()
        for row in self._written(Aliases.name, before__isnull=False):
            kind, former = key_of_text(row.key)
            given = row.cells.get("current", "")
            if kind in tables and row.before and row.before.get("current") == former and given:
                joint = keys_of_kind(kind).joint if keys_of_kind(kind).scope else ""
                keys = [tuple(key.split(joint, 1)) if joint else (key,) for key in (given, former)]
                found[tables[kind], keys[0]] = keys[1]
        return found

    @cached_property
    def _tables(self) -> set[str]:
        """The tables of which the set writes rows, so that the others need not be asked."""
        if self._change_set is None:
            return set()
        written = self._change_set.rows.filter(proposal=Proposal.WRITE).order_by()
        return set(written.values_list("table", flat=True).distinct())

    def _written(self, table: str, **such: bool) -> list[ProposedRow]:
        """The rows of a table that the set writes, in the keys of today."""
        if self._change_set is None or table not in self._tables:
            return []
        rows = self._change_set.rows.filter(table=table, proposal=Proposal.WRITE, **such)
        rows = rows.exclude(pk=self._without) if self._without else rows
        return call_by_today(rows.order_by("pk"))

    def _new_rows(self, table: Table) -> dict[Key, Cells]:
        found: dict[Key, Cells] = {}
        blank = dict.fromkeys((column.name for column in table.columns), "")
        for row in self._written(table.name, before__isnull=True):
            key = key_of_text(row.key)
            found[key] = blank | dict(zip(table.key, key, strict=True)) | row.cells
        return found

    def entries(self, table: str, within: str | None) -> PickEntries:
        """Return the rows of a table as they can be picked; those within another row alone, of
        tables whose rows lie in others.
        """
        if (table, within) not in self._entries:
            lies = within is not None and bool(table_named(table).lies_in)
            self._entries[table, within] = PickEntries(
                brought_entry(table_named(table), key, cells, is_within=lies)
                for key, cells in self.of(table).items()
                if not lies or key[0] == within
            )
        return self._entries[table, within]

    def named(self, table: str, typed: str, within: str | None) -> list[PickEntry]:
        """Return the rows that a text names: by key or name, else by a number or by sound."""
        entries = self.entries(table, within)
        # Of a place, what kind of place it is may be left out, or added.
        is_place = table in tables_of_places() and not is_below_a_city(typed)
        forms = key_forms(typed) if is_place else ()
        for form in (joined(typed), *forms):
            if found := entries.by_name.get(form, []):
                return found
        rows = self.of(table)
        numbers = {key: cells.get("document_number", "") for key, cells in rows.items()}
        numbered = [own for own in entries.rows if may_be_one(numbers[own.key], typed)]
        return numbered or entries.by_sound.get(joined(typed), [])
