"""Whether a checklist's trade mode is open in its places, as the law now stands."""

from __future__ import annotations

from typing import Any, NamedTuple

from checklists.models import Checklist
from checklists.selectors.assessment import findings_on, known_places
from checklists.selectors.law_changes import day_of
from checklists.selectors.preview import KnownPlace, Teller
from checklists.selectors.template_snapshot import templates
from zones.selectors.representations import in_language
from zones.selectors.snapshot import Snapshot


class PlaceGate(NamedTuple):
    """The gate of a template in one place; ``gate`` is as a preview tells it."""

    place: str
    gate: dict[str, Any]


def gates_of(checklist: Checklist, kept: Snapshot, language: str) -> list[PlaceGate]:
    """The gate in each place on the day whose law the checklist is held against."""
    topic = templates(kept).templates[checklist.template.slug].template.gate_topic_id
    if topic is None:
        return []
    day = day_of(checklist)
    places = list(checklist.places.select_related("city"))
    known = known_places(
        places,
        day,
        [topic],
        kept,
        known_at=kept.newest,
        language=language,
        findings=findings_on(checklist, day),
    )
    return [
        PlaceGate(
            in_language(place.city, "name", language) if place.city else place.name,
            gate_in(checklist, known[place.pk], kept, language),
        )
        for place in places
    ]


def gate_in(
    checklist: Checklist, place: KnownPlace, kept: Snapshot, language: str
) -> dict[str, Any]:
    """The gate of a checklist's template in a place, as a preview tells it."""
    every = templates(kept)
    teller = Teller(place, {}, every, kept, language)
    return teller.gate(every.templates[checklist.template.slug])
