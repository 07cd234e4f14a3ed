"""When what binds a city began, as it was written: some sources give a month or a year alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import F

from zones.models import Coverage, Placement, ScopeKind, Zone

if TYPE_CHECKING:
    from zones.queries.catalogue import Catalogue

#: Kind and code of a scope, and the day from which it binds as ISO text.
Beginning = tuple[str, str, str]


class _CutShort(NamedTuple):
    """A date cut short from which a scope binds a city, and the revisions that know it."""

    city: int
    beginning: Beginning
    written: str
    recorded: int
    replaced: int | None


def beginnings(city: int, kept: Catalogue, *, known_at: int) -> Mapping[Beginning, str]:
    """The dates cut short from which scopes bind a city, as written, by scope and first day.

    Three queries for an edition.
    """
    known = kept.remembered("beginnings cut short", _by_city)
    return {
        one.beginning: one.written
        for one in known.get(city, ())
        if one.recorded <= known_at and (one.replaced is None or one.replaced > known_at)
    }


def _by_city() -> dict[int, list[_CutShort]]:
    found: dict[int, list[_CutShort]] = {}
    for one in _cut_short():
        found.setdefault(one.city, []).append(one)
    return found


def _cut_short() -> Iterator[_CutShort]:
    programme = ScopeKind.PROGRAMME.value
    zones: Any = Zone.objects.published().order_by()
    columns = ("city", "batch__programme__slug", "designated_day", "designated_on")
    known = ("recorded_in", "replaced_in")
    cut = zones.exclude(designated_on=F("designated_day")).exclude(designated_on=None)
    for city, code, day, written, *revisions in cut.values_list(*columns, *known):
        yield _CutShort(city, (programme, code, day), str(written), *revisions)
    cover = Coverage.objects.filter(zone__recorded_in__isnull=False).order_by()
    columns = ("city", "zone__batch__programme__slug", "covered_from_day", "covered_from")
    known = ("zone__recorded_in", "zone__replaced_in")
    cut = cover.exclude(covered_from=F("covered_from_day"))
    for city, code, day, written, *revisions in cut.values_list(*columns, *known):
        yield _CutShort(city, (programme, code, day), str(written), *revisions)
    placed: Any = Placement.objects.published().order_by()
    bodies = ("city", "province__iso_3166_2", "customs_district__code")
    cut = placed.exclude(since=None).exclude(since=F("since_day"))
    known = ("recorded_in", "replaced_in")
    columns = ("since_day", "since", *known)
    for city, province, district, day, written, *revisions in cut.values_list(*bodies, *columns):
        for kind, code in (
            (ScopeKind.PROVINCE, province),
            (ScopeKind.CUSTOMS_DISTRICT, district),
        ):
            yield _CutShort(city, (kind.value, code, day), str(written), *revisions)
