"""Writing change sets: opening one, and proposing rows in it.

Each function takes the set's row first and looks again at what was read before; nothing here
touches a public row, so no public answer waits and no edition rises.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cbec_portal.china_time import now
from zones.dataset.applied_rows import key_of_text
from zones.dataset.table import BATCH, Cells
from zones.dataset.table_registry import table_named
from zones.desk.current_keys import call_by_today, follow
from zones.desk.held_sets import MovedOnError, hold_open, raise_version
from zones.desk.permissions import SetAction, require, require_still
from zones.desk.row_drafts import RowDraft, based, drafted, key_of_draft, said_by
from zones.desk.row_evidence import EVIDENCE, quotes_words, says_day, verifying
from zones.desk.rows_together import together
from zones.models import ChangeSet, ProposedRow, Revision, RowEdit

#: What an edit of a row may change.
SAID = (
    *("key", "cells", "before", "base_revision", "proposal", "change", "sent_back", "version"),
    *EVIDENCE,
    "verified_by",
    "copy",
)


#: So many rows are named in one statement: SQLite takes some thirty thousand values.
MOST_NAMED = 10_000


def open_set(
    person: Any, title: str, reason: str = "", *, undoes: Revision | None = None
) -> ChangeSet:
    """Open a change set.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        ValidationError: the title or the reason is not what may be written.
    """
    require_still(person, SetAction.PROPOSE)
    moment = now()
    change_set = ChangeSet(
        title=title,
        reason=reason,
        author=person,
        author_name=person.get_username(),
        opened_at=moment,
        changed_at=moment,
        undoes=undoes,
    )
    change_set.clean_fields()
    change_set.save()
    return change_set


@transaction.atomic
def retitle(
    change_set: ChangeSet,
    person: Any,
    title: str | None = None,
    reason: str | None = None,
    *,
    seen: int | None = None,
) -> ChangeSet:
    """Call a set otherwise, or say its reason anew: both are public in its revision.

    What is not given stays as it is. Only who opened it may, who cannot publish it.

    Raises:
        PermissionDenied: somebody else asks.
        ValidationError: the set is closed, or the title or the reason is not what may be written.
        MovedOnError: the set is another than ``seen`` by now.
    """
    held = hold_open(change_set, person, seen)
    if held.author_id != person.pk:
        raise PermissionDenied(_("Who opened a change set says what it is called, and why."))
    given = {"title": title, "reason": reason}
    told = {name: text.strip() for name, text in given.items() if text is not None}
    for name, text in told.items():
        setattr(held, name, text)
    held.clean_fields()
    held.save(update_fields=told)
    raise_version(held)
    return held


@transaction.atomic
def propose(
    change_set: ChangeSet, person: Any, drafts: Iterable[RowDraft], *, seen: int | None = None
) -> list[ProposedRow]:
    """Propose rows in a set, or propose those anew that it holds already.

    What stands in the portal now is noted beside each cell: what moves later is a conflict. Cells
    that were proposed before and are left out stay as they were proposed.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        ValidationError: the set is closed, or a row cannot be named.
        MovedOnError: the set is another than ``seen`` by now.
    """
    held = hold_open(change_set, person, seen)
    rows = drafted(held, drafts)
    put_in(held, person, rows)
    return rows


@transaction.atomic
def propose_in(
    change_set: ChangeSet | None,
    person: Any,
    drafts: Iterable[RowDraft],
    *,
    title: str,
    reason: str = "",
) -> tuple[ChangeSet, list[ProposedRow]]:
    """Propose rows in a set, or without one in a set that is opened for them, which stays only if
    they do; return the set and its rows.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        ValidationError: the set is closed, a row cannot be named, or the title or the reason is not
            what may be written.
    """
    own = open_set(person, title, reason) if change_set is None else change_set
    return own, propose(own, person, drafts)


@transaction.atomic
def repropose(
    row: ProposedRow,
    person: Any,
    draft: RowDraft,
    *,
    seen: int | None = None,
    whole: bool = True,
) -> ProposedRow:
    """Say something else in a row of a set. With ``whole`` cells left out are proposed no more.

    Whoever says nothing else writes no part of it: the row stays as it is, and so does the set.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        ValidationError: the set is closed, or holds a row of the key that this one would have.
        MovedOnError: the row is another than ``seen`` by now, or gone.
    """
    held, now_there = hold_row(row, person, seen)
    key_of_draft(draft)
    before = _all_said(now_there)
    row = said_by(based(now_there, draft, live_row(now_there)), draft, whole=whole)
    if _all_said(row) == before:
        return row
    refuse_twice(held, row)
    put_in(held, person, [row])
    return row


def _all_said(row: ProposedRow) -> dict[str, Any]:
    """All that an edit may change of a row, as it is now."""
    found = {name: getattr(row, name) for name in SAID}
    for name in ("cells", "before"):
        found[name] = None if found[name] is None else dict(found[name])
    return found


def hold_row(
    row: ProposedRow, person: Any, seen: int | None = None
) -> tuple[ChangeSet, ProposedRow]:
    """Hold the set that a row is in now, which may be another than the one it was read in.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        ValidationError: the set is closed.
        MovedOnError: the row is gone, or another than ``seen`` by now.
    """
    require(person, SetAction.PROPOSE)
    gone = MovedOnError(_("Somebody took this row out of the change set meanwhile."))
    found = ProposedRow.objects.filter(pk=row.pk).first()
    if found is None:
        raise gone
    held = hold_open(found.change_set, person)
    now_there = held.rows.filter(pk=row.pk).first()
    if now_there is None:
        raise gone
    if seen is not None and seen != now_there.version:
        raise MovedOnError(_("Somebody saved this row meanwhile: both are shown."), now_there)
    follow([now_there])
    return held, now_there


def live_row(row: ProposedRow) -> Cells | None:
    """Return the row of the portal that a proposed row is about, as it is now."""
    key = key_of_text(row.key)
    return table_named(row.table).known([key]).get(key)


def refuse_twice(held: ChangeSet, row: ProposedRow) -> None:
    """Refuse to make two rows of a set one.

    Raises:
        TwiceError: the set holds another row of the same key.
    """
    others = call_by_today(held.rows.filter(table=row.table).exclude(pk=row.pk))
    if other := next((other for other in others if other.key == row.key), None):
        raise TwiceError(other)


class TwiceError(ValidationError):
    """A set holds a row of the same key already; ``row`` is that."""

    def __init__(self, row: ProposedRow) -> None:
        words = _("The change set holds such a row already: change that one.")
        super().__init__(words, code="twice")
        self.row = row


def put_in(held: ChangeSet, person: Any, rows: Iterable[ProposedRow]) -> None:
    """Put rows into a set that is held, and note who did; more rows take no more queries."""
    new: list[ProposedRow] = []
    old: list[ProposedRow] = []
    for row in rows:
        row.version += 1
        # What an undo restores somebody verified when it was published first.
        if row.is_verified_anew and (held.undoes_id is None or quotes_words(row)):
            is_verified = verifying(row) and says_day(row)
            row.verified_by = person.get_username() if is_verified else ""
            row.is_verified_anew = False
        row.clean_fields(exclude=["change_set", "before", "cells"])
        (new if row.pk is None else old).append(row)
    ProposedRow.objects.bulk_create(new, batch_size=BATCH)
    _save(held, old)
    _note(held, person, [*new, *old])
    raise_version(held)


def _save(held: ChangeSet, rows: Sequence[ProposedRow]) -> None:
    """Save what rows of a set say: what is the same in all of them at once, for each column that
    is told row by row takes as long as all of them together.
    """
    alike = {
        name: getattr(rows[0], name)
        for name in (SAID if rows else ())
        if all(getattr(row, name) == getattr(rows[0], name) for row in rows)
    }
    numbers = [row.pk for row in rows]
    for start in range(0, len(rows) if alike else 0, MOST_NAMED):
        held.rows.filter(pk__in=numbers[start : start + MOST_NAMED]).update(**alike)
    if rest := [name for name in SAID if name not in alike]:
        ProposedRow.objects.bulk_update(rows, rest, batch_size=BATCH)


def _note(held: ChangeSet, person: Any, rows: Iterable[ProposedRow], *, gone: bool = False) -> None:
    moment = now()
    RowEdit.objects.bulk_create(
        (
            RowEdit(
                change_set=held,
                row=None if gone else row,
                table=row.table,
                key=row.key,
                person=person,
                name=person.get_username(),
                at=moment,
                said=None
                if gone
                else {
                    "proposal": row.proposal,
                    "cells": row.cells,
                    "change": row.change,
                    **{name: getattr(row, name) for name in EVIDENCE},
                    "copy": row.copy.sha256 if row.copy else "",
                },
            )
            for row in rows
        ),
        batch_size=BATCH,
    )


@transaction.atomic
def drop(row: ProposedRow, person: Any, *, seen: int | None = None) -> int:
    """Take a row out of its set, if it is there still, with those that are one act with it; return
    how many. Who wrote them stays noted.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        ValidationError: the set is closed.
        MovedOnError: the row is another than ``seen`` by now.
    """
    try:
        held, there = hold_row(row, person, seen)
    except MovedOnError as moved:
        if moved.row is not None:
            raise
        return 0
    rows = together(held, [there])
    take_from(held, person, rows)
    return len(rows)


def take_from(held: ChangeSet, person: Any, rows: Sequence[ProposedRow]) -> None:
    """Take rows out of a set that is held, and note who did; more rows take no more queries."""
    _note(held, person, rows, gone=True)
    held.rows.filter(pk__in=[row.pk for row in rows]).delete()
    raise_version(held)
