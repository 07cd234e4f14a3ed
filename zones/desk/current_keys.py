"""Under which keys the rows that a set would change are known now: one whose key moved since it was
proposed lives on under another, and is followed there. What their cells name is followed as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import NamedTuple

from zones.dataset.alias_table import (
    Aliases,
    SuccessorKeys,
    alias_within_today,
    kind_of_table,
    with_keys_of_today,
)
from zones.dataset.applied_rows import key_of_text, key_text
from zones.dataset.table import Cells, Key, Table
from zones.dataset.table_registry import registry, table_named
from zones.models import AppliedRow, ProposedRow
from zones.models.former_keys import keys_of_kind


class CurrentKeys:
    """What proposed rows say, in the keys of today: reads the former ones once."""

    def __init__(self) -> None:
        self.renamed = SuccessorKeys()
        self._put: dict[str, Callable[[Cells], Cells]] = {}

    def key(self, table: Table, row: ProposedRow) -> Key:
        """Return the key of a row, with what was renamed since called as it is today."""
        return self.of_key(table, key_of_text(row.key), is_new=row.before is None)

    def of_key(self, table: Table, key: Key, *, is_new: bool) -> Key:
        """Return a key as it is today; the own part of that of a new row stays."""
        if not self.renamed:
            return key
        now = self._today(table, dict(zip(table.key, key, strict=True)))
        if is_new and kind_of_table(table.name):
            now[table.key[-1]] = key[-1]  # a new row is no other that was called so once
        return table.key_of(now)

    def now_of(self, table: Table, key: Key) -> str:
        """Return the key of today of what a key of the table was once of; else nothing."""
        if not self.renamed or not kind_of_table(table.name):
            return ""
        now = self.of_key(table, key, is_new=False)
        return now[-1] if now[-1] != key[-1] else ""

    def put(self, table: Table, row: ProposedRow) -> None:
        """Let a row say today's keys wherever it names rows by their former ones; save nothing."""
        if not self.renamed:
            return
        key = dict(zip(table.key, key_of_text(row.key), strict=True))
        said = {**(row.before or {}), **key, **row.cells}
        own = table.key[-1] if kind_of_table(table.name) else ""
        now = self._today(table, {name: cell or "" for name, cell in said.items()})
        row.cells = {name: cell if name == own else now[name] for name, cell in row.cells.items()}
        if row.before is not None:
            before = self._today(table, {name: cell or "" for name, cell in row.before.items()})
            row.before = {
                name: None if cell is None else before[name] for name, cell in row.before.items()
            }

    def _today(self, table: Table, cells: Cells) -> Cells:
        if table.name not in self._put:
            self._put[table.name] = (
                # Another key of today than there was then is a conflict, and not followed.
                partial(alias_within_today, renamed=self.renamed)
                if table.name == Aliases.name
                else with_keys_of_today(table, self.renamed)
            )
        return self._put[table.name](cells)


def call_by_today(rows: Iterable[ProposedRow]) -> list[ProposedRow]:
    """Return proposed rows, each with the key and the names of today; save none."""
    own = list(rows)
    if not own:
        return own
    followed = CurrentKeys()
    for row in own if followed.renamed else ():
        table = table_named(row.table)
        key = followed.key(table, row)
        followed.put(table, row)
        row.key = key_text(key)
    return own


def keys_now(
    table: Table,
    rows: Iterable[ProposedRow],
    known: Collection[Key] | None = None,
    followed: CurrentKeys | None = None,
) -> list[Key]:
    """Return the keys under which proposed rows of a table are known now, in their order.

    Args:
        table: their table.
        rows: the rows; a new one, or one that is no more, keeps its own key.
        known: the keys that are known, if they were read already.
        followed: the keys of today, if they were read already.
    """
    own = list(rows)
    names = followed or CurrentKeys()
    keys = [names.key(table, row) for row in own]
    if not table.movable:
        return keys
    there = table.known(keys) if known is None else known
    gone = {
        key
        for row, key in zip(own, keys, strict=True)
        if row.before is not None and key not in there
    }
    moved = table.moved_keys(gone) if gone else {}
    return [
        key if row.before is None else moved.get(key, key)
        for row, key in zip(own, keys, strict=True)
    ]


