"""Writing change sets: opening one, and proposing rows in it.

Each function takes the set's row first and looks again at what was read before; nothing here
touches a public row, so no public answer waits and no edition rises.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cbec_portal.china_time import now
from cbec_portal.posted_texts import NO_TEXT
from cbec_portal.punctuation import enumerated
from zones.dataset.applied_rows import key_of_text, key_text
from zones.dataset.table import BATCH, Cells, Key, Table
from zones.dataset.table_registry import table_named
from zones.desk.current_keys import call_by_today, follow
from zones.desk.held_sets import MovedOnError, hold_open, raise_version
from zones.desk.judgement import conflicting
from zones.desk.permissions import SetAction, require, require_still
from zones.desk.remarks import remark, settled_words
from zones.desk.row_evidence import EVIDENCE, evidence_of, quotes_words, says_day, verifying
from zones.desk.rows_together import together
from zones.models import ChangeSet, ProposedRow, Revision, RowEdit, SourceCopy
from zones.rules.vocabulary import Proposal

#: What an edit of a row may change.
SAID = (
    *("key", "cells", "before", "base_revision", "proposal", "change", "sent_back", "version"),
    *EVIDENCE,
    "verified_by",
    "copy",
)


#: So many rows are named in one statement: SQLite takes some thirty thousand values.
MOST_NAMED = 10_000
#: An index of PostgreSQL keeps no longer keys, whatever their letters; those of rows are shorter.
LONGEST_KEY = 600


class RowDraft(NamedTuple):
    """One row as somebody proposes it.

    ``key`` names the row that it changes; without one it is new. ``cells`` are those that are
    proposed: of a row that is there, those left out stay as they are. A row that was written beside
    an older state ``has_base``: the row as it was then, or nothing if it was not there.
    """

    table: Table
    key: Key | None
    cells: Mapping[str, str]
    proposal: Proposal = Proposal.WRITE
    change: str = ""
    quote: str = ""
    quote_en: str = ""
    read_at: str = ""
    copy: SourceCopy | None = None
    base: Cells | None = None
    has_base: bool = False
    clause: str = ""
    clause_zh: str = ""

    def before(self, live: Cells | None) -> Cells | None:
        """Return the row beside which this was written, given what it is now."""
        return self.base if self.has_base else live


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
    held, now_there = _hold_row(row, person, seen)
    _key_of(draft)
    before = _all_said(now_there)
    row = said_by(_based(now_there, draft, _live(now_there)), draft, whole=whole)
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


def _hold_row(
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


def _live(row: ProposedRow) -> Cells | None:
    """The row of the portal that a proposed row is about, as it is now."""
    key = key_of_text(row.key)
    return table_named(row.table).known([key]).get(key)


def _based(row: ProposedRow, draft: RowDraft, live: Cells | None) -> ProposedRow:
    """Note what stands now in cells that are proposed for the first time.

    Those proposed before keep what stood there then.
    """
    if row.before is not None and live is not None:
        new = draft.cells.keys() - row.cells.keys()
        row.before = {**row.before, **{name: live[name] for name in new if name in live}}
    return row


def drafted(change_set: ChangeSet | None, drafts: Iterable[RowDraft]) -> list[ProposedRow]:
    """Return drafts as rows of a set, each beside what the portal knows now, and save none.

    A row that the set holds already is that row, saying what the draft says beside what it said.

    Raises:
        ValidationError: a row cannot be named.
    """
    own = list(drafts)
    there = _rows_there(change_set) if change_set else {}
    known, newest = _known(own), _newest()
    rows: dict[tuple[str, str], ProposedRow] = {}
    said: set[int] = set()
    for draft in own:
        key = _key_of(draft)
        named = draft.table.name, key_text(key)
        row = rows.get(named) or there.get(named)
        if row is not None and named not in rows and row.pk in said:
            row = None  # the set would hold one row twice, which is refused where it is judged
        if row is None:
            row = ProposedRow(change_set=change_set, table=named[0], key=named[1], version=0)
            row.before, row.base_revision = draft.before(known[named[0]].get(key)), newest
        elif draft.base and row.before:
            row.before |= {name: draft.base[name] for name in draft.cells}
        else:
            row = _based(row, draft, known[named[0]].get(key))
        said |= {row.pk} if row.pk else set()
        rows[named] = said_by(row, draft, whole=False)
    return list(rows.values())


def drafted_apart(change_set: ChangeSet | None, drafts: Iterable[RowDraft]) -> list[ProposedRow]:
    """Return drafts as rows of no set, each by itself, whose keys may be wanting, too long, or
    those of others: they can be judged, and never be saved.

    What the set says already of a row of that key counts as said here as well.
    """
    own = list(drafts)
    there = _rows_there(change_set) if change_set and own else {}
    by_table: dict[str, list[Key]] = {}
    for draft in own:
        by_table.setdefault(draft.table.name, []).append(_own_key(draft))
    known = {name: table_named(name).known(keys) for name, keys in by_table.items()}
    found = []
    for draft in own:
        named = draft.table.name, key_text(_own_key(draft))
        held = there.get(named)
        row = ProposedRow(table=named[0], key=named[1], version=0)
        row.is_apart = True
        if held is None or held.proposal == Proposal.TAKE_OUT:
            row.before = draft.before(known[named[0]].get(_own_key(draft)))
        else:
            row.before, row.cells = held.before, dict(held.cells)
        found.append(said_by(row, draft, whole=False))
    return found


def _own_key(draft: RowDraft) -> Key:
    return draft.key or tuple(draft.cells.get(part, "") for part in draft.table.key)


def _rows_there(change_set: ChangeSet) -> dict[tuple[str, str], ProposedRow]:
    """The rows of a set by the keys under which they are known now, and by those that they had
    before they moved.
    """
    rows = call_by_today(change_set.rows.all())
    former = {(row.table, row.key): row for row in rows}
    follow(rows)
    return former | {(row.table, row.key): row for row in rows}


def redrafted(rows: Iterable[ProposedRow], drafts: Iterable[RowDraft]) -> list[ProposedRow]:
    """Return rows of a set, each saying what a draft says and nothing else, and save none."""
    pairs = list(zip(rows, drafts, strict=True))
    known = _known(draft for _row, draft in pairs if draft.key)
    return [
        said_by(
            _based(row, draft, known[row.table].get(draft.key) if draft.key else None),
            draft,
            whole=True,
        )
        for row, draft in pairs
    ]


def said_by(row: ProposedRow, draft: RowDraft, *, whole: bool) -> ProposedRow:
    """Let a row say what a draft says; with ``whole`` nothing else, and save nothing."""
    before = verifying(row)
    names = {column.name for column in draft.table.columns}
    cells = {name: cell for name, cell in draft.cells.items() if name in names}
    known: Cells = row.before or {}
    said = cells if whole else row.cells | cells
    row.cells = {
        name: cell for name, cell in said.items() if row.before is None or cell != known.get(name)
    }
    if whole or draft.change or row.proposal != draft.proposal:
        row.change = draft.change
    row.proposal = draft.proposal
    beside = {name: getattr(draft, name) for name in evidence_of(draft.table)}
    if whole or draft.copy or any(beside.values()):
        for name, cell in beside.items():
            setattr(row, name, cell)
        row.copy = draft.copy
    row.sent_back = False
    row.is_verified_anew = row.is_verified_anew or verifying(row) != before
    _follow_cells(row, draft.table)
    return row


def _follow_cells(row: ProposedRow, table: Table) -> None:
    """Let the key of a new row be what its cells make, as far as they say it."""
    if row.before is None and row.proposal == Proposal.WRITE:
        parts = zip(table.key, key_of_text(row.key), strict=True)
        row.key = key_text(tuple(row.cells.get(name, part) for name, part in parts))


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


def wrong_length_of(key: Key) -> str:
    """Return why what names a row cannot be kept, or nothing where it can."""
    is_long = len(key_text(key)) > LONGEST_KEY
    return _("What names the row is too long to be kept.") if is_long else ""


def _key_of(draft: RowDraft) -> Key:
    """The key of a row that is there, or that which the cells of a new one make.

    A new row that lacks part of its key can be written down, and is refused when it is judged.
    """
    key = _own_key(draft)
    if NO_TEXT.search("".join((*key, *draft.cells.values()))):
        raise ValidationError(_("It holds characters that no text has."), code="no-text")
    if words := wrong_length_of(key):
        raise ValidationError(words, code="long")
    if not any(key):
        labels = {column.name: str(column.label) for column in draft.table.columns}
        named = enumerated(labels[name] for name in draft.table.key)
        words = _("A row of %(table)s is named by: %(columns)s.")
        told = {"table": draft.table.label, "columns": named}
        raise ValidationError(words % told, code="unnamed")
    return key


def _known(drafts: Iterable[RowDraft]) -> dict[str, dict[Key, Cells]]:
    """What the portal knows now of the rows that are proposed, one query a table."""
    by_table: dict[str, list[RowDraft]] = {}
    for draft in drafts:
        by_table.setdefault(draft.table.name, []).append(draft)
    return {
        name: own[0].table.known([_key_of(draft) for draft in own])
        for name, own in by_table.items()
    }


def _newest() -> int:
    return Revision.objects.order_by("-number").values_list("number", flat=True).first() or 0


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
        held, there = _hold_row(row, person, seen)
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


@transaction.atomic
def settle(
    row: ProposedRow,
    person: Any,
    column: str,
    *,
    mine: bool,
    seen: int | None = None,
    theirs: str | None = None,
) -> None:
    """Settle a conflict of one cell, or of a row that came, went or is to go: keep what is
    proposed, or what is there now. It stays settled until that cell, or the row, moves once more.
    Who settled it, and how, is noted as a step of the set.

    A row that is to go has no cells of which some stay: whichever is named, all of it is settled.
    ``theirs`` is the cell as it was seen here, without a column the mark of the row.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        ValidationError: the set is closed, holds another row of the key that it would have, or the
            row has no such column.
        MovedOnError: the row is gone or another than ``seen`` by now, the portal says something
            else than ``theirs`` in the column, or that is not in conflict any more.
    """
    held, own = _hold_row(row, person, seen)
    live = _live(own)
    if column and table_named(own.table).column_named(column) is None:
        raise ValidationError(_("A row of this table has no such column."), code="column")
    here = live.get(column, "") if live and column else mark_of_row(live)
    if theirs is not None and live is not None and here != theirs:
        raise MovedOnError(
            _("What is here was changed once more meanwhile. Look at it as it is now, then settle.")
        )
    _refuse_settled(own, column)
    said = settled_words(own, column, live, mine=mine)
    if live is None:
        _settle_gone(own, mine=mine)
        _follow_cells(own, table_named(own.table))
    elif own.proposal == Proposal.TAKE_OUT:
        own.proposal, own.before = Proposal.TAKE_OUT if mine else Proposal.WRITE, live
    elif column:
        # Of a row that somebody else wrote as well, each cell is settled by itself.
        base = dict.fromkeys(live) if own.before is None else own.before
        own.before = {**base, column: live[column]}
        if not mine:
            own.cells.pop(column, None)
    else:
        own.before = live
    refuse_twice(held, own)
    put_in(held, person, [own])
    remark(held, person, text=said)


def _refuse_settled(own: ProposedRow, column: str) -> None:
    """Refuse to settle what is in no conflict: it would undo what is proposed, or what is here.

    Raises:
        MovedOnError: neither the cell nor, without a column, the whole row is in conflict.
    """
    found = {one.column for judged in conflicting([own]) for one in judged.conflicts}
    is_whole = own.proposal == Proposal.TAKE_OUT and bool(found)
    if column not in found and not is_whole:
        raise MovedOnError(
            _("It is not in conflict any more, so nothing is settled. Look at it as it is now.")
        )


def mark_of_row(live: Cells | None) -> str:
    """Return the mark of a row as it is known, which is another once any cell is; none of none."""
    return sha256(repr(sorted(live.items())).encode()).hexdigest()[:32] if live else ""


def _settle_gone(own: ProposedRow, *, mine: bool) -> None:
    """Write a row anew that somebody took out meanwhile, or let it be gone."""
    base = own.before or {}
    was = {name: cell for name, cell in base.items() if cell is not None}
    own.cells = {**was, **own.cells} if mine else {}
    # No cells are what was seen of one that is let go: nothing at all is that of one never there.
    own.before = None if mine else {}
    own.proposal = Proposal.WRITE if mine else Proposal.TAKE_OUT
