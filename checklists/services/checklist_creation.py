"""Starting a checklist from a template, its places, a day and the company's answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from cbec_portal.china_time import today_in_china
from checklists.models import Act, Checklist, Place
from checklists.selectors.assessment import assessments, gate_assessments, known_places
from checklists.selectors.preview import Answers
from checklists.selectors.template_snapshot import KeptTemplate, templates
from checklists.services.activity_log import record
from checklists.services.conflicts import GoneError
from checklists.services.intake_answers import give_answers
from checklists.services.item_creation import keep_gate, take_up
from checklists.services.locks import writes
from zones.models import City
from zones.selectors.hypothetical_places import HypotheticalPlace
from zones.selectors.inquiry import Inquiry
from zones.selectors.snapshot import Snapshot, current_snapshot
from zones.services.locks import hold_edition

M = TypeVar("M", bound=Model)

MOST_PLACES = 20


@writes
def start(
    *,
    owner: User,
    title: str,
    template: KeptTemplate,
    places: Sequence[City | HypotheticalPlace],
    as_of: date,
    answers: Answers,
) -> Checklist:
    """Start a checklist: every duty that applies, or may apply, in some place becomes an item.

    The template and the places name what is meant; they are read as they are now.

    Raises:
        ValidationError: no place is named, too many are, one twice, or the title is blank.
        GoneError: the template, a place or an answer was removed meanwhile.
    """
    hold_edition()
    snapshot = current_snapshot()
    template = _template_now(template, snapshot)
    places = [_place_now(place, snapshot) for place in places]
    names = {_name(place) for place in places}
    if not 1 <= len(places) <= MOST_PLACES or len(names) < len(places):
        raise ValidationError(_("Name 1 to %d places, each once.") % MOST_PLACES, code="places")
    checklist = Checklist(
        title=title.strip(),
        template=template.template,
        owner=owner,
        as_of=as_of,
        known_at=snapshot.newest,
        follows_today=as_of >= today_in_china(),
    )
    checklist.full_clean()
    checklist.save()
    named = [_place(checklist, position, place) for position, place in enumerate(places, start=1)]
    stored = Place.objects.bulk_create(named)
    give_answers(checklist, answers)
    known = known_places(
        stored,
        template.topics,
        Inquiry.of_now(snapshot, day=as_of),
    )
    keep_gate(gate_assessments(template, known))
    found = assessments(template, known, answers)
    live = [
        (row, found[row.pk])
        for row in template.requirements
        if any(assessment.ruling.live for assessment in found[row.pk].values())
    ]
    take_up(checklist, live, snapshot.newest)
    record(checklist, owner, Act.STARTED, template=template.template.slug, as_of=as_of.isoformat())
    return checklist


def _template_now(template: KeptTemplate, snapshot: Snapshot) -> KeptTemplate:
    key = template.template.pk
    for now in templates(snapshot).templates.values():
        if now.template.pk == key:
            return now
    raise GoneError


def _place_now(place: City | HypotheticalPlace, snapshot: Snapshot) -> City | HypotheticalPlace:
    if isinstance(place, City):
        return _now(place, snapshot.cities_now)
    return replace(
        place,
        province=_now(place.province, snapshot.related["province"]),
        customs_district=_now(place.customs_district, snapshot.related["customs_district"]),
    )


def _now(row: M, rows: Mapping[int, M]) -> M:
    """Return a row as it is now, among all there are."""
    try:
        return rows[row.pk]
    except KeyError:
        raise GoneError from None


def _name(place: City | HypotheticalPlace) -> str:
    return place.slug if isinstance(place, City) else f" {place.name.strip().casefold()}"


def _place(checklist: Checklist, position: int, place: City | HypotheticalPlace) -> Place:
    """Return a place to be stored; that each is named once is seen to before.

    Raises:
        ValidationError: it is described without a name, or with one that nobody can read.
    """
    if isinstance(place, City):
        return Place(checklist=checklist, position=position, city=place)
    described = Place(
        checklist=checklist,
        position=position,
        name=place.name.strip(),
        province=place.province,
        customs_district=place.customs_district,
    )
    described.clean_fields(exclude={"checklist", "province", "customs_district"})
    if not described.name:
        raise ValidationError({"name": _("Name a city, or a name, a province and a district.")})
    return described
