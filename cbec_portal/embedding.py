"""Pages that stand within pages of other sites: in a frame, and without cookies of any kind."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

#: What the addresses of such pages begin with.
PREFIX = "/embed/"


class NoCookies:
    """Reads no cookie that comes with the question of a page within a frame, and sets none.

    It stands before whatever reads cookies: who is logged in, and in which language he reads.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        request.COOKIES = {}
        response = self.get_response(request)
        response.cookies.clear()
        return response
