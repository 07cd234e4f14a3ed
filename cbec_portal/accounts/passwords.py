"""What follows from another password."""

from __future__ import annotations

from django.contrib.auth.models import User
from knox.models import AuthToken


class EndsTokens:
    """Ends someone's tokens for the API when their password changes.

    It stands among the password validators, for only these learn of every change: on the pages, in
    the admin and by command, and not of a mere renewal of the hash.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        """Any password will do."""

    def password_changed(self, password: str, user: User | None = None) -> None:
        """Revoke the tokens: whoever knew the old password may have made them."""
        if user is not None:
            AuthToken.objects.filter(user=user).delete()

    def get_help_text(self) -> str:
        """Nothing is asked of the password."""
        return ""
