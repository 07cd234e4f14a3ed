"""Replaying a history: each revision is published once more, as it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import partial

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from zones.dataset.desk_table import DeskTable
from zones.dataset.desk_tables import restore_desk
from zones.dataset.history_tables import DESCRIPTIVE, HistoryTable, PlacementVersions, Revisions
from zones.dataset.problems import Problem, Refused
from zones.dataset.table import Changes, Load, TableRow
from zones.dataset.table_registry import registry
from zones.models import Placement, Revision, Topic
from zones.services.forecast import Progress
from zones.services.publication import Publication, record

#: What each revision records, by table.
Parts = dict[str, dict[str, Changes]]


def replay(history: Sequence[HistoryTable], load: Load, progress: Progress) -> Revision | None:
    """Publish the revisions of ``load.changes`` in order, then save the drafts.

    A history that the database knows already changes nothing.

    Raises:
        Refused: the database holds another history, or something in this one is wrong.
    """
    _refuse_another_history(history, load)
    parts = _parts(history, load)
    newest = None
    for number, (key, row) in enumerate(load.changes[Revisions.name].added.items(), start=1):
        if key != (str(number),):
            Revisions().refuse(load, row, "number", f"is not {number}, the next revision")
            load.problems.refuse_any()
        said = dict(row.values)
        load.publication = Publication(
            replaced_placements=_replaced_placements(number, load),
            described=_described(said.pop(DESCRIPTIVE.name), row, load),
        )
        for table in history:
            table.note_replaced(str(number), load)
        _draft(history, parts, str(number), load)
        try:
            newest = record(Revision(**said), load.publication)
        except ValidationError as wrong:
            raise Refused(
                [Problem(Revisions().file, row.line, None, "; ".join(wrong.messages))]
            ) from wrong
        progress(f"revision {number} restored")
    _draft(history, parts, "", load)
    left = next((part for of_table in parts.values() for part in of_table.items()), None)
    if left:
        number_text, changes = left
        line = next(iter(changes.added.values())).line
        why = f"names the revision {number_text}, which is not in revisions.csv"
        raise Refused([Problem("history", line, "recorded_in", why)])
    for every in registry.history:
        every.complete()
    restore_desk(history, load.changes, partial(_write_desk, load))
    return newest


def _write_desk(load: Load, table: DeskTable) -> None:
    try:
        with transaction.atomic():
            table.write(load.changes[table.name], load)
    except IntegrityError as broken:
        load.problems.add(table.file, None, None, f"breaks a rule of the database: {broken}")
    load.problems.refuse_any()


def _refuse_another_history(history: Sequence[HistoryTable], load: Load) -> None:
    for table in history:
        changes = load.changes[table.name]
        if changes.corrected or changes.absent or (changes.added and Revision.objects.exists()):
            row = next(iter(changes.rows.values()), None)
            why = (
                "tells another history than the database holds; restore into an empty database, "
                "or load the tables of current versions instead"
            )
            table.refuse(load, row, None, why)
    load.problems.refuse_any()


def _parts(history: Sequence[HistoryTable], load: Load) -> Parts:
    parts: Parts = {}
    for table in history:
        if isinstance(table, Revisions | DeskTable):
            continue
        of_table: dict[str, Changes] = defaultdict(Changes)
        for key, row in load.changes[table.name].added.items():
            of_table[row.cells["recorded_in"]].added[key] = row
        parts[table.name] = of_table
    return parts


def _draft(history: Sequence[HistoryTable], parts: Parts, number: str, load: Load) -> None:
    """Save what a revision records as drafts, and note them for publication."""
    load.drafts.clear()
    for table in history:
        changes = parts.get(table.name, {}).pop(number, None)
        if changes is None:
            continue
        try:
            table.write(changes, load)
        except IntegrityError as broken:
            load.problems.add(table.file, None, None, f"breaks a rule of the database: {broken}")
        load.problems.refuse_any()


def _described(slugs: Sequence[str], row: TableRow, load: Load) -> list[int]:
    """The topics that a revision made descriptive."""
    known = dict(Topic.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    for slug in slugs:
        if slug not in known:
            Revisions().refuse(load, row, DESCRIPTIVE.name, f"there is no topic {slug!r}")
    load.problems.refuse_any()
    return list(known.values())


def _replaced_placements(number: int, load: Load) -> list[Placement]:
    """The placements that a revision no longer holds."""
    gone = {
        (row.cells["city"], row.cells["since"])
        for row in load.changes[PlacementVersions.name].added.values()
        if row.cells["replaced_in"] == str(number)
    }
    if not gone:
        return []
    current = Placement.objects.current().select_related("city")
    return [p for p in current if (p.city.slug, p.since or "") in gone]
