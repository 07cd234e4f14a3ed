"""Who waits for whom when public data are written: the publication, then the edition, then rows."""

from __future__ import annotations

from django.db import connection

from zones.models import Edition

#: The number under which PostgreSQL keeps the one lock of all who publish.
PUBLICATION = 0x43424543


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
        Edition.objects.select_for_update().filter(pk=1).first()
