"""What to write in the box of a column, with an example. What a value is, its type says."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from zones.dataset.table import Table


def asked_for_end(table: Table) -> str:
    """Return what asks for the day by which a row of a table ends, where none is given."""
    if table.ends_before:
        return _("Say the first day on which it no longer holds: 2027-01-01.")
    return _("Say the last day on which it holds: 2026-12-31.")


def _help_of_end(table: Table) -> str:
    if table.ends_before:
        return _("The first day on which it no longer holds, for example 2027-01-01.")
    return _("The last day on which it holds, for example 2026-12-31.")


def help_of(table: Table, column: str, way: str = "") -> Any:
    """Return what to write in the box of a column, if the row is to end in that of an end; nothing
    where its name says it.
    """
    if way == "end" and column == table.ends_by[0]:
        return _help_of_end(table)
    match column:
        case "verified_on":
            return _(
                "The day on which somebody last compared the row with its document, for example "
                "2026-11-23."
            )
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
