"""Publishing: drafts become versions of a new revision and the rows in force follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max

from cbec_portal.clock import now
from zones.models import Placement, Policy, Revision, Zone
from zones.models.revisions import Recorded
from zones.services.editions import new_edition
from zones.services.locks import lock_publication
from zones.services.resolving import (
    CityBindings,
    city_bindings,
    difference,
    scope_of,
    write,
)
from zones.services.scrutiny import (
    Refusals,
    scrutinised_placements,
    scrutinised_policies,
    scrutinised_zones,
)

#: Author of what the dataset itself says.
DATASET = "dataset"

BATCH = 500

#: Told what has been done so far, in words.
Progress = Callable[[str], None]


@dataclass
class Publication:
    """What one revision publishes: saved drafts, each taking the place of its predecessor.

    A draft of a policy or zone replaces the current version of its identity; a draft whose change
    is *withdrawn* takes it out. A draft placement replaces ``replaced_placements``.
    """

    policies: list[Policy] = field(default_factory=list)
    zones: list[Zone] = field(default_factory=list)
    placements: list[Placement] = field(default_factory=list)
    replaced_placements: list[Placement] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.policies) or self.binds_anew

    @property
    def binds_anew(self) -> bool:
        """Whether what binds which city can change."""
        return bool(self.zones or self.placements or self.replaced_placements)


def publish(
    publication: Publication,
    *,
    author: str,
    publisher: str,
    summary: str,
    progress: Progress = lambda _: None,
) -> Revision:
    """Publish drafts as the next revision, all or nothing.

    Raises:
        ValidationError: there is nothing to publish, someone publishes their own work, or drafts
            are not what may be published; each refusal says why.
    """
    if not publication:
        raise ValidationError("There is nothing to publish.", code="empty")
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
        return record(revision, publication, progress)


def _scrutinised(given: Publication) -> Publication:
    """The publication as it is stored now, which may not be what whoever asks has read."""
    refusals = Refusals()
    placements, replaced = scrutinised_placements(
        given.placements, given.replaced_placements, refusals
    )
    publication = Publication(
        scrutinised_policies(given.policies, refusals),
        scrutinised_zones(given.zones, refusals),
        placements,
        replaced,
    )
    refusals.refuse_any()
    return publication


def record(
    revision: Revision, publication: Publication, progress: Progress = lambda _: None
) -> Revision:
    """Write a revision as it is given, with what it publishes: now, or once more in a restore.

    Raises:
        ValidationError: the drafts break a rule of the database.
    """
    # A history is restored by what it says of itself, so that is held to the rules of cells too.
    revision.clean_fields()
    try:
        with transaction.atomic():
            revision.save(force_insert=True)
            touched = Touched(city_bindings())
            zones = Zone.objects.current().with_extent()
            _replace_versions(zones, publication.zones, revision, touched.zones)
            _replace_placements(publication, revision)
            touched.placements(publication.placements + publication.replaced_placements)
            if publication.binds_anew:
                touched.bindings_after(city_bindings())
            touched.zones(publication.zones)
            policies = Policy.objects.current().with_bodies()
            _replace_versions(policies, publication.policies, revision, touched.policies)
            touched.policies(publication.policies)
            touched.resolve(revision, progress)
            new_edition()
    except IntegrityError as broken:
        raise ValidationError(f"The database refused this: {broken}", code="refused") from broken
    return revision


class Touched:
    """The topics and cities whose rows in force a publication can change."""

    def __init__(self, bindings: CityBindings) -> None:
        self._bindings = bindings
        self._cities: dict[int, set[int]] = defaultdict(set)

    def bindings_after(self, bindings: CityBindings) -> None:
        """Take note of what binds cities once zones and placements have changed."""
        self._bindings = bindings

    def policies(self, policies: Iterable[Policy]) -> None:
        """A policy touches its topic for the cities its scope ever binds."""
        bound: dict[Any, set[int]] = defaultdict(set)
        for city, scopes in self._bindings.items():
            for scope in scopes:
                bound[scope].add(city)
        for policy in policies:
            self._cities[policy.topic_id] |= bound[scope_of(policy)]

    def zones(self, zones: Iterable[Zone]) -> None:
        """A zone touches the topics of its programme for its city and those it covers."""
        topics: dict[int, set[int]] = defaultdict(set)
        for programme, topic in _topics_of_scopes("programme"):
            topics[programme].add(topic)
        for zone in zones:
            cities = {zone.city_id, *(coverage.city_id for coverage in zone.coverages.all())}
            for topic in topics[zone.batch.programme_id]:
                self._cities[topic] |= cities

    def placements(self, placements: Iterable[Placement]) -> None:
        """A new or moved city touches every topic that has a policy."""
        cities = {placement.city_id for placement in placements}
        topics = Policy.objects.current().order_by().values_list("topic", flat=True).distinct()
        for topic in topics if cities else ():
            self._cities[topic] |= cities

    def resolve(self, revision: Revision, progress: Progress) -> None:
        """Bring the rows in force up to date."""
        for count, (topic, cities) in enumerate(sorted(self._cities.items()), start=1):
            write(
                difference(topic, sorted(cities & self._bindings.keys()), self._bindings), revision
            )
            progress(f"resolved topic {count} of {len(self._cities)}")


def _topics_of_scopes(column: str) -> Iterable[tuple[int, int]]:
    there = Policy.objects.current().filter(**{f"{column}__isnull": False}).order_by()
    pairs: Iterable[tuple[int, int]] = there.values_list(column, "topic").distinct()
    return pairs


def _check_four_eyes(author: str, publisher: str) -> None:
    one = author.strip().casefold() == publisher.strip().casefold()
    if one and author != DATASET and not settings.CBEC_OFFICE_OF_ONE:
        raise ValidationError(
            f"{author} wrote this, so someone else publishes it (CBEC_OFFICE_OF_ONE=1 allows it).",
            code="four-eyes",
        )


def _replace_versions(
    current: Any,
    drafts: Sequence[Any],
    revision: Revision,
    touch: Callable[[Iterable[Any]], None],
) -> None:
    """Set the predecessors among current versions aside, telling what they touch; record drafts."""
    for start in range(0, len(drafts), BATCH):
        batch = drafts[start : start + BATCH]
        predecessors = list(current.filter(identity__in=[draft.identity for draft in batch]))
        touch(predecessors)
        gone = [predecessor.pk for predecessor in predecessors]
        current.model.objects.filter(pk__in=gone).update(replaced_in=revision)
        _record(current.model, batch, revision)


def _replace_placements(publication: Publication, revision: Revision) -> None:
    replaced = [placement.pk for placement in publication.replaced_placements]
    Placement.objects.filter(pk__in=replaced).update(replaced_in=revision)
    _record(Placement, publication.placements, revision)


def _record(model: type[Recorded], drafts: Sequence[Any], revision: Revision) -> None:
    for start in range(0, len(drafts), BATCH):
        pks = [draft.pk for draft in drafts[start : start + BATCH]]
        model.objects.drafts().filter(pk__in=pks).update(recorded_in=revision)
