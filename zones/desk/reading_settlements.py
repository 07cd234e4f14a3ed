"""Settling where two readings of an answer diverge: the first one holds, or it is corrected."""

from __future__ import annotations

from collections import defaultdict
from operator import attrgetter
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cbec_portal.china_time import now
from zones.dataset.policy_table import Policies
from zones.desk.blind_readings import MOST_WAITING, involved_in, keys_ever, name_of
from zones.desk.permissions import SetAction, may, require, require_still
from zones.models import AppliedRow, ChangeSet, Policy, ProposedRow, SecondReading
from zones.models.value_types import REFERRING
from zones.rules.vocabulary import Proposal, SetState, Settlement
from zones.services.locks import hold_rows

#: Cells of a policy that decide what is answered, and on which days.
ANSWERING = frozenset({"state", "value", "value_zh", "effective_from", "effective_to"})

#: The states of a set that may still be published.
OPEN = (SetState.DRAFT, SetState.IN_REVIEW, SetState.SENT_BACK)


def may_settle(reading: SecondReading, person: Any) -> bool:
    """Return whether somebody may settle a reading: a reviewer who gave neither of its answers."""
    if not may(person, SetAction.REVIEW):
        return False
    # An account may bear another name by now.
    if reading.reader_id == person.pk:
        return False
    known = involved_in([reading.policy])[reading.policy_id]
    return name_of(person) not in {reading.name.casefold(), *known}


def settleable(person: Any, *, most: int) -> list[SecondReading]:
    """Return the readings that diverge and that somebody may settle, oldest first; not those of
    which an open set was named that corrects the answer.
    """
    if not may(person, SetAction.REVIEW):
        return []
    rows = SecondReading.objects.filter(agrees=False, settlement="")
    rows = rows.exclude(correction__state__in=OPEN).exclude(reader=person.pk)
    related = (f"policy__{name}" for name in Policy.body_columns)
    diverging = list(rows.select_related("policy__topic", *related).order_by("pk")[:MOST_WAITING])
    known = involved_in(row.policy for row in diverging)
    own = name_of(person)
    return [row for row in diverging if own not in {row.name.casefold(), *known[row.policy_id]}][
        :most
    ]


def corrections_of(reading: SecondReading) -> list[ChangeSet]:
    """Return the change sets by which the first answer may be corrected, the newest first.

    Each proposes another answer, or other days, of the policy that was drawn, or was published
    after the draw and gave it such; where the document alone is another, each gives another.
    """
    deciding = _deciding(reading)
    keys = keys_ever([reading.policy])
    rows = ProposedRow.objects.filter(table=Policies.name, key__in=keys)
    waiting = rows.filter(change_set__state__in=OPEN).select_related("change_set")
    found = {row.change_set for row in waiting if _proposes_otherwise(row, deciding)}
    applied = AppliedRow.objects.filter(
        table=Policies.name, key__in=keys, revision__gt=reading.draw.known_at
    )
    revisions = {row.revision for row in applied if _answers_otherwise(row, deciding)}
    found |= set(ChangeSet.objects.filter(revision__in=revisions))
    return sorted(found, key=attrgetter("pk"), reverse=True)


def _deciding(reading: SecondReading) -> frozenset[str]:
    """The cells of which another one corrects what two readings diverge in."""
    return ANSWERING | {"source_id"} if reading.diverges_in_document else ANSWERING


def _proposes_otherwise(row: ProposedRow, deciding: frozenset[str]) -> bool:
    before = row.before or {}
    moved = {name for name, cell in row.cells.items() if cell != before.get(name, "")}
    return row.proposal == Proposal.TAKE_OUT or not moved.isdisjoint(deciding)


def _answers_otherwise(row: AppliedRow, deciding: frozenset[str]) -> bool:
    """Whether a row became one that answers otherwise: what others published before did not."""
    before, after = row.before or {}, row.after or {}
    return any(before.get(name, "") != after.get(name, "") for name in deciding)


@transaction.atomic
def settle_reading(
    reading: SecondReading,
    person: Any,
    settlement: str,
    note: str,
    correction: int | None = None,
) -> SecondReading:
    """Say which of two answers that diverge holds, and why.

    That the first one is corrected is said with the number of the change set that does so: while
    that is open, it is named and the reading waits; it is settled once the set is published.

    Raises:
        PermissionDenied: whoever asks is no reviewer, or read or wrote one of the answers.
        ValidationError: they do not diverge, it is settled, no reason is given, or nothing corrects
            the first answer.
    """
    require(person, SetAction.REVIEW)
    # Whoever publishes holds the set before the readings that it corrects.
    change_set = hold_rows(ChangeSet.objects.filter(pk=correction or 0)).first()
    held: SecondReading = hold_rows(SecondReading.objects.filter(pk=reading.pk)).get()
    require_still(person, SetAction.REVIEW)
    if held.agrees is not False:
        raise ValidationError(_("Both readings say the same, or it is not read yet."))
    if held.settlement:
        raise ValidationError(_("%s has settled this already.") % held.settled_name)
    if settlement not in list(Settlement):
        raise ValidationError(_("Say which answer holds."), code="settlement")
    if not note.strip():
        raise ValidationError(_("Say why."), code="note")
    if not may_settle(held, person):
        raise PermissionDenied(_("You gave one of the two answers: somebody else settles it."))
    held.correction = None
    if settlement == Settlement.CORRECTED:
        if change_set is None or change_set not in corrections_of(held):
            told = _("Name the change set that corrects the first answer: propose one first.")
            raise ValidationError(told, code="correction")
        held.correction = change_set
    held.note = note.strip()
    held.settled_by, held.settled_name = person, person.get_username()
    if held.correction is None or held.correction.state == SetState.PUBLISHED:
        held.settlement, held.settled_at = settlement, now()
    held.clean_fields(exclude=["reader", "settled_by", "said", "draw", "policy"])
    held.save()
    return held


def settle_corrected(change_set: ChangeSet) -> None:
    """Settle the readings of which somebody said that a set corrects them, now that it is public.

    A reviewer may have sent rows back in a set of their own: whichever corrects an answer settles
    it. A row that came to say what is known already corrects nothing.
    """
    waiting = SecondReading.objects.filter(settlement="", correction__isnull=False)
    held = list(hold_rows(waiting))
    if not held:
        return
    readings = SecondReading.objects.filter(pk__in=[row.pk for row in held]).select_related(
        "policy__topic", *(f"policy__{name}" for name in (*Policy.body_columns, *REFERRING))
    )
    keys = keys_ever(row.policy for row in readings)
    rows_of: dict[int, list[AppliedRow]] = defaultdict(list)
    for row in AppliedRow.objects.filter(
        table=Policies.name, key__in=keys, revision=change_set.revision_id
    ):
        for number in keys[row.key]:
            rows_of[number].append(row)
    corrected = [
        one.pk
        for one in readings
        if any(_answers_otherwise(row, _deciding(one)) for row in rows_of[one.policy_id])
    ]
    readings.filter(pk__in=corrected).update(
        settlement=Settlement.CORRECTED.value, settled_at=now(), correction=change_set
    )
