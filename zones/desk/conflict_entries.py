"""Conflicts of open change sets as entries of the research queue."""

from __future__ import annotations

from zones.desk.judgement import RowJudgement, conflicting
from zones.models import ProposedRow
from zones.rules.vocabulary import SetState, ToResearch
from zones.selectors.inquiry import Inquiry
from zones.selectors.research_queue import QueueEntry

#: Of so many rows of open sets, the newest, it is looked whether they conflict.
MOST_ROWS = 2000

OPEN = (SetState.DRAFT, SetState.IN_REVIEW, SetState.SENT_BACK)


def conflict_entries(_inquiry: Inquiry) -> list[QueueEntry]:
    """Return the rows of open sets of which a cell moved otherwise since it was proposed.

    It takes a fixed number of queries for each table that such rows are of.
    """
    rows = ProposedRow.objects.filter(change_set__state__in=OPEN).select_related("change_set")
    return [_entry(judged) for judged in conflicting(rows.order_by("-pk")[:MOST_ROWS])]


def _entry(judged: RowJudgement) -> QueueEntry:
    return QueueEntry(
        ToResearch.CONFLICT,
        str(judged.row.pk),
        str(judged.row.change_set),
        judged.table.name,
        (judged.table.name, *judged.key),
        judged.key[0] if judged.table.name == "policies" else "",
        detail=" · ".join(
            f"{one.column}: {one.mine or '–'} / {one.live or '–'}".removeprefix(": ")
            for one in judged.conflicts
        ),
        change_set=judged.row.change_set_id,
    )
