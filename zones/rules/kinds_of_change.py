"""Which kinds of change a version may say of itself, by what is done with its row."""

from __future__ import annotations

from zones.rules.vocabulary import Change

#: What begins something, and so follows no version that stands.
BEGINNINGS = (Change.ENACTED, Change.RESEARCHED)


def fitting_changes(
    *, stands: bool, is_taken_out: bool = False, was_withdrawn: bool = False
) -> tuple[Change, ...]:
    """Return the kinds of change that fit a row.

    Args:
        stands: whether the row is known now.
        is_taken_out: whether it is taken out; else it is written.
        was_withdrawn: whether what is written anew was withdrawn: that can be corrected, too.
    """
    if is_taken_out:
        return (Change.WITHDRAWN,)
    if stands:
        return (Change.AMENDED, Change.ENDED, Change.CORRECTED)
    return (*BEGINNINGS, Change.CORRECTED) if was_withdrawn else BEGINNINGS
