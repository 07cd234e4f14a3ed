"""The language of pages: `lang` in the address decides and is remembered in a cookie."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

ONE_YEAR = 365 * 24 * 60 * 60


class LanguageInAddress:
    """Follows LocaleMiddleware, which reads the cookie and what the browser prefers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("lang")
        if asked not in dict(settings.LANGUAGES) or request.path.startswith("/api/"):
            return self.get_response(request)
        translation.activate(asked)
        request.LANGUAGE_CODE = asked
        response = self.get_response(request)
        response.headers["Content-Language"] = asked
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            asked,
            max_age=ONE_YEAR,
            samesite="Lax",
            secure=settings.HTTPS,
        )
        return response
