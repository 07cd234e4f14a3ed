"""Answers that anyone may keep and asks about again: told by an ETag, and 304 where it is known."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpResponseNotModified
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from cbec_portal.api.base_views import Manners
from cbec_portal.compression import compress_when_rendered
from cbec_portal.entity_tags import READS, entity_tag, is_known


class KnownAlready(Exception):  # noqa: N818 (nothing went wrong)
    """Whoever asks has the answer that would be given."""


class Revalidated(Manners):
    """A public answer. A view says by ``edition()`` of which state of the data it is.

    Whether it is known is told without making it.
    """

    def edition(self) -> str:
        """Return what tells the present state of all public data from every other."""
        raise NotImplementedError

    @cached_property
    def etag(self) -> str:
        """Return the tag of the answer."""
        request: Any = self.request
        form = request.accepted_renderer.format
        return entity_tag(request._request, self.edition(), self.language, form)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Stop where the answer is known.

        The tag is drawn before the answer is made: should the data change meanwhile, the answer is
        newer than its tag and is asked for anew, never older.
        """
        super().initial(request, *args, **kwargs)
        if request.method in READS and is_known(request._request, self.etag):
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
            compress_when_rendered(request._request, response)
        return response
