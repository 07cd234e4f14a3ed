"""Who asks, where an answer is for one person alone."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django_otp import user_has_device
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from knox.models import AuthToken
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request


class Token(TokenAuthentication):  # type: ignore[misc]  # its base has no types
    """Whoever holds a token; one of staff opens nothing until they have a second factor."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, AuthToken]:
        """Return the user and the token.

        Raises:
            AuthenticationFailed: the token is unknown, has expired, or is of staff without a
                second factor.
        """
        user, found = super().authenticate_credentials(token)
        if user.is_staff and not user_has_device(user):
            raise AuthenticationFailed(_("Staff need a second factor; set it up first."))
        return user, found


class Session(SessionAuthentication):
    """Whoever is logged in; writes need the CSRF token. Strangers are told how to be known."""

    def authenticate_header(self, _request: Request) -> str:
        """Return what a 401 says of how to be known.

        Without it REST framework would answer 403 to strangers.
        """
        return "Session"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its base registers it untyped
    """The token as OpenAPI describes it."""

    target_class = Token
    name = "token"

    def get_security_definition(self, _auto_schema: Any) -> dict[str, str]:
        """Return how the schema describes it: a header in which a word stands before the token."""
        told = "The word Token, a space, and a token made under the account."
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": told}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its base registers it untyped
    """The session as OpenAPI describes it."""

    target_class = Session
    name = "session"

    def get_security_definition(self, _auto_schema: Any) -> dict[str, str]:
        """Return how the schema describes it: the cookie of the session."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
