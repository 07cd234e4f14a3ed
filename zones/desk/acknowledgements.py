"""Saying why rows of a change set are right although they are warned of: one by one, or for all
open warnings of some kinds.

It takes the set's row first and looks again at what was read before, as all that writes in a set.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cbec_portal.china_time import now
from zones.desk.held_sets import (
    MovedOnError,
    closed_words,
    hold_for,
    raise_version,
    refuse_unseen,
)
from zones.desk.judged_before import JudgedBefore, judged_before, judged_still
from zones.desk.permissions import SetAction, require
from zones.desk.row_warnings import RowWarning, unacknowledged
from zones.models import Acknowledgement, ChangeSet, ProposedRow
from zones.rules.vocabulary import SetState


class NoneWaitingError(ValidationError):
    """No reason is given for any kind of which warnings wait; ``waiting`` are those kinds."""

    def __init__(self, waiting: Iterable[str]) -> None:
        super().__init__(_("Say why this is right all the same."), code="reason")
        self.waiting = sorted(set(waiting))


@transaction.atomic
def acknowledge(
    change_set: ChangeSet,
    person: Any,
    warnings: Iterable[tuple[ProposedRow, str, str]],
    reason: str,
) -> None:
    """Say why rows are right although they are warned of: each by its warning and what that says.

    Raises:
        PermissionDenied: whoever asks is neither analyst nor reviewer.
        ValidationError: the set has ended, or no reason is given.
        MovedOnError: one of the rows is not in the set any more.
    """
    held = _hold(change_set, person)
    _note(held, person, [(*warning, reason) for warning in warnings])
    raise_version(held)


def judged_to_acknowledge(
    change_set: ChangeSet, person: Any, *, seen: int | None = None
) -> JudgedBefore:
    """Judge a set of which it is to be said why rows are right, before anything is locked for it.

    Raises:
        PermissionDenied: whoever asks is neither analyst nor reviewer.
        ValidationError: the set has ended.
        MovedOnError: the set is another than ``seen`` by now.
    """
    require(person, SetAction.SEE)
    now = ChangeSet.objects.get(pk=change_set.pk)
    _refuse_ended(now, seen)
    return judged_before(now)


def acknowledge_kinds(
    change_set: ChangeSet,
    person: Any,
    reasons: Mapping[str, str],
    *,
    seen: int | None = None,
    before: JudgedBefore | None = None,
) -> None:
    """Say why rows are right, for all warnings of some kinds that wait: a reason for each kind.

    The set is judged before it is held, and others write meanwhile; or ``before`` that, for whoever
    holds a lock already.

    Raises:
        PermissionDenied: whoever asks is neither analyst nor reviewer.
        ValidationError: the set has ended, or a reason is empty.
        NoneWaitingError: no reason is given for any kind of which warnings wait.
        MovedOnError: the set is another than ``seen`` by now.
    """
    before = before or judged_to_acknowledge(change_set, person, seen=seen)
    with transaction.atomic():
        held = _hold(change_set, person, seen)
        judged = judged_still(held, before)
        waiting = unacknowledged(held, judged.found, judged.warnings)
        if reasons.keys().isdisjoint(warning.code for warning in waiting):
            raise NoneWaitingError(warning.code for warning in waiting)
        note_reasons(held, person, waiting, reasons)


def note_reasons(
    held: ChangeSet, person: Any, waiting: Iterable[RowWarning], reasons: Mapping[str, str]
) -> None:
    """Note the reasons given for kinds of warnings, in a set that is held and may be written in.

    Raises:
        ValidationError: a reason is empty, or too long.
    """
    told = [
        (one.judged.row, one.code, one.about, reasons[one.code])
        for one in waiting
        if one.code in reasons
    ]
    if told:
        _note(held, person, told)
        raise_version(held)


def _hold(change_set: ChangeSet, person: Any, seen: int | None = None) -> ChangeSet:
    """Hold a set of whose rows it may still be said why they are right."""
    held = hold_for(change_set, person, SetAction.SEE)
    _refuse_ended(held, seen)
    return held


def _refuse_ended(change_set: ChangeSet, seen: int | None) -> None:
    refuse_unseen(change_set, seen)
    if change_set.state in (SetState.PUBLISHED, SetState.WITHDRAWN):
        raise ValidationError(closed_words(change_set), code="closed")


def _note(held: ChangeSet, person: Any, told: Iterable[tuple[ProposedRow, str, str, str]]) -> None:
    moment = now()
    said = [
        Acknowledgement(
            row=row,
            warning=warning,
            about=about,
            reason=reason.strip(),
            person=person,
            name=person.get_username(),
            at=moment,
        )
        for row, warning, about, reason in told
    ]
    if not all(own.reason for own in said):
        raise ValidationError(_("Say why this is right all the same."), code="reason")
    if not {own.row_id for own in said} <= set(held.rows.values_list("pk", flat=True)):
        raise MovedOnError(_("Somebody took this row out of the change set meanwhile."))
    for own in {own.reason: own for own in said}.values():
        own.clean_fields(exclude=["row", "person"])
    # Whoever says it a second time says it no otherwise: the first reason stays.
    Acknowledgement.objects.bulk_create(said, ignore_conflicts=True)
