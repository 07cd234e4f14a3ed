"""The rows of a change set with all that its page tells beside each."""

from __future__ import annotations

from collections.abc import Collection

from zones.admin.elsewhere import told_elsewhere
from zones.admin.problem_words import ProblemWords
from zones.admin.reviewed_rows import ReviewedRow
from zones.admin.row_links import RowLinks
from zones.admin.set_addresses import address_of_row_in
from zones.admin.told_conflicts import changes_behind
from zones.dataset.applied_rows import key_of_text
from zones.dataset.table_registry import table_named
from zones.desk.cell_words import CellWords
from zones.desk.current_keys import key_moves
from zones.desk.history import last_quoted
from zones.desk.judged_sets import JudgedSet
from zones.desk.other_proposals import other_proposals
from zones.desk.row_warnings import acknowledged
from zones.desk.rows_together import TABLES, acts_of
from zones.models import ChangeSet, SetComment
from zones.rules.vocabulary import Proposal


def reviewed_rows(
    change_set: ChangeSet,
    found: JudgedSet,
    page: Collection[int],
    words: CellWords,
    told: ProblemWords,
    *,
    few: bool,
    may_mend: bool,
) -> list[ReviewedRow]:
    """Return the rows of a page of a set: what becomes of each, with its warnings and remarks, and
    what other sets and the rows that are public say of it.

    Where ``few``, the cells of all of them are shown at once.
    """
    by_row: dict[int, ReviewedRow] = {}
    said = acknowledged(change_set, page)
    for judged, warnings in found.rows(page, change_set, words):
        own = by_row[judged.row.pk] = ReviewedRow(judged, words, told, few=few)
        own.warnings = [(one, said.get((judged.row.pk, one.code, one.about))) for one in warnings]
    rows = list(by_row.values())
    for remark in SetComment.objects.filter(row__in=list(by_row)).order_by("pk"):
        if remark.row_id in by_row:
            by_row[remark.row_id].comments.append(remark)
    former = [(one.judged.table, key_of_text(one.row.key)) for one in rows if one.is_followed]
    moves = key_moves(former)
    for one in rows:
        one.key_move = moves.get((one.row.table, key_of_text(one.row.key)))
    changes = changes_behind(one.judged for one in rows)
    for one in rows:
        one.changes = changes.get(one.row.table, ())
    others = other_proposals([(one.row.table, key) for one in rows for key in one.keys], change_set)
    for one in rows:
        proposed = [other for key in one.keys for other in others.get((one.row.table, key), ())]
        one.elsewhere = list(
            told_elsewhere(
                proposed,
                words,
                one.judged.table,
                one.row.cells,
                beside=one.named_by,
                takes_out=one.row.proposal == Proposal.TAKE_OUT,
            )
        )
    links = RowLinks(words, [(one.judged.table, one.named_by) for one in rows])
    for one in rows:
        one.links = links.of(one.judged.table, one.named_by)
    quoted = last_quoted((one.judged.table, one.judged.key) for one in rows if one.takes_out)
    _tell_together(change_set, by_row, words)
    for one in rows:
        one.may_mend = may_mend
        one.quoted = quoted.get((one.judged.table.name, one.judged.key))
    return rows


def _tell_together(change_set: ChangeSet, by_row: dict[int, ReviewedRow], words: CellWords) -> None:
    """Tell of rows that are one act with others with which: those leave the set together."""
    if not any(own.row.table in TABLES for own in by_row.values()):
        return
    for act in acts_of(change_set):
        for own in act:
            if own.pk in by_row:
                by_row[own.pk].act = [
                    (
                        words.row(table_named(other.table), key_of_text(other.key)),
                        address_of_row_in(change_set, other),
                    )
                    for other in act
                    if other.pk != own.pk
                ]
