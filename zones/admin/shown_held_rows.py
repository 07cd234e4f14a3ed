"""What a set says of a row already is shown by a form before it is written over."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from zones.admin.desk_page import DeskPage
from zones.dataset.applied_rows import key_of_text
from zones.dataset.table_registry import table_named
from zones.desk.cell_words import CellWords
from zones.desk.held_rows import HeldRow, mark_of_held, written_over
from zones.models import ChangeSet, ProposedRow


class ShowsHeldRows(DeskPage):
    """A form by which rows are proposed, that may stand in the chosen set already."""

    @cached_property
    def held(self) -> list[tuple[ProposedRow, HeldRow]]:
        """Return what the chosen set says of the rows already, where the form says something else:
        nothing before it was sent.
        """
        return []

    def refuse_unshown(self, change_set: ChangeSet | None, written: Sequence[ProposedRow]) -> None:
        """Refuse to say something else of rows in a set than that says, before it was shown.

        Raises:
            ValidationError: the form showed nothing of it, or what the set said before.
        """
        self.held = written_over(change_set, written)
        if self.held and self._mark != self.posted("held"):
            raise ValidationError(
                _(
                    "The set says something else of this row already: look at it below. Save once "
                    "more to write over it."
                )
            )

    @property
    def _mark(self) -> str:
        """What tells what the set says of the rows already from anything else."""
        return mark_of_held((row.pk, held) for row, held in self.held)

    def held_shown(self, words: CellWords) -> dict[str, Any]:
        """Return for the template what the set says already, by whom, and where that is seen."""
        told = []
        for row, held in self.held:
            table, cells = table_named(row.table), {**(row.before or {}), **row.cells}
            told.append(
                {
                    "name": words.row(table, key_of_text(row.key)),
                    "writer": held.writer,
                    "takes_out": held.takes_out,
                    "cells": words.moved(table, held.moved, cells, cells),
                    "address": reverse("admin:desk-row", args=[row.change_set_id, row.pk]),
                }
            )
        return {"held": told, "held_mark": self._mark}
