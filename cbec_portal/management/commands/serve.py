"""Serves the portal with the production server, making it ready first."""

from __future__ import annotations

import os
import socket
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.module_loading import import_string
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from zones.models import Revision

#: Threads of a worker: so many clients may be slow to send before others wait.
THREADS = 2 * (os.cpu_count() or 1) + 1


class Command(BaseCommand):
    """``serve``: migrate, load fixtures/ into an empty database, then serve."""

    help = "Serve on HOST:PORT (127.0.0.1:8000) with WORKERS (2) workers."
    requires_system_checks: list[str] = []

    def handle(self, **_: Any) -> None:
        """Make ready and become the server.

        Raises:
            CommandError: HOST, PORT or WORKERS cannot be used.
        """
        host = os.environ.get("HOST", "127.0.0.1")
        port = whole_number("PORT", "8000", most=65535)
        workers = whole_number("WORKERS", "2", most=64)
        refuse_taken(host, port)
        self._make_ready()
        shown = f"[{host}]" if ":" in host else host
        self.stdout.write(f"The portal is at http://{shown}:{port}/ (Ctrl-C stops it)")
        if not get_user_model().objects.filter(is_superuser=True).exists():
            self.stdout.write(
                "No administrator yet; make one with: .venv/bin/python manage.py createsuperuser"
            )
        self.stdout.flush()
        connection.close()
        import_string(settings.WSGI_APPLICATION)  # once, before the workers are forked
        Granian(
            "cbec_portal.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=THREADS,
            respawn_failed_workers=True,
            websockets=False,
            log_level=LogLevels.warning,
        ).serve()

    def _make_ready(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Preparing the database")
            call_command("migrate", verbosity=0)
        if not Revision.objects.exists():
            self.stdout.write("Loading the dataset")
            call_command("load_dataset", str(settings.BASE_DIR / "fixtures"), verbosity=0)


def whole_number(name: str, default: str, *, most: int) -> int:
    """A number from the environment.

    Raises:
        CommandError: it is none, or out of range.
    """
    text = os.environ.get(name, default)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
        raise CommandError(f"{name} must be a number from 1 to {most}, not {text!r}.")
    return int(text)


def refuse_taken(host: str, port: int) -> None:
    """Refuse an address that cannot be listened on.

    Raises:
        CommandError: it is taken or not ours.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as wrong:
        why = wrong.strerror or str(wrong)
        raise CommandError(f"Cannot listen on {host}:{port}: {why}. Set HOST or PORT.") from None
