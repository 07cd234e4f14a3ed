"""What the first load of all brought, told without noting each of its rows.

That load overwrites nothing, so a row was brought by it unless the log tells how it came, and was
then what it was before the first change that the log tells of, or is now. So nothing more is
written by a load of everything, and the log tells of every row from its beginning on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, Max, Q

from zones.dataset.applied_rows import key_of_text
from zones.dataset.model_table import ModelTable
from zones.dataset.policy_table import Policies
from zones.dataset.table import Key, Table
from zones.dataset.table_registry import registry, table_named
from zones.dataset.zone_tables import Zones
from zones.desk.history import RowChange, Search, oldest
from zones.desk.named_rows import MeantRows
from zones.models import AppliedRow, Revision


class TableCount(NamedTuple):
    """How many rows of a table the first load brought."""

    table: Table
    rows: int


class NamedFirst(NamedTuple):
    """What the first load brought of rows that are looked for: one of them as it came, several of
    which nothing was noted since, or how many of a table.
    """

    revision: Revision
    rows: Sequence[tuple[Table, Key]] = ()
    told: RowChange | None = None
    of_table: int = 0


class UnpublishedLoad(NamedTuple):
    """A load that made no revision: its edit, and what it says of itself."""

    edit: int
    at: Any
    reviewer: str
    reason: str
    rows: int


def first_revision() -> Revision | None:
    """Return the revision that the first load made; none if the log tells how all of it came, or
    began later than the second revision: then nobody can tell what came with which.
    """
    unnoted = Revision.objects.filter(applied_rows=None).order_by("number")[:2]
    if len(unnoted) != 1 or Revision.objects.filter(number__lt=unnoted[0].number).exists():
        return None
    return unnoted[0]


def brought(tables: Iterable[Table] = registry) -> list[TableCount]:
    """Return how many rows the first load brought, by table; tables of which it had none are left
    out. What came and went since is told by the log.
    """
    log = AppliedRow.objects.order_by().values("table")
    since = {
        one["table"]: one["came"] - one["went"]
        for one in log.annotate(
            came=Count("pk", filter=Q(before__isnull=True)),
            went=Count("pk", filter=Q(after__isnull=True)),
        )
    }
    told = (TableCount(table, _rows_of(table) - since.get(table.name, 0)) for table in tables)
    return [one for one in told if one.rows > 0]


def _rows_of(table: Table) -> int:
    """How many rows of a table are known now; those of most are counted, not read."""
    if isinstance(table, ModelTable):
        return int(table.present().count())
    if table.name in (Policies.name, Zones.name):
        versions: Any = table.named_by._default_manager
        return int(versions.current().not_withdrawn().count())
    return sum(1 for _ in table.current())


def first_told(table: Table, key: Key) -> RowChange | None:
    """Return how a row came with the first load; none if the log tells how it came."""
    first = first_revision()
    if first is None:
        return None
    before = oldest(table, key)
    cells = before.before if before else table.known([key]).get(key)
    own = before.key if before else key
    if cells is None:
        return None
    return RowChange(
        0,
        first.number,
        first.published_at,
        table.name,
        own,
        None,
        cells,
        "",
        first.author,
        first.publisher,
        first.summary,
        *("" for _ in range(7)),
    )


def named_first(asked: Search) -> NamedFirst | None:
    """Return what the first load brought of the rows that are looked for by a name or a table; none
    where it is not looked for, by its revision and whoever made it.
    """
    first = first_revision()
    if first is None or asked.revision not in (None, first.number):
        return None
    if asked.person not in ("", first.author, first.publisher):
        return None
    table = table_named(asked.table) if asked.table else None
    if table and asked.key:
        return NamedFirst(first, told=first_told(table, asked.key))
    if asked.text:
        return _first_called(asked.text, table, first)
    return NamedFirst(first, of_table=sum(one.rows for one in brought([table]))) if table else None


def _first_called(text: str, table: Table | None, first: Revision) -> NamedFirst:
    """The one row of a name as it came, or several of which nothing was noted since."""
    meant = list(MeantRows(text).known(table))
    if len(meant) == 1:
        return NamedFirst(first, told=first_told(*meant[0]))
    log = AppliedRow.objects.filter(table__in={own.name for own, _key in meant})
    noted: set[tuple[str, Key]] = set()
    for name, key, after in log.order_by().values_list("table", "key", "after").iterator():
        noted.add((name, key_of_text(key)))
        if after:  # its key may have become another by then
            noted.add((name, table_named(name).key_of(after)))
    return NamedFirst(first, [one for one in meant if (one[0].name, one[1]) not in noted])


def unpublished(size: int) -> list[UnpublishedLoad]:
    """Return the latest loads that made no revision, the newest first."""
    log = AppliedRow.objects.filter(revision=None).order_by().values("edit")
    told = log.annotate(
        at=Max("at"), by=Max("reviewer"), why=Max("reason"), rows=Count("pk")
    ).order_by("-edit")
    return [
        UnpublishedLoad(one["edit"], one["at"], one["by"], one["why"], one["rows"])
        for one in told[:size]
    ]
