"""Saying who looks into something that waits, or until when it rests."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cbec_portal.china_time import now, today_in_china
from zones.desk.permissions import SetAction, require
from zones.models import ResearchMark
from zones.rules.vocabulary import ToResearch
from zones.services.locks import hold_rows


@transaction.atomic
def assign(kind: str, subject: str, person: Any, *, to: Any | None) -> None:
    """Say who looks into something; nobody, if nobody is named.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        ValidationError: there is no such kind, or the subject cannot be one.
    """
    _mark(kind, subject, person, assignee=to)


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
    _mark(kind, subject, person, rests_until=until, reason=reason.strip())


def _mark(kind: str, subject: str, person: Any, **said: Any) -> None:
    require(person, SetAction.PROPOSE)
    if kind not in list(ToResearch):
        raise ValidationError(_("There is no such kind of entry."), code="kind")
    mark = hold_rows(ResearchMark.objects.filter(kind=kind, subject=subject)).first()
    mark = mark or ResearchMark(kind=kind, subject=subject)
    for name, value in said.items():
        setattr(mark, name, value)
    mark.person, mark.name, mark.at = person, person.get_username(), now()
    mark.clean_fields(exclude=["assignee", "person"])
    mark.save()
