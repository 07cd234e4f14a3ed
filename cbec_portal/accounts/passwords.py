"""What follows from another password."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.models import User
from django.core.cache import cache
from knox.models import AuthToken

from checklists.services.calendar_addresses import revoke_address


class EndsSecrets:
    """Ends someone's tokens for the API and the address of their calendar when their password
    changes.

    It stands among the password validators, for only these learn of every change: on the pages, in
    the admin and by command, and not of a mere renewal of the hash.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        """Accept any password, for others judge it."""

    def password_changed(self, password: str, user: User | None = None) -> None:
        """Revoke what opens without a password: whoever knew the old one may know it."""
        if user is not None:
            AuthToken.objects.filter(user=user).delete()
            revoke_address(user)

    def get_help_text(self) -> str:
        """Return nothing, as nothing is asked of the password."""
        return ""


class ResetForm(PasswordResetForm):
    """Asks for a mail with a link to set a new password, of which an account gets one at a time."""

    #: Seconds until a further mail may be sent to an account.
    REST = 300

    def get_users(self, email: str) -> Iterator[Any]:
        """Yield the accounts of an address that were sent nothing lately."""
        for user in super().get_users(email):
            if cache.add(f"reset-mail.{user.pk}", 1, self.REST):
                yield user

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Send the mails. Their link names the portal's own address, whatever a request named."""
        context = {**(kwargs.get("extra_email_context") or {}), "address": settings.CBEC_ADDRESS}
        super().save(*args, **{**kwargs, "extra_email_context": context})
