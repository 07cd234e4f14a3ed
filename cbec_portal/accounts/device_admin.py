"""Secrets in the admin: second factors are shown by whose they are and when they were used, and no
list is narrowed by a secret, which could be guessed so, letter by letter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

#: What whoever knows it can log in with: the columns of devices, and of the codes of one.
SECRETS = frozenset({"key", "token", "token_set"})
#: What is kept of passwords, tokens and sessions, by table: no list is narrowed by it.
SECRET_COLUMNS: Mapping[str, frozenset[str]] = {
    "auth.user": frozenset({"password"}),
    "knox.authtoken": frozenset({"digest", "token_key"}),
    "axes.accesslog": frozenset({"session_hash"}),
    "otp_totp.totpdevice": SECRETS,
    "otp_static.staticdevice": SECRETS,
    "otp_static.statictoken": SECRETS,
}


def asks_for_secret(model: Any, lookup: str) -> bool:
    """Return whether a look-up in a table, or in one that it refers to, is one of a secret."""
    for part in lookup.split("__"):
        name = model._meta.pk.name if part == "pk" else part
        if name in SECRET_COLUMNS.get(model._meta.label_lower, ()):
            return True
        try:
            model = model._meta.get_field(name).related_model
        except FieldDoesNotExist:
            return False
        if not isinstance(model, type):
            return False
    return False


class SecretsUnasked(admin.ModelAdmin):  # type: ignore[type-arg]  # of whatever table
    """The admin of a table whose list is narrowed by no secret, of its own or of another table."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Return whether a list may be narrowed by a column."""
        allowed = super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]  # the stubs want a request
        return allowed and not asks_for_secret(self.model, lookup)


class SecretsKept(admin.ModelAdmin):  # type: ignore[type-arg]  # of whatever device
    """The admin of a device, which can be looked at, renamed and deleted.

    People set up their own, so there is no form for a new one, which would show what it will hold.
    """

    search_help_text = _("By the name or the mail address of the user.")

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Refuse to set up a device for somebody."""
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the boxes, without those of secrets."""
        return [
            (name, {**options, "fields": [own for own in options["fields"] if own not in SECRETS]})
            for name, options in super().get_fieldsets(request, obj)
        ]

    def get_inline_instances(self, _request: HttpRequest, _obj: Any = None) -> list[Any]:
        """Return no codes of the device."""
        return []
