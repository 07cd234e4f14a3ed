"""Who may do what with checklists and evidence.

Services ask here, under the lock of what they change; pages and the API translate the refusals.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from checklists.models import (
    Attachment,
    Checklist,
    Evidence,
    EvidenceVersion,
    Finding,
    Proof,
    Role,
    Share,
)

OWNER = "owner"


class Right(Enum):
    """What one may do with a checklist: the roles that may."""

    SEE = frozenset({OWNER, Role.EDITOR.value, Role.VIEWER.value})
    WORK = frozenset({OWNER, Role.EDITOR.value})
    OWN = frozenset({OWNER})


class UnseenError(Exception):
    """To whoever asks, what they ask for does not exist, or exists no more."""


class ClosedError(ValidationError):
    """The checklist was closed; nobody works on it until it is reopened."""

    def __init__(self) -> None:
        super().__init__(_("This checklist is closed; reopen it first."), code="closed")


def role_in(checklist: Checklist, user: User) -> str | None:
    """Return what someone is in a checklist now: owner, editor, viewer, or none of these.

    It is asked of the database, since what was read before may no longer be so. An account that
    was switched off is nothing anywhere.
    """
    shares = Share.objects.filter(checklist=checklist.pk, user=OuterRef("pk")).values("role")
    found = User.objects.filter(pk=user.pk, is_active=True).values_list(Subquery(shares)).first()
    if found is None:
        return None
    return OWNER if checklist.owner_id == user.pk else found[0]


def require(right: Right, checklist: Checklist, user: User) -> None:
    """Refuse what someone may not do with a checklist.

    Raises:
        UnseenError: they do not see it.
        PermissionDenied: they see it, and may not do this.
    """
    role = role_in(checklist, user)
    if role is None:
        raise UnseenError
    if role not in right.value:
        raise PermissionDenied(_("You may read this checklist, not change it."))


def require_evidence(allowed: QuerySet[Evidence], evidence: Evidence, user: User) -> None:
    """Refuse what someone may not do with evidence.

    Args:
        allowed: the evidence with which they may do it.

    Raises:
        UnseenError: they do not see it.
        PermissionDenied: they see it, and may not do this.
    """
    if allowed.filter(pk=evidence.pk).exists():
        return
    if not Evidence.objects.visible_to(user).filter(pk=evidence.pk).exists():
        raise UnseenError
    told = _("This evidence also serves checklists that you may not change; hand in your own.")
    raise PermissionDenied(told)


def follows(evidence: Evidence, checklist: Checklist) -> bool:
    """Return whether later versions of evidence are to reach a checklist that it comes to serve.

    They are where whoever brought it edits the checklist, or they reach it already.
    """
    if role_in(checklist, evidence.owner) in Right.WORK.value:
        return True
    reached = evidence.attachments.filter(through=None, item__checklist=checklist.pk)
    return reached.exists()


def limits_of(rows: Collection[Evidence], user: User) -> dict[int, int]:
    """Return the newest version that someone sees of evidence that they may see.

    It is given by the evidence's key, only where they do not see all. Five queries, however many.
    """
    keys = [row.pk for row in rows]
    own = Evidence.objects.filter(pk__in=keys, owner=user)
    following = Evidence.objects.following().filter(pk__in=keys).values("pk")
    whole = set(own.exclude(pk__in=following).values_list("pk", flat=True))
    limits = _limits(Checklist.objects.visible_to(user).values("pk"), evidence__in=keys)
    return {key: limit for key, limit in limits.items() if key not in whole}


def limits_in(checklist: Checklist) -> dict[int, int]:
    """Return the newest version that serves a checklist, by the key of the evidence.

    It is given only where not all do. Three queries.
    """
    return _limits([checklist.pk])


def _limits(checklists: Any, **conditions: Any) -> dict[int, int]:
    attached = Attachment.objects.filter(item__checklist__in=checklists, **conditions)
    found = Finding.objects.filter(checklists__in=checklists, evidence__isnull=False, **conditions)
    signed = Proof.objects.filter(round__item__checklist__in=checklists, **conditions)
    whole: set[int] = set()
    limits: dict[int, int] = {}
    for key, through in (
        *attached.values_list("evidence", "through"),
        *found.values_list("evidence", "evidence_through"),
        *signed.values_list("evidence", "version"),
    ):
        if through is None:
            whole.add(key)
        else:
            limits[key] = max(through, limits.get(key, 0))
    return {key: limit for key, limit in limits.items() if key not in whole}


def seen_versions(evidence: Evidence, user: User) -> QuerySet[EvidenceVersion]:
    """Return the versions that someone sees of evidence that they may see, newest first."""
    limit = limits_of([evidence], user).get(evidence.pk)
    rows = EvidenceVersion.objects.filter(evidence=evidence).order_by("-number")
    return rows if limit is None else rows.filter(number__lte=limit)
