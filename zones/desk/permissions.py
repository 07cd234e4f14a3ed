"""Who may do what with change sets: the only module that decides it.

Services ask under the lock of the set; pages and commands name the action and put the refusal into
a status or a line.

Nobody publishes what they wrote (``require_other``). Who wrote it is known here alone: accounts,
whatever they are called by now, each hand in each row, and rows that went from one set to another.
What is published knows two names. ``publish`` (:mod:`zones.services.publication`) compares these
once more, as the last guard: it is what every revision passes, whoever calls it.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum
from typing import Any, assert_never

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from zones.models import ChangeSet, RowEdit

PROPOSE = "zones.propose"
REVIEW = "zones.review"


class SetAction(Enum):
    """What somebody may do with change sets."""

    SEE = "see"
    PROPOSE = "propose"
    REVIEW = "review"


def may(person: Any, action: SetAction) -> bool:
    """Return whether somebody may do this with some change set."""
    if not person.is_active or not person.is_staff:
        return False
    match action:
        case SetAction.SEE:
            return bool(person.has_perm(PROPOSE) or person.has_perm(REVIEW))
        case SetAction.PROPOSE:
            return bool(person.has_perm(PROPOSE))
        case SetAction.REVIEW:
            return bool(person.has_perm(REVIEW))
    assert_never(action)


def analysts() -> Any:
    """Return the accounts of those who may propose, by name."""
    own = User.objects.with_perm(PROPOSE, backend="django.contrib.auth.backends.ModelBackend")
    return own.filter(is_active=True, is_staff=True).order_by("username")


def require(person: Any, action: SetAction) -> None:
    """Refuse somebody who may not do this.

    Raises:
        PermissionDenied: he may not.
    """
    if not may(person, action):
        wanted = {
            SetAction.SEE: _("Change sets are open to analysts and reviewers."),
            SetAction.PROPOSE: _("Analysts propose changes: you are not in that group."),
            SetAction.REVIEW: _("Reviewers publish change sets: you are not in that group."),
        }
        raise PermissionDenied(wanted[action])


def writers_of(change_set: ChangeSet) -> Collection[str]:
    """Return the names of everybody who opened a set, or wrote or changed a row of it, in order."""
    edits = RowEdit.objects.filter(change_set=change_set).order_by("pk")
    return [*dict.fromkeys((change_set.author_name, *edits.values_list("name", flat=True)))]


def own_among(person: Any, sets: Collection[ChangeSet]) -> set[int]:
    """Return the keys of those sets that somebody opened, or wrote or changed any row of.

    An account may bear another name by now; a row that was restored from a dump knows names alone.
    """
    name = person.get_username().casefold()
    found = {
        own.pk for own in sets if own.author_id == person.pk or own.author_name.casefold() == name
    }
    edits = RowEdit.objects.filter(change_set__in=[own.pk for own in sets]).order_by()
    for key, by, writer in edits.values_list("change_set", "person", "name").distinct():
        if by == person.pk or writer.casefold() == name:
            found.add(key)
    return found


def is_own(person: Any, change_set: ChangeSet) -> bool:
    """Return whether somebody opened a set, or wrote or changed any row of it."""
    return bool(own_among(person, [change_set]))


def publishable(person: Any, sets: Collection[ChangeSet]) -> list[ChangeSet]:
    """Return those sets that somebody may publish as far as it depends on who he is."""
    if not may(person, SetAction.REVIEW):
        return []
    own = set() if settings.CBEC_OFFICE_OF_ONE else own_among(person, sets)
    return [one for one in sets if one.pk not in own]


def require_other(person: Any, change_set: ChangeSet) -> None:
    """Refuse to publish one's own work, unless the office is of one person.

    Raises:
        PermissionDenied: it is his own.
    """
    if not settings.CBEC_OFFICE_OF_ONE and is_own(person, change_set):
        words = _("You wrote part of this, so somebody else publishes it.")
        if person.is_superuser:  # whoever sets nothing of the portal is told of no setting
            words = _("You wrote part of this, so somebody else publishes it (%s allows it).")
            words %= "CBEC_OFFICE_OF_ONE=1"
        raise PermissionDenied(words)


def require_publish(person: Any, change_set: ChangeSet) -> None:
    """Refuse to publish a set to whoever is no reviewer, or wrote part of it.

    Raises:
        PermissionDenied: he may not.
    """
    require(person, SetAction.REVIEW)
    require_other(person, change_set)


def require_still(person: Any, action: SetAction) -> None:
    """Refuse somebody who may not do this any more: rights are read anew, as an account keeps those
    it had when it was asked first, and a lock may take seconds to be had.

    Raises:
        PermissionDenied: he may not.
    """
    require(_as_now(person), action)


def require_publish_still(person: Any, change_set: ChangeSet) -> None:
    """Refuse to publish a set to whoever may not any more, by rights that are read anew.

    Raises:
        PermissionDenied: he may not.
    """
    require_publish(_as_now(person), change_set)


def _as_now(person: Any) -> Any:
    """An account without what it keeps of its rights; nobody where it is gone."""
    return User.objects.filter(pk=person.pk).first() or AnonymousUser()
