"""Tables of every version ever published, and of drafts: what a restore replays."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any, ClassVar

from django.utils.translation import pgettext_lazy

from zones.dataset.columns import TableColumn, counted, kept_in, moment, parts
from zones.dataset.model_table import Lookup
from zones.dataset.naming import Naming
from zones.dataset.policy_table import Policies, PolicyReader
from zones.dataset.problems import words_of
from zones.dataset.table import (
    BATCH,
    Cells,
    Changes,
    ForeignKey,
    Key,
    Load,
    RefusedCell,
    Spell,
    Table,
    TableRow,
)
from zones.dataset.zone_tables import ZoneCoverage, ZoneReader, Zones
from zones.models import (
    City,
    Coverage,
    CustomsDistrict,
    DistrictInPart,
    Placement,
    Policy,
    Province,
    Revision,
    Topic,
    Zone,
)
from zones.models.places import OF_CITY
from zones.models.revisions import Recorded

#: Several drafts may be of one key, so each has a number of its own among them.
DRAFT = counted("draft", pgettext_lazy("field", "number of the draft"))
#: Further customs districts of a placement, and the placement they are of.
IN_PART = replace(
    parts(
        "other_customs_districts", pgettext_lazy("field", "other customs districts"), ordered=False
    ),
    added_later=True,
)
PLACED = TableColumn("placement", "pk", int, str, required=True, type="integer")
#: Topics whose answers were published already, and that a revision made descriptive.
DESCRIPTIVE = replace(
    parts(
        "descriptive_topics",
        pgettext_lazy("field", "topics that only name things since"),
        ordered=False,
    ),
    added_later=True,
)
VERSION = (
    kept_in(Policy, "identity"),
    kept_in(Policy, "version"),
    kept_in(Policy, "change"),
    kept_in(Policy, "recorded_in"),
)
KEY_OF_VERSION = ("identity", "version", "recorded_in", "draft")
LAST = 10**9
OF_VERSION = tuple(column.name for column in VERSION)


def numbered_drafts(model: type[Recorded], *key: str) -> dict[int, int]:
    """Return the number of each draft among those with the same key, by its id.

    The oldest has 1. A restore saves drafts in this order, so that they have the same numbers
    again.
    """
    counter: Counter[tuple[Any, ...]] = Counter()
    numbers: dict[int, int] = {}
    for pk, *own in model._default_manager.drafts().order_by("pk").values_list("pk", *key):
        counter[tuple(own)] += 1
        numbers[pk] = counter[tuple(own)]
    return numbers


def cells_of(
    rows: Any, columns: Iterable[TableColumn], drafts: Mapping[int, int], whole: str = "pk"
) -> Iterator[Cells]:
    """Yield the cells of all rows, by the paths of the columns, with the numbers of drafts.

    ``whole`` is the path of the record that is, or is not, a draft.
    """
    kept = tuple(column for column in columns if column is not DRAFT)
    for pk, *values in rows.order_by().values_list(whole, *(column.path for column in kept)):
        own = {c.name: c.cell_of(v) for c, v in zip(kept, values, strict=True)}
        own[DRAFT.name] = DRAFT.cell_of(drafts.get(pk))
        yield {column.name: own[column.name] for column in columns}


class HistoryTable(Table):
    """Records in knowledge time. ``recorded_in`` is the revision that holds them first; drafts,
    which no revision holds, come last and have none.
    """

    #: A history is that of the database, or another: rows of it are never merged.
    changes_by = ()
    #: The table of current versions that this one stands for.
    instead_of: ClassVar[str]
    #: Whether a history is whole without it.
    is_optional: ClassVar[bool] = False

    def in_order(self, rows: Iterable[Cells]) -> list[Cells]:
        """Return rows by revision and key, drafts last.

        They are sorted here, as databases differ about the order of letters.
        """
        return sorted(
            rows, key=lambda cells: (int(cells["recorded_in"] or LAST), self.sorting_key(cells))
        )

    def rows_in_order(self, changes: Changes) -> list[TableRow]:
        """Return the rows to be written in the order of their keys.

        So drafts are saved from the oldest to the newest.
        """
        return sorted(changes.rows.values(), key=lambda row: self.sorting_key(row.cells))

    def sorting_key(self, cells: Cells) -> tuple[str | int, ...]:
        """Return the natural key with its numbers as numbers."""
        numbers = {column.name for column in self.columns if column.type == "integer"}
        return tuple(int(cells[n] or LAST) if n in numbers else cells[n] for n in self.key)

    def speller(self, others: Mapping[str, Changes]) -> Spell:
        """Return a function that numbers a draft without number.

        In files from before there were numbers it is alone. The function tells where what is
        published has a number.
        """

        def spell(row: TableRow) -> Sequence[RefusedCell]:
            if row.cells["recorded_in"]:
                if row.cells["draft"]:
                    return [RefusedCell("draft", "numbers drafts, but this is published")]
            elif not row.cells["draft"]:
                row.cells["draft"], row.values["draft"] = "1", 1
            return ()

        return spell if DRAFT in self.columns else super().speller(others)

    def take_out(self, absent: Mapping[Key, Cells], load: Load) -> None:
        """Leave history as it is: it is never taken out."""

    def note_replaced(self, number: str, load: Load) -> None:
        """Note for publication what a revision sets aside, where no successor tells."""

    def complete(self) -> None:
        """Write what a history from before this table lacks, once all else is restored."""


class Revisions(HistoryTable):
    """Revisions. They are written one by one as they are replayed."""

    name = "revisions"
    title = "Publications of data"
    instead_of = ""
    key = ("number",)
    columns = (
        kept_in(Revision, "number"),
        moment("published_at", pgettext_lazy("field", "published at")),
        kept_in(Revision, "author"),
        kept_in(Revision, "publisher"),
        kept_in(Revision, "summary"),
        DESCRIPTIVE,
    )

    def current(self) -> Iterable[Cells]:
        """Yield the revisions, oldest first."""
        turned: dict[int, list[str]] = defaultdict(list)
        for slug, number in Topic.objects.values_list("slug", "descriptive_since"):
            if number is not None:
                turned[number].append(slug)
        for revision in Revision.objects.order_by("number"):
            yield {
                "number": str(revision.number),
                "published_at": revision.published_at.astimezone(UTC).isoformat(),
                "author": revision.author,
                "publisher": revision.publisher,
                "summary": revision.summary,
                DESCRIPTIVE.name: DESCRIPTIVE.cell_of(sorted(turned[revision.number])),
            }

    def write(self, changes: Changes, load: Load) -> None:
        """Write nothing: publishing does."""


class PlacementVersions(HistoryTable):
    """Placements of cities. ``replaced_in`` is the first revision that no longer holds one."""

    name = "placement_versions"
    title = "Provinces and customs districts of cities, by revision"
    instead_of = "former_placements"
    key = ("city", "since", "recorded_in", "draft")
    columns = (
        kept_in(Placement, "city", "city__slug"),
        kept_in(Placement, "since"),
        kept_in(Placement, "province", "province__iso_3166_2"),
        kept_in(Placement, "customs_district", "customs_district__code"),
        kept_in(Placement, "recorded_in"),
        kept_in(Placement, "replaced_in"),
        DRAFT,
        *(replace(kept_in(Placement, name), added_later=True, required=False) for name in OF_CITY),
        IN_PART,
    )
    foreign_keys = (
        ForeignKey(("city",), "cities", ("slug",)),
        ForeignKey(("province",), "provinces", ("iso_3166_2",)),
        ForeignKey(("customs_district",), "customs_districts", ("code",)),
    )
    names: ClassVar[Mapping[str, Naming]] = {IN_PART.name: Naming("customs_districts", many=True)}

    def current(self) -> Iterable[Cells]:
        """Return the placements by revision, city and day."""
        drafts = numbered_drafts(Placement, "city", "since")
        codes: dict[str, list[str]] = defaultdict(list)
        for pk, code in DistrictInPart.objects.values_list("placement", "customs_district__code"):
            codes[str(pk)].append(code)
        columns = [column for column in self.columns if column is not IN_PART]
        rows = cells_of(Placement.objects, [*columns, PLACED], drafts)
        return self.in_order(
            row | {IN_PART.name: ";".join(sorted(codes[row.pop(PLACED.name)]))} for row in rows
        )

    def write(self, changes: Changes, load: Load) -> None:
        """Save drafts and note them, and what they replace, for publication."""
        cities, provinces = Lookup(City, "slug"), Lookup(Province, "iso_3166_2")
        districts = Lookup(CustomsDistrict, "code")
        for row in self.rows_in_order(changes):
            try:
                draft = Placement(
                    city=cities[row.cells["city"]],
                    province=provinces[row.cells["province"]],
                    customs_district=districts[row.cells["customs_district"]],
                    since=row.values["since"],
                    **{name: row.values[name] for name in OF_CITY if row.cells["level"]},
                )
                # Files from before placements said this leave it to the city.
                if row.cells["level"]:
                    draft.in_part = [districts[code] for code in row.values[IN_PART.name]]
            except ValueError as wrong:
                self.refuse(load, row, None, words_of(wrong))
                continue
            draft.save()
            load.publication.placements.append(draft)


class VersionTable(HistoryTable):
    """Versions under identities."""

    #: A draft may bear the number of a version that was published before it, and of other drafts.
    key = KEY_OF_VERSION

    def write(self, changes: Changes, load: Load) -> None:
        """Save drafts as they were and note them for publication."""
        drafts = list(self._drafts(self.rows_in_order(changes), load))
        load.problems.refuse_any()
        for draft, row in drafts:
            draft.identity, draft.version = row.values["identity"], row.values["version"]
            draft.change = row.values["change"]
            load.drafts[self.key_of(row.cells)] = draft
        self._save([draft for draft, _ in drafts], load)

    @abstractmethod
    def _drafts(self, rows: Iterable[TableRow], load: Load) -> Iterator[tuple[Any, TableRow]]:
        """Unsaved versions with their rows; rows that are wrong are refused."""

    @abstractmethod
    def _save(self, drafts: list[Any], load: Load) -> None:
        """Save, and note for publication."""


class ZoneVersions(VersionTable):
    """Zones."""

    name = "zone_versions"
    title = "Every version of every zone"
    instead_of = Zones.name
    columns = (*VERSION, DRAFT, *Zones.columns)
    foreign_keys = Zones.foreign_keys

    def current(self) -> Iterable[Cells]:
        """Return the versions by revision and identity."""
        drafts = numbered_drafts(Zone, "identity", "version")
        return self.in_order(cells_of(Zone.objects, self.columns, drafts))

    def _drafts(self, rows: Iterable[TableRow], load: Load) -> Iterator[tuple[Zone, TableRow]]:
        reader = ZoneReader(load)
        for row in rows:
            if zone := reader.zone(self, row):
                yield zone, row

    def _save(self, drafts: list[Zone], load: Load) -> None:
        load.publication.zones += Zone.objects.bulk_create(drafts, batch_size=BATCH)


class ZoneCoverageVersions(HistoryTable):
    """Cities that versions of zones cover."""

    name = "zone_coverage_versions"
    title = "Further cities that every version of a zone covers"
    instead_of = ZoneCoverage.name
    key = (*KEY_OF_VERSION, "city", "covered_from")
    columns = (
        *(column for column in VERSION if column.name in KEY_OF_VERSION),
        DRAFT,
        *(c for c in ZoneCoverage.columns if c.name not in {"programme", "zone_city"}),
    )
    foreign_keys = (
        ForeignKey(KEY_OF_VERSION, ZoneVersions.name, KEY_OF_VERSION),
        ForeignKey(("city",), "cities", ("slug",)),
    )

    def current(self) -> Iterable[Cells]:
        """Return the coverages by the revision of their zone."""
        columns = [replace(c, path=f"zone__{c.path}") if c in VERSION else c for c in self.columns]
        drafts = numbered_drafts(Zone, "identity", "version")
        return self.in_order(cells_of(Coverage.objects, columns, drafts, whole="zone"))

    def write(self, changes: Changes, load: Load) -> None:
        """Save the coverages of zones that are drafts still."""
        reader = ZoneReader(load)
        for row in changes.rows.values():
            zone = load.drafts.get(tuple(row.cells[name] for name in KEY_OF_VERSION))
            if zone is None:
                self.refuse(load, row, "version", "is of no zone recorded in the same revision")
            elif coverage := reader.coverage(self, row, zone):
                coverage.save()


class PolicyVersions(VersionTable):
    """Policies."""

    name = "policy_versions"
    title = "Every version of every policy"
    instead_of = Policies.name
    keys_within = Policies.keys_within
    columns = (*VERSION, DRAFT, *Policies.columns)
    foreign_keys = Policies.foreign_keys

    def current(self) -> Iterable[Cells]:
        """Return the versions by revision and identity."""
        drafts = numbered_drafts(Policy, "identity", "version")
        rows = Policies().cells(Policy.objects.order_by(), "pk", *OF_VERSION)
        return self.in_order(self._with_version(row, drafts) for row in rows)

    @staticmethod
    def _with_version(row: dict[str, Any], drafts: Mapping[int, int]) -> Cells:
        own = {DRAFT.name: DRAFT.cell_of(drafts.get(row.pop("pk")))}
        return row | {c.name: c.cell_of(row[c.name]) for c in VERSION} | own

    def _drafts(self, rows: Iterable[TableRow], load: Load) -> Iterator[tuple[Policy, TableRow]]:
        reader = PolicyReader(self, load)
        for row in rows:
            if policy := reader.policy(row):
                yield policy, row

    def _save(self, drafts: list[Policy], load: Load) -> None:
        load.publication.policies += Policy.objects.bulk_create(drafts, batch_size=BATCH)
