"""Rows that a set brings: nobody knows them yet, and in it they are found as known ones are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from zones.dataset.applied_rows import key_of_text
from zones.dataset.naming import tables_of_places
from zones.dataset.table import Cells, Key
from zones.dataset.table_registry import table_named
from zones.desk.pick_entries import PickEntries, PickEntry, brought_entry
from zones.models import ChangeSet
from zones.rules.document_numbers import may_be_one
from zones.rules.names import is_below_a_city, joined, key_forms
from zones.rules.vocabulary import Proposal


class BroughtRows:
    """The new rows of a set, read in one query once one is asked for; none without a set."""

    def __init__(self, change_set: ChangeSet | None = None) -> None:
        self._change_set = change_set
        self._entries: dict[tuple[str, str | None], PickEntries] = {}

    def __contains__(self, named: tuple[str, Key]) -> bool:
        """Return whether the set brings the row of a table and a key."""
        table, key = named
        return key in self.of(table)

    def of(self, table: str) -> Mapping[Key, Cells]:
        """Return the rows of a table by their keys."""
        return self._rows.get(table, {})

    @cached_property
    def _rows(self) -> Mapping[str, dict[Key, Cells]]:
        found: dict[str, dict[Key, Cells]] = {}
        if self._change_set is None:
            return found
        rows = self._change_set.rows.filter(before__isnull=True, proposal=Proposal.WRITE)
        for name, text, cells in rows.order_by("pk").values_list("table", "key", "cells"):
            table, key = table_named(name), key_of_text(text)
            blank = dict.fromkeys((column.name for column in table.columns), "")
            own = blank | dict(zip(table.key, key, strict=True)) | cells
            found.setdefault(name, {})[key] = own
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
