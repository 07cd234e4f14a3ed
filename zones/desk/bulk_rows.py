"""Several rows of a change set at once: one cell or one quote set in all of them, or all taken out.

All of them are changed, or none: what cannot be is named, row by row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zones.dataset.applied_rows import key_of_text
from zones.dataset.table import Cells, Note, Table
from zones.dataset.table_registry import table_named
from zones.desk import held_sets, proposals
from zones.desk.current_keys import follow
from zones.desk.grid import CellReader
from zones.desk.grid_names import GridWords
from zones.desk.grid_rows import GridRow
from zones.desk.held_sets import MovedOnError
from zones.desk.judgement import RowJudgement, judge
from zones.desk.new_rows import NewRows
from zones.desk.proposals import RowDraft
from zones.desk.refused_rows import RowsRefusedError
from zones.desk.row_evidence import EVIDENCE, evidence_of
from zones.models import ChangeSet, ProposedRow
from zones.models.keys import Keyed, keys_of
from zones.rules.vocabulary import Proposal


class TableColumns(NamedTuple):
    """What may be set in rows of a table: what says which rows those are, and each column with what
    it is called.
    """

    heading: str
    columns: list[tuple[str, str]]


def columns_of(rows: Iterable[ProposedRow]) -> list[TableColumns]:
    """Return what may be set in some of these rows, table by table, and last what stands beside the
    cells of any.

    Columns that name a row are not among them, nor such as stay once a row is published, or are of
    one row alone.
    """
    counts = Counter(row.table for row in rows if row.proposal == Proposal.WRITE)
    found: list[TableColumns] = []
    named: set[str] = set()
    for name, count in counts.items():
        table = table_named(name)
        stays = _staying(table)
        alone = {names[0] for names in table.unique if len(names) == 1}
        own = [
            (column.name, str(column.label))
            for column in table.columns
            if column.name not in {*table.key, *alone} and column.path.split("__")[0] not in stays
        ]
        named |= {column for column, _label in own}
        words = ngettext("%(table)s: %(count)s row", "%(table)s: %(count)s rows", count)
        heading = words % {"table": table.label, "count": f"{count:,}"}
        found.append(TableColumns(heading, own))
    meta: Any = ProposedRow._meta
    beside = [(own, str(meta.get_field(own).verbose_name)) for own in EVIDENCE if own not in named]
    return [*found, TableColumns(_("beside the cells of any row"), beside)]


def _staying(table: Table) -> Collection[str]:
    """The fields of a table that never change once something published rests on their row."""
    model = getattr(table, "model", None)
    keys = keys_of(model) if model is not None and issubclass(model, Keyed) else None
    return {*keys.fields} - {*keys.fillable, *keys.turning} if keys else ()


class CellSet(NamedTuple):
    """In how many rows a cell was set, and as what it was read where it was written otherwise."""

    rows: int
    read: list[tuple[str, str]]


@transaction.atomic
def set_in_rows(
    change_set: ChangeSet,
    person: Any,
    numbers: Collection[int],
    column: str,
    cell: str,
    *,
    seen: int | None = None,
) -> CellSet:
    """Set one cell, or what stands beside the cells, in rows of a set.

    A cell is read as one of a grid is: names and spellings of every kind. What is read otherwise
    than it is written is said.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        ValidationError: the set is closed, no row is named, or a row has no such column, is to be
            taken out, or cannot take the cell; or more would be wrong with it than before.
        MovedOnError: the set is another than ``seen`` by now, or a row is gone.
    """
    held = held_sets.hold_open(change_set, person, seen)
    rows = _rows(held, numbers)
    words = GridWords(NewRows(held))
    readers = {name: CellReader(table_named(name), words) for name in {row.table for row in rows}}
    wrong: list[tuple[int, str]] = []
    drafts: list[RowDraft] = []
    read: dict[tuple[str, str], None] = {}
    for row in rows:
        try:
            draft, notes = _draft(row, readers[row.table], column, cell)
            drafts.append(draft)
            read |= dict.fromkeys((note.written, note.read) for note in notes)
        except ValidationError as refused:
            wrong += [(row.pk, message) for message in refused.messages]
    judged = _judged(held, rows)
    if wrong:
        raise RowsRefusedError(held, ((judged[number], why) for number, why in wrong))
    before = set(_problems_of(judged))
    proposals.put_in(held, person, proposals.redrafted(rows, drafts))
    judged = _judged(held, rows)
    if new := [one for one in _problems_of(judged) if one not in before]:
        raise RowsRefusedError(held, ((judged[number], why) for number, why in new))
    return CellSet(len(rows), list(read))


def _judged(held: ChangeSet, rows: Collection[ProposedRow]) -> dict[int, RowJudgement]:
    """How some rows of a set fare, by their numbers."""
    numbers = {row.pk for row in rows}
    return {one.row.pk: one for one in judge(held).rows if one.row.pk in numbers}


def _problems_of(rows: Mapping[int, RowJudgement]) -> list[tuple[int, str]]:
    """What is wrong with rows of a set, each with its number."""
    return [
        (number, _(": ").join((own.label_of(one.column), one.why)) if one.column else one.why)
        for number, own in rows.items()
        for one in own.problems
    ]


@transaction.atomic
def drop_rows(
    change_set: ChangeSet, person: Any, numbers: Collection[int], *, seen: int | None = None
) -> int:
    """Take rows out of a set; return how many. Who wrote them stays noted.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        ValidationError: the set is closed, or no row is named.
        MovedOnError: the set is another than ``seen`` by now, or a row is gone.
    """
    held = held_sets.hold_open(change_set, person, seen)
    rows = _rows(held, numbers)
    proposals.take_from(held, person, rows)
    return len(rows)


def _rows(held: ChangeSet, numbers: Collection[int]) -> list[ProposedRow]:
    if not numbers:
        raise ValidationError(_("Tick the rows that are meant."), code="rows")
    rows = list(held.rows.filter(pk__in=numbers))
    if len(rows) < len(set(numbers)):
        raise MovedOnError(_("Somebody took this row out of the change set meanwhile."))
    for row in follow(rows):
        proposals.refuse_twice(held, row)
    return rows


def _draft(
    row: ProposedRow, reader: CellReader, column: str, cell: str
) -> tuple[RowDraft, list[Note]]:
    """What a row says once the cell is set, all else stays; and how the cell was read."""
    key = key_of_text(row.key)
    said: dict[str, Any] = {name: getattr(row, name) for name in (*EVIDENCE, "copy", "change")}
    if column in evidence_of(reader.table):
        said[column] = cell.strip()
        return _saying(row, reader.table, row.cells, said), []
    if row.proposal == Proposal.TAKE_OUT:
        raise ValidationError(_("The row is taken out, so it has no cells to be set."))
    if column not in reader.columns or column in reader.table.key:
        raise ValidationError(_("It has no such column that could be set."))
    known = {**dict(zip(reader.table.key, key, strict=True)), **(row.before or {}), **row.cells}
    read = GridRow(0)
    reader.read(read, {**known, column: cell.strip()}, "")
    problems = [problem.why for problem in read.problems if problem.column == column]
    if problems:
        raise ValidationError(problems)
    cells = {**row.cells, column: read.cells[column]}
    notes = [note for note in read.notes if note.column == column]
    return _saying(row, reader.table, cells, said), notes


def _saying(row: ProposedRow, table: Table, cells: Cells, said: dict[str, Any]) -> RowDraft:
    """A draft of a row that is there, with other cells, or other words beside them."""
    key = key_of_text(row.key) if row.before is not None else None
    return RowDraft(table, key, cells, Proposal(row.proposal), **said)
