"""Kinds of change that rows say of themselves, where no version of theirs is held against them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from zones.dataset.policy_table import Policies
from zones.dataset.version_numbers import ended_without_day
from zones.dataset.zone_tables import ZoneCoverage, Zones
from zones.rules.kinds_of_change import fitting_changes
from zones.rules.vocabulary import Change, Fate, Proposal

if TYPE_CHECKING:
    from zones.desk.judgement import Judgement, RowJudgement

#: Tables whose own check says which kinds fit, by what was withdrawn.
_OF_VERSIONS = (Policies.name, Zones.name, ZoneCoverage.name)


def refuse_unfitting_kinds(found: Judgement) -> None:
    """Refuse rows that say to be another kind of change than what is done with them.

    A row that changes nothing is none; one in conflict is judged once that is settled. What a set
    brings back that takes a revision back may say that it is corrected.
    """
    for judged in found.rows:
        row = judged.row
        is_judged = judged.table.name in _OF_VERSIONS or row.proposal == Proposal.TAKE_OUT
        if not row.change or is_judged or judged.fate in (Fate.SAME, Fate.CONFLICT):
            continue
        if why := _unfitting(judged):
            judged.refuse("change", why)


def _unfitting(judged: RowJudgement) -> str:
    table, change = judged.table, Change(judged.row.change)
    held = judged.row.change_set if judged.row.change_set_id else None
    fitting = fitting_changes(
        stands=judged.before is not None,
        was_withdrawn=held is not None and held.undoes_id is not None,
    )
    if change not in fitting or (change == Change.ENDED and not table.ends_by):
        return _("This kind of change does not fit what is done with the row.")
    if change == Change.ENDED and not judged.said.get(table.ends_by[0]):
        return ended_without_day()
    return ""
