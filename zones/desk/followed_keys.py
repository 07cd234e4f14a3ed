"""Under which keys the rows that a set would change are known now: one whose key moved since it was
proposed lives on under another, and is followed there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

from zones.dataset.applied_rows import key_of_text, key_text
from zones.dataset.table import Key, Table
from zones.dataset.table_registry import registry
from zones.models import AppliedRow, ProposedRow


def keys_now(
    table: Table, rows: Iterable[ProposedRow], known: Collection[Key] | None = None
) -> list[Key]:
    """Return the keys under which proposed rows of a table are known now, in their order.

    Args:
        table: their table.
        rows: the rows; a new one, or one that is no more, keeps its key.
        known: the keys that are known, if they were read already.
    """
    own = list(rows)
    keys = [key_of_text(row.key) for row in own]
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
    """Give proposed rows the keys under which they are known now, and return those that get
    another; save none. It takes a query or two a table.
    """
    by_table: dict[str, list[ProposedRow]] = defaultdict(list)
    for row in rows:
        by_table[row.table].append(row)
    found = []
    for table in registry:
        own = by_table.get(table.name, [])
        for row, key in zip(own, keys_now(table, own) if own else (), strict=True):
            if key != key_of_text(row.key):
                row.key = key_text(key)
                found.append(row)
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
    return found
