"""Second factors in the admin: whose they are and when they were used, never their secrets."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

#: What whoever knows it can log in with: the columns of devices, and of the codes of one.
SECRETS = frozenset({"key", "token", "token_set"})


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

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Return whether a list may be narrowed by a column: a secret could be guessed so."""
        hidden = SECRETS & set(lookup.split("__"))
        return not hidden and super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]  # the stubs want a request
