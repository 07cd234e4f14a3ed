"""The tables of the desk in a dump with its history, and restoring them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from zones.dataset.desk_table import DeskTable
from zones.dataset.history_tables import HistoryTable
from zones.dataset.research_tables import (
    LinkChecks,
    ReaderReports,
    ReadingDraws,
    ResearchMarks,
    SecondReadings,
)
from zones.dataset.set_tables import (
    Acknowledgements,
    AppliedRows,
    ChangeSets,
    ProposedRows,
    RowEdits,
    SetComments,
    SourceCopies,
)
from zones.dataset.table import Changes

#: Each after those to which it refers.
DESK = (
    ChangeSets(),
    SourceCopies(),
    ProposedRows(),
    RowEdits(),
    SetComments(),
    Acknowledgements(),
    AppliedRows(),
    ResearchMarks(),
    ReaderReports(),
    ReadingDraws(),
    SecondReadings(),
    LinkChecks(),
)


def desk_tables(history: Sequence[HistoryTable]) -> Iterator[DeskTable]:
    """Yield the tables of the desk among those of a history."""
    return (table for table in history if isinstance(table, DeskTable))


def restore_desk(
    history: Sequence[HistoryTable],
    changes: Mapping[str, Changes],
    write: Callable[[DeskTable], None],
) -> None:
    """Write what analysts proposed, now that the revisions are there."""
    for table in desk_tables(history):
        write(table)
    for table in desk_tables(history):
        table.finish_restore(changes[table.name])
