"""Tables of programmes, batches, zones and the cities they cover."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from zones.dataset.columns import one_of, partial_date, text, url, whole_number
from zones.dataset.places import named
from zones.dataset.tables import (
    Cells,
    Changes,
    ForeignKey,
    Key,
    Load,
    Lookup,
    ModelTable,
    Reference,
    Row,
    Table,
)
from zones.dataset.versions import change_of, next_versions
from zones.models import Batch, Change, City, Coverage, Programme, Source, Verification, Zone


class Programmes(ModelTable):
    """Programmes, from wide to narrow."""

    name = "programmes"
    title = "The three pilots"
    model = Programme
    key = ("slug",)
    columns = (
        text("slug", longest=50, required=True),
        whole_number("position", required=True),
        *named(),
        text("kind", longest=50, required=True),
        partial_date("started_on", required=True),
        text("lead_agencies", longest=500, required=True),
        text("description_en", required=True),
        text("note", staff=True),
    )


class Batches(ModelTable):
    """Approval rounds."""

    name = "batches"
    title = "Approval rounds of the programmes"
    model = Batch
    key = ("programme", "number")
    columns = (
        text("programme", "programme__slug", required=True),
        whole_number("number", required=True),
        partial_date("approved_on"),
        partial_date("announced_on"),
        text("document_number", longest=50),
        text("title_zh", longest=300, required=True),
        text("title_en", longest=300, required=True),
        whole_number("city_count"),
        text("source_id", "source__slug", required=True),
        one_of("verification", Verification.values),
        text("caveat_en"),
        text("caveat_zh"),
        url("evidence_url", staff=True),
        text("note", staff=True),
    )
    references = (
        Reference("programme", Programme, "slug"),
        Reference("source_id", Source, "slug"),
    )
    foreign_keys = (
        ForeignKey(("programme",), "programmes", ("slug",)),
        ForeignKey(("source_id",), "sources", ("id",)),
    )


class Zones(Table):
    """Zones, published as versions together with the cities they cover."""

    name = "zones"
    title = "Designations of cities in batches"
    key = ("programme", "city")
    columns = (
        text("programme", "batch__programme__slug", required=True),
        whole_number("batch", "batch__number", required=True),
        text("city", "city__slug", required=True),
        text("zone_name_en", "name_en", longest=200),
        text("zone_name_zh", "name_zh", longest=200),
        partial_date("designated_on"),
        partial_date("ended_on"),
        text("ended_by", "ended_by__slug"),
        text("successor", "successor__slug"),
        one_of("verification", Verification.values),
        text("caveat_en"),
        text("caveat_zh"),
        url("evidence_url", staff=True),
        text("note", staff=True),
    )
    foreign_keys = (
        ForeignKey(("programme", "batch"), "batches", ("programme", "number")),
        ForeignKey(("city",), "cities", ("slug",)),
        ForeignKey(("ended_by",), "sources", ("id",)),
        ForeignKey(("successor",), "cities", ("slug",)),
    )

    def current(self) -> Iterable[Cells]:
        """Zones as known now."""
        paths = [column.path for column in self.columns]
        rows = (
            Zone.objects.current()
            .standing()
            .order_by(
                "batch__programme__position",
                "batch__number",
                "city__province__gb2260",
                "city__adcode",
                "city__slug",
            )
            .values_list(*paths)
        )
        for row in rows:
            yield {c.name: c.cell_of(v) for c, v in zip(self.columns, row, strict=True)}

    def write(self, changes: Changes, load: Load) -> None:
        """Leave it to ``finish``: a zone is published with its coverage."""

    def take_out(self, absent: Mapping[Key, Cells], load: Load) -> None:
        """Leave it to ``finish``."""

    def finish(self, load: Load) -> None:
        """Note a new version of every zone that changed or whose coverage did."""
        draft = _ZoneDrafts(self, load)
        draft.write()


class ZoneCoverage(Table):
    """Further cities that zones cover."""

    name = "zone_coverage"
    title = "Further cities that zones cover"
    key = ("programme", "zone_city", "city", "covered_from")
    columns = (
        text("programme", required=True),
        text("zone_city", required=True),
        text("city", "city__slug", required=True),
        partial_date("covered_from", required=True),
        partial_date("covered_until"),
        one_of("verification", Verification.values),
        url("evidence_url", staff=True),
        text("note", staff=True),
    )
    foreign_keys = (
        ForeignKey(("programme", "zone_city"), "zones", ("programme", "city")),
        ForeignKey(("city",), "cities", ("slug",)),
    )

    def current(self) -> Iterable[Cells]:
        """Coverages of the zones as known now."""
        rows = Coverage.objects.filter(zone__in=Zone.objects.current().standing()).select_related(
            "zone__batch__programme", "zone__city", "city"
        )
        cells = [self.cells(row) for row in rows]
        return sorted(
            cells, key=lambda c: (c["programme"], c["zone_city"], c["city"], c["covered_from"])
        )

    def cells(self, row: Coverage) -> Cells:
        """One coverage's cells."""
        return {
            "programme": row.zone.batch.programme.slug,
            "zone_city": row.zone.city.slug,
            "city": row.city.slug,
            "covered_from": str(row.covered_from),
            "covered_until": str(row.covered_until or ""),
            "verification": row.verification,
            "evidence_url": row.evidence_url,
            "note": row.note,
        }

    def write(self, changes: Changes, load: Load) -> None:
        """Leave it to the zones, which are published with their coverage."""

    def take_out(self, absent: Mapping[Key, Cells], load: Load) -> None:
        """Leave it to the zones."""


