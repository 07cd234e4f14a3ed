"""What to write in the box of a column, with an example. What a value is, its type says."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


def help_of(column: str, way: str = "") -> Any:
    """Return what to write in the box of a column, if the row is to end in that of an end; nothing
    where its name says it.
    """
    match column:
        case "verified_on":
            return _(
                "The day on which somebody last compared the row with its document, for example "
                "2026-11-23."
            )
        case "effective_to" | "ended_on" | "covered_until" | "repealed_on" if way == "end":
            return _("The last day on which it holds, for example 2026-12-31: an end says when.")
        case "current":
            return _("Write here the key that the row is to have. The former key leads on to it.")
        case "former":
            return _("The key that the row has, or had: it stays as it is.")
        case "note" if way == "end":
            return _(
                "Which document ended it, and where that says so. The row keeps its own document; "
                "what holds instead is a row of its own, which names the new one."
            )
        case "note":
            return _(
                "For staff alone: how you read it, or what is to be looked into. Never public."
            )
        case _:
            return ""
