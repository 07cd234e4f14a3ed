"""Whether a checklist's trade mode is open in its places, as the law now stands."""

from __future__ import annotations

from typing import Any, NamedTuple

from checklists.models import Checklist
from checklists.queries.catalogue import templates
from checklists.queries.moving import day_of
from checklists.queries.previewing import Teller
from checklists.queries.standing import findings_on, given_answers, is_about, known_place
from zones.queries.catalogue import Catalogue
from zones.queries.shapes import in_language


class PlaceGate(NamedTuple):
    """The gate of a template in one place; ``gate`` is as a preview tells it."""

    place: str
    gate: dict[str, Any]


def gates_of(checklist: Checklist, kept: Catalogue, language: str) -> list[PlaceGate]:
    """The gate in each place on the day whose law the checklist is held against."""
    every = templates(kept)
    template = every.templates[checklist.template.slug]
    if template.template.gate_topic_id is None:
        return []
    day, found = day_of(checklist), []
    findings = findings_on(checklist, day)
    answers = given_answers(checklist)
    for place in checklist.places.select_related("city"):
        known = known_place(
            place,
            day,
            [template.template.gate_topic_id],
            kept,
            known_at=kept.newest,
            language=language,
        )
        for finding in findings:
            if is_about(finding, place) and finding.topic_id in known.stands:
                known.take(finding)
        teller = Teller(known, answers, every, kept, language)
        name = in_language(place.city, "name", language) if place.city else place.name
        found.append(PlaceGate(name, teller.gate(template)))
    return found
