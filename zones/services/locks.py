"""Who waits for whom when public data or the desk are written, so that no two wait for each other:
the publication, then the edition, then rows of tables as `ORDER` has them, those of each by key.

Whoever stores what refers to public data holds the edition as well, before anything of their own.
"""

from __future__ import annotations

from typing import TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

from zones.models import (
    ChangeSet,
    Edition,
    ReaderReport,
    ResearchMark,
    SavedFilter,
    SecondReading,
)
from zones.models.keys import Keyed
from zones.models.revisions import Recorded

M = TypeVar("M", bound=Model)

#: The numbers under which PostgreSQL keeps the one lock of all who publish, and that of all who
#: take in what readers report.
PUBLICATION = 0x43424543
REPORTS = 0x43424552

#: The tables whose rows are held, in the order in which they are. Public rows, those with keys or
#: versions, are held by whoever holds the publication, one at a time.
ORDER: tuple[type[Model], ...] = (
    *(Edition, ChangeSet, Keyed, Recorded),
    *(SecondReading, ReaderReport, ResearchMark, SavedFilter),
)


def place_of(table: type[Model]) -> int:
    """Return the place of a table in the order of locks.

    Raises:
        ValueError: it has none.
    """
    for place, own in enumerate(ORDER):
        if issubclass(table, own):
            return place
    raise ValueError(f"Rows of {table.__name__} have no place in the order of locks.")


def lock_publication() -> None:
    """Wait until nobody else publishes, loads, restores or rebuilds, and be the one who does.

    Held until the transaction ends.

    What was read before may be outdated: read it once more. The row of the edition is taken at the
    same time, since whoever changes anything public counts an edition before the first row he
    touches, so that two who touch the same rows in another order never wait for each other.

    On SQLite a transaction begins IMMEDIATE: it is alone in writing, which is the lock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLICATION])
        hold_rows(Edition.objects.filter(pk=1)).first()


def lock_reports() -> None:
    """Wait until nobody else takes in a report, so that what is counted is what there is.

    Held until the transaction ends. Nothing else is held beside it. On SQLite a transaction that
    writes is alone in writing.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [REPORTS])


def hold_edition() -> None:
    """Wait until nobody writes public data, and let nobody begin until the transaction ends.

    What is read from then on stays as it is, so that what refers to it is never left behind. Many
    may hold the edition so at once. It is the first that they hold: whoever writes public data
    holds the edition before the first row they touch, rows of checklists included.

    On SQLite a transaction that writes is alone in writing.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # In one queue with those who publish: who shares a row passes whoever waits to write
            # it, so that a few who never pause would hold off every publication.
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [PUBLICATION])
            cursor.execute("SELECT 1 FROM zones_edition WHERE id = 1 FOR SHARE")


def hold_rows(rows: QuerySet[M]) -> QuerySet[M]:
    """Return rows so that whoever reads them holds them by key until the transaction ends.

    They come as they are now. Two who hold some of the same rows never wait for each other, since
    both take them in one order. Rows that are joined to them are not held: PostgreSQL holds none
    that an outer join may leave out.

    On SQLite a transaction that writes is alone in writing.

    Raises:
        ValueError: their table has no place in `ORDER`.
    """
    place_of(rows.model)
    return rows.order_by("pk").select_for_update(of=("self",))
