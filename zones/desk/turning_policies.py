"""Which policies of a set turn answers: others are told otherwise, hidden, or bind no city."""

from __future__ import annotations

from collections.abc import Callable

from zones.dataset.policy_table import Policies
from zones.dataset.table import Key
from zones.desk.current_keys import CurrentKeys
from zones.desk.effect import ANSWER, Effect
from zones.desk.judgement import BROUGHT, Judgement, RowJudgement

#: The cells of which one becomes another where a policy that is known turns an answer.
TURNING = {*Policies.key, *Policies.decisive, *ANSWER}


def turning_policies(
    found: Judgement, effect: Effect
) -> tuple[list[RowJudgement], list[RowJudgement]]:
    """Return the policies that a set brings: those by which an answer becomes another, and those by
    which none does.
    """
    table = Policies()
    turned = {
        table.key_of(cells)
        for group in effect.groups
        if group.is_answer
        for cells in (group.before, group.after)
        if cells
    }
    called = _called_today(found)
    turning: list[RowJudgement] = []
    idle: list[RowJudgement] = []
    for judged in found.rows:
        if judged.table.name != table.name or judged.fate not in BROUGHT:
            continue
        is_told = bool(judged.before and judged.after) and TURNING.isdisjoint(judged.moved)
        keys = {table.key_of(cells) for cells in (judged.before, judged.after) if cells}
        is_turned = not is_told and not turned.isdisjoint(map(called, keys))
        (turning if is_turned else idle).append(judged)
    return turning, idle


def _called_today(found: Judgement) -> Callable[[Key], Key]:
    """What gives a key the names of today, of what was published; a set says them itself."""
    if not found.published_as:
        return lambda key: key
    table, followed = Policies(), CurrentKeys()
    return lambda key: followed.of_key(table, key, is_new=False)
