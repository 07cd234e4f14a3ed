"""The change sets to which rows may be added, and with which of them a form begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Case, DateTimeField, F, Max, Q, When
from django.db.models.functions import Coalesce

from cbec_portal.punctuation import bracketed
from zones.models import ChangeSet
from zones.rules.vocabulary import SetState

#: So many sets can be chosen from: those in which whoever asks worked last, then the newest.
MOST_SETS = 50


class OpenSets(NamedTuple):
    """Sets that can be added to, the newest first, by number, each with what it is called; and the
    number of the one in which whoever asks worked last, which is to write a row or to open it.
    """

    sets: Sequence[tuple[str, str]] = ()
    begins_with: str = ""


def open_sets(person: Any, language: str) -> OpenSets:
    """Return the sets to which somebody can add rows; it takes one query."""
    opened_by_them = Case(
        When(author=person, then=F("opened_at")), output_field=DateTimeField(null=True)
    )
    worked_at = Coalesce(Max("edits__at", filter=Q(edits__person=person)), opened_by_them)
    found = list(
        ChangeSet.objects.filter(state__in=(SetState.DRAFT, SetState.SENT_BACK))
        .annotate(worked_at=worked_at)
        .order_by(F("worked_at").desc(nulls_last=True), "-pk")[:MOST_SETS]
    )
    last = found[0] if found and _worked_at(found[0]) else None
    sets = sorted(found, key=lambda one: -one.pk)
    return OpenSets(
        [(str(one.pk), _called(one, person, language)) for one in sets],
        str(last.pk) if last else "",
    )


def _worked_at(one: Any) -> datetime | None:
    found: datetime | None = one.worked_at
    return found


def _called(one: ChangeSet, person: Any, language: str) -> str:
    """What a set is called, with its author where that is somebody else."""
    is_own = one.author_id == person.pk
    return str(one) if is_own else bracketed(str(one), one.author_name, language)