def follow(rows: Iterable[ProposedRow]) -> list[ProposedRow]:
    """Let proposed rows say the keys of today, and bear those under which they are known now;
    return those that get another, and save none. It takes a query or two a table.
    """
    by_table: dict[str, list[ProposedRow]] = defaultdict(list)
    for row in rows:
        by_table[row.table].append(row)
    followed = CurrentKeys() if by_table else None
    found = []
    for table in registry:
        own = by_table.get(table.name, [])
        for row, key in zip(
            own, keys_now(table, own, followed=followed) if own else (), strict=True
        ):
            if followed:
                followed.put(table, row)
            if key != key_of_text(row.key):
                row.key = key_text(key)
                found.append(row)
    return found


def keys_of_today(
    noted: Iterable[tuple[str, str]],
) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """Return under which keys what was noted of rows is known now: as new rows, and as rows that
    were known then, for notes do not tell which they were. It takes a query or two a table.

    Args:
        noted: tables and keys, each as they were noted then.
    """
    by_table: dict[str, set[str]] = defaultdict(set)
    for name, key in noted:
        by_table[name].add(key)
    followed = CurrentKeys() if by_table else None
    found: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    new_and_known: tuple[Cells | None, ...] = (None, {})
    for name, keys in by_table.items():
        table, own = table_named(name), list(keys)
        for before in new_and_known:
            rows = [ProposedRow(table=name, key=key, before=before) for key in own]
            for key, now in zip(own, keys_now(table, rows, followed=followed), strict=True):
                found[name, key].add((name, key_text(now)))
                if followed and name == Aliases.name:  # of the row that is called otherwise now
                    kind, former = now
                    named = kind, followed.renamed.key(kind, former)
                    found[name, key].add((name, key_text(named)))
    return found


class KeyMove(NamedTuple):
    """Since which revision a row bears another key, and who wrote that."""

    revision: int | None
    authors: str


def key_moves(keys: Iterable[tuple[Table, Key]]) -> dict[tuple[str, Key], KeyMove]:
    """Return when and by whom rows got other keys than these, by table and former key."""
    wanted = {(table.name, key_text(key)): (table, key) for table, key in keys}
    if not wanted:
        return {}
    applied = AppliedRow.objects.filter(
        table__in={name for name, _key in wanted}, key__in={text for _name, text in wanted}
    )
    found = {}
    for row in applied.order_by("pk"):
        table, key = wanted.get((row.table, row.key), (None, ()))
        if table and row.after and table.key_of(row.after) != key:
            found[row.table, key] = KeyMove(row.revision_id, row.authors)
    left = [own for own in wanted.values() if (own[0].name, own[1]) not in found]
    return found | (_renamings(left) if left else {})


def _renamings(rows: Iterable[tuple[Table, Key]]) -> dict[tuple[str, Key], KeyMove]:
    """When and by whom what rows name, or they themselves, got another key."""
    followed, given = CurrentKeys(), {}
    applied = AppliedRow.objects.filter(table=Aliases.name, before__isnull=False)
    for row in applied.order_by("pk"):
        kind, former = key_of_text(row.key)
        joint = keys_of_kind(kind).joint if keys_of_kind(kind).scope else ""
        own = former.partition(joint)[2] if joint else former
        given[own] = KeyMove(row.revision_id, row.authors)
    found = {}
    for table, key in rows:
        parts = zip(key, followed.of_key(table, key, is_new=False), strict=True)
        moves = [given[part] for part, now in parts if part != now and part in given]
        if moves:
            found[table.name, key] = max(moves, key=lambda move: move.revision or 0)
    return found
