"""Compressing public answers.

How much an answer shrinks tells what its parts have in common. So nothing is compressed in which a
secret, such as the token of a form, stands beside what somebody else may have chosen (BREACH).
"""

from __future__ import annotations

import re
from typing import Any, TypeVar

import brotli
from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

R = TypeVar("R", bound=HttpResponseBase)

#: What shrinks; workbooks and archives are compressed already.
SHRINKING = re.compile(r"(text/|application/(json|problem\+json|xml|atom\+xml|vnd\.oai)|image/svg)")
#: The codings, the smaller first, and whether whoever asks names one without refusing it.
CODINGS = {
    name: re.compile(rf"(?:^|,)\s*{name}\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[^,]*)?(?:,|$)")
    for name in ("br", "gzip")
}
#: Brotli takes at this as long as gzip does as Django sets it, and sends a tenth to a fifth less.
QUALITY = 5
#: What is shorter gains nothing.
SHORTEST = 200

_library = GZipMiddleware(lambda _request: None)  # type: ignore[arg-type]  # only its last step is used


def is_secret(request: HttpRequest) -> bool:
    """Return whether what is being answered holds the token of a form."""
    return bool(request.META.get("CSRF_COOKIE_NEEDS_UPDATE"))


def taken_coding(request: HttpRequest) -> str:
    """Return in which coding whoever asks takes answers, empty if as they are."""
    accepted = request.headers.get("Accept-Encoding", "").lower()
    return next((name for name, named in CODINGS.items() if named.search(accepted)), "")


def compressed(request: HttpRequest, response: R) -> R:
    """Return a response that is rendered, compressed if whoever asks takes it so and it shrinks."""
    patch_vary_headers(response, ["Accept-Encoding"])
    coding = taken_coding(request)
    if is_secret(request) or not coding:
        return response
    if not SHRINKING.match(response.get("Content-Type", "")):
        return response
    if coding == "br" and isinstance(response, HttpResponse):
        return _by_brotli(response)  # type: ignore[return-value]  # the response that came in
    small: R = _library.process_response(request, response)  # type: ignore[assignment]
    return small


def _by_brotli(response: HttpResponse) -> HttpResponse:
    if response.has_header("Content-Encoding") or len(response.content) < SHORTEST:
        return response
    small = brotli.compress(response.content, mode=brotli.MODE_TEXT, quality=QUALITY)
    if len(small) >= len(response.content):
        return response
    response.content = small
    response.headers["Content-Length"] = str(len(small))
    response.headers["Content-Encoding"] = "br"
    # What was compressed is no longer byte for byte what a strong tag vouched for.
    tag = response.get("ETag", "")
    if tag.startswith('"'):
        response.headers["ETag"] = f"W/{tag}"
    return response


def compress_when_rendered(request: HttpRequest, response: Any) -> None:
    """Have a response compressed, once it is rendered if it is not yet."""
    patch_vary_headers(response, ["Accept-Encoding"])
    if hasattr(response, "add_post_render_callback"):
        response.add_post_render_callback(lambda made: compressed(request, made))
    else:
        compressed(request, response)
