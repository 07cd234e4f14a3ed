"""How sure a row says it is, and whether it claims more than it did."""

from __future__ import annotations

from zones.dataset.table import Cells
from zones.rules.vocabulary import Certainty

#: The column of every table in which it is said how sure a row is.
COLUMN = "verification"
_DOUBT: dict[str, int] = {certainty: doubt for doubt, certainty in enumerate(Certainty)}


def raises_certainty(before: Cells | None, after: Cells) -> bool:
    """Return whether a new row claims the official text, or another claims more than it did."""
    if before is None:
        return after.get(COLUMN) == Certainty.PRIMARY
    return doubt(after) < doubt(before)


def doubt(cells: Cells | None) -> int:
    """Return how little sure a row is; a table without that column is never surer than another."""
    return _DOUBT.get((cells or {}).get(COLUMN, ""), len(_DOUBT))
