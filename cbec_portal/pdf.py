"""A printed page as PDF, by WeasyPrint: an extra, since it needs libraries of the system."""

from __future__ import annotations

import mimetypes
from ctypes import CDLL
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.translation import gettext as _

from cbec_portal.chinese_fonts import missing_font_packages

#: The libraries that WeasyPrint loads, with the package of Debian that brings each. It would do
#: without the subsetter for now, at the price of a warning; a PDF is made in one way only.
LIBRARIES = {
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz.so.0": "libharfbuzz0b",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    "libfontconfig.so.1": "libfontconfig1",
}


class CannotPrintError(Exception):
    """Something that printing needs is missing; says what, and how to get it."""


def pdf_of(html: str, base_url: str) -> bytes:
    """Return a page as PDF. Nothing is fetched but the portal's own static files.

    Raises:
        CannotPrintError: the extra, a library of the system or a Chinese font is missing.
    """
    refuse_missing()
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):  # type: ignore[misc]  # the package has no types
        def fetch(self, url: str, headers: Any = None) -> Any:
            content, kind = _own_file(url)
            return URLFetcherResponse(url, content, {"Content-Type": kind})

    page = HTML(string=html, base_url=base_url, url_fetcher=OwnFiles())
    return bytes(page.write_pdf(presentational_hints=True))


def refuse_missing() -> None:
    """Refuse to print where something is missing, naming everything that is.

    Raises:
        CannotPrintError: the extra, a library of the system or a Chinese font is missing.
    """
    told = []
    if not find_spec("weasyprint"):
        told.append(_("The PDF extra is not installed; install it with: make pdf"))
    if packages := missing_packages():
        told.append(_("PDF needs more of the system: apt-get install %s") % " ".join(packages))
    if told:
        raise CannotPrintError(" ".join(told))


def missing_packages() -> list[str]:
    """Return the packages of Debian that printing needs and the system lacks."""
    lacking = [package for name, package in LIBRARIES.items() if not _loads(name)]
    return [*lacking, *missing_font_packages()]


def _loads(library: str) -> bool:
    try:
        CDLL(library)
    except OSError:
        return False
    return True


def _own_file(url: str) -> tuple[bytes, str]:
    """Return the content and media type of a static file of the portal.

    Raises:
        ValueError: the address is any other; nothing else is fetched.
    """
    path = unquote(urlsplit(url).path)
    prefix = f"/{settings.STATIC_URL.strip('/')}/"
    if not path.startswith(prefix):
        raise ValueError(f"Nothing is fetched from {url}")
    name = path.removeprefix(prefix)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if staticfiles_storage.exists(name):
        with staticfiles_storage.open(name) as file:
            return file.read(), kind
    found = finders.find(name)
    if not found:
        raise ValueError(f"There is no static file {name}")
    return Path(found).read_bytes(), kind
