"""What follows from another password."""

from __future__ import annotations

from django.contrib.auth.models import User
from knox.models import AuthToken

from checklists.services.calendar_addresses import revoke_address


class EndsSecrets:
    """Ends someone's tokens for the API and the address of their calendar when their password
    changes.

    It stands among the password validators, for only these learn of every change: on the pages, in
    the admin and by command, and not of a mere renewal of the hash.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        """Any password will do."""

    def password_changed(self, password: str, user: User | None = None) -> None:
        """Revoke what opens without a password: whoever knew the old one may know it."""
        if user is not None:
            AuthToken.objects.filter(user=user).delete()
            revoke_address(user)

    def get_help_text(self) -> str:
        """Nothing is asked of the password."""
        return ""
