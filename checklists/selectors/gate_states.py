"""Whether a checklist's trade mode is open in its places, as the law now stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cbec_portal.languages import in_language
from checklists.models import Checklist
from checklists.rules.applicability import Verdict
from checklists.selectors.assessment import (
    asked_of,
    findings_by_checklist,
    findings_on,
    known_places,
    with_findings,
)
from checklists.selectors.law_changes import day_of
from checklists.selectors.preview import (
    KnownPlace,
    PreviewWording,
    RenderedGate,
    gate_of,
    places_of,
)
from checklists.selectors.template_snapshot import KeptTemplate, templates
from zones.models import City
from zones.selectors.inquiry import Column, Inquiry


class PlaceGate(NamedTuple):
    """The gate of a template in one place."""

    place: str
    gate: RenderedGate


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


def gate_verdicts(checklists: Sequence[Checklist], inquiry: Inquiry) -> dict[int, Verdict]:
    """Return how the gate stands in each place of checklists, by the id of the place, each on the
    day whose law its checklist is held against. It takes the same queries for one or many.

    Args:
        checklists: whose template has no gate, they have no verdict here; they come with their
            template and places.
    """
    kept = {row.pk: templates(inquiry.snapshot).templates[row.template.slug] for row in checklists}
    gates = {pk: topic for pk, own in kept.items() if (topic := own.template.gate_topic_id)}
    if not gates:
        return {}
    gated = [row for row in checklists if row.pk in gates]
    found = findings_by_checklist(gated)
    asked = {
        place.pk: Column(asked_of(place, inquiry.snapshot), day_of(row))
        for row in gated
        for place in row.places.all()
    }
    # Checklists are often for the same places on the same day, which is looked up once.
    columns = list(dict.fromkeys(asked.values()))
    known = dict(zip(columns, places_of(columns, set(gates.values()), inquiry), strict=True))
    return {
        place.pk: gate_of(
            kept[row.pk], with_findings(known[asked[place.pk]], place, found.get(row.pk, ()))
        ).verdict
        for row in gated
        for place in row.places.all()
    }


def gates_in(template: KeptTemplate, cities: Sequence[City], inquiry: Inquiry) -> list[PlaceGate]:
    """Return the gate in cities on the inquiry's day, before anything is found out there."""
    topics = template.gate_topics(inquiry.snapshot)
    if not topics or not cities:
        return []
    known = places_of([Column(city, inquiry.day) for city in cities], topics, inquiry)
    return [
        PlaceGate(in_language(city, "name", inquiry.language), _told(template, place, inquiry))
        for city, place in zip(cities, known, strict=True)
    ]


def gate_in(checklist: Checklist, place: KnownPlace, inquiry: Inquiry) -> RenderedGate:
    """Return the gate of a checklist's template in a place."""
    return _told(templates(inquiry.snapshot).templates[checklist.template.slug], place, inquiry)


def _told(template: KeptTemplate, place: KnownPlace, inquiry: Inquiry) -> RenderedGate:
    every = templates(inquiry.snapshot)
    return PreviewWording(place, {}, every, inquiry.snapshot, inquiry.language).gate(template)
