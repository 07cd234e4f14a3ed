"""Whether a checklist's trade mode is open in its places, as the law now stands."""

from __future__ import annotations

from typing import Any, NamedTuple

from cbec_portal.languages import in_language
from checklists.models import Checklist
from checklists.selectors.assessment import findings_on, known_places
from checklists.selectors.law_changes import day_of
from checklists.selectors.preview import KnownPlace, PreviewWording
from checklists.selectors.template_snapshot import templates
from zones.selectors.inquiry import Inquiry


class PlaceGate(NamedTuple):
    """The gate of a template in one place; ``gate`` is as a preview tells it."""

    place: str
    gate: dict[str, Any]


def gates_of(checklist: Checklist, inquiry: Inquiry) -> list[PlaceGate]:
    """Return the gate in each place on the day whose law the checklist is held against."""
    template = templates(inquiry.snapshot).templates[checklist.template.slug]
    if template.template.gate_topic_id is None:
        return []
    day = day_of(checklist)
    places = list(checklist.places.select_related("city"))
    known = known_places(
        places,
        template.gate_topics(inquiry.snapshot),
        inquiry.on(day),
        findings=findings_on(checklist, day),
    )
    return [
        PlaceGate(
            in_language(place.city, "name", inquiry.language) if place.city else place.name,
            gate_in(checklist, known[place.pk], inquiry),
        )
        for place in places
    ]


def gate_in(checklist: Checklist, place: KnownPlace, inquiry: Inquiry) -> dict[str, Any]:
    """Return the gate of a checklist's template in a place, as a preview tells it."""
    every = templates(inquiry.snapshot)
    wording = PreviewWording(place, {}, every, inquiry.snapshot, inquiry.language)
    return wording.gate(every.templates[checklist.template.slug])
