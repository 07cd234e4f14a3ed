"""Who may do what with checklists and with evidence: the only module that decides it.

For each action `checklist_policy` and `evidence_policy` say with which rows someone may do it, and
whether with this one. Services ask under the lock of what they change. Pages and the API name the
action that an address is for, and put the refusal into a status.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.models import (
    Attachment,
    Checklist,
    Evidence,
    EvidenceVersion,
    Finding,
    Item,
    Proof,
    Role,
    Share,
)
from checklists.models.checklists import ChecklistQuerySet

OWNER = "owner"
EDITOR, VIEWER = Role.EDITOR.value, Role.VIEWER.value

#: Everything that someone may be in a checklist.
ROLES = (OWNER, EDITOR, VIEWER)

#: What the owner makes of someone, with its name to readers.
GIVEN_ROLES = Role.choices

READ_ONLY = gettext_lazy("You may read this checklist, not change it.")

Someone = User | AnonymousUser


class Action(Enum):
    """What one may do with a checklist."""

    SEE = "see"
    WORK = "work"
    SIGN = "sign"
    RENAME = "rename"
    MANAGE = "manage"
    SHARE = "share"
    UNSHARE = "unshare"
    HAND_OVER = "hand over"
    LEAVE = "leave"


class EvidenceAction(Enum):
    """What one may do with evidence."""

    SEE = "see"
    USE = "use"
    RENEW = "renew"
    KEEP = "keep"


class UnseenError(Exception):
    """To whoever asks, what they ask for does not exist, or exists no more."""


class ClosedError(ValidationError):
    """The checklist was closed; nobody works on it until it is reopened."""

    def __init__(self) -> None:
        super().__init__(_("This checklist is closed; reopen it first."), code="closed")


class ChecklistPolicy:
    """Who may do what with checklists: by what they are in each."""

    ALLOWED: Mapping[Action, frozenset[str]] = {
        Action.SEE: frozenset(ROLES),
        Action.WORK: frozenset({OWNER, EDITOR}),
        Action.SIGN: frozenset({OWNER, EDITOR}),
        Action.RENAME: frozenset({OWNER, EDITOR}),
        Action.MANAGE: frozenset({OWNER}),
        Action.SHARE: frozenset({OWNER}),
        Action.UNSHARE: frozenset({OWNER}),
        Action.HAND_OVER: frozenset({OWNER}),
        Action.LEAVE: frozenset(ROLES),
    }
    #: What nobody does to a closed checklist.
    NEEDS_OPEN = frozenset({Action.WORK, Action.SIGN})
    #: What is said to those who see a checklist and may not do this; else `READ_ONLY`.
    REFUSALS: Mapping[Action, Promise] = {
        Action.UNSHARE: gettext_lazy("The owner alone decides for others."),
    }

    def rows(self, action: Action, user: Someone) -> ChecklistQuerySet:
        """Return the checklists with which someone may do something."""
        found = self.of(user, self.ALLOWED[action])
        return found.open() if action in self.NEEDS_OPEN else found

    def of(self, user: Someone, roles: Collection[str] = ROLES) -> ChecklistQuerySet:
        """Return the checklists in which someone is one of these, closed ones too."""
        rows: ChecklistQuerySet = Checklist.objects.all()
        if not user.is_authenticated:
            return rows.none()
        shared = Share.objects.filter(user=user, role__in=[one for one in roles if one != OWNER])
        found = Q(pk__in=shared.values("checklist"))
        return rows.filter(found | Q(owner=user) if OWNER in roles else found)

    def role(self, checklist: Checklist, user: User) -> str | None:
        """Return what someone is in a checklist now: owner, editor, viewer, or none of these.

        It is asked of the database, since what was read before may no longer be so. An account
        that was switched off is nothing anywhere.
        """
        shares = Share.objects.filter(checklist=checklist.pk, user=OuterRef("pk")).values("role")
        active = User.objects.filter(pk=user.pk, is_active=True)
        found = active.values_list(Subquery(shares)).first()
        if found is None:
            return None
        return OWNER if checklist.owner_id == user.pk else found[0]

    def roles(self, rows: Iterable[Checklist], user: User) -> dict[int, str]:
        """Return what someone is in checklists that they see, by key; one query for all."""
        seen = list(rows)
        shares = Share.objects.filter(user=user, checklist__in=seen)
        found = dict(shares.values_list("checklist", "role"))
        return {
            row.pk: OWNER if row.owner_id == user.pk else found.get(row.pk, VIEWER) for row in seen
        }

    def people(self, action: Action, checklist: Checklist) -> QuerySet[User]:
        """Return those who may do something with an open checklist; nobody who is switched off."""
        allowed = self.ALLOWED[action]
        found = Q(shares__checklist=checklist, shares__role__in=allowed - {OWNER})
        if OWNER in allowed:
            found |= Q(pk=checklist.owner_id)
        return User.objects.filter(found, is_active=True).distinct()

    def may(self, action: Action, checklist: Checklist, user: User) -> bool:
        """Return whether someone may do something with a checklist as it is now."""
        return action in self.allowed(checklist, user)

    def allowed(self, checklist: Checklist, user: User) -> frozenset[Action]:
        """Return everything that someone may do with a checklist as it is now: one query."""
        role = self.role(checklist, user)
        shut = self.NEEDS_OPEN if checklist.closed_at else frozenset()
        return frozenset(action for action, roles in self.ALLOWED.items() if role in roles) - shut

    def require(self, action: Action, checklist: Checklist, user: User) -> None:
        """Refuse what someone may not do with a checklist.

        Raises:
            UnseenError: they do not see it.
            PermissionDenied: they see it, and may not do this.
            ClosedError: they may, and the checklist is closed.
        """
        self.require_in_any(action, [checklist], user)
        if checklist.closed_at and action in self.NEEDS_OPEN:
            raise ClosedError

    def require_in_any(self, action: Action, rows: Iterable[Checklist], user: User) -> None:
        """Refuse what someone may do in none of some checklists, closed ones counted too.

        Raises:
            UnseenError: they see none of them.
            PermissionDenied: they see one, and may do this in none.
        """
        roles = {self.role(row, user) for row in rows} - {None}
        if not roles:
            raise UnseenError
        if not roles & self.ALLOWED[action]:
            raise PermissionDenied(str(self.REFUSALS.get(action, READ_ONLY)))


class EvidencePolicy:
    """Who may do what with evidence: it follows from everything that the evidence serves.

    It serves the checklists of the items it is attached to and of the findings that rest on it, and
    those in which a round was signed with it. A service *follows* where whoever brought the
    evidence let it serve: later versions reach it too. What somebody else lets it serve is
    borrowed, whoever owns or edits the checklist: it stays with the versions there were, gives no
    right over others, not even to lend it further, and takes none away.
    """

    REFUSALS: Mapping[EvidenceAction, Promise] = {
        EvidenceAction.USE: gettext_lazy(
            "This evidence also serves checklists that you may not change; hand in your own."
        ),
        EvidenceAction.RENEW: gettext_lazy("You may read this evidence, not change it."),
        EvidenceAction.KEEP: gettext_lazy("Whoever brought this evidence says how long."),
    }

    def __init__(self, policy: ChecklistPolicy) -> None:
        self._checklists = policy

    def rows(self, action: EvidenceAction, user: Someone) -> QuerySet[Evidence]:
        """Return the evidence with which someone may do something."""
        if not user.is_authenticated:
            return Evidence.objects.none()
        found = {
            EvidenceAction.SEE: self._seen,
            EvidenceAction.USE: self._usable,
            EvidenceAction.RENEW: self._renewable,
            EvidenceAction.KEEP: self._keepable,
        }[action](user)
        return Evidence.objects.filter(found)

    def may(self, action: EvidenceAction, row: Evidence, user: Someone) -> bool:
        """Return whether someone may do something with a piece of evidence."""
        return self.rows(action, user).filter(pk=row.pk).exists()

    def require(self, action: EvidenceAction, row: Evidence, user: Someone) -> None:
        """Refuse what someone may not do with a piece of evidence.

        Raises:
            UnseenError: they do not see it.
            PermissionDenied: they see it, and may not do this.
        """
        if self.may(action, row, user):
            return
        if action not in self.REFUSALS or not self.may(EvidenceAction.SEE, row, user):
            raise UnseenError
        raise PermissionDenied(str(self.REFUSALS[action]))

    def offered(self, item: Item, user: User) -> QuerySet[Evidence]:
        """Return the evidence that someone may let serve an item, and that does not yet.

        What they brought is among it where it is borrowed there: attached by them it will follow.
        """
        serving = Attachment.objects.filter(item=item, evidence=OuterRef("pk"))
        borrowed = Q(through__isnull=False, evidence__owner=user)
        found = self.rows(EvidenceAction.USE, user).filter(discarded_at=None)
        return found.exclude(Exists(serving.exclude(borrowed)))

    def limits_of(self, rows: Collection[Evidence], user: User) -> dict[int, int]:
        """Return the newest version that someone sees of evidence that they may see.

        It is given by the evidence's key, only where they do not see all. Five queries, however
        many.
        """
        keys = [row.pk for row in rows]
        own = Evidence.objects.filter(self._own(user), pk__in=keys)
        whole = set(own.values_list("pk", flat=True))
        seen = self._checklists.rows(Action.SEE, user).values("pk")
        limits = _limits(seen, evidence__in=keys)
        return {key: limit for key, limit in limits.items() if key not in whole}

    def limits_in(self, checklist: Checklist) -> dict[int, int]:
        """Return the newest version that serves a checklist, by the key of the evidence.

        It is given only where not all do. Three queries.
        """
        return _limits([checklist.pk])

    def seen_versions(self, row: Evidence, user: User) -> QuerySet[EvidenceVersion]:
        """Return the versions that someone sees of evidence that they may see, newest first."""
        limit = self.limits_of([row], user).get(row.pk)
        found = EvidenceVersion.objects.filter(evidence=row).order_by("-number")
        return found if limit is None else found.filter(number__lte=limit)

    def _seen(self, user: Someone) -> Q:
        """Return what serves a checklist that someone sees, and what they brought.

        What they brought is left out where it follows only checklists that they do not see.
        """
        seen = self._checklists.rows(Action.SEE, user).values("pk")
        return Q(owner=user) & ~_following() | _serving(checklist__in=seen)

    def _usable(self, user: Someone) -> Q:
        """Return what someone may let serve something else.

        That is what follows an open checklist that they edit, and what they brought, unless it
        follows a checklist that they do not edit. To see evidence is not enough, or a viewer could
        carry it into a checklist of their own; nor is what serves there only borrowed.
        """
        return self._own(user) | _attached(through=None, item__checklist__in=self._worked(user))

    def _renewable(self, user: Someone) -> Q:
        """Return what someone may hand in a newer version of.

        They edit every checklist it would reach.

        They brought it, or one of these checklists is open.
        """
        served = _attached(through=None, item__checklist__in=self._worked(user))
        return (Q(owner=user) | served) & ~_following_outside(self._edited(user))

    def _keepable(self, user: Someone) -> Q:
        """Return what someone may say the day of keeping of, and discard.

        They brought it and edit all that it follows, or they own all of that.
        """
        owned = self._checklists.rows(Action.MANAGE, user).values("pk")
        return self._own(user) | (_following() & ~_following_outside(owned))

    def _own(self, user: Someone) -> Q:
        """Return what someone brought and has lost no right over: they edit all that it follows."""
        return Q(owner=user) & ~_following_outside(self._edited(user))

    def _worked(self, user: Someone) -> Any:
        return self._checklists.rows(Action.WORK, user).values("pk")

    def _edited(self, user: Someone) -> Any:
        """Return those that someone works on while they are open, the closed ones among
        them too.
        """
        return self._checklists.of(user, self._checklists.ALLOWED[Action.WORK]).values("pk")


def _attached(**conditions: Any) -> Q:
    rows = Attachment.objects.filter(evidence=OuterRef("pk"), **conditions)
    return Q(Exists(rows))


def _found(**conditions: Any) -> Q:
    recorded = Checklist.findings.through.objects.filter(finding__evidence=OuterRef("pk"))
    return Q(Exists(recorded.filter(**conditions)))


def _signed(**conditions: Any) -> Q:
    return Q(Exists(Proof.objects.filter(evidence=OuterRef("pk"), **conditions)))


def _serving(*, checklist__in: Any) -> Q:
    """Return the condition that evidence serves one of some checklists."""
    return (
        _attached(item__checklist__in=checklist__in)
        | _found(checklist__in=checklist__in)
        | _signed(period__item__checklist__in=checklist__in)
    )


def _following() -> Q:
    """Return the condition that later versions of evidence reach some checklist, or did when a
    round was signed.
    """
    return (
        _attached(through=None) | _found(finding__evidence_through=None) | _signed(borrowed=False)
    )


def _following_outside(rows: Any) -> Q:
    """Return the condition that evidence follows a checklist that is none of some."""
    items = Attachment.objects.filter(evidence=OuterRef("pk"), through=None)
    found = Checklist.findings.through.objects.filter(
        finding__evidence=OuterRef("pk"), finding__evidence_through=None
    )
    signed = Proof.objects.filter(evidence=OuterRef("pk"), borrowed=False)
    return (
        Q(Exists(items.exclude(item__checklist__in=rows)))
        | Q(Exists(found.exclude(checklist__in=rows)))
        | Q(Exists(signed.exclude(period__item__checklist__in=rows)))
    )


def _limits(rows: Any, **conditions: Any) -> dict[int, int]:
    attached = Attachment.objects.filter(item__checklist__in=rows, **conditions)
    found = Finding.objects.filter(checklists__in=rows, evidence__isnull=False, **conditions)
    signed = Proof.objects.filter(period__item__checklist__in=rows, **conditions)
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


#: The one policy of checklists, and the one of evidence.
checklist_policy = ChecklistPolicy()
evidence_policy = EvidencePolicy(checklist_policy)
