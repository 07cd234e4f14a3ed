"""The WSGI application."""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from cbec_portal import database_files
from cbec_portal.time_limits import limit_statements

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cbec_portal.settings")

_django = get_wsgi_application()
# All addresses with what answers them: else each worker would load them for itself at its first
# request, which waited for it.
import_module(settings.ROOT_URLCONF)
limit_statements()
database_files.make_none()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer a request, and HEAD with the heads alone.

    Neither Django nor waitress leaves the body out, and a body that nobody expects is read as the
    next answer of the connection.
    """
    answer = _django(environ, start_response)
    if environ["REQUEST_METHOD"] != "HEAD":
        return answer
    if close := getattr(answer, "close", None):
        close()
    return []
