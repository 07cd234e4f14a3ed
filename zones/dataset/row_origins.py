"""What a row of a file was made from: each row of the desk's exports says so, in its own column.

So a row may be sorted, copied or handed in alone. It is held against what the portal said then, and
only those cells of it count that are others than they were.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from zones.dataset.alias_table import SuccessorKeys, with_keys_of_today
from zones.dataset.columns import TableColumn
from zones.dataset.description import LARGEST, Origin
from zones.dataset.merge import as_it_was, base_of, origin, words_of_both
from zones.dataset.problems import Problems
from zones.dataset.table import (
    Base,
    Cells,
    Changes,
    Key,
    RowConflict,
    Spell,
    Table,
    TableRow,
)
from zones.models.spellings import month_of_spreadsheet

#: The column, and what it is called in the other language.
MADE_FROM = "made_from"
CALLED = (MADE_FROM, "made from", "导出依据")

#: What begins a formula; in an export a text that begins so has an apostrophe before it.
FORMULA_SIGNS = "=+-@"
ESCAPED = re.compile(rf"'(?=['{re.escape(FORMULA_SIGNS)}])")

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


#: Of so many lines whose key is no row's it is looked for of which row they were made.
MOST_LOOKED_FOR = 50


def unsaid() -> str:
    """Return what is made of a line that does not say what it was made from."""
    return _("It does not say what it was made from: every cell that differs is a change.")


def twin_words(row: str) -> str:
    """Return what becomes of a line whose key is another than that of the row it was made from."""
    words = _(
        "It was made from %(row)s, and what names the row is another now: a new row comes of it, "
        "and that one stays as it is."
    )
    return words % {"row": row}


class Bases:
    """The rows of a table as they were when exports were made, each export read once."""

    def __init__(self, table: Table, known: Mapping[Key, Cells], renamed: SuccessorKeys) -> None:
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


def _set_in_conflict(
    table: Table,
    changes: Changes,
    key: Key,
    conflict: RowConflict,
    rows: tuple[TableRow, TableRow],
    problems: Problems,
) -> None:
    """Let a row be in conflict, of which it is told what else is wrong: that of the file, and what
    it would be if all that is here alone were taken over.
    """
    row, merged = rows
    for column, why in merged.wrong:
        if row.has(column):
            problems.add(table.file, row.line, column, why)
    if row.unread:
        changes.refused.pop()
    merged.unread |= row.unread
    changes.set_in_conflict(key, conflict, merged)


def _take(
    table: Table, changes: Changes, key: Key, row: TableRow, merged: TableRow, problems: Problems
) -> None:
    """Take a merged row in the place of that of the file; what is wrong with that is told."""
    for column, why in merged.wrong:
        if row.has(column):
            problems.add(table.file, row.line, column, why)
    merged.unread |= row.unread
    merged.is_double = row.is_double
    if row.unread or row.is_double:
        changes.refused.pop()
    if merged.unread or merged.is_double:
        if not row.is_double:
            changes.corrected.pop(key, None)
        changes.refused.append((key, merged))
    else:
        changes.corrected[key] = merged


def as_exported(bases: Bases, told: str, key: Key, months: Mapping[str, str]) -> dict[str, str]:
    """Return those of some months that stood in a row when it was exported: its cells stand as a
    spreadsheet writes them, and nobody touched them.

    Args:
        bases: the rows of the table as they were.
        told: what the row says that it was made from.
        key: its key, if these months stand in it.
        months: of which a spreadsheet may have made days, by their columns.
    """
    base = bases.row(told, key) if bases.is_known(told) else None
    return {name: month for name, month in months.items() if base and base[name] == month}


def months_written(table: Table, cells: Cells) -> dict[str, str]:
    """Return the months of which a spreadsheet may have made the days of a line, by column."""
    written = {c.name: month_of_spreadsheet(cells.get(c.name, "")) for c in _of_days(table)}
    return {name: month for name, month in written.items() if month}


def _of_days(table: Table) -> Iterator[TableColumn]:
    return (column for column in table.columns if column.is_of_days)


def nearest(table: Table, cells: Cells, rows: Mapping[Key, Cells]) -> Key | None:
    """Return the key of the row of which a line was made whose key is another by now: that which
    is like it in most of its cells; nothing where none is, or several are.
    """
    others = [name for name in cells if name not in table.key and name != MADE_FROM]
    best: tuple[int, int] = (0, 0)
    found: list[Key] = []
    for key, row in rows.items():
        alike = sum(row[name] == cells[name] for name in others)
        parts = sum(row[name] == cells.get(name) for name in table.key)
        if alike * 2 <= len(others) or (parts == 0 and len(table.key) > 1):
            continue
        if (parts, alike) > best or not found:
            best, found = (parts, alike), [key]
        elif (parts, alike) == best:
            found.append(key)
    return found[0] if len(found) == 1 else None


def unescaped(cell: str) -> str:
    """Return a cell of an export as it was before it was kept from being taken for a formula."""
    return ESCAPED.sub("", cell, count=1) if cell.startswith("'") else cell


def merge_rows(
    table: Table,
    changes: Changes,
    problems: Problems,
    renamed: SuccessorKeys,
    spell: Spell,
    replace: bool,
) -> None:
    """Apply of each row that says what it was made from those cells that are others than then.

    A cell that was changed both here and in the file is in conflict; a row that only the file
    lacks, or that was changed here alone, stays as it is here.
    """
    bases = Bases(table, changes.before, renamed)
    rows, changes.refused = list(changes.checked), []
    looked = MOST_LOOKED_FOR
    for key, row in rows:
        if row.unread or row.is_double:
            changes.refused.append((key, row))
        told = changes.made_from.get(key, "")
        if not told:
            if key in changes.before:
                changes.said.append(
                    _("Line %(line)s: %(why)s") % {"line": row.line, "why": unsaid()}
                )
            continue
        if not bases.is_known(told):
            why = _("What changed here since this was exported cannot be told: export it anew.")
            problems.add(table.file, row.line, MADE_FROM, why)
            continue
        was, now = bases.row(told, key), changes.before.get(key)
        if was is None and now is None and looked:
            looked -= 1
            former = nearest(table, row.cells, changes.before)
            if former and former not in changes.lines.values():
                words = {"line": row.line, "why": twin_words(" ".join(former))}
                changes.said.append(_("Line %(line)s: %(why)s") % words)
        if was == now:
            continue
        if was and not row.unread and (row.cells == was or table.says_the_same(row, was)):
            if not row.is_double:
                changes.keep(key)
            continue
        mine = {n: c for n, c in row.cells.items() if was and c != was[n]}
        read = {n: c for n, c in mine.items() if row.has(n)}
        both = [n for n, c in read.items() if now and was and now[n] not in (c, was[n])]
        if was is None or now is None or both:
            if row.is_double:
                continue
            base = base_of(origin_told(told), bases.present)
            since = base or bases.present
            why = words_of_both(table, key, since, was, row.cells, now, only=both)
            taken = table.read(row.line, {**now, **mine}, spell) if now and was else row
            conflict = RowConflict(row.line, was, row.cells, why)
            _set_in_conflict(table, changes, key, conflict, (row, taken), problems)
        elif (merged := {**now, **mine}) == now:
            if not row.is_double:
                changes.keep(key)
        else:
            _take(table, changes, key, row, table.read(row.line, merged, spell), problems)
    told_last = next(filter(None, changes.made_from.values()), "")
    if replace and told_last and bases.is_known(told_last):
        # What came since is absent because the export is older, not because somebody left it out.
        for key in [key for key in changes.absent if bases.row(told_last, key) is None]:
            changes.keep(key)
