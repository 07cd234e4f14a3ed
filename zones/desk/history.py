"""What became of rows, when, by whom and why: of an object, a person, a revision, or one cell.

Reads give plain values, newest first, a page at a time: a page begins after the last row of the one
before it, so that nothing is told twice while others publish.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.db.models import Q, QuerySet

from zones.dataset.alias_table import Aliases, KeysEver, kind_of_table
from zones.dataset.applied_rows import key_of_text, key_text
from zones.dataset.policy_table import Policies
from zones.dataset.table import Cells, Key, Table
from zones.dataset.table_registry import table_named
from zones.desk.named_rows import MeantRows
from zones.models import AppliedRow, Policy, RowEdit
from zones.models.former_keys import keys_of_kind
from zones.rules.partial_dates import NotADateError

#: How many rows a page tells of.
PAGE = 50


class RowChange(NamedTuple):
    """What became of one row: its cells before and after, by whom, and why.

    ``number`` tells it apart, and later ones have larger ones. It has no revision where a load
    changed rows without versions alone.
    """

    number: int
    revision: int | None
    at: datetime
    table: str
    key: Key
    before: Cells | None
    after: Cells | None
    change: str
    authors: str
    reviewer: str
    reason: str
    quote: str
    quote_en: str
    read_at: str
    copy_sha256: str
    clause: str
    clause_zh: str
    verified_by: str

    @property
    def moved(self) -> dict[str, tuple[str | None, str | None]]:
        """Return the cells that became others, each before and after; none where it was not.

        They stand in the order of the table: that in which a database keeps cells is its own.
        Columns that the table has no more come last.
        """
        before, after = self.before or {}, self.after or {}
        kept = self.after or self.before or {}
        own = [column.name for column in table_named(self.table).columns if column.name in kept]
        return {
            name: (before.get(name), after.get(name))
            for name in dict.fromkeys((*own, *sorted(kept)))
            if before.get(name) != after.get(name)
        }


class AppliedPage(NamedTuple):
    """Some of a history, and the number after which the next page goes on, if there is more."""

    rows: list[RowChange]
    next: int | None


class AppliedCell(NamedTuple):
    """What became of one cell, and with which row."""

    before: str | None
    after: str | None
    row: RowChange


_FIELDS = tuple(name for name in RowChange._fields if name not in ("number", "revision"))


def of_edit(edit: int, *, after: int | None = None, size: int = PAGE) -> AppliedPage:
    """Return what a load that made no revision did to each row."""
    return _page([AppliedRow.objects.filter(revision=None, edit=edit)], after, size)


def of_revision(revision: int, *, after: int | None = None, size: int = PAGE) -> AppliedPage:
    """Return what a revision did to each row."""
    return _page([AppliedRow.objects.filter(revision=revision)], after, size)


def of_object(table: Table, key: Key, *, after: int | None = None, size: int = PAGE) -> AppliedPage:
    """Return what became of a row, under whatever keys it had."""
    return _page([_of_object(table, key)], after, size)


def oldest(table: Table, key: Key) -> RowChange | None:
    """Return the first change of a row that the log tells of, under whatever key it was."""
    values = _of_object(table, key).order_by("pk").values_list("pk", "revision", *_FIELDS)
    row = values.first()
    return RowChange(*row)._replace(key=key_of_text(str(row[4]))) if row else None


def last_quoted(rows: Iterable[tuple[Table, Key]]) -> dict[tuple[str, Key], RowChange]:
    """Return of rows the last change that quotes their document, by table and key, where there is
    one; however many they are, it takes one query.
    """
    named = {(table.name, key_text(key)) for table, key in rows}
    if not named:
        return {}
    keys, tables = {key for _table, key in named}, {table for table, _key in named}
    applied = AppliedRow.objects.filter(key__in=keys, table__in=tables).exclude(quote="")
    found: dict[tuple[str, Key], RowChange] = {}
    for row in applied.order_by("pk").values_list("pk", "revision", *_FIELDS):
        change = RowChange(*row)._replace(key=key_of_text(str(row[4])))
        if (change.table, str(row[4])) in named:
            found[change.table, change.key] = change
    return found


def changes_of(rows: Iterable[tuple[Table, Iterable[Key]]]) -> dict[str, list[RowChange]]:
    """Return what became of rows, by table and newest first, each row under any of some keys;
    however many they are, it takes one query.
    """
    named = {(table.name, key_text(key)) for table, keys in rows for key in keys}
    found: dict[str, list[RowChange]] = {}
    if not named:
        return found
    applied = AppliedRow.objects.filter(
        key__in={key for _table, key in named}, table__in={table for table, _key in named}
    )
    for row in applied.order_by("-pk").values_list("pk", "revision", *_FIELDS):
        change = RowChange(*row)._replace(key=key_of_text(str(row[4])))
        found.setdefault(change.table, []).append(change)
    return found


class Search(NamedTuple):
    """What rows are looked for in the log by: each that is given narrows what is found.

    ``key`` names one row of the table under whatever keys it had; ``text`` are words of the keys
    and names of rows, and of what their keys name.
    """

    table: str = ""
    key: Key | None = None
    text: str = ""
    person: str = ""
    revision: int | None = None


def found_by(asked: Search, *, after: int | None = None, size: int = PAGE) -> AppliedPage:
    """Return what became of the rows that are looked for."""
    rows = AppliedRow.objects.all()
    if asked.table and asked.key:
        rows = _of_object(table_named(asked.table), asked.key)
    elif asked.table:
        rows = rows.filter(table=asked.table)
    if asked.revision is not None:
        rows = rows.filter(revision=asked.revision)
    parts = _by_person(rows, asked.person) if asked.person else [rows]
    if asked.text and asked.key is None:
        meant = MeantRows(asked.text)
        parts = [
            AppliedRow.objects.filter(pk__in=[*islice(_meant(part, meant, after), size + 1)])
            for part in parts
        ]
    return _page(parts, after, size)


def _meant(rows: QuerySet[AppliedRow], meant: MeantRows, after: int | None) -> Iterator[int]:
    """The numbers of rows that are meant, newest first. No database knows what keys are called in
    both languages, so rows are read until there are enough for a page.
    """
    earlier = rows if after is None else rows.filter(pk__lt=after)
    told = earlier.order_by("-pk").values_list("pk", "table", "key", "before", "after")
    for number, table, key, *cells in told.iterator():
        if meant.holds(table_named(table), key_of_text(key), cells):
            yield number


def of_person(name: str, *, after: int | None = None, size: int = PAGE) -> AppliedPage:
    """Return the rows that somebody wrote a part of, or published."""
    return _page(_by_person(AppliedRow.objects.all(), name), after, size)


def _by_person(applied: QuerySet[AppliedRow], name: str) -> list[QuerySet[AppliedRow]]:
    """Those of some rows that somebody wrote a part of, and those that they published."""
    sets = RowEdit.objects.filter(name=name, change_set__revision__isnull=False).order_by()
    wrote = Q(revision__in=sets.values("change_set__revision")) & (
        Q(authors=name)
        | Q(authors__startswith=f"{name}, ")
        | Q(authors__endswith=f", {name}")
        | Q(authors__contains=f", {name}, ")
    )
    # Each has an index of its own, which one question for both would not be answered by.
    return [applied.filter(wrote), applied.filter(reviewer=name)]


def of_cell(
    table: Table, key: Key, column: str, *, after: int | None = None, size: int = PAGE
) -> list[AppliedCell]:
    """Return what became of one cell of a row, newest first."""
    found: list[AppliedCell] = []
    while True:
        page = of_object(table, key, after=after)
        for row in page.rows:
            if column in row.moved:
                found.append(AppliedCell(*row.moved[column], row))
                if len(found) == size:
                    return found
        if page.next is None:
            return found
        after = page.next


def _page(parts: Iterable[QuerySet[AppliedRow]], after: int | None, size: int) -> AppliedPage:
    """A page of the rows that are in any of these parts."""
    told: dict[int, RowChange] = {}
    for rows in parts:
        earlier = rows if after is None else rows.filter(pk__lt=after)
        values = earlier.order_by("-pk").values_list("pk", "revision", *_FIELDS)
        for row in values[: size + 1]:
            told[row[0]] = RowChange(*row)._replace(key=key_of_text(str(row[4])))
    found = [told[number] for number in sorted(told, reverse=True)]
    more = len(found) > size
    return AppliedPage(found[:size], found[size - 1].number if more else None)


def _of_object(table: Table, key: Key) -> QuerySet[AppliedRow]:
    if table.name == Policies.name:
        return AppliedRow.objects.filter(_of_policy(key), table=table.name)
    keys = KeysEver().of(table, key)
    own = Q(table=table.name, key__in=_texts(keys))
    if kind := kind_of_table(table.name):  # that it got another key is noted beside its former one
        joint = keys_of_kind(kind).joint
        named = _texts((kind, joint.join(one)) for one in keys)
        own |= Q(table=Aliases.name, key__in=named, before__isnull=False)
    return AppliedRow.objects.filter(own)


def _texts(keys: Iterable[Key]) -> list[str]:
    return [key_text(key) for key in keys]


def _of_policy(key: Key) -> Q:
    """The rows of one policy: while another has a key that it had once, they are not of it."""
    table, ever = Policies(), KeysEver()
    try:
        known = table.known_identity(key)
    except NotADateError:
        return Q(pk__in=[])
    keys = set(_texts(ever.of(table, key))) if known is None else set()
    found = Q(pk__in=[]) if known else Q()
    versions = Policy.objects.published().filter(identity=known or "").order_by("version")
    for start, recorded, replaced in versions.values_list(
        "effective_from", "recorded_in", "replaced_in"
    ):
        had = _texts(ever.of(table, (*key[:3], str(start))))
        while_current = Q(revision__gt=recorded)
        if replaced is not None:
            while_current &= Q(revision__lte=replaced)
        found |= Q(key__in=had) & (while_current | Q(revision=recorded, before__isnull=True))
        keys |= set(had)
    # All keys at once are found by their index; by one or another only the table would be.
    return Q(key__in=sorted(keys)) & found
