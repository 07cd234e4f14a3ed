"""Where change sets and their rows are shown."""

from __future__ import annotations

from django.urls import reverse

from zones.models import ChangeSet, ProposedRow


def address_of(change_set: ChangeSet) -> str:
    """Return where a set is shown."""
    return reverse("admin:desk-set", args=[change_set.pk])


def address_of_row_in(change_set: ChangeSet, row: ProposedRow) -> str:
    """Return where a row of a set is shown, on whichever page of its rows it is."""
    return f"{address_of(change_set)}?row={row.pk}#row-{row.pk}"
