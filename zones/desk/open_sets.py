"""The change sets to which rows may be added."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, DateTimeField, F, Max, Q, When
from django.db.models.functions import Coalesce

from cbec_portal.punctuation import bracketed
from zones.models import ChangeSet
from zones.rules.vocabulary import SetState

#: So many sets can be chosen from: those in which whoever asks worked last, then the newest.
MOST_SETS = 50


def open_sets(person: Any, language: str) -> list[tuple[str, str]]:
    """Return the sets to which somebody can add rows, the newest first, by number, each with what
    it is called; it takes one query.
    """
    opened_by_them = Case(
        When(author=person, then=F("opened_at")), output_field=DateTimeField(null=True)
    )
    worked_at = Coalesce(Max("edits__at", filter=Q(edits__person=person)), opened_by_them)
    found = (
        ChangeSet.objects.filter(state__in=(SetState.DRAFT, SetState.SENT_BACK))
        .annotate(worked_at=worked_at)
        .order_by(F("worked_at").desc(nulls_last=True), "-pk")[:MOST_SETS]
    )
    sets = sorted(found, key=lambda one: -one.pk)
    return [(str(one.pk), _called(one, person, language)) for one in sets]


def _called(one: ChangeSet, person: Any, language: str) -> str:
    """What a set is called, with its author where that is somebody else."""
    is_own = one.author_id == person.pk
    return str(one) if is_own else bracketed(str(one), one.author_name, language)
