"""Who may see and edit a checklist; nobody else learns that it exists."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from checklists.models import Act, Checklist, Item, Role, Share, Subject
from checklists.models.versions import next_version
from checklists.permissions import Action
from checklists.services.activity_log import record
from checklists.services.locks import hold, hold_items, stay, writes
from checklists.services.recorded_notifications import notify

#: No name is longer either.
LONGEST_ADDRESS = 254


def account_named(name: str) -> User:
    """Return someone with whom one may share, by user name or mail address.

    Raises:
        ValidationError: nobody is called so, or several are.
    """
    named = Q(username=name) | Q(email__iexact=name)
    # SQLite takes no pattern of 50 kB, and nobody has an address that long. Where one's name is
    # another's address nobody can tell who is meant, so neither is taken.
    fits = 0 < len(name) <= LONGEST_ADDRESS
    found = list(User.objects.filter(named, is_active=True)[:2]) if fits else []
    if len(found) != 1:
        told = _("There is no account of the name or address “%s”.") % name
        raise ValidationError(told, code="unknown")
    return found[0]


@writes
def share(checklist: Checklist, user: User, role: str, *, actor: User) -> Share:
    """Share a checklist with someone, or change what they may do.

    What was assigned to someone who may only view it from now on is nobody's then.

    Raises:
        ValidationError: it is the owner, the role is unknown, or the account is switched off or
            gone.
    """
    hold(checklist, actor, Action.SHARE)
    if user.pk == checklist.owner_id:
        raise ValidationError({"user": _("The owner has the checklist already.")})
    if role not in Role.values:
        raise ValidationError({"role": _("The role is one of: %s.") % ", ".join(Role.values)})
    _refuse_inactive(user)
    shared, new = Share.objects.update_or_create(
        checklist=checklist, user=user, defaults={"role": role}
    )
    if role == Role.VIEWER:
        _give_up_work(checklist, user)
    _refuse_gone(user)
    entry = record(checklist, actor, Act.SHARED, user=user.get_username(), role=role)
    if new:
        notify(user, checklist, Subject.SHARED, str(entry.pk), by=actor.get_username())
    return shared


@writes
def unshare(checklist: Checklist, user: User, *, actor: User) -> None:
    """Stop sharing a checklist with someone; what they were to do is nobody's then."""
    hold(checklist, actor, Action.LEAVE if user == actor else Action.UNSHARE)
    if Share.objects.filter(checklist=checklist, user=user).delete()[0]:
        _give_up_work(checklist, user)
        record(checklist, actor, Act.UNSHARED, user=user.get_username())


@writes
def hand_over(checklist: Checklist, user: User, *, actor: User) -> None:
    """Make someone with whom it is shared the owner; the former owner stays as an editor.

    Raises:
        ValidationError: it is not shared with that person, or the account is switched off or gone.
    """
    hold(checklist, actor, Action.HAND_OVER)
    if not Share.objects.filter(checklist=checklist, user=user).exists():
        raise ValidationError({"user": _("Share the checklist first, then hand it over.")})
    _refuse_inactive(user)
    former = checklist.owner
    Share.objects.filter(checklist=checklist, user=user).delete()
    Share.objects.create(checklist=checklist, user=former, role=Role.EDITOR)
    checklist.owner = user
    checklist.save(update_fields=["owner"])
    _refuse_gone(user)
    record(
        checklist,
        actor,
        Act.HANDED_OVER,
        before=former.get_username(),
        after=user.get_username(),
    )


def _refuse_inactive(user: User) -> None:
    now = User.objects.filter(pk=user.pk).first()
    if now is None:
        raise _no_account(user)
    if not now.is_active:
        raise ValidationError({"user": _("This account is switched off.")})


def _refuse_gone(user: User) -> None:
    """Refuse what was written for someone who is being deleted; asked after it was written."""
    if not stay(User, [user.pk]):
        raise _no_account(user)


def _no_account(user: User) -> ValidationError:
    told = _("There is no account of the name “%s”.") % user.get_username()
    return ValidationError({"user": told})


def _give_up_work(checklist: Checklist, user: User) -> None:
    """Let what someone was to do be nobody's; whoever saw an item otherwise is told so."""
    theirs = checklist.items.filter(assignee=user).values_list("pk", flat=True)
    held = Item.objects.filter(pk__in=hold_items(checklist, theirs))
    held.update(assignee=None, **next_version())
