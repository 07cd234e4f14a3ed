"""What a template comes to for a checklist's places: the rulings of today, with their policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from checklists.models import Checklist, Finding, Requirement
from checklists.models import Place as ChecklistPlace
from checklists.queries.catalogue import KeptTemplate
from checklists.queries.previewing import Answers, Place, described_place, place_of, rulings
from checklists.rules.applicability import Ruling
from zones.queries.catalogue import Catalogue


class Standing(NamedTuple):
    """A requirement in a place: the ruling, and the id of what decided its test.

    That is a policy, or a finding of the team's own in its stead.
    """

    ruling: Ruling
    policy: int | None
    finding: int | None = None


#: Requirement id to place id to standing.
Standings = Mapping[int, Mapping[int, Standing]]


def standings(
    template: KeptTemplate,
    places: Sequence[ChecklistPlace],
    day: date,
    answers: Answers,
    kept: Catalogue,
    *,
    known_at: int,
    language: str,
    findings: Sequence[Finding] = (),
) -> dict[int, dict[int, Standing]]:
    """How each requirement stands in each place on a day."""
    found: dict[int, dict[int, Standing]] = {row.pk: {} for row in template.requirements}
    for place in places:
        known = known_place(place, day, template.topics, kept, known_at=known_at, language=language)
        for finding in findings:
            if is_about(finding, place):
                known.take(finding)
        ruled = rulings(template, known, answers)
        for row in template.requirements:
            found[row.pk][place.pk] = Standing(ruled[row.pk], *_decided_by(row, known))
    return found


def known_place(
    place: ChecklistPlace,
    day: date,
    topics: Sequence[int],
    kept: Catalogue,
    *,
    known_at: int,
    language: str,
) -> Place:
    """What is known of a checklist's place on a day."""
    if place.city_id is not None:
        city = kept.cities[place.city_id]
        return place_of(city, day, topics, kept, known_at=known_at, language=language)
    described: Any = place  # a constraint says that it has both
    province = kept.related["province"][described.province_id]
    district = kept.related["customs_district"][described.customs_district_id]
    return described_place(
        province, district, day, topics, kept, known_at=known_at, language=language
    )


def given_answers(checklist: Checklist) -> dict[str, list[str]]:
    """The company's answers by question."""
    found: dict[str, list[str]] = {}
    rows = checklist.answers.select_related("choice__question").order_by("choice__position")
    for given in rows:
        found.setdefault(given.choice.question.slug, []).append(given.choice.slug)
    return found


def findings_on(checklist: Checklist, day: date) -> list[Finding]:
    """The team's own answers that hold on a day, the later found the later, which wins."""
    held = checklist.findings.holding_on(day).order_by("found_on", "pk")
    return list(held.select_related("value_choice"))


def is_about(finding: Finding, place: ChecklistPlace) -> bool:
    """Whether a finding answers for a place of a checklist."""
    return (finding.city_id, finding.place_name) == (place.city_id, place.name)


def _decided_by(row: Requirement, known: Place) -> tuple[int | None, int | None]:
    if row.tested_topic_id is None:
        return None, None
    if finding := known.findings.get(row.tested_topic_id):
        return None, finding.pk
    cell = known.cells[row.tested_topic_id]
    return (cell.found.policy if cell.found else None), None
