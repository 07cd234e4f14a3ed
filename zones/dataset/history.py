"""Tables of every version ever published, and of drafts: what a restore replays."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC
from typing import Any, ClassVar

from zones.dataset.columns import Column, kept_in, moment
from zones.dataset.policies import Policies, PolicyReader
from zones.dataset.tables import (
    BATCH,
    Cells,
    Changes,
    ForeignKey,
    Key,
    Load,
    Lookup,
    Table,
)
from zones.dataset.zones import ZoneCoverage, ZoneReader, Zones
from zones.models import (
    City,
    Coverage,
    CustomsDistrict,
    Placement,
    Policy,
    Province,
    Revision,
    Zone,
)

VERSION = (
    kept_in(Policy, "identity"),
    kept_in(Policy, "version"),
    kept_in(Policy, "change"),
    kept_in(Policy, "recorded_in"),
)
LAST = 10**9
OF_VERSION = tuple(column.name for column in VERSION)


def cells_of(rows: Any, columns: Iterable[Column]) -> Iterator[Cells]:
    """The cells of all rows of a model, by the paths of its columns."""
    columns = tuple(columns)
    for values in rows.order_by().values_list(*(column.path for column in columns)):
        yield {c.name: c.cell_of(v) for c, v in zip(columns, values, strict=True)}


class HistoryTable(Table):
    """Records in knowledge time. ``recorded_in`` is the revision that holds them first; drafts,
    which no revision holds, come last and have none.
    """

    #: The table of current versions that this one stands for.
    instead_of: ClassVar[str]

    def in_order(self, rows: Iterable[Cells]) -> list[Cells]:
        """Rows by revision and key, drafts last, whatever a database thinks of letters."""
        return sorted(
            rows, key=lambda cells: (int(cells["recorded_in"] or LAST), self.sorting_key(cells))
        )

    def sorting_key(self, cells: Cells) -> tuple[str | int, ...]:
        """The natural key with its numbers as numbers."""
        numbers = {column.name for column in self.columns if column.type == "integer"}
        return tuple(int(cells[n] or LAST) if n in numbers else cells[n] for n in self.key)

    def take_out(self, absent: Mapping[Key, Cells], load: Load) -> None:
        """Leave history as it is: it is never taken out."""


class Revisions(HistoryTable):
    """Revisions. They are written one by one as they are replayed."""

    name = "revisions"
    title = "Publications of data"
    instead_of = ""
    key = ("number",)
    columns = (
        kept_in(Revision, "number"),
        moment("published_at"),
        kept_in(Revision, "author"),
        kept_in(Revision, "publisher"),
        kept_in(Revision, "summary"),
    )

    def current(self) -> Iterable[Cells]:
        """Revisions, oldest first."""
        for revision in Revision.objects.order_by("number"):
            yield {
                "number": str(revision.number),
                "published_at": revision.published_at.astimezone(UTC).isoformat(),
                "author": revision.author,
                "publisher": revision.publisher,
                "summary": revision.summary,
            }

    def write(self, changes: Changes, load: Load) -> None:
        """Write nothing: publishing does."""


class PlacementVersions(HistoryTable):
    """Placements of cities. ``replaced_in`` is the first revision that no longer holds one."""

    name = "placement_versions"
    title = "Provinces and customs districts of cities, by revision"
    instead_of = "former_placements"
    key = ("city", "since", "recorded_in")
    columns = (
        kept_in(Placement, "city", "city__slug"),
        kept_in(Placement, "since"),
        kept_in(Placement, "province", "province__iso_3166_2"),
        kept_in(Placement, "customs_district", "customs_district__code"),
        kept_in(Placement, "recorded_in"),
        kept_in(Placement, "replaced_in"),
    )
    foreign_keys = (
        ForeignKey(("city",), "cities", ("slug",)),
        ForeignKey(("province",), "provinces", ("iso_3166_2",)),
        ForeignKey(("customs_district",), "customs_districts", ("code",)),
    )

    def current(self) -> Iterable[Cells]:
        """Placements, by revision, city and day."""
        return self.in_order(cells_of(Placement.objects, self.columns))

    def write(self, changes: Changes, load: Load) -> None:
        """Save drafts and note them, and what they replace, for publication."""
        cities, provinces = Lookup(City, "slug"), Lookup(Province, "iso_3166_2")
        districts = Lookup(CustomsDistrict, "code")
        for row in changes.rows.values():
            try:
                draft = Placement(
                    city=cities[row.cells["city"]],
                    province=provinces[row.cells["province"]],
                    customs_district=districts[row.cells["customs_district"]],
                    since=row.values["since"],
                )
            except ValueError as wrong:
                self.refuse(load, row, None, str(wrong))
                continue
            draft.save()
            load.publication.placements.append(draft)


class VersionTable(HistoryTable):
    """Versions under identities."""

    #: A draft may bear the number of a version that was published before it.
    key = ("identity", "version", "recorded_in")

    def write(self, changes: Changes, load: Load) -> None:
        """Save drafts as they were and note them for publication."""
        drafts = list(self._drafts(changes, load))
        load.problems.refuse_any()
        for draft, values in drafts:
            draft.identity, draft.version = values["identity"], values["version"]
            draft.change = values["change"]
        self._save([draft for draft, _ in drafts], load)

    @abstractmethod
    def _drafts(self, changes: Changes, load: Load) -> Iterator[tuple[Any, dict[str, Any]]]:
        """Unsaved versions with the values of their rows; rows that are wrong are refused."""

    @abstractmethod
    def _save(self, drafts: list[Any], load: Load) -> None:
        """Save, and note for publication."""


class ZoneVersions(VersionTable):
    """Zones."""

    name = "zone_versions"
    title = "Every version of every zone"
    instead_of = Zones.name
    columns = (*VERSION, *Zones.columns)
    foreign_keys = Zones.foreign_keys

    def current(self) -> Iterable[Cells]:
        """Versions by revision and identity."""
        return self.in_order(cells_of(Zone.objects, self.columns))

    def _drafts(self, changes: Changes, load: Load) -> Iterator[tuple[Zone, dict[str, Any]]]:
        reader = ZoneReader(load)
        for row in changes.rows.values():
            if zone := reader.zone(self, row):
                yield zone, row.values

    def _save(self, drafts: list[Zone], load: Load) -> None:
        load.publication.zones += Zone.objects.bulk_create(drafts, batch_size=BATCH)


class ZoneCoverageVersions(HistoryTable):
    """Cities that versions of zones cover."""

    name = "zone_coverage_versions"
    title = "Further cities that every version of a zone covers"
    instead_of = ZoneCoverage.name
    key = ("identity", "version", "recorded_in", "city", "covered_from")
    columns = (
        *(column for column in VERSION if column.name in {"identity", "version", "recorded_in"}),
        *(c for c in ZoneCoverage.columns if c.name not in {"programme", "zone_city"}),
    )
    foreign_keys = (
        ForeignKey(("identity", "version"), ZoneVersions.name, ("identity", "version")),
        ForeignKey(("city",), "cities", ("slug",)),
    )

    def current(self) -> Iterable[Cells]:
        """Coverages by the revision of their zone."""
        own = {"identity", "version", "recorded_in"}
        columns = [replace(c, path=f"zone__{c.path}") if c.name in own else c for c in self.columns]
        return self.in_order(cells_of(Coverage.objects, columns))

    def write(self, changes: Changes, load: Load) -> None:
        """Save the coverages of zones that are drafts still."""
        reader = ZoneReader(load)
        drafts = {(zone.identity, zone.version): zone for zone in Zone.objects.drafts()}
        for row in changes.rows.values():
            zone = drafts.get((row.values["identity"], row.values["version"]))
            if zone is None:
                self.refuse(load, row, "version", "is of no zone recorded in the same revision")
            elif coverage := reader.coverage(self, row, zone):
                coverage.save()


class PolicyVersions(VersionTable):
    """Policies."""

    name = "policy_versions"
    title = "Every version of every policy"
    instead_of = Policies.name
    columns = (*VERSION, *Policies.columns)
    foreign_keys = Policies.foreign_keys

    def current(self) -> Iterable[Cells]:
        """Versions by revision and identity."""
        rows = Policies().cells(Policy.objects.order_by(), *OF_VERSION)
        return self.in_order(
            row | {c.name: c.cell_of(row[c.name]) for c in VERSION} for row in rows
        )

    def _drafts(self, changes: Changes, load: Load) -> Iterator[tuple[Policy, dict[str, Any]]]:
        reader = PolicyReader(self, load)
        for row in changes.rows.values():
            if policy := reader.policy(row):
                yield policy, row.values

    def _save(self, drafts: list[Policy], load: Load) -> None:
        load.publication.policies += Policy.objects.bulk_create(drafts, batch_size=BATCH)
