"""What drafts must be so that a revision may publish them.

A draft of a policy or zone is made from the version that is current: its number is the next one.
Whoever reads drafts here holds them until the transaction ends.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet

from zones.models import Coverage, Placement, Policy, Zone
from zones.models.revisions import Recorded, Version
from zones.models.value_types import REFERRING, type_of
from zones.rules.kinds_of_change import BEGINNINGS
from zones.rules.vocabulary import Change
from zones.services.locks import hold_rows

R = TypeVar("R", bound=Recorded)
V = TypeVar("V", bound=Version)

BATCH = 500
#: Where an identity is other words than those that its row is born with.
UNFIT = "its identity does not fit its row, which is {}; the draft gets that when it is saved anew"
#: So many refusals are worth listing.
MOST = 20


class DraftRefusals:
    """What is refused and why, until there are too many to be worth listing."""

    def __init__(self) -> None:
        self._found: list[ValidationError] = []

    def add(self, draft: object, code: str, why: str) -> None:
        """Note that a draft is refused.

        Raises:
            ValidationError: this is one too many.
        """
        self._found.append(ValidationError(f"{draft} is refused: {why}", code=code))
        if len(self._found) >= MOST:
            self.refuse_any()

    def refuse_any(self) -> None:
        """Stop if something is refused.

        Raises:
            ValidationError: something is.
        """
        if self._found:
            raise ValidationError(self._found)


def scrutinised_policies(drafts: Sequence[Policy], refusals: DraftRefusals) -> list[Policy]:
    """Return the drafts as they are stored, locked; note whatever must not be published.

    A draft that is not stored any more is refused too.
    """
    queryset = Policy.objects.select_related("topic", *REFERRING, *Policy.body_columns)
    stored = _stored(drafts, queryset, refusals)
    for draft, newest in _with_newest(Policy, stored, refusals):
        _refuse_unfit_policy(draft, newest, refusals)
    return stored


def scrutinised_zones(drafts: Sequence[Zone], refusals: DraftRefusals) -> list[Zone]:
    """Return the drafts as they are stored, locked; note whatever must not be published.

    A draft that is not stored any more is refused too.
    """
    queryset = Zone.objects.with_extent().select_related("city", "batch__programme")
    stored = _stored(drafts, queryset, refusals)
    for draft, newest in _with_newest(Zone, stored, refusals, "batch"):
        _refuse_unfit_zone(draft, newest, refusals)
    return stored


def scrutinised_placements(
    drafts: Sequence[Placement], replaced: Sequence[Placement], refusals: DraftRefusals
) -> tuple[list[Placement], list[Placement]]:
    """Return drafts and what they replace as they are stored, locked.

    Refuse what was replaced already, and what would leave a city without a place.
    """
    queryset = Placement.objects.select_related("city", "province", "customs_district")
    new = _stored(drafts, queryset, refusals)
    old = _stored(replaced, queryset, refusals, published=True)
    for placement in old:
        if placement.replaced_in_id:
            why = f"it was replaced in revision {placement.replaced_in_id} already"
            refusals.add(placement, "stale", why)
    _refuse_lost_cities(new, old, refusals)
    return new, old


def by_model(records: Iterable[Recorded]) -> dict[Any, list[Any]]:
    """Return records by their models."""
    found: dict[Any, list[Any]] = defaultdict(list)
    for record in records:
        found[type(record)].append(record)
    return found


def scrutinised_records(
    given: Sequence[Recorded], refusals: DraftRefusals, *, published: bool = False
) -> list[Recorded]:
    """Return records of other apps as they are stored, locked: drafts, or what they replace.

    Refuse what was replaced already.
    """
    found: list[Recorded] = []
    for model, own in by_model(given).items():
        stored = _stored(own, model._default_manager.all(), refusals, published=published)
        for record in stored if published else ():
            if record.replaced_in_id:
                why = f"it was replaced in revision {record.replaced_in_id} already"
                refusals.add(record, "stale", why)
        found += stored
    return found


def _stored(
    given: Sequence[R], queryset: QuerySet[R], refusals: DraftRefusals, *, published: bool = False
) -> list[R]:
    """The rows as they are now, each once, locked in the order of their keys."""
    counted = Counter(row.pk for row in given)
    for row in given:
        if row.pk is None:
            refusals.add(row, "unsaved", "save it first")
        elif counted[row.pk] > 1:
            refusals.add(row, "double", "it is in this publication twice")
            counted[row.pk] = 1
    keys = sorted(key for key in counted if key is not None)
    rows: dict[Any, R] = {}
    for start in range(0, len(keys), BATCH):
        held = hold_rows(queryset.filter(pk__in=keys[start : start + BATCH]))
        rows |= {row.pk: row for row in held}
    for row in given:
        if row.pk is not None and row.pk not in rows:
            refusals.add(row, "deleted", "it was deleted")
        elif row.pk is not None and rows[row.pk].is_published is not published:
            refusals.add(row, "published", _publication_words(rows[row.pk]))
    return [rows[pk] for pk in dict.fromkeys(row.pk for row in given) if pk in rows]


def _publication_words(row: Recorded) -> str:
    if row.recorded_in_id is None:
        return "it is a draft, and replaces nothing"
    return f"it is already published as revision {row.recorded_in_id}"


def _with_newest(
    model: type[V], drafts: Sequence[V], refusals: DraftRefusals, *related: str
) -> Iterator[tuple[V, V | None]]:
    """Each draft with the newest published version of its identity, if it was made from it."""
    counted = Counter(draft.identity for draft in drafts)
    for start in range(0, len(drafts), BATCH):
        batch = [draft for draft in drafts[start : start + BATCH] if not draft.is_published]
        published: Any = model.objects.published().select_related(*related)
        wanted = {draft.identity for draft in batch}
        versions = published.filter(identity__in=wanted).order_by("version")
        newest = {version.identity: version for version in versions}
        for draft in batch:
            if counted[draft.identity] > 1:
                why = "this publication holds another draft of the same identity"
                refusals.add(draft, "double", why)
            elif stale := _staleness(draft, newest.get(draft.identity)):
                refusals.add(draft, "stale", stale)
            else:
                yield draft, newest.get(draft.identity)


def _staleness(draft: Version, newest: Version | None) -> str:
    current = newest.version if newest else 0
    if draft.version == current + 1:
        return ""
    if newest is None:
        return "no version of it is published, so the first one has the number 1"
    return (
        f"it was made from version {draft.version - 1}, but version {current} is current; "
        f"make it anew from that, as version {current + 1}"
    )


def _refuse_misplaced_change(
    draft: Version, newest: Version | None, end: object, refusals: DraftRefusals
) -> None:
    """What a version says that happened must have something to happen to."""
    withdrawn = newest is not None and newest.change == Change.WITHDRAWN
    stands = newest is not None and not withdrawn and newest.replaced_in_id is None
    change = Change(draft.change)
    if change in BEGINNINGS and stands and newest is not None:
        why = (
            f"{change.value} begins something, but version {newest.version} stands: "
            "say amended, ended, corrected or withdrawn"
        )
        refusals.add(draft, "change", why)
    elif change == Change.CORRECTED and newest is not None:
        pass  # a withdrawal can be corrected too
    elif change not in BEGINNINGS and not stands:
        why = f"nothing stands that could be {change.value}: say enacted or researched"
        refusals.add(draft, "change", why)
    if change == Change.ENDED and not end:
        refusals.add(draft, "change", "it says that it ended, but not when")


def _refuse_unfit_policy(draft: Policy, newest: Policy | None, refusals: DraftRefusals) -> None:
    _refuse_misplaced_change(draft, newest, draft.effective_to, refusals)
    if newest is None and not fits_key(draft.identity, draft.natural_key):
        why = UNFIT.format(draft.natural_key)
        refusals.add(draft, "identity", why)
    elif newest and _scope(draft) != _scope(newest):
        why = "its identity is that of another topic or scope; a policy keeps both for ever"
        refusals.add(draft, "identity", why)
    own = type_of(draft)
    if own and own.wrong_for(draft, draft.topic):
        why = f"{own.plain(draft)} is a {own.word} of another topic, not of {draft.topic.slug}"
        refusals.add(draft, own.word, why)
    if draft.value_type != draft.topic.value_type:
        why = f"{draft.topic.slug} is answered by a {draft.topic.value_type}"
        refusals.add(draft, "value", f"{why}, not a {draft.value_type}")


def fits_key(identity: str, key: str) -> bool:
    """Return whether an identity is the key of its row.

    Where the key was taken, a period and a number stand behind it.
    """
    _, _, number = identity.removeprefix(key).partition(".")
    return identity == key or (identity == f"{key}.{number}" and number.isdigit())


def _scope(policy: Policy) -> tuple[Any, ...]:
    return (policy.topic_id, policy.scope_kind, *policy.body_ids)


def _refuse_unfit_zone(draft: Zone, newest: Zone | None, refusals: DraftRefusals) -> None:
    _refuse_misplaced_change(draft, newest, draft.ended_on, refusals)
    own = (draft.batch.programme_id, draft.city_id)
    if newest is None and draft.identity != draft.natural_key:
        why = UNFIT.format(draft.natural_key)
        refusals.add(draft, "identity", why)
    elif newest and own != (newest.batch.programme_id, newest.city_id):
        why = "its identity is that of another programme or city; a zone keeps both for ever"
        refusals.add(draft, "identity", why)
    coverages: Iterable[Coverage] = draft.coverages.all()
    if any(coverage.city_id == draft.city_id for coverage in coverages):
        refusals.add(draft, "coverage", f"it covers its own city, {draft.city.slug}")


def _refuse_lost_cities(
    new: Sequence[Placement], old: Sequence[Placement], refusals: DraftRefusals
) -> None:
    """A city is in one place at a time, and from the start on."""
    cities = {placement.city_id for placement in chain(new, old)}
    gone = {placement.pk for placement in old}
    starts: dict[int, Counter[str]] = defaultdict(Counter)
    kept = [p for p in _current_placements(cities) if p.pk not in gone]
    for placement in chain(kept, new):
        starts[placement.city_id][str(placement.since_day or "")] += 1
    for placement in {placement.city_id: placement for placement in chain(old, new)}.values():
        own = starts[placement.city_id]
        double = [day for day, count in own.items() if count > 1]
        if double:
            why = f"the city would be in two places from {double[0] or 'the start'} on"
            refusals.add(placement, "placement", why)
        elif own and not own[""]:
            refusals.add(placement, "placement", "the city would be nowhere at the start")


def refuse_left_in(
    replaced: Sequence[Placement],
    placements: Sequence[Placement],
    zones: Sequence[Zone],
    policies: Sequence[Policy],
    refusals: DraftRefusals,
) -> None:
    """Refuse to take back a city, which has no place then, while something is said of it still."""
    gone = {placement.pk for placement in replaced}
    cities = {placement.city_id for placement in replaced} - {new.city_id for new in placements}
    cities -= {there.city_id for there in _current_placements(cities) if there.pk not in gone}
    if not cities:
        return
    said: dict[Any, dict[str, Any]] = {
        Zone: {draft.identity: draft for draft in zones},
        Policy: {draft.identity: draft for draft in policies},
    }
    left: dict[int, object] = {}
    for model, about in ((Zone, ("city", "coverages__city")), (Policy, ("city",))):
        drafts = said[model]
        standing = model.objects.current().not_withdrawn()
        fresh = model.objects.filter(pk__in=[draft.pk for draft in drafts.values()])
        for path in about:
            for own in standing.filter(**{f"{path}__in": cities}).annotate(about=F(path)):
                if own.identity not in drafts:
                    left.setdefault(own.about, own)
            for own in (
                fresh.not_withdrawn().filter(**{f"{path}__in": cities}).annotate(about=F(path))
            ):
                left.setdefault(own.about, own)
    for placement in {placement.city_id: placement for placement in replaced}.values():
        if placement.city_id in left:
            why = (
                f"the city would be nowhere at the start, and is named by {left[placement.city_id]}"
            )
            refusals.add(placement, "placement", why)


def _current_placements(cities: Iterable[int]) -> list[Placement]:
    keys = sorted(cities)
    found: list[Placement] = []
    for start in range(0, len(keys), BATCH):
        found += Placement.objects.current().filter(city__in=keys[start : start + BATCH])
    return found
