"""A set judged before it is held: what takes long and writes nothing keeps nobody from writing.

A judgement holds while the set and the portal are what they were. Whoever holds the set asks that
once more, and judges it then where something moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from zones.dataset.merge import Stamp, stamp
from zones.desk.judgement import Judgement, judge
from zones.desk.row_warnings import RowWarning, warnings_of
from zones.models import ChangeSet

#: How often a set is judged while others may write, before it keeps them waiting for it.
TRIES = 3


class JudgedBefore(NamedTuple):
    """What becomes of the rows of a set and what is warned of, as of what the portal held."""

    at: Stamp
    version: int
    found: Judgement
    warnings: Sequence[RowWarning]

    def holds(self, change_set: ChangeSet) -> bool:
        """Return whether nothing was published since, and nothing written in the set."""
        return (self.at, self.version) == (stamp(), change_set.version)


def judged_before(change_set: ChangeSet) -> JudgedBefore:
    """Judge a set that nobody holds; while others write in it, some times anew."""
    for _turn in range(TRIES):
        own = _judged(ChangeSet.objects.get(pk=change_set.pk))
        if own.holds(ChangeSet.objects.get(pk=change_set.pk)):
            break
    return own


def judged_still(held: ChangeSet, before: JudgedBefore) -> JudgedBefore:
    """Return how a set was judged before it was held, if that holds; else how it is now."""
    return before if before.holds(held) else _judged(held)


def _judged(change_set: ChangeSet) -> JudgedBefore:
    at = stamp()
    found = judge(change_set)
    return JudgedBefore(at, change_set.version, found, warnings_of(found))
