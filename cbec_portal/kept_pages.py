"""Public pages that are kept as they were sent, for whoever asks the same next.

A page is made anew once the data, the day, the language or the program is another. What is kept is
what anybody may see: nothing of a page that knows its reader, or in which a form has a token.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views.generic import View

from cbec_portal.caches import Kept
from cbec_portal.compression import compressed, is_secret, taken_coding
from cbec_portal.costly_responses import dear_turn
from cbec_portal.entity_tags import READS, entity_tag, is_known
from cbec_portal.languages import active_language

#: What a page differs by, beside its address.
VARY = ["Accept-Language", "Cookie", "Accept-Encoding"]


class SentPage(NamedTuple):
    """A page as it was sent."""

    content: bytes
    headers: tuple[tuple[str, str], ...]


class NotKept(Exception):  # noqa: N818 (nothing went wrong)
    """An answer that is not for everybody, or not for long."""

    def __init__(self, response: HttpResponseBase) -> None:
        self.response = response


# Bounded by the bytes that they take, since a page may be a hundred times as long as another. The
# tag under which one is kept names its edition, so that no page of a former one is given.
_pages: Kept[tuple[str, str], SentPage] = Kept(
    settings.KEPT_PAGE_BYTES, lambda page: len(page.content)
)


class KeptPage(View):
    """A page that says by :meth:`edition` of which state of the data it is."""

    #: Whether it shows everybody the same.
    public = True
    #: Whether it resolves all cities, which takes a turn among dear answers unless it is kept.
    is_dear = False

    def edition(self) -> str:
        """Return what tells the present state of all that the page shows from every other."""
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer as anybody would be; a page for one reader is made for him."""

        def make() -> HttpResponseBase:
            with dear_turn(request) if self.is_dear else nullcontext():
                response = super(KeptPage, self).dispatch(request, *args, **kwargs)
                return response.render() if hasattr(response, "render") else response

        return public_answer(request, self.edition, make) if self.public else make()


def public_answer(
    request: HttpRequest, edition: Callable[[], str], make: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """Return an answer of which nothing decides but the data, the day, the question and the
    language, for whoever is nobody in particular: with a tag, and as it was sent before if it was;
    or that it is the one that he has.

    Args:
        request: what is asked.
        edition: returns what tells the present state of all that the answer shows from every other.
        make: makes the answer, rendered.
    """
    if request.method not in READS:
        return make()
    # Whoever is logged in sees his name, and more if he is of staff; the API knows nobody.
    if getattr(request.user, "is_authenticated", False):
        return _for_one(compressed(request, make()))
    # The tag is drawn before the answer is made, so that none is older than its tag.
    tag = entity_tag(request, edition(), active_language(), "page")
    try:
        response = (
            HttpResponseNotModified() if is_known(request, tag) else _kept(request, tag, make)
        )
    except NotKept as own:
        is_own = own.response.cookies or is_secret(request)
        return _for_one(own.response) if is_own else own.response
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "no-cache"
    patch_vary_headers(response, VARY)
    return response


def _for_one(response: HttpResponseBase) -> HttpResponseBase:
    """Say of an answer that it is for one reader: no cache between gives it to another."""
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def _kept(request: HttpRequest, tag: str, make: Callable[[], HttpResponseBase]) -> HttpResponse:
    """Return an answer as it was sent before, else as it is made now.

    Raises:
        NotKept: it is an error, leads elsewhere, or is for one reader.
    """
    if not settings.KEPT_PAGE_BYTES:
        return _for_everybody(request, make())
    key = (tag, taken_coding(request))
    return _again(_pages.made(key, lambda: _sent(_for_everybody(request, make()))))


def _for_everybody(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    response = compressed(request, response)
    if response.status_code != 200 or response.cookies or is_secret(request):
        raise NotKept(response)
    if not isinstance(response, HttpResponse):
        raise NotKept(response)
    return response


def _sent(response: HttpResponse) -> SentPage:
    return SentPage(response.content, tuple(response.headers.items()))


def _again(page: SentPage) -> HttpResponse:
    response = HttpResponse(page.content)
    for name, value in page.headers:
        response.headers[name] = value
    return response


def forget() -> None:
    """Keep nothing of what was sent."""
    _pages.clear()
