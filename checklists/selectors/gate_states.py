"""Whether a checklist's trade mode is open in its places, as the law now stands."""

from __future__ import annotations

from typing import Any, NamedTuple

from cbec_portal.languages import in_language
from checklists.models import Checklist
from checklists.rules.applicability import Gate
from checklists.selectors.assessment import findings_on, known_places
from checklists.selectors.law_changes import day_of
from checklists.selectors.preview import KnownPlace, PreviewWording
from checklists.selectors.template_snapshot import templates
from zones.selectors.inquiry import Inquiry


class PlaceGate(NamedTuple):
    """The gate of a template in one place; ``gate`` is as a preview tells it."""

    place: str
    gate: dict[str, Any]

    @property
    def is_open(self) -> bool:
        """Return whether the trade mode is open there."""
        return is_open(self.gate)


def is_open(gate: dict[str, Any]) -> bool:
    """Return whether a gate, as a preview tells it, is open."""
    return bool(gate["state"] == Gate.OPEN)


def gates_of(checklist: Checklist, inquiry: Inquiry) -> list[PlaceGate]:
    """Return the gate in each place on the day whose law the checklist is held against."""
    topic = templates(inquiry.snapshot).templates[checklist.template.slug].template.gate_topic_id
    if topic is None:
        return []
    day = day_of(checklist)
    places = list(checklist.places.select_related("city"))
    known = known_places(
        places,
        [topic],
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


def shut_gates_of(checklist: Checklist, inquiry: Inquiry) -> list[PlaceGate]:
    """Return the gates of the places where the trade mode is not open, or nobody knows."""
    return [one for one in gates_of(checklist, inquiry) if not one.is_open]


def gate_in(checklist: Checklist, place: KnownPlace, inquiry: Inquiry) -> dict[str, Any]:
    """Return the gate of a checklist's template in a place, as a preview tells it."""
    every = templates(inquiry.snapshot)
    wording = PreviewWording(place, {}, every, inquiry.snapshot, inquiry.language)
    return wording.gate(every.templates[checklist.template.slug])
