"""Loading a dataset: all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from zones.dataset.applied_rows import Responsible, note_applied
from zones.dataset.blocking_references import refuse_left
from zones.dataset.differences import Differences, compare, refuse_all
from zones.dataset.dry_run import rehearsal
from zones.dataset.expectations import expected_of
from zones.dataset.load_report import Report
from zones.dataset.load_summaries import summary_of
from zones.dataset.merge import described_by, stamp
from zones.dataset.problems import MOST_OF_A_DRY_RUN, Problem, Problems, Refused
from zones.dataset.restore import replay
from zones.dataset.table import Base, Load, Table
from zones.models import Edit, Revision
from zones.services.forecast import Forecast, Progress, forecast
from zones.services.locks import lock_publication
from zones.services.publication import DATASET, publish

#: How often a load is worked out while others may write, before it keeps them waiting for it.
TRIES = 3


def load_dataset(
    folder: Path,
    *,
    dry_run: bool = False,
    replace: bool = False,
    allow_withdrawals: int | None = None,
    summary: str = "",
    progress: Progress = lambda _: None,
) -> Report:
    """Load the tables of a folder; rows absent from them stay, or with ``replace`` are withdrawn.

    What has versions is published by nobody in person, as "dataset".

    Whoever takes out more than a tenth of a table says by ``allow_withdrawals`` how many rows he
    expects to go in all.

    A dry run does all of it and undoes it, and keeps nobody from writing meanwhile.

    The files are read and compared, and what they change is resolved, before anything is locked.
    That holds only while the database is as it was then. If it is not, it is done again, and at
    last while nobody else writes.

    Raises:
        Refused: something is wrong; nothing was changed.
    """
    problems = Problems(most=MOST_OF_A_DRY_RUN) if dry_run else Problems()
    tries = 0
    read: list[Differences] = []
    with _telling(read, replace):
        while True:
            read[:] = [found := compare(folder, problems, progress, replace=replace)]
            refuse_all(found, problems, replace=replace)
            if not found.brings(replace=replace):
                report = report_of(found, replace)
                if not dry_run:
                    refuse_loss(report, allow_withdrawals)
                return report
            foreseen = _forecast(found, replace, progress)
            with rehearsal() if dry_run else nullcontext(), transaction.atomic():
                # Two loads of one file must not both find that it brings something new.
                lock_publication()
                if stamp() != found.stamp:
                    tries += 1
                    if tries < TRIES:
                        continue
                    read[:] = [found := compare(folder, problems, progress, replace=replace)]
                    refuse_all(found, problems, replace=replace)
                    # Before it is written: members of bodies are what they were only until then.
                    foreseen = _forecast(found, replace, progress)
                report = report_of(found, replace)
                if not dry_run:
                    refuse_loss(report, allow_withdrawals)
                load = Load(
                    problems, found.changes, withdraw=replace, is_history=bool(found.history)
                )
                if not found.history:
                    refuse_left(found.tables, load)
                    problems.refuse_any()
                write_tables(found.tables, load)
                if found.history:
                    report.revision = replay(found.history, load, progress)
                elif load.publication or (foreseen and foreseen.changes_rows):
                    said = summary or summary_of(load.changes)
                    report.revision = _publish(load, said, progress, foreseen)
                by = Responsible(DATASET, DATASET, summary)
                _note(folder, found, load, report.revision, by)
                return report


@contextmanager
def _telling(read: Sequence[Differences], replace: bool) -> Iterator[None]:
    """Let what is refused tell what becomes of every line of the files that were read last."""
    try:
        yield
    except Refused as refused:
        if read:
            refused.report = report_of(read[-1], replace, refused.problems)
        raise


def _forecast(found: Differences, replace: bool, progress: Progress) -> Forecast | None:
    """What a load does to the rows in force; each revision of a history has its own."""
    if found.history:
        return None
    return forecast(expected_of(found.changes, withdraw=replace), progress)


def _note(
    folder: Path,
    found: Differences,
    load: Load,
    revision: Revision | None,
    by: Responsible,
) -> None:
    """Note what became of which row, and which files say now what the database says."""
    level = [
        table.name
        for table in found.tables
        if not found.changes[table.name].kept
        and (load.withdraw or not found.changes[table.name].absent)
    ]
    # What the first load of all brings overwrites nothing.
    first = found.stamp.base == Base(0, 0)
    edit = Edit.note(
        **_as_there(found) if first else {},
        former=[] if first else load.former,
        folder=str(folder.resolve()),
        package=described_by(folder),
        tables=level,
        revision=stamp().base.revision,
    )
    if not first and not found.history:
        note_applied(edit, revision, load.changes, by, withdraw=load.withdraw)


def _as_there(found: Differences) -> dict[str, Any]:
    """What an edit is called that fills a database: a restored one goes on as the other did, so
    that what was dumped of that in the same state can be loaded here.
    """
    if not found.history:
        return {"mark": ""}
    said = found.origin
    return {"number": said.edit, "mark": said.edit_mark} if said and said.edit else {}


def report_of(found: Differences, replace: bool, wrong: Sequence[Problem] = ()) -> Report:
    """Return what a load of the differences does, or would do, and what is wrong with them."""
    return Report(
        found.changes,
        tables=[*found.tables, *found.history],
        left_alone=found.left_alone,
        replaces=replace and not found.history,
        problems=[*wrong],
    )


def refuse_loss(report: Report, allowed: int | None) -> None:
    """Refuse to take out more than a tenth of a table, or another number of rows than expected.

    Raises:
        Refused: that is what a load would do.
    """
    much = report.losing_much()
    if allowed == report.withdrawn or (allowed is None and not much):
        return
    why = (
        f"{report.withdrawn} rows would be taken out"
        + (f" ({'; '.join(much)}, more than a tenth)" if much else "")
        + f". If that is meant, say how many: --allow-withdrawals {report.withdrawn}. "
        "A dry run names each"
    )
    raise Refused([Problem("dataset", None, None, why)])


def write_tables(tables: Sequence[Table], load: Load) -> None:
    """Write what a load brings to these tables, and note for publication what has versions.

    Raises:
        Refused: a table, a model or the database refuses some of it.
    """
    for table in tables:
        _guarded(table, load.problems, partial(table.write, load.changes[table.name], load))
    for table in tables:
        _guarded(table, load.problems, partial(table.finish, load))
    if load.withdraw:
        for table in reversed(tables):
            table.take_out(load.changes[table.name].absent, load)
    load.problems.refuse_any()


def _guarded(table: Table, problems: Problems, act: Callable[[], None]) -> None:
    """Turn what the database or a model refuses into a problem of the table."""
    try:
        with transaction.atomic():
            act()
    except IntegrityError as broken:
        problems.add(table.file, None, None, f"breaks a rule of the database: {broken}")
        raise Refused(problems.found) from broken
    except models.ProtectedError as used:
        why = f"takes away what others refer to: {', '.join(map(str, used.protected_objects))}"
        problems.add(table.file, None, None, why)
    except ValidationError as wrong:
        problems.add(table.file, None, None, "; ".join(wrong.messages))
        raise Refused(problems.found) from wrong


def _publish(load: Load, summary: str, progress: Progress, foreseen: Forecast | None) -> Revision:
    try:
        return publish(
            load.publication,
            author=DATASET,
            publisher=DATASET,
            summary=summary,
            progress=progress,
            foreseen=foreseen,
            # Members of bodies have no versions, but change answers.
            is_recorded_anyway=True,
        )
    except ValidationError as wrong:
        raise Refused([Problem("dataset", None, None, "; ".join(wrong.messages))]) from wrong
