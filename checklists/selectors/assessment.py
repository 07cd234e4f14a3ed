"""What a template comes to for a checklist's places: the rulings of a day, with their policies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from django.db.models import F

from checklists.models import Checklist, Finding, Place
from checklists.rules.applicability import Ruling
from checklists.selectors.preview import (
    Answers,
    KnownPlace,
    gate_of,
    places_of,
    rulings,
)
from checklists.selectors.template_snapshot import KeptTemplate
from zones.models import City
from zones.models.value_types import REFERRING
from zones.selectors.hypothetical_places import HypotheticalPlace
from zones.selectors.inquiry import Column, Inquiry
from zones.selectors.snapshot import Snapshot


class Assessment(NamedTuple):
    """A requirement, or the gate, in a place: the ruling, and the id of what decided its test.

    That is a policy, or a finding of the team's own in its stead.
    """

    ruling: Ruling
    policy: int | None
    finding: int | None = None


#: What is known of a checklist's places, by their id.
KnownPlaces = Mapping[int, KnownPlace]


def known_places(
    places: Sequence[Place],
    topics: Sequence[int],
    inquiry: Inquiry,
    *,
    findings: Sequence[Finding] = (),
) -> dict[int, KnownPlace]:
    """Return what is known of places on a day, the team's own findings put before the public
    answers.
    """
    found = known_on(places, [inquiry.day], topics, inquiry, findings=findings)
    return found[inquiry.day]


def known_on(
    places: Sequence[Place],
    days: Sequence[date],
    topics: Sequence[int],
    inquiry: Inquiry,
    *,
    findings: Sequence[Finding] = (),
) -> dict[date, dict[int, KnownPlace]]:
    """Return what is known of places on each of several days.

    It takes the same queries for one place or many.

    Args:
        findings: the team's own, of which each answers on the days on which it holds.
    """
    pairs = [(place, day) for day in days for place in places]
    columns = [Column(asked_of(place, inquiry.snapshot), day) for place, day in pairs]
    told = places_of(columns, topics, inquiry)
    found = {
        (place.pk, day): with_findings(known, place, findings)
        for (place, day), known in zip(pairs, told, strict=True)
    }
    return {day: {place.pk: found[place.pk, day] for place in places} for day in days}


def with_findings(known: KnownPlace, place: Place, findings: Iterable[Finding]) -> KnownPlace:
    """Return what is known of a place on a day, the team's own findings that hold then put before
    the public answers.
    """
    own = replace(known, stands=dict(known.stands), findings=dict(known.findings))
    for finding in findings:
        if (
            finding.holds(on=own.day)
            and is_about(finding, place)
            and finding.topic_id in own.stands
        ):
            own.take(finding)
    return own


def assessments(
    template: KeptTemplate, places: KnownPlaces, answers: Answers
) -> dict[int, dict[int, Assessment]]:
    """Return how each requirement stands in each place, by their ids."""
    found: dict[int, dict[int, Assessment]] = {row.pk: {} for row in template.requirements}
    for pk, known in places.items():
        ruled = rulings(template, known, answers)
        for row in template.requirements:
            found[row.pk][pk] = Assessment(ruled[row.pk], *_decided_by(row.tested_topic_id, known))
    return found


def gate_assessments(template: KeptTemplate, places: KnownPlaces) -> dict[int, Assessment]:
    """Return how the gate stands in each place, by its id; nothing where the template has none."""
    topic = template.template.gate_topic_id
    if topic is None:
        return {}
    return {
        pk: Assessment(gate_of(template, known), *_decided_by(topic, known))
        for pk, known in places.items()
    }


def given_answers(checklist: Checklist) -> dict[str, list[str]]:
    """Return the company's answers by question."""
    found: dict[str, list[str]] = {}
    rows = checklist.answers.select_related("choice__question").order_by("choice__position")
    for given in rows:
        found.setdefault(given.choice.question.slug, []).append(given.choice.slug)
    return found


def findings_on(checklist: Checklist, day: date) -> list[Finding]:
    """Return the team's own answers that hold on a day, the later found the later, which wins."""
    return [one for one in findings_not_withdrawn(checklist) if one.holds(on=day)]


def findings_not_withdrawn(checklist: Checklist) -> list[Finding]:
    """Return the team's own answers that were not withdrawn, the later found the later,
    which wins.
    """
    return findings_by_checklist([checklist]).get(checklist.pk, [])


def findings_by_checklist(checklists: Iterable[Checklist]) -> dict[int, list[Finding]]:
    """Return the findings that were not withdrawn by the id of their checklist, the later found
    the later. One query.
    """
    found: dict[int, list[Finding]] = {}
    rows = Finding.objects.not_withdrawn().filter(checklists__in=[row.pk for row in checklists])
    of_each: Any = rows.annotate(recorded_for=F("checklists")).select_related(*REFERRING)
    for finding in of_each.order_by("found_on", "pk"):
        found.setdefault(finding.recorded_for, []).append(finding)
    return found


def is_about(finding: Finding, place: Place) -> bool:
    """Return whether a finding of a checklist answers for one of its places, which have names
    apart.
    """
    return (finding.city_id, finding.place_name) == (place.city_id, place.name)


def asked_of(place: Place, snapshot: Snapshot) -> City | HypotheticalPlace:
    """Return a place of a checklist as the rules know it."""
    if place.city_id is not None:
        return snapshot.cities[place.city_id]
    described: Any = place  # a constraint says that it has both
    return HypotheticalPlace(
        place.name,
        snapshot.related["province"][described.province_id],
        snapshot.related["customs_district"][described.customs_district_id],
    )


def _decided_by(topic: int | None, known: KnownPlace) -> tuple[int | None, int | None]:
    if topic is None:
        return None, None
    if finding := known.findings.get(topic):
        return None, finding.pk
    cell = known.cells[topic]
    return (cell.found.policy if cell.found else None), None
