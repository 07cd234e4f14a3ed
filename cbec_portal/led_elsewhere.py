"""A form that is sent by a script and leads to another page: the script goes there itself.

A script would follow the redirect, read that page, and drop it for one that the browser opens: what
was to be told there once would be told to nobody, and the place in it be lost.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

#: What a script says with a form whose answer it shows in place, and where it finds the way on.
ASKED, LEADS_TO = "In-Place", "Leads-To"


class LedElsewhere:
    """Tells a script where a form leads on, if that is another page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method != "POST" or ASKED not in request.headers:
            return response
        if response.status_code not in (302, 303):
            return response
        address = response.headers["Location"]
        if address.partition("#")[0].partition("?")[0] in ("", request.path):
            return response
        del response.headers["Location"]
        response.headers[LEADS_TO] = address
        response.status_code = 200
        return response
