"""Saying who looks into something that waits, or until when it rests."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cbec_portal.china_time import now, today_in_china
from zones.desk.held_sets import MovedOnError
from zones.desk.permissions import SetAction, require, require_still
from zones.models import ResearchMark
from zones.rules.vocabulary import ToResearch
from zones.selectors.inquiry import Inquiry
from zones.selectors.research_queue import has_entry
from zones.selectors.snapshot import current_snapshot
from zones.services.locks import hold_rows

#: What a page says of an entry into which nobody looks.
NOBODY = ""


@transaction.atomic
def assign(
    kind: str, subject: str, person: Any, *, to: Any | None, seen: str | None = None
) -> None:
    """Say who looks into something; nobody, if nobody is named.

    ``seen`` is the name of who did when it was shown, ``NOBODY`` if nobody did; without it whoever
    does now is replaced.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        ValidationError: there is no such kind, or the queue has no such entry.
        MovedOnError: somebody else looks into it by now.
    """
    mark = _held(kind, subject, person)
    now_by = mark.assignee.get_username() if mark.assignee else NOBODY
    if seen is not None and seen != now_by:
        raise MovedOnError(_moved_words(now_by))
    _say(mark, person, assignee=to)


def _moved_words(name: str) -> str:
    if not name:
        return _("Nobody looks into it any more: look at it as it is.")
    return _("%(name)s looks into it by now: look at it as it is.") % {"name": name}


@transaction.atomic
def let_rest(kind: str, subject: str, person: Any, *, until: date | None, reason: str) -> None:
    """Let something rest until a day, and say why; without a day it waits again.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        ValidationError: the day has come already, or no reason is given.
    """
    if until is not None and until <= today_in_china():
        raise ValidationError(_("Name a day that is still to come."), code="past")
    if until is not None and not reason.strip():
        raise ValidationError(_("Say why it can rest."), code="reason")
    mark = _held(kind, subject, person)
    _say(mark, person, rests_until=until, reason=reason.strip())


def _held(kind: str, subject: str, person: Any) -> ResearchMark:
    """The mark of an entry, held until the transaction ends; a new one where it has none.

    Two who mark one entry for the first time wait for each other as well: the new row is written
    before it is read.
    """
    require(person, SetAction.PROPOSE)
    if kind not in list(ToResearch):
        raise ValidationError(_("There is no such kind of entry."), code="kind")
    marks = ResearchMark.objects.filter(kind=kind, subject=subject)
    if mark := hold_rows(marks).first():
        return mark
    new = ResearchMark(kind=kind, subject=subject, person=person, name=person.get_username())
    new.at = now()
    new.clean_fields(exclude=["assignee", "person"])
    if not has_entry(Inquiry.of_now(current_snapshot()), ToResearch(kind), subject):
        raise ValidationError(
            _("The queue has no such entry: it was settled meanwhile, or never was one."),
            code="entry",
        )
    ResearchMark.objects.bulk_create([new], ignore_conflicts=True)
    return hold_rows(marks).get()


def _say(mark: ResearchMark, person: Any, **said: Any) -> None:
    require_still(person, SetAction.PROPOSE)
    for name, value in said.items():
        setattr(mark, name, value)
    mark.person, mark.name, mark.at = person, person.get_username(), now()
    mark.clean_fields(exclude=["assignee", "person"])
    mark.save()
