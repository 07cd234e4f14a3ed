"""Answers that anyone may keep and asks about again: told by an ETag, and 304 where it is known."""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256
from typing import Any

from django.http import HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags
from rest_framework.request import Request

from cbec_portal.api.base_views import Manners
from cbec_portal.build import build
from cbec_portal.china_time import today_in_china

READS = ("GET", "HEAD")


class KnownAlready(Exception):  # noqa: N818 (nothing went wrong)
    """Whoever asks has the answer that would be given."""


class Revalidated(Manners):
    """A public answer. A view says by ``edition()`` of which state of the data it is.

    Nothing else decides an answer but that, the day, the question, its language and form, and the
    program: so whether it is known is told without making it.
    """

    def edition(self) -> str:
        """Return what tells the present state of all public data from every other."""
        raise NotImplementedError

    @cached_property
    def etag(self) -> str:
        """Return the tag of the answer: a weak one, as no workbook is made twice to the byte."""
        request: Any = self.request
        told = (
            self.edition(),
            today_in_china().isoformat(),
            self.language,
            request.accepted_renderer.format,
            request.build_absolute_uri(),  # neighbours of a page are told by their whole address
            build(),
        )
        return f'W/"{sha256(" ".join(told).encode()).hexdigest()[:32]}"'

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Stop where the answer is known.

        The tag is drawn before the answer is made: should the data change meanwhile, the answer is
        newer than its tag and is asked for anew, never older.
        """
        super().initial(request, *args, **kwargs)
        if request.method in READS and self.etag in _weak(request.headers.get("If-None-Match", "")):
            raise KnownAlready

    def handle_exception(self, exc: Exception) -> HttpResponseBase:  # type: ignore[override]  # not only of the framework's kind
        """Return 304 where the answer is known already."""
        if isinstance(exc, KnownAlready):
            return HttpResponseNotModified()
        return super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the response with its tag, to be asked about again before it is used again."""
        response = super().finalize_response(request, response, *args, **kwargs)
        if request.method in READS and response.status_code in (200, 304):
            response.headers["ETag"] = self.etag
            response.headers["Cache-Control"] = "no-cache"
        return response


def _weak(header: str) -> set[str]:
    """Return the tags that a header names, which for reading are compared as weak ones."""
    return {f"W/{tag.removeprefix('W/')}" for tag in parse_etags(header)}
