"""Several rows of a change set at once: one cell or one quote set in all of them, or all taken out.

All of them are changed, or none: what cannot be is named, row by row.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zones.dataset.applied_rows import key_of_text
from zones.dataset.merge import Stamp, stamp
from zones.dataset.problems import words_of
from zones.dataset.table import Cells, Note, Table
from zones.dataset.table_registry import registry, table_named
from zones.desk import held_sets, proposals, row_drafts
from zones.desk.current_keys import follow
from zones.desk.grid import CellReader
from zones.desk.grid_names import GridWords
from zones.desk.grid_rows import GridRow
from zones.desk.held_sets import MovedOnError
from zones.desk.judged_before import TRIES
from zones.desk.judgement import RowJudgement, judge_rows
from zones.desk.new_rows import NewRows
from zones.desk.permissions import SetAction, require
from zones.desk.refused_rows import RowsRefusedError
from zones.desk.row_drafts import RowDraft
from zones.desk.row_evidence import EVIDENCE, KIND_OF_CHANGE, beside_cells
from zones.desk.rows_together import together
from zones.models import ChangeSet, ProposedRow
from zones.models.keys import Keyed, keys_of
from zones.models.spellings import UnreadError
from zones.rules.vocabulary import Proposal


class TableColumns(NamedTuple):
    """What may be set in rows of a table: what says which rows those are, and each column with what
    it is called.
    """

    heading: str
    columns: list[tuple[str, str]]


def columns_of(change_set: ChangeSet) -> list[TableColumns]:
    """Return what may be set in some rows of a set, table by table, and last what stands beside the
    cells of any.

    Columns that name a row are not among them, nor such as stay once a row is published, or are of
    one row alone.
    """
    written = change_set.rows.filter(proposal=Proposal.WRITE).order_by()
    counts = dict(written.values_list("table").annotate(Count("pk")))
    found: list[TableColumns] = []
    named: set[str] = set()
    for table in (table for table in registry if table.name in counts):
        count = counts[table.name]
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
    beside.insert(0, (KIND_OF_CHANGE.name, str(KIND_OF_CHANGE.label)))
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


class CellToSet(NamedTuple):
    """Rows of a set with a cell that is to be set in them, as they are once it is, none of them
    saved; as of what the portal and the set held.
    """

    at: Stamp
    version: int
    rows: Sequence[ProposedRow]
    read: Sequence[tuple[str, str]]

    def holds(self, change_set: ChangeSet) -> bool:
        """Return whether nothing was published since, and nothing written in the set."""
        return (self.at, self.version) == (stamp(), change_set.version)


def judged_to_set(
    change_set: ChangeSet,
    person: Any,
    numbers: Collection[int],
    column: str,
    cell: str,
    *,
    seen: int | None = None,
) -> CellToSet:
    """Read a cell that is to be set in rows of a set, and judge them with it, before anything is
    locked for it; while others write in the set, some times anew.

    Raises what ``set_in_rows`` does.
    """
    require(person, SetAction.PROPOSE)
    for _turn in range(TRIES):
        now = ChangeSet.objects.get(pk=change_set.pk)
        held_sets.refuse_closed(now)
        held_sets.refuse_unseen(now, seen)
        own = _to_set(now, numbers, column, cell)
        if own.holds(ChangeSet.objects.get(pk=change_set.pk)):
            break
    return own


def set_in_rows(
    change_set: ChangeSet,
    person: Any,
    numbers: Collection[int],
    column: str,
    cell: str,
    *,
    seen: int | None = None,
    before: CellToSet | None = None,
) -> CellSet:
    """Set one cell, or what stands beside the cells, in rows of a set.

    A cell is read as one of a grid is: names and spellings of every kind. What is read otherwise
    than it is written is said. The set is judged before it is held, and others write meanwhile; or
    ``before`` that, for whoever holds a lock already.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        ValidationError: the set is closed, no row is named, or a row has no such column, is to be
            taken out, or cannot take the cell; or more would be wrong with it than before.
        MovedOnError: the set is another than ``seen`` by now, or a row is gone.
    """
    own = before or judged_to_set(change_set, person, numbers, column, cell, seen=seen)
    with transaction.atomic():
        held = held_sets.hold_open(change_set, person, seen)
        if not own.holds(held):
            own = _to_set(held, numbers, column, cell)
        proposals.put_in(held, person, own.rows)
    return CellSet(len(own.rows), list(own.read))


def _to_set(change_set: ChangeSet, numbers: Collection[int], column: str, cell: str) -> CellToSet:
    """Read the cell for rows of a set, and refuse what it would make wrong with them."""
    at = stamp()
    rows = _rows(change_set, numbers)
    words = GridWords(NewRows(change_set))
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
    if wrong:
        judged = _judged(change_set, {row.pk: row for row in rows}, {})
        raise RowsRefusedError(change_set, ((judged[number], why) for number, why in wrong))
    own = {row.pk: row for row in row_drafts.redrafted(rows, drafts)}
    judged = _judged(change_set, own, own)
    if told := _problems_of(judged):
        before = set(_problems_of(_judged(change_set, own, {})))
        if new := [one for one in told if one not in before]:
            raise RowsRefusedError(change_set, ((judged[number], why) for number, why in new))
    return CellToSet(at, change_set.version, list(own.values()), list(read))


def _judged(
    change_set: ChangeSet, named: Collection[int], instead: Mapping[int, ProposedRow]
) -> dict[int, RowJudgement]:
    """How some rows of a set fare, by their numbers, if it held others ``instead`` of some."""
    there = change_set.rows.select_related("copy__source")
    # What is judged is put in the words of today: what will be saved stays as it is.
    rows = [_copied(instead[row.pk]) if row.pk in instead else row for row in there]
    return {one.row.pk: one for one in judge_rows(rows).rows if one.row.pk in named}


def _copied(row: ProposedRow) -> ProposedRow:
    own = copy(row)
    own.cells = dict(row.cells)
    own.before = None if row.before is None else dict(row.before)
    return own


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
    """Take rows out of a set, with those that are one act with any of them; return how many. Who
    wrote them stays noted.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        ValidationError: the set is closed, or no row is named.
        MovedOnError: the set is another than ``seen`` by now, or a row is gone.
    """
    held = held_sets.hold_open(change_set, person, seen)
    rows = together(held, _rows(held, numbers))
    proposals.take_from(held, person, rows)
    return len(rows)


def _rows(held: ChangeSet, numbers: Collection[int]) -> list[ProposedRow]:
    if not numbers:
        raise ValidationError(_("Tick the rows that are meant."), code="rows")
    rows = list(held.rows.filter(pk__in=numbers).select_related("copy__source"))
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
    is_kind = column == KIND_OF_CHANGE.name
    if column in beside_cells(reader.table) and not is_kind:
        said[column] = cell.strip()
        return _saying(row, reader.table, row.cells, said), []
    if row.proposal == Proposal.TAKE_OUT:
        raise ValidationError(_("The row is taken out, so it has no cells to be set."))
    if is_kind and column in beside_cells(reader.table):
        try:
            said[column] = reader.kind_of_change(cell.strip())
        except UnreadError as refused:
            raise ValidationError(words_of(refused)) from None
        return _saying(row, reader.table, row.cells, said), []
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
