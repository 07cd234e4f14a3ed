"""Serves the portal with the production server, after a look at everything it needs."""

from __future__ import annotations

import logging
import os
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils.module_loading import import_string

from cbec_portal import database_files, environment
from cbec_portal.apps import StaticFiles
from cbec_portal.database_state import MANAGE, require_ready
from cbec_portal.own_process import in_own_process
from cbec_portal.private_files import keep_private
from cbec_portal.server import Workers, listening

#: What an answer may have waiting for a slow reader; beyond a megabyte it waits on the disk.
MOST_UNREAD = 1_000_000_000
#: Larger bodies than this are refused unread; smaller ones that are too large are told why.
TIMES_TOO_LARGE = 4


class Command(BaseCommand):
    """The command ``serve``, which fills the database of a first run, then serves."""

    help = "Serve on HOST:PORT (127.0.0.1:8000) with WORKERS (2) workers."
    requires_system_checks: list[str] = []

    def handle(self, **_: Any) -> None:
        """Make ready, and become the server.

        Raises:
            CommandError: something that serving needs is missing or wrong.
        """
        host = environment.text("HOST") or "127.0.0.1"
        port = environment.whole_number("PORT", 8000, most=65535)
        workers = environment.whole_number("WORKERS", 2, most=64)
        refuse_debugging()
        sock = _listening(host, port)
        refuse_missing_files()
        keep_private()
        in_own_process(require_ready)  # every worker would hold what migrations and loading take
        shown = f"[{host}]" if ":" in host else host
        self.stdout.write(f"The portal is at http://{shown}:{port}/ (Ctrl-C stops it)")
        if not get_user_model().objects.filter(is_superuser=True).exists():
            self.stdout.write(f"No administrator yet; make one with: {MANAGE} createsuperuser")
        self.stdout.flush()
        application = import_string(settings.WSGI_APPLICATION)  # before the workers are forked
        connections.close_all()
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        served = Workers(
            application,
            sock,
            workers,
            max_request_body_size=TIMES_TOO_LARGE * settings.CBEC_EVIDENCE_BYTES,
            outbuf_high_watermark=MOST_UNREAD,
            clear_untrusted_proxy_headers=not settings.BEHIND_PROXY,
        )
        try:
            served.run()
        finally:
            database_files.tidy()


def refuse_debugging() -> None:
    """Refuse to show everyone the inside of the portal.

    Raises:
        CommandError: DEBUG is on.
    """
    if settings.DEBUG:
        told = "DEBUG shows everyone the inside of the portal: unset it to serve, or develop with"
        raise CommandError(f"{told}: {MANAGE} runserver")


def refuse_missing_files() -> None:
    """Refuse to serve pages without their style.

    Raises:
        CommandError: static files were not collected, or not those of this version.
    """
    storage: Any = staticfiles_storage
    try:
        kept = getattr(storage, "hashed_files", {})
    except ValueError:
        told = f"The list of static files in {settings.STATIC_ROOT} is damaged; run"
        raise CommandError(f"{told}: {MANAGE} collectstatic --noinput") from None
    for finder in get_finders():
        for name, _place in finder.list(StaticFiles.ignore_patterns):
            hashed = kept.get(name.replace(os.sep, "/"))
            if hashed is None or not storage.exists(hashed):
                told = f"Static files are missing in {storage.location}, {name} for one; run"
                raise CommandError(f"{told}: {MANAGE} collectstatic --noinput")


def _listening(host: str, port: int) -> Any:
    try:
        return listening(host, port)
    except (OSError, UnicodeError) as wrong:
        why = getattr(wrong, "strerror", None) or str(wrong)
        raise CommandError(f"Cannot listen on {host}:{port}: {why}. Set HOST or PORT.") from None
