"""Threads that write to the portal's database, as its own do for whoever asks, until they are told
to stop: ``python -m tests.writers THREADS``.
"""

from __future__ import annotations

import sys
import threading
import time
import uuid

import django
from django.core.signals import request_started

from cbec_portal import database_files
from cbec_portal.availability import BusyError
from cbec_portal.time_limits import limit_statements


def main(threads: int) -> None:
    """Write until nothing more can come from whoever started this."""
    django.setup()  # and what serving sets up, without the pages
    limit_statements()
    database_files.make_none()
    from django.contrib.auth.models import Group
    from django.db import DatabaseError

    def write() -> None:
        while True:
            request_started.send(sender=None, environ={})
            try:
                Group.objects.create(name=f"{uuid.uuid4()}{'x' * 100}")
            except (DatabaseError, BusyError) as wrong:
                sys.stderr.write(f"{wrong}\n")
                time.sleep(0.01)

    for _ in range(threads):
        threading.Thread(target=write, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]))
