"""The private address of someone's due days: made, renewed, revoked."""

from __future__ import annotations

import hashlib
import secrets

from django.contrib.auth.models import User

from checklists.models import CalendarAddress
from checklists.services.locks import writes


@writes
def make_address(user: User) -> str:
    """Return a new secret, which is shown once; an older one opens nothing from then on."""
    secret = secrets.token_urlsafe(32)
    CalendarAddress.objects.update_or_create(user=user, defaults={"digest": _digest(secret)})
    return secret


@writes
def revoke_address(user: User) -> None:
    """Revoke the address of someone's calendar; no secret opens anything from then on."""
    CalendarAddress.objects.filter(user=user).delete()


def reader_of(secret: str) -> User | None:
    """Return the user whose due days a secret opens.

    It is none where the secret opens nothing, or the account is off.
    """
    found = CalendarAddress.objects.filter(digest=_digest(secret), user__is_active=True)
    row = found.select_related("user").first()
    return row.user if row else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
