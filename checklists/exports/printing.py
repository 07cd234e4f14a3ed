"""A printed page as PDF, by WeasyPrint: an extra, since it needs libraries of the system."""

from __future__ import annotations

import mimetypes
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.translation import gettext as _


class CannotPrintError(Exception):
    """Something that printing needs is missing; says what, and how to get it."""


def pdf_of(html: str, base_url: str) -> bytes:
    """A page as PDF. Nothing is fetched but the portal's own static files.

    Raises:
        CannotPrintError: the extra, a library of the system or a Chinese font is missing.
    """
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except ImportError:
        raise CannotPrintError(
            _("The PDF extra is not installed; install it with: make pdf")
        ) from None
    except OSError as missing:
        told = _("A library that PDF needs is missing: apt-get install libpango-1.0-0 (%s)")
        raise CannotPrintError(told % missing) from None
    if not has_chinese_font():
        raise CannotPrintError(
            _("No Chinese font is installed: apt-get install fonts-wqy-microhei")
        )

    class OwnFiles(URLFetcher):  # type: ignore[misc]  # the package has no types
        def fetch(self, url: str, headers: Any = None) -> Any:
            content, kind = _own_file(url)
            return URLFetcherResponse(url, content, {"Content-Type": kind})

    page = HTML(string=html, base_url=base_url, url_fetcher=OwnFiles())
    return bytes(page.write_pdf(presentational_hints=True))


def has_chinese_font() -> bool:
    """Whether the system has a font with Chinese characters."""
    if shutil.which("fc-list") is None:
        return False
    found = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False)  # noqa: S607 (found on the path above)
    return bool(found.stdout.strip())


def _own_file(url: str) -> tuple[bytes, str]:
    """The content and media type of a static file of the portal.

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
