"""What a row of a grid was made from: each row of an export says so, in a column of its own.

So a row may be sorted, copied or handed in alone. It is held against what the portal said then, and
only those cells of it count that are others than they were.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from zones.dataset.alias_table import Renamed, with_keys_of_today
from zones.dataset.description import LARGEST, Origin
from zones.dataset.merge import as_it_was, base_of, origin
from zones.dataset.table import Base, Cells, Key, Table

#: The column, and what it is called in the other language.
MADE_FROM = "made_from"
CALLED = (MADE_FROM, "made from", "导出依据")

_TOLD = re.compile(
    r"revision (?P<revision>[0-9]{1,10})(?: of (?P<published_at>\S+))?"
    r" edit (?P<edit>[0-9]{1,10})(?: of (?P<edit_mark>[0-9a-f]{16}))?"
)


def told_origin() -> str:
    """Return what an export that is made now is made from, in words that no spreadsheet alters."""
    now = origin()
    revision = f"revision {now.revision}" + (f" of {now.published_at}" if now.published_at else "")
    return f"{revision} edit {now.edit}" + (f" of {now.edit_mark}" if now.edit_mark else "")


def origin_told(text: str) -> Origin | None:
    """Return what a row says that it is made from; nothing where it says it in no such words."""
    found = _TOLD.fullmatch(text.strip())
    if found is None or max(int(found["revision"]), int(found["edit"])) > LARGEST:
        return None
    return Origin(
        int(found["revision"]),
        int(found["edit"]),
        found["published_at"] or "",
        found["edit_mark"] or "",
    )


class Bases:
    """The rows of a table as they were when exports were made, each export read once."""

    def __init__(self, table: Table, known: Mapping[Key, Cells], renamed: Renamed) -> None:
        self.table, self.known = table, known
        self.put = with_keys_of_today(table, renamed)
        present = origin()
        self.present = Base(present.revision, present.edit)
        self._moved: dict[str, Mapping[Key, Cells | None] | None] = {}

    def is_known(self, told: str) -> bool:
        """Return whether it can be told what changed here since."""
        return self._since(told) is not None

    def row(self, told: str, key: Key) -> Cells | None:
        """Return a row as it was then; nothing where it was not there."""
        moved = self._since(told)
        if moved is None or key not in moved:
            return self.known.get(key)
        cells = moved[key]
        return as_it_was(self.table, cells, self.known.get(key), ()) if cells else None

    def _since(self, told: str) -> Mapping[Key, Cells | None] | None:
        if told not in self._moved:
            self._moved[told] = self._moved_since(told)
        return self._moved[told]

    def _moved_since(self, told: str) -> Mapping[Key, Cells | None] | None:
        if not self.table.changes_by:
            return {}
        try:
            base = base_of(origin_told(told), self.present)
        except (ValueError, OverflowError):
            return None  # its moment is none
        if base is None or None in (getattr(base, name) for name in self.table.changes_by):
            return None
        moved: dict[Key, Cells | None] = {}
        for former, cells in self.table.moved_since(base).items():
            key = self.table.key_of(self.put(dict(zip(self.table.key, former, strict=True))))
            # Edited under a former key before: that says what it was.
            moved.setdefault(key, self.put(cells) if cells else None)
        return moved
