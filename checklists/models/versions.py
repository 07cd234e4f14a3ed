"""Rows of which nobody overwrites a state that they have not seen."""

from __future__ import annotations

import re
from secrets import token_hex
from typing import Any

from django.db import models
from django.db.models import F
from django.utils.translation import pgettext_lazy


def fresh_mark() -> str:
    """Return a random text that no other write ever had."""
    return token_hex(8)


def tag_of(version: int, mark: str) -> str:
    """Return what tells a state of a row from every other that it had or will have."""
    return f"{version}-{mark}"


def is_tag(text: str) -> bool:
    """Return whether a text could be a tag."""
    return re.fullmatch(r"[0-9]{1,10}-[0-9a-f]{16}", text) is not None


def next_version(by: int = 1) -> dict[str, Any]:
    """Return what a write of a row sets beside what it changes, by column."""
    return {"version": F("version") + by, "mark": fresh_mark()}


class Versioned(models.Model):
    """A row that counts its writes.

    ``version`` rises with every change. A restored database counts numbers once more that were
    counted before, so each write draws a ``mark`` too, and what was seen is compared by both.
    """

    #: The columns by which a change is counted.
    COUNTED = ("version", "mark")

    version = models.PositiveIntegerField(pgettext_lazy("field", "version"), default=1)
    mark = models.CharField(
        pgettext_lazy("field", "mark"), max_length=16, default=fresh_mark, editable=False
    )

    class Meta:
        abstract = True

    @property
    def tag(self) -> str:
        """Return what names the present state, as an ETag and a form do."""
        return tag_of(self.version, self.mark)

    def raise_version(self) -> None:
        """Count one more write; whoever holds the row writes `COUNTED` with what they change."""
        self.version += 1
        self.mark = fresh_mark()
