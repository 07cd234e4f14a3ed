"""Tables of zones and the cities they cover, published together as versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet

from zones.dataset.columns import one_of, partial_date, text, url, whole_number
from zones.dataset.tables import Cells, Changes, ForeignKey, Key, Load, Lookup, Row, Table
from zones.dataset.versions import change_of, next_versions
from zones.models import Batch, Change, City, Coverage, Source, Verification, Zone


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
        """Zones as known now, by programme, batch and place."""
        order = (
            "batch__programme__position",
            "batch__number",
            "city__province__gb2260",
            "city__adcode",
            "city__slug",
        )
        zones: QuerySet[Zone] = Zone.objects.current().standing().order_by(*order)
        for row in zones.values_list(*(column.path for column in self.columns)):
            yield {c.name: c.cell_of(v) for c, v in zip(self.columns, row, strict=True)}

    def write(self, changes: Changes, load: Load) -> None:
        """Leave it to ``finish``: a zone is published with its coverage."""

    def take_out(self, absent: Mapping[Key, Cells], load: Load) -> None:
        """Leave it to ``finish``."""

    def finish(self, load: Load) -> None:
        """Note a new version of every zone that changed or whose coverage did."""
        _Changed(self, load).write()


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


class ZoneReader:
    """Makes unsaved zones and coverages of rows."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.sources = Lookup(Source, "slug")
        self.cities = Lookup(City, "slug")
        self.batches = Lookup(Batch, "programme__slug", "number")

    def zone(self, table: Table, row: Row) -> Zone | None:
        """A zone without identity and version, or nothing where the row is refused."""
        values, cells = row.values, row.cells
        try:
            batch = self.batches[cells["programme"], cells["batch"]]
            city = self.cities[cells["city"]]
            ended_by = self.sources[cells["ended_by"]] if cells["ended_by"] else None
            successor = self.cities[cells["successor"]] if cells["successor"] else None
        except ValueError as wrong:
            table.refuse(self.load, row, None, str(wrong))
            return None
        started, ended = values["designated_on"], values["ended_on"]
        if ended and (not started or ended.first_day <= started.first_day):
            table.refuse(self.load, row, "ended_on", f"{ended} is not after {started}")
            return None
        return Zone(
            batch=batch,
            city=city,
            name_en=values["zone_name_en"],
            name_zh=values["zone_name_zh"],
            designated_on=started,
            ended_on=ended,
            ended_by=ended_by,
            successor=successor,
            verification=values["verification"],
            caveat_en=values["caveat_en"],
            caveat_zh=values["caveat_zh"],
            evidence_url=values["evidence_url"],
            note=values["note"],
        )

    def coverage(self, table: Table, row: Row, zone: Zone) -> Coverage | None:
        """A coverage of a zone, or nothing where the row is refused."""
        values = row.values
        start, until = values["covered_from"], values["covered_until"]
        try:
            city = self.cities[row.cells["city"]]
        except ValueError as wrong:
            table.refuse(self.load, row, "city", str(wrong))
            return None
        if until and until.first_day <= start.first_day:
            table.refuse(self.load, row, "covered_until", f"{until} is not after {start}")
            return None
        return Coverage(
            zone=zone,
            city=city,
            covered_from=start,
            covered_until=until,
            verification=values["verification"],
            evidence_url=values["evidence_url"],
            note=values["note"],
        )


class _Changed:
    """New versions of the zones that a load changes."""

    def __init__(self, table: Zones, load: Load) -> None:
        self.table, self.load = table, load
        self.zones = load.changes.get(Zones.name, Changes())
        self.coverage = load.changes.get(ZoneCoverage.name, Changes())
        self.reader = ZoneReader(load)
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
            kept = self._kept_coverage(key, set(lost))
            draft = self._draft(key)
            if draft is None:
                continue
            draft.identity = ".".join(key)
            draft.version = versions[draft.identity]
            draft.change = Change.WITHDRAWN if key in withdrawn else self._change(key)
            draft.save()
            self._save_coverage(draft, key, kept)
            self.load.publication.zones.append(draft)

    def _draft(self, key: Key) -> Zone | None:
        row, before = self.zones.rows.get(key), self.before.get(key)
        if row:
            return self.reader.zone(self.table, row)
        if before:
            return _copied(before)
        covering = next(r for k, r in self.coverage.rows.items() if k[:2] == key)
        why = f"there is no zone of {key[0]} in {key[1]}"
        ZoneCoverage().refuse(self.load, covering, "zone_city", why)
        return None

    def _change(self, key: Key) -> Change:
        row = self.zones.rows.get(key)
        if row is None:
            return Change.CORRECTED
        before = self.zones.before.get(key)
        beside = {"ended_by", "successor"}
        return change_of(before, row.cells, start="designated_on", end="ended_on", beside=beside)

    def _kept_coverage(self, key: Key, lost: set[Key]) -> dict[Key, Coverage]:
        before = self.before.get(key)
        known = {
            (*key, coverage.city.slug, str(coverage.covered_from)): coverage
            for coverage in (before.coverages.all() if before else ())
        }
        return {own: coverage for own, coverage in known.items() if own not in lost}

    def _save_coverage(self, draft: Zone, key: Key, kept: dict[Key, Coverage]) -> None:
        for coverage in kept.values():
            coverage.pk, coverage.zone = None, draft
            coverage._state.adding = True
        for own, row in self.coverage.rows.items():
            if own[:2] == key and (new := self.reader.coverage(ZoneCoverage(), row, draft)):
                kept[own] = new
        for coverage in kept.values():
            coverage.save()


def _copied(zone: Zone) -> Zone:
    """An unsaved copy, to become the next version."""
    fields = {
        field.name: getattr(zone, field.name)
        for field in zone._meta.concrete_fields
        if not field.generated and field.name not in {"id", "recorded_in", "replaced_in"}
    }
    return Zone(**fields)
