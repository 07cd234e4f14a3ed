"""Rows that a program hands in, each by its columns: read and judged as the lines of a grid are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from zones.dataset.table import Table
from zones.desk import held_sets, proposals
from zones.desk.grid import CellReader, draft_rows
from zones.desk.grid_files import Sheet, UnreadableFileError
from zones.desk.grid_judgement import JudgedGrid, judged_grid, nothing_to_do
from zones.desk.grid_names import GridWords
from zones.desk.grid_rows import GridReading, GridRow
from zones.desk.held_rows import mark_of_held
from zones.desk.new_rows import NewRows
from zones.desk.row_drafts import RowDraft
from zones.desk.row_evidence import beside_cells
from zones.desk.source_warnings import mark_of
from zones.models import ChangeSet
from zones.rules.vocabulary import Proposal

#: What such rows are called where a file has its name.
NAME = "rows"


class UnshownError(Exception):
    """Rows would write over somebody else's, or double a document, and nobody has seen it yet."""

    def __init__(self, judged: JudgedGrid) -> None:
        super().__init__(
            _(
                "The rows would write over those of somebody else, or give a document the number "
                "of another. Look at them, and name what you saw."
            )
        )
        self.judged = judged


class UnreadyRowsError(Exception):
    """Some rows are refused, or none brings anything; nothing was proposed."""

    def __init__(self, words: str, judged: JudgedGrid) -> None:
        super().__init__(words)
        self.judged = judged


def columns_of(table: Table) -> list[str]:
    """Return what rows of a table may say: its columns, and what stands beside the cells."""
    return [*(column.name for column in table.columns), *beside_cells(table)]


class SubmittedRows(NamedTuple):
    """Rows of one table: those to be written, and those to be taken out, named by their keys."""

    table: Table
    written: Sequence[Mapping[str, str]]
    taken_out: Sequence[Mapping[str, str]] = ()


def judged_rows(handed: SubmittedRows, change_set: ChangeSet) -> JudgedGrid:
    """Return what would become of rows beside those that a set holds already; nothing is saved.

    Those that are taken out are counted on after those that are written.

    Raises:
        ValidationError: they are more, or longer, than a grid may hold.
    """
    table, rows = handed.table, [*handed.written, *handed.taken_out]
    reading = GridReading(table, _sheet(table, rows))
    words = GridWords(NewRows(change_set))
    cells = CellReader(table, words)
    for line, said in enumerate(rows, start=1):
        row, given = GridRow(line), dict(said)
        cells.read_beside(row, given, NAME)
        cells.read(row, given, NAME)
        reading.rows.append(row)
    draft_rows(reading, [(row, "") for row in reading.rows])
    for row in reading.rows[len(handed.written) :]:
        row.apart = None  # nothing else is said of it
        if row.draft:
            row.draft = RowDraft(table, row.key, {}, Proposal.TAKE_OUT)
    return judged_grid(reading, change_set, words)


def marks_of(judged: JudgedGrid, person: Any) -> tuple[str, str]:
    """Return what tells the rows of others that would be written over, and documents that would be
    doubled, from others; an empty text where there are none.
    """
    return mark_of_held(judged.over_others(person)), mark_of(judged.doubles)


def propose_rows(
    handed: SubmittedRows,
    change_set: ChangeSet,
    person: Any,
    *,
    marks: tuple[str, str] = ("", ""),
    seen: int | None = None,
) -> JudgedGrid:
    """Propose rows, all of them or none; those that say what is known already are no part of it.

    Args:
        handed: the rows, by column.
        change_set: the set that takes them.
        person: who proposes.
        marks: those of :func:`marks_of` that whoever proposes has seen.
        seen: the version of the set that he has seen.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        ValidationError: the set is closed, or there are more rows than a grid may hold.
        MovedOnError: the set is another than ``seen`` by now.
        UnreadyRowsError: a row is refused, or none brings anything.
        UnshownError: they would write over rows of others that were not seen.
    """
    held_sets.refuse_closed(change_set)
    held_sets.refuse_unseen(change_set, seen)
    judged = judged_rows(handed, change_set)
    if judged.problems or judged.refused:
        raise UnreadyRowsError(_("Some rows are refused: nothing was proposed."), judged)
    if not judged.ready:
        raise UnreadyRowsError(nothing_to_do(), judged)
    if marks_of(judged, person) != marks:
        raise UnshownError(judged)
    # What was judged is proposed: another state of the set is not what was looked at.
    proposals.propose(change_set, person, judged.ready, seen=change_set.version)
    return judged


def _sheet(table: Table, rows: Sequence[Mapping[str, str]]) -> Sheet:
    """The rows as the lines of a grid, which takes no more and no longer ones than that."""
    sheet, columns = Sheet(NAME), columns_of(table)
    try:
        sheet.add(0, columns)
        for line, row in enumerate(rows, start=1):
            sheet.add(line, [row.get(name, "") for name in columns])
    except UnreadableFileError as refused:
        raise ValidationError(str(refused), code="long") from None
    return sheet