class _ZoneDrafts:
    """New versions of the zones that a load changes."""

    def __init__(self, table: Zones, load: Load) -> None:
        self.table, self.load = table, load
        self.zones = load.changes.get(Zones.name, Changes())
        self.coverage = load.changes.get(ZoneCoverage.name, Changes())
        self.sources = Lookup(Source, "slug")
        self.cities = Lookup(City, "slug")
        self.batches = Lookup(Batch, "programme__slug", "number")
        current = Zone.objects.current().standing()
        self.before: dict[Key, Zone] = {
            (zone.batch.programme.slug, zone.city.slug): zone
            for zone in current.select_related("batch__programme", "city").prefetch_related(
                "coverages__city"
            )
        }

    def write(self) -> None:
        withdrawn = self.zones.absent if self.load.withdraw else {}
        lost = self.coverage.absent if self.load.withdraw else {}
        touched = {
            **dict.fromkeys(self.zones.rows),
            **{key[:2]: None for key in (*self.coverage.rows, *lost)},
            **dict.fromkeys(withdrawn),
        }
        versions = next_versions(Zone, [".".join(key) for key in touched])
        for key in touched:
            draft = self._draft(key, versions[".".join(key)])
            if draft is None:
                continue
            draft.change = Change.WITHDRAWN if key in withdrawn else self._change(key)
            draft.save()
            self._save_coverage(draft, key, set(lost))
            self.load.publication.zones.append(draft)

    def _draft(self, key: Key, version: int) -> Zone | None:
        row, before = self.zones.rows.get(key), self.before.get(key)
        if row is None and before is None:
            covering = next(r for k, r in self.coverage.rows.items() if k[:2] == key)
            why = f"there is no zone of {key[0]} in {key[1]}"
            self.load.problems.add(ZoneCoverage().file, covering.line, "zone_city", why)
            return None
        fields = self._fields_of(row) if row else _copied(before)
        if fields is None:
            return None
        return Zone(identity=".".join(key), version=version, **fields)

    def _fields_of(self, row: Row) -> dict[str, Any] | None:
        values, cells = row.values, row.cells
        try:
            fields = {
                "batch": self.batches[cells["programme"], cells["batch"]],
                "city": self.cities[cells["city"]],
                "ended_by": self.sources[cells["ended_by"]] if cells["ended_by"] else None,
                "successor": self.cities[cells["successor"]] if cells["successor"] else None,
            }
        except ValueError as wrong:
            self.table.refuse(self.load, row, None, str(wrong))
            return None
        started, ended = values["designated_on"], values["ended_on"]
        if ended and (not started or ended.first_day <= started.first_day):
            self.table.refuse(self.load, row, "ended_on", f"{ended} is not after {started}")
            return None
        plain = ("designated_on", "ended_on", "verification", "caveat_en", "caveat_zh")
        fields |= {name: values[name] for name in (*plain, "evidence_url", "note")}
        return fields | {"name_en": values["zone_name_en"], "name_zh": values["zone_name_zh"]}

    def _change(self, key: Key) -> Change:
        row = self.zones.rows.get(key)
        if row is None:
            return Change.CORRECTED
        before = self.zones.before.get(key)
        ends = {"ended_on", "ended_by", "successor"}
        return change_of(before, row.cells, start="designated_on", ends=ends)

    def _save_coverage(self, draft: Zone, key: Key, lost: set[Key]) -> None:
        kept: dict[Key, Coverage] = {}
        for coverage in self.before[key].coverages.all() if key in self.before else ():
            own = (*key, coverage.city.slug, str(coverage.covered_from))
            if own not in lost:
                coverage.pk, coverage.zone = None, draft
                coverage._state.adding = True
                kept[own] = coverage
        for own, row in self.coverage.rows.items():
            if own[:2] == key and (new := self._coverage(draft, row)):
                kept[own] = new
        for coverage in kept.values():
            coverage.save()

    def _coverage(self, draft: Zone, row: Row) -> Coverage | None:
        values = row.values
        try:
            city = self.cities[row.cells["city"]]
        except ValueError as wrong:
            self.load.problems.add(ZoneCoverage().file, row.line, "city", str(wrong))
            return None
        start, until = values["covered_from"], values["covered_until"]
        if until and until.first_day <= start.first_day:
            why = f"{until} is not after {start}"
            self.load.problems.add(ZoneCoverage().file, row.line, "covered_until", why)
            return None
        return Coverage(
            zone=draft,
            city=city,
            covered_from=start,
            covered_until=until,
            verification=values["verification"],
            evidence_url=values["evidence_url"],
            note=values["note"],
        )


def _copied(zone: Zone | None) -> dict[str, Any]:
    names = (
        "batch",
        "city",
        "name_en",
        "name_zh",
        "designated_on",
        "ended_on",
        "ended_by",
        "successor",
        "verification",
        "caveat_en",
        "caveat_zh",
        "evidence_url",
        "note",
    )
    return {name: getattr(zone, name) for name in names}
