"""What a row says beside its cells: the words of the document, their clause, where they were read.

A table that has columns for one of it keeps it there, and nothing stands beside.
"""

from __future__ import annotations

from zones.dataset.table import Table

#: By their names in what is proposed and in what was applied.
EVIDENCE = ("quote", "quote_en", "clause", "clause_zh", "read_at")


def evidence_of(table: Table) -> tuple[str, ...]:
    """Return what rows of a table say beside their cells."""
    own = {column.name for column in table.columns}
    return tuple(name for name in EVIDENCE if name not in own)
