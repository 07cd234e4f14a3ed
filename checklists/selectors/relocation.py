"""What changes if a company moves from one place to another: duties, and evidence to reuse."""

from __future__ import annotations

from typing import NamedTuple

from checklists.models import Checklist, Item, Place, Requirement
from checklists.rules.change_detection import Basis, Move, move
from checklists.selectors.assessment import (
    Assessment,
    assessments,
    findings_on,
    given_answers,
    known_places,
)
from checklists.selectors.gate_states import gate_in
from checklists.selectors.law_changes import day_of
from checklists.selectors.preview import RenderedGate
from checklists.selectors.template_snapshot import templates
from zones.models import City
from zones.selectors.inquiry import Inquiry


class RelocatedDuty(NamedTuple):
    """A duty here and there; ``move`` is none where it stays as it is.

    ``item`` is the checklist's own, none for a duty that comes new.
    """

    move: Move | None
    requirement: Requirement
    item: Item | None
    here: Assessment
    there: Assessment


class Relocation(NamedTuple):
    """What moving comes to: the gate here and there, and the duties."""

    here: RenderedGate
    there: RenderedGate
    duties: list[RelocatedDuty]


def relocation(checklist: Checklist, here: Place, there: City, inquiry: Inquiry) -> Relocation:
    """Return every duty that is live here or there, in the template's order, on the law
    of one day.
    """
    template = templates(inquiry.snapshot).templates[checklist.template.slug]
    day = day_of(checklist)
    elsewhere = Place(pk=-1, checklist=checklist, position=0, city=there)
    places = known_places(
        [here, elsewhere],
        template.told(inquiry.snapshot),
        inquiry.on(day),
        findings=findings_on(checklist, day),
    )
    found = assessments(template, places, given_answers(checklist))
    rows = checklist.items.prefetch_related("attachments__evidence")
    items = {item.requirement_id: item for item in rows}
    relocated = []
    for row in template.requirements:
        before, after = found[row.pk][here.pk], found[row.pk][elsewhere.pk]
        if before.ruling.live or after.ruling.live:
            how = move({0: _basis(before)}, {0: _basis(after)}, reworded=False)
            relocated.append(RelocatedDuty(how, row, items.get(row.pk), before, after))
    return Relocation(
        gate_in(checklist, places[here.pk], inquiry),
        gate_in(checklist, places[elsewhere.pk], inquiry),
        relocated,
    )


def _basis(assessment: Assessment) -> Basis:
    return Basis(assessment.ruling.verdict, (assessment.policy, assessment.finding))
