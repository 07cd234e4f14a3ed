"""Who asks, where an answer is for one person alone."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class Session(SessionAuthentication):
    """Whoever is logged in; writes need the CSRF token. Strangers are told how to be known."""

    def authenticate_header(self, _request: Request) -> str:
        """What a 401 says."""
        return "Session"


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The session as OpenAPI describes it."""

    target_class = Session
    name = "session"

    def get_security_definition(self, _auto_schema: Any) -> dict[str, str]:
        """A cookie."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
