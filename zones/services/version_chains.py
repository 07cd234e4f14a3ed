"""Whether the published versions of each identity follow each other without a break."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import NamedTuple

from django.db.models import Q

from zones.models import City, Coverage, Placement, Policy, Zone
from zones.models.revisions import Version


class Link(NamedTuple):
    """One published version of an identity."""

    identity: str
    version: int
    recorded_in: int
    replaced_in: int | None


def broken_chains() -> list[str]:
    """Return what is wrong with versions and with placements of cities, in words."""
    return [*_broken(Policy), *_broken(Zone), *_misplaced()]


def _broken(model: type[Version]) -> Iterator[str]:
    columns = ("identity", "version", "recorded_in", "replaced_in")
    rows = model.objects.published().order_by("identity", "version").values_list(*columns)
    name = model._meta.verbose_name
    links = map(Link._make, rows.iterator())
    for identity, versions in groupby(links, key=lambda link: link.identity):
        for why in _breaks(list(versions)):
            yield f"{name} {identity}: {why}"


def _breaks(links: list[Link]) -> Iterator[str]:
    """How the versions of one identity, by number, fail to be a chain."""
    if links[0].version != 1:
        yield f"its first version is {links[0].version}, not 1"
    for earlier, later in pairwise(links):
        if later.version != earlier.version + 1:
            yield f"version {earlier.version} is followed by version {later.version}"
        if earlier.replaced_in is None:
            yield f"versions {earlier.version} and {later.version} are both current"
        elif earlier.replaced_in != later.recorded_in:
            yield (
                f"version {earlier.version} was replaced in revision {earlier.replaced_in}, but "
                f"version {later.version} is recorded in {later.recorded_in}"
            )
    last = links[-1]
    if last.replaced_in is not None:
        yield (
            f"version {last.version}, the last, was set aside in revision {last.replaced_in} "
            "by nothing: publish its successor or its withdrawal"
        )


def _misplaced() -> Iterator[str]:
    """Cities that begin nowhere, or that were taken back while something is said of them still."""
    current = Placement.objects.current()
    there = current.filter(since=None)
    lost = City.objects.filter(pk__in=current.values("city")).exclude(pk__in=there.values("city"))
    for slug in lost.order_by("slug").values_list("slug", flat=True):
        yield f"city {slug}: its first placement was set aside by nothing"
    zones = Zone.objects.current().not_withdrawn().order_by()
    policies = Policy.objects.current().not_withdrawn().order_by()
    said = Q(pk__in=zones.values("city")) | Q(pk__in=policies.exclude(city=None).values("city"))
    said |= Q(pk__in=Coverage.objects.filter(zone__in=zones).order_by().values("city"))
    left = City.objects.taken_back().filter(said)
    for slug in left.order_by("slug").values_list("slug", flat=True):
        yield f"city {slug}: its placement was set aside by nothing, and others name it"
