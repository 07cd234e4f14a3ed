"""Settling conflicts: what is proposed holds, or what is here, for a cell or a whole row."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from zones.dataset.table import Cells
from zones.dataset.table_registry import table_named
from zones.desk.held_sets import MovedOnError
from zones.desk.judgement import conflicting
from zones.desk.proposals import hold_row, live_row, put_in, refuse_twice
from zones.desk.remarks import remark, settled_words
from zones.desk.row_drafts import follow_cells
from zones.models import ProposedRow
from zones.rules.vocabulary import Proposal


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
    held, own = hold_row(row, person, seen)
    live = live_row(own)
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
        follow_cells(own, table_named(own.table))
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


def mark_of_row(live: Cells | None) -> str:
    """Return the mark of a row as it is known, which is another once any cell is; none of none."""
    return sha256(repr(sorted(live.items())).encode()).hexdigest()[:32] if live else ""


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


def _settle_gone(own: ProposedRow, *, mine: bool) -> None:
    """Write a row anew that somebody took out meanwhile, or let it be gone."""
    base = own.before or {}
    was = {name: cell for name, cell in base.items() if cell is not None}
    own.cells = {**was, **own.cells} if mine else {}
    # No cells are what was seen of one that is let go: nothing at all is that of one never there.
    own.before = None if mine else {}
    own.proposal = Proposal.WRITE if mine else Proposal.TAKE_OUT
