"""Making a change set of what a folder brings, in the place of loading it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zones.dataset.differences import Differences, compare, refuse_all
from zones.dataset.load import refuse_loss, report_of
from zones.dataset.load_report import Report
from zones.dataset.problems import Problem, Problems, Refused
from zones.dataset.table import Changes, Table
from zones.desk.permissions import SetAction, require
from zones.desk.proposals import propose_in
from zones.desk.row_drafts import RowDraft
from zones.models import ChangeSet
from zones.rules.vocabulary import Proposal
from zones.services.forecast import Progress


def propose_folder(
    folder: Path,
    person: Any,
    title: str,
    reason: str = "",
    *,
    replace: bool = False,
    allow_withdrawals: int | None = None,
    progress: Progress = lambda _: None,
) -> tuple[ChangeSet | None, Report]:
    """Propose what a folder brings, with ``replace`` also that the rows go that it lacks.

    Where it brings nothing, there is no set. A row that both it and the portal changed is in
    conflict in the set, beside what the file was made from.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        ValidationError: the title or the reason is not what may be written.
        Refused: a file is no table of current rows, or a row cannot be read.
    """
    require(person, SetAction.PROPOSE)
    problems = Problems()
    found = compare(folder, problems, progress, replace=replace)
    if found.history:
        why = "holds every version ever: what is proposed is held against what is known now"
        raise Refused([Problem(folder.name, None, None, why)])
    refuse_all(found, problems, replace=replace, with_conflicts=False)
    report = report_of(found, replace)
    refuse_loss(report, allow_withdrawals)
    drafts = list(_drafts(found, replace))
    if not drafts:
        return None, report
    change_set, _rows = propose_in(None, person, drafts, title=title, reason=reason)
    return change_set, report


def _drafts(found: Differences, replace: bool) -> Iterator[RowDraft]:
    for table in found.tables:
        yield from _of_table(table, found.changes[table.name], replace)


def _of_table(table: Table, changes: Changes, replace: bool) -> Iterator[RowDraft]:
    """The rows that a table would get, each beside the row as it was when the files were read."""
    for row in changes.added.values():
        yield RowDraft(table, None, row.cells)
    for key, row in changes.corrected.items():
        known = changes.before[key]
        cells = {name: cell for name, cell in row.cells.items() if cell != known[name]}
        yield RowDraft(table, key, cells, base=known, has_base=True)
    for key, one in changes.conflicts.items():
        mine, was = one.mine, one.was
        own = {name: cell for name, cell in (mine or {}).items() if not was or cell != was[name]}
        act = Proposal.TAKE_OUT if mine is None else Proposal.WRITE
        yield RowDraft(table, key, own, act, base=was, has_base=True)
    for key, known in changes.absent.items() if replace else ():
        yield RowDraft(table, key, {}, Proposal.TAKE_OUT, base=known, has_base=True)
