"""Holding a change set: whoever writes in it holds it first, and looks again at what was read.

Every change of a set or of one of its rows counts up its version, so that nobody goes on from
another state than the one seen.
"""

from __future__ import annotations

from typing import Any, assert_never

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from cbec_portal.china_time import now
from zones.desk.permissions import SetAction, require, require_still
from zones.models import ChangeSet, ProposedRow
from zones.rules.vocabulary import SetState
from zones.services.locks import hold_rows


class MovedOnError(Exception):
    """A set, or a row of it, is another than whoever writes has seen.

    Args:
        words: what happened meanwhile, and what to do.
        row: the row as it is now, if one was written at the same time.
    """

    def __init__(self, words: str, row: ProposedRow | None = None) -> None:
        super().__init__(words)
        self.row = row


def hold_open(change_set: ChangeSet, person: Any, seen: int | None = None) -> ChangeSet:
    """Hold a set whose rows may change, until the transaction ends, and return it as it is now.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        ValidationError: the set is with a reviewer, or has ended.
        MovedOnError: it is another than ``seen`` by now.
    """
    held = hold_for(change_set, person, SetAction.PROPOSE)
    refuse_closed(held)
    refuse_unseen(held, seen)
    return held


def hold_for(change_set: ChangeSet, person: Any, action: SetAction) -> ChangeSet:
    """Hold a set for somebody who may do this, and still may once it is held, until the transaction
    ends, and return it as it is now.

    Raises:
        PermissionDenied: he may not.
    """
    require(person, action)
    held = hold_set(change_set)
    require_still(person, action)
    return held


def hold_set(change_set: ChangeSet) -> ChangeSet:
    """Hold a set until the transaction ends, and return it as it is now."""
    held: ChangeSet = hold_rows(ChangeSet.objects.filter(pk=change_set.pk)).get()
    return held


def refuse_closed(change_set: ChangeSet) -> None:
    """Refuse to change the rows of a set that is with a reviewer, or has ended.

    Raises:
        ValidationError: it is.
    """
    if not change_set.is_open:
        raise ValidationError(closed_words(change_set), code="closed")


def refuse_unseen(change_set: ChangeSet, seen: int | None) -> None:
    """Refuse to go on from a state of a set that is not its state any more.

    Raises:
        MovedOnError: it is another.
    """
    if seen is not None and seen != change_set.version:
        raise MovedOnError(
            _("This change set was changed meanwhile. Look at it as it is now, then go on.")
        )


def closed_words(change_set: ChangeSet) -> str:
    """Return why the rows of a set that is not open stay as they are.

    Raises:
        ValueError: it is open.
    """
    match SetState(change_set.state):
        case SetState.IN_REVIEW:
            return _("This change set is in review: take it back first, or wait for the reviewer.")
        case SetState.PUBLISHED:
            number = change_set.revision_id
            return _("Already published as revision %s. Open another change set.") % number
        case SetState.WITHDRAWN:
            return _("This change set was withdrawn. Open it again, or another.")
        case SetState.DRAFT | SetState.SENT_BACK:
            raise ValueError("The change set is open.")
        case state:
            assert_never(state)


def raise_version(held: ChangeSet) -> None:
    """Count one more change of a set."""
    ChangeSet.objects.filter(pk=held.pk).update(version=F("version") + 1, changed_at=now())
    held.refresh_from_db(fields=["version", "changed_at"])
