"""Publishing: drafts become versions of a new revision and the rows in force follow.

Who may publish a change set is decided where its authors are known (:mod:`zones.desk.permissions`),
before it comes here. That nobody publishes under the name of its author is the last guard: it holds
for whatever calls ``publish``, and for what comes of no change set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from cbec_portal.china_time import now
from zones.models import Placement, Policy, Revision, Topic, Zone
from zones.models.bindings import BindingFacts, scope_of
from zones.models.revisions import Recorded
from zones.rules.vocabulary import Change, State
from zones.services.draft_checks import (
    DraftRefusals,
    by_model,
    refuse_left_in,
    scrutinised_placements,
    scrutinised_policies,
    scrutinised_records,
    scrutinised_zones,
)
from zones.services.editions import new_edition
from zones.services.forecast import Expectation, Forecast, Progress, forecast
from zones.services.locks import lock_publication

#: Author of what the dataset itself says.
DATASET = "dataset"

BATCH = 500


@dataclass
class Publication:
    """What one revision publishes: saved drafts, each taking the place of its predecessor.

    A draft of a policy or zone replaces the current version of its identity; a draft whose change
    is *withdrawn* takes it out. A draft placement replaces ``replaced_placements``. Topics that are
    ``described``, by id, turn descriptive: earlier revisions go on counting their answers.
    ``records`` are drafts of what other apps publish, ``replaced`` what of theirs is set aside.
    """

    policies: list[Policy] = field(default_factory=list)
    zones: list[Zone] = field(default_factory=list)
    placements: list[Placement] = field(default_factory=list)
    replaced_placements: list[Placement] = field(default_factory=list)
    described: list[int] = field(default_factory=list)
    records: list[Recorded] = field(default_factory=list)
    replaced: list[Recorded] = field(default_factory=list)

    def __bool__(self) -> bool:
        placed = (self.placements, self.replaced_placements)
        others = (self.records, self.replaced)
        return any((self.policies, self.zones, *placed, self.described, *others))


def publish(
    publication: Publication,
    *,
    author: str,
    publisher: str,
    summary: str,
    progress: Progress = lambda _: None,
    foreseen: Forecast | None = None,
    is_recorded_anyway: bool = False,
) -> Revision:
    """Publish drafts as the next revision, all or nothing.

    Args:
        is_recorded_anyway: whether a revision is recorded without drafts, since what was written
            beside it (names, documents, figures) is public with it.
        foreseen: what these drafts do to the rows in force, if whoever publishes worked it out
            before he took the lock. Nothing public may have changed since.

    Raises:
        ValidationError: there is nothing to publish, someone publishes their own work, or drafts
            are not what may be published; each refusal says why.
    """
    if not publication and not is_recorded_anyway:
        raise ValidationError(_("There is nothing to publish."), code="empty")
    _check_four_eyes(author, publisher)
    with transaction.atomic():
        lock_publication()
        publication = _scrutinised(publication)
        newest = Revision.objects.aggregate(newest=Max("number"))["newest"] or 0
        revision = Revision(
            number=newest + 1,
            published_at=now(),
            author=author,
            publisher=publisher,
            summary=summary,
        )
        return record(revision, publication, progress, foreseen)


def _scrutinised(given: Publication) -> Publication:
    """The publication as it is stored now, which may not be what whoever asks has read."""
    refusals = DraftRefusals()
    placements, replaced = scrutinised_placements(
        given.placements, given.replaced_placements, refusals
    )
    publication = Publication(
        scrutinised_policies(given.policies, refusals),
        scrutinised_zones(given.zones, refusals),
        placements,
        replaced,
        given.described,
        scrutinised_records(given.records, refusals),
        scrutinised_records(given.replaced, refusals, published=True),
    )
    refuse_left_in(replaced, placements, publication.zones, publication.policies, refusals)
    refusals.refuse_any()
    return publication


def record(
    revision: Revision,
    publication: Publication,
    progress: Progress = lambda _: None,
    foreseen: Forecast | None = None,
) -> Revision:
    """Write a revision as it is given, with what it publishes: now, or once more in a restore.

    Args:
        foreseen: what it does to the rows in force, if that was worked out before.

    Raises:
        ValidationError: the drafts break a rule of the database.
    """
    # A history is restored by what it says of itself, so that is held to the rules of cells too.
    revision.clean_fields()
    try:
        with transaction.atomic():
            foreseen = foreseen or forecast(expected(publication), progress)
            revision.save(force_insert=True)
            _describe(publication.described, revision)
            _replace_versions(Zone, publication.zones, revision)
            _replace_placements(publication, revision)
            _replace_versions(Policy, publication.policies, revision)
            _replace_records(publication, revision)
            foreseen.write(revision, publication.policies)
            new_edition()
    except IntegrityError as broken:
        raise ValidationError(f"The database refused this: {broken}", code="refused") from broken
    return revision


def _describe(topics: Sequence[int], revision: Revision) -> None:
    """Turn topics descriptive from a revision on."""
    turning = Topic.objects.filter(pk__in=topics, descriptive=False)
    turning.update(descriptive=True, descriptive_since=revision)


def expected(publication: Publication) -> Expectation:
    """Return what will be known once saved drafts are published."""
    found = Expectation(BindingFacts.known())
    for placement in publication.replaced_placements:
        found.facts.displace(placement)
    for placement in publication.placements:
        found.facts.place(placement)
    for zone in publication.zones:
        found.facts.zones.pop(zone.identity, None)
        if zone.change != Change.WITHDRAWN:
            found.facts.designate(zone)
    for start in range(0, len(publication.policies), BATCH):
        identities = [draft.identity for draft in publication.policies[start : start + BATCH]]
        current = (
            Policy.objects.current().not_withdrawn().filter(identity__in=identities).order_by()
        )
        for pk, topic in current.values_list("pk", "topic"):
            found.gone[topic].add(pk)
    for draft in publication.policies:
        if draft.change != Change.WITHDRAWN:
            days = draft.effective_from, draft.effective_to
            found.add(draft.pk, draft.topic_id, scope_of(draft), *days, State(draft.state))
    return found


def _check_four_eyes(author: str, publisher: str) -> None:
    """Refuse a revision whose only author publishes it, but for the dataset and an office of one.

    It sees names alone, so it finds less than the desk does, and cannot be gone around.

    Raises:
        ValidationError: it is one.
    """
    one = author.strip().casefold() == publisher.strip().casefold()
    if one and author != DATASET and not settings.CBEC_OFFICE_OF_ONE:
        raise ValidationError(
            _("%s wrote this, so somebody else publishes it.") % author, code="four-eyes"
        )


def _replace_versions(
    model: type[Policy] | type[Zone], drafts: Sequence[Any], revision: Revision
) -> None:
    """Set the predecessors among current versions aside; record drafts."""
    for start in range(0, len(drafts), BATCH):
        batch = drafts[start : start + BATCH]
        current = model.objects.current().filter(identity__in=[draft.identity for draft in batch])
        current.update(replaced_in=revision)
        _record(model, batch, revision)


def _replace_placements(publication: Publication, revision: Revision) -> None:
    replaced = [placement.pk for placement in publication.replaced_placements]
    Placement.objects.filter(pk__in=replaced).update(replaced_in=revision)
    _record(Placement, publication.placements, revision)
    touched = (*publication.placements, *publication.replaced_placements)
    _update_cities({placement.city_id for placement in touched})


def _replace_records(publication: Publication, revision: Revision) -> None:
    """Set aside, then record, what other apps publish."""
    for model, own in by_model(publication.replaced).items():
        for start in range(0, len(own), BATCH):
            pks = [record.pk for record in own[start : start + BATCH]]
            model._default_manager.filter(pk__in=pks).update(replaced_in=revision)
    for model, own in by_model(publication.records).items():
        _record(model, own, revision)


def _update_cities(cities: set[int]) -> None:
    """Let cities say what their latest placement does; a load has let them say so before."""
    related = ("city__other_customs_districts", "districts_in_part__customs_district")
    own = sorted(cities)
    for start in range(0, len(own), BATCH):
        known = Placement.objects.current().filter(city__in=own[start : start + BATCH])
        latest = {placement.city_id: placement for placement in known.prefetch_related(*related)}
        for placement in latest.values():
            placement.update_city()


def _record(model: type[Recorded], drafts: Sequence[Any], revision: Revision) -> None:
    for start in range(0, len(drafts), BATCH):
        pks = [draft.pk for draft in drafts[start : start + BATCH]]
        model.objects.drafts().filter(pk__in=pks).update(recorded_in=revision)
