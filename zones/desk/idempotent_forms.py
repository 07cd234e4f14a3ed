"""Doing once what a form asks for, however often it is sent: a double click, a page loaded anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import transaction

from cbec_portal.china_time import now
from zones.models import PostedForm

#: So long a form is known again.
KEPT = timedelta(days=1)


class TakenForm(NamedTuple):
    """Where a form that was taken led on, and whether one that was sent before was taken."""

    leads_to: str
    is_again: bool


def taken_before(person: Any, mark: str) -> TakenForm | None:
    """Return what a form came to that was taken already, if it was; no lock is asked for."""
    taken = PostedForm.objects.filter(person=person, mark=mark).first()
    return TakenForm(taken.leads_to, is_again=True) if taken and taken.leads_to else None


@transaction.atomic
def done_once(person: Any, mark: str, act: Callable[[], str]) -> TakenForm:
    """Do what a form asks for, unless it was done already, and return where it led on.

    A second one that is sent at the same time waits for the first. One that is refused does
    nothing, so it can be sent again. All of the act holds the lock under which SQLite writes: what
    takes long and writes nothing is done before.
    """
    marked = PostedForm(person=person, mark=mark, at=now())
    PostedForm.objects.bulk_create([marked], ignore_conflicts=True)
    taken = PostedForm.objects.get(person=person, mark=mark)
    if taken.leads_to:
        return TakenForm(taken.leads_to, is_again=True)
    PostedForm.objects.filter(person=person, at__lt=taken.at - KEPT).delete()
    taken.leads_to = act()
    taken.save(update_fields=["leads_to"])
    return TakenForm(taken.leads_to, is_again=False)
