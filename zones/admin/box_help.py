"""What to write in the box of a column, with an example. What a value is, its type says."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


def help_of(column: str) -> Any:
    """Return what to write in the box of a column; nothing where its name says it."""
    match column:
        case "verified_on":
            return _(
                "The day on which somebody last compared the row with its document: 2026-11-23."
            )
        case "note":
            return _(
                "For staff alone: how you read it, or what is to be looked into. Never public."
            )
        case _:
            return ""
