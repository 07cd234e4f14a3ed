"""Rows that are no more, as the log keeps them: what still names one says what it was called."""

from __future__ import annotations

from django.utils.translation import gettext as _

from zones.dataset.applied_rows import key_of_text
from zones.dataset.table import Key
from zones.dataset.table_registry import table_named
from zones.desk.pick_entries import PickEntry, brought_entry
from zones.models import AppliedRow


class GoneRows:
    """What rows were called that were taken out; each table is read once, when it is asked for."""

    def __init__(self) -> None:
        self._entries: dict[str, dict[Key, PickEntry]] = {}

    def entry(self, table: str, key: Key) -> PickEntry | None:
        """Return a row that was taken out as it could be picked; nothing if none such was."""
        if table not in self._entries:
            taken_out = AppliedRow.objects.filter(table=table, after__isnull=True).order_by("pk")
            told = {
                key_of_text(own): cells for own, cells in taken_out.values_list("key", "before")
            }
            self._entries[table] = {
                own: brought_entry(table_named(table), own, cells or {}, is_within=False)
                for own, cells in told.items()
            }
        return self._entries[table].get(key)

    def called(self, table: str, key: Key, language: str, *, with_key: bool = True) -> str:
        """Return what a row was called, with its key or without, and that it is taken out; nothing
        of one that nobody ever took out.
        """
        entry = self.entry(table, key)
        if entry is None:
            return ""
        name = entry.label(language) if with_key else entry.called(language) or entry.key_text
        return _("%s, taken out") % name
