"""Compressing public answers.

How much an answer shrinks tells what its parts have in common. So nothing is compressed in which a
secret, such as the token of a form, stands beside what somebody else may have chosen (BREACH).
"""

from __future__ import annotations

import re
from typing import Any, TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

R = TypeVar("R", bound=HttpResponseBase)

#: What shrinks; workbooks and archives are compressed already.
SHRINKING = re.compile(r"(text/|application/(json|problem\+json|xml|atom\+xml|vnd\.oai)|image/svg)")
REFUSED = re.compile(r"\bgzip\s*;\s*q=0(\.0*)?\s*(,|$)")

_library = GZipMiddleware(lambda _request: None)  # type: ignore[arg-type]  # only its last step is used


def is_secret(request: HttpRequest) -> bool:
    """Return whether what is being answered holds the token of a form."""
    return bool(request.META.get("CSRF_COOKIE_NEEDS_UPDATE"))


def takes_compressed(request: HttpRequest) -> bool:
    """Return whether whoever asks takes answers compressed."""
    accepted = request.headers.get("Accept-Encoding", "")
    return "gzip" in accepted and not REFUSED.search(accepted)


def compressed(request: HttpRequest, response: R) -> R:
    """Return a response that is rendered, compressed if whoever asks takes it so and it shrinks."""
    patch_vary_headers(response, ["Accept-Encoding"])
    if is_secret(request) or not takes_compressed(request):
        return response
    if not SHRINKING.match(response.get("Content-Type", "")):
        return response
    small: R = _library.process_response(request, response)  # type: ignore[assignment]
    return small


def compress_when_rendered(request: HttpRequest, response: Any) -> None:
    """Have a response compressed, once it is rendered if it is not yet."""
    patch_vary_headers(response, ["Accept-Encoding"])
    if hasattr(response, "add_post_render_callback"):
        response.add_post_render_callback(lambda made: compressed(request, made))
    else:
        compressed(request, response)
