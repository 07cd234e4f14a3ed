"""Tables of zones and the cities they cover, published together as versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, partial

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext, pgettext_lazy

from zones.dataset.columns import kept_in, text
from zones.dataset.model_table import Lookup
from zones.dataset.problems import words_of
from zones.dataset.table import (
    Base,
    Cells,
    Changes,
    ForeignKey,
    Key,
    Load,
    Table,
    TableRow,
)
from zones.dataset.version_numbers import (
    change_of,
    misplaced,
    newest_day,
    next_versions,
    withdrawn_among,
)
from zones.models import Batch, City, Coverage, Source, Zone
from zones.rules.events import OF_LAW
from zones.rules.partial_dates import first_day_text
from zones.rules.vocabulary import Change


class Zones(Table):
    """Zones, published as versions together with the cities they cover."""

    name = "zones"
    ends_by = ("ended_on", "ended_by", "successor")
    ends_before = True
    holds_between = ("designated_on", "ended_on")
    lies_in = "programmes"
    title = "Designations of cities in batches"
    named_by = Zone
    key = ("programme", "city")
    decisive = ("batch", "designated_on", "ended_on", "ended_by", "successor")
    columns = (
        kept_in(Zone, "programme", "batch__programme__slug"),
        kept_in(Zone, "batch", "batch__number"),
        kept_in(Zone, "city", "city__slug"),
        kept_in(Zone, "zone_name_en", "name_en"),
        kept_in(Zone, "zone_name_zh", "name_zh"),
        kept_in(Zone, "designated_on"),
        kept_in(Zone, "ended_on"),
        kept_in(Zone, "ended_by", "ended_by__slug"),
        kept_in(Zone, "successor", "successor__slug"),
        kept_in(Zone, "verification"),
        kept_in(Zone, "caveat_en"),
        kept_in(Zone, "caveat_zh"),
        kept_in(Zone, "evidence_url", staff=True),
        kept_in(Zone, "note", staff=True),
    )
    foreign_keys = (
        ForeignKey(("programme", "batch"), "batches", ("programme", "number")),
        ForeignKey(("city",), "cities", ("slug",)),
        ForeignKey(("ended_by",), "sources", ("id",)),
        ForeignKey(("successor",), "cities", ("slug",)),
    )

    def current(self) -> Iterable[Cells]:
        """Yield the zones as known now, by programme, batch and place."""
        order = (
            "batch__programme__position",
            "batch__number",
            "city__province__gb2260",
            "city__adcode",
            "city__slug",
        )
        yield from self.cells_of(Zone.objects.current().not_withdrawn().order_by(*order))

    def moved_since(self, base: Base) -> Mapping[Key, Cells | None]:
        """Return the zones that later revisions recorded or replaced, as the base knew them."""
        later, gone = _moved_zones(base)
        moved: dict[Key, Cells | None] = {self.key_of(c): None for c in self.cells_of(later)}
        return moved | {self.key_of(cells): cells for cells in self.cells_of(gone)}

    def cells_of(self, zones: QuerySet[Zone]) -> Iterator[Cells]:
        """Yield the cells of some zones."""
        for row in zones.values_list(*(column.path for column in self.columns)):
            yield {c.name: c.cell_of(v) for c, v in zip(self.columns, row, strict=True)}

    def check(self, changes: Changes, load: Load) -> None:
        """Note what is wrong with zones, by the rules of their model."""
        reader = ZoneReader(load)
        identities = {key: ".".join(key) for key, row in changes.checked if row.change}
        withdrawn = withdrawn_among(Zone, identities, changes)
        for key, row in changes.checked:
            reader.zone(self, row)
            if why := misplaced(row, key, changes, withdrawn, end="ended_on"):
                self.refuse(load, row, "change", why)

    def write(self, changes: Changes, load: Load) -> None:
        """Leave the rows to ``finish``: a zone is published with its coverage."""

    def take_out(self, absent: Mapping[Key, Cells], load: Load) -> None:
        """Leave to ``finish`` what is taken out."""

    def finish(self, load: Load) -> None:
        """Note a new version of every zone that changed or whose coverage did."""
        _Changed(self, load).write()


class ZoneCoverage(Table):
    """Further cities that zones cover."""

    name = "zone_coverage"
    ends_by = ("covered_until", "note")
    ends_before = True
    holds_between = ("covered_from", "covered_until")
    title = "Further cities that zones cover"
    named_by = Coverage
    key = ("programme", "zone_city", "city", "covered_from")
    decisive = ("covered_until",)
    columns = (
        text("programme", pgettext_lazy("field", "programme"), required=True),
        text("zone_city", pgettext_lazy("field", "city of the zone"), required=True),
        kept_in(Coverage, "city", "city__slug"),
        kept_in(Coverage, "covered_from"),
        kept_in(Coverage, "covered_until"),
        kept_in(Coverage, "verification"),
        kept_in(Coverage, "evidence_url", staff=True),
        kept_in(Coverage, "note", staff=True),
    )
    foreign_keys = (
        ForeignKey(("programme", "zone_city"), "zones", ("programme", "city")),
        ForeignKey(("city",), "cities", ("slug",)),
    )

    def current(self) -> Iterable[Cells]:
        """Return the coverages of the zones as known now."""
        rows = Coverage.objects.filter(
            zone__in=Zone.objects.current().not_withdrawn()
        ).select_related("zone__batch__programme", "zone__city", "city")
        cells = [self.cells(row) for row in rows]
        return sorted(
            cells, key=lambda c: (c["programme"], c["zone_city"], c["city"], c["covered_from"])
        )

    def cells(self, row: Coverage) -> Cells:
        """Return the cells of one coverage."""
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

    def check(self, changes: Changes, load: Load) -> None:
        """Note what is wrong with coverages, by the rules of their model."""
        reader, known = ZoneReader(load), identities_of_zones()
        zones = load.changes.get(Zones.name, Changes())
        refused = {key for key, _row in zones.refused}
        lost = changes.absent if load.withdraw else {}
        rows = {key for key, row in changes.checked if row.bears(self.key)}
        stay = [key for key in changes.before if key not in lost and key not in rows]
        days = {self._day_of(key): key for key in stay}
        for key, row in changes.checked:
            reader.read_coverage(self, row, Zone())
            own = self.key_of(row.cells)
            of_zone = own[:2]
            if row.has("programme", "zone_city") and of_zone not in (*known, *zones.added):
                self.refuse(load, row, "zone_city", _no_zone(own, is_refused=of_zone in refused))
            if row.has("zone_city", "city") and own[1] == own[2]:
                self.refuse(load, row, "city", gettext("A zone needs no row for its own city."))
            # No version tells which coverages were taken out: each may have been, and be corrected.
            if why := misplaced(row, key, changes, (key,), end="covered_until"):
                self.refuse(load, row, "change", why)
            if key in rows and (other := days.setdefault(self._day_of(own), own)) != own:
                self.refuse(load, row, "covered_from", covered_words(own[2], other[3]))

    @staticmethod
    def _day_of(key: Key) -> Key:
        """The key with the first day of the coverage in full, however that is written."""
        return (*key[:3], first_day_text(key[3]))

    def write(self, changes: Changes, load: Load) -> None:
        """Leave the rows to the zones, which are published with their coverage."""

    def take_out(self, absent: Mapping[Key, Cells], load: Load) -> None:
        """Leave to the zones what is taken out."""

    def finish(self, load: Load) -> None:
        """Note new versions of the zones where their own table is not loaded."""
        if Zones.name not in load.changes:
            _Changed(Zones(), load).write()

    def moved_since(self, base: Base) -> Mapping[Key, Cells | None]:
        """Return the coverages of zones that later revisions recorded or replaced.

        Their cells are those that the base knew.
        """
        related = ("zone__batch__programme", "zone__city", "city")
        rows = Coverage.objects.select_related(*related)
        later, gone = (
            [self.cells(row) for row in rows.filter(zone__in=zones)] for zones in _moved_zones(base)
        )
        moved: dict[Key, Cells | None] = {self.key_of(cells): None for cells in later}
        return moved | {self.key_of(cells): cells for cells in gone}


def _moved_zones(base: Base) -> tuple[QuerySet[Zone], QuerySet[Zone]]:
    """Zones recorded since, and zones known then and replaced since."""
    later = Zone.objects.filter(recorded_in__gt=base.revision).not_withdrawn().order_by()
    before = Zone.objects.known_at(base.revision).not_withdrawn()
    return later, before.filter(replaced_in__gt=base.revision).order_by()


def covered_words(city: str, other: str) -> str:
    """Return that a city is covered from a day on that is written otherwise already."""
    said = gettext(
        "%(city)s is covered from this day on already, written %(other)s: one row says it"
    )
    return said % {"city": city, "other": other}


class ZoneReader:
    """Makes unsaved zones and coverages of rows."""

    def __init__(self, load: Load) -> None:
        self.load = load
        own = partial(load.cells, Zones.name)
        cities = own("city", "successor") | load.cells(ZoneCoverage.name, "city")
        self.sources = Lookup(Source, "slug", load=load, among=own("ended_by"))
        self.cities = Lookup(City, "slug", load=load, among=cities)
        self.batches = Lookup(Batch, "programme__slug", "number", load=load, among=own("programme"))
        #: How the day is written from which a zone covers a city, by the ids of both and the day.
        self._covered: dict[tuple[int, int, str], str] = {}

    def note(self, coverage: Coverage) -> str:
        """Note from when a zone covers a city; give how that was written if it was said before."""
        written = str(coverage.covered_from)
        key = (coverage.zone_id, coverage.city_id, first_day_text(written))
        known = self._covered.setdefault(key, written)
        return known if known != written else ""

    def zone(self, table: Table, row: TableRow) -> Zone | None:
        """Return a zone without identity and version, or nothing where the row is refused; that is
        told with everything that is wrong with it.
        """
        cells = row.cells
        named: dict[str, tuple[Lookup, str | Key]] = {
            "batch": (self.batches, (cells["programme"], cells["batch"])),
            "city": (self.cities, cells["city"]),
            "ended_by": (self.sources, cells["ended_by"]),
            "successor": (self.cities, cells["successor"]),
        }
        unread = set(row.unread)
        if "programme" in unread:
            unread.add("batch")
        zone, plain = Zone(), {own.name: own.path for own in Zones.columns if "__" not in own.path}
        self._name(table, row, zone, named, unread)
        return zone if self._is_whole(table, row, zone, plain, unread) else None

    def _name(
        self,
        table: Table,
        row: TableRow,
        record: Zone | Coverage,
        named: Mapping[str, tuple[Lookup, str | Key]],
        unread: set[str],
    ) -> None:
        """Let a record refer to what cells of its row name; note what they name that is not."""
        for column, (rows, key) in named.items():
            if column in unread:
                continue
            try:
                setattr(record, column, rows[key] if row.cells[column] else None)
            except ValueError as wrong:
                unread.add(column)
                table.refuse(self.load, row, column, words_of(wrong))

    def _is_whole(
        self,
        table: Table,
        row: TableRow,
        record: Zone | Coverage,
        plain: Mapping[str, str],
        unread: set[str],
    ) -> bool:
        """Let a record say what plain cells of its row do, by its fields; note what is wrong with
        it beside those that are ``unread``, and return whether nothing is.
        """
        for column, field in plain.items():
            if column not in unread:
                setattr(record, field, row.values[column])
        if unread:
            kept = Zones() if isinstance(record, Zone) else ZoneCoverage()
            record.leave_unread(kept.fields_of(unread))
        try:
            record.clean()
        except ValidationError as wrong:
            table.refuse_invalid(self.load, row, wrong)
            return False
        return not unread

    def coverage(self, table: Table, row: TableRow, zone: Zone) -> Coverage | None:
        """Return a coverage of a zone, or nothing where the row is refused."""
        coverage = self.read_coverage(table, row, zone)
        if coverage is not None and (other := self.note(coverage)):
            words = covered_words(coverage.city.slug, other)
            table.refuse(self.load, row, "covered_from", words)
            return None
        return coverage

    def read_coverage(self, table: Table, row: TableRow, zone: Zone) -> Coverage | None:
        """Return a coverage of a zone, or nothing where the row is refused by itself; that is told
        with everything that is wrong with it.
        """
        coverage, unread = Coverage(zone=zone), set(row.unread)
        own = {one.name: one.path for one in ZoneCoverage.columns if "__" not in one.path}
        plain = {name: path for name, path in own.items() if name not in ("programme", "zone_city")}
        self._name(table, row, coverage, {"city": (self.cities, row.cells["city"])}, unread)
        return coverage if self._is_whole(table, row, coverage, plain, unread) else None


class _Changed:
    """New versions of the zones that a load changes."""

    def __init__(self, table: Zones, load: Load) -> None:
        self.table, self.load = table, load
        self.zones = load.changes.get(Zones.name, Changes())
        self.coverage = load.changes.get(ZoneCoverage.name, Changes())
        self.reader = ZoneReader(load)

    @cached_property
    def before(self) -> dict[Key, Zone]:
        """Return the zones as known now."""
        current = Zone.objects.current().not_withdrawn().select_related("batch__programme", "city")
        return {
            (zone.batch.programme.slug, zone.city.slug): zone
            for zone in current.prefetch_related("coverages__city")
        }

    def write(self) -> None:
        """Save a new version of each zone that a load changes, and add it to what is published."""
        withdrawn = self.zones.absent if self.load.withdraw else {}
        lost = self.coverage.absent if self.load.withdraw else {}
        touched = {
            **dict.fromkeys(self.zones.rows),
            **{key[:2]: None for key in (*self.coverage.rows, *lost)},
            **dict.fromkeys(withdrawn),
        }
        if not touched:
            return
        identities = {key: ".".join(key) for key in touched} | identities_of_zones()
        versions = next_versions(Zone, [identities[key] for key in touched])
        for key in touched:
            kept = self._kept_coverage(key, set(lost))
            draft = self._draft(key)
            if draft is None:
                continue
            draft.identity = identities[key]
            draft.version = versions[draft.identity]
            draft.change = Change.WITHDRAWN if key in withdrawn else self._change(key)
            draft.save()
            self._save_coverage(draft, key, kept)
            self.load.publication.zones.append(draft)

    @cached_property
    def newest(self) -> str:
        """Return the day of the newest revision."""
        return newest_day()

    def _draft(self, key: Key) -> Zone | None:
        row, before = self.zones.rows.get(key), self.before.get(key)
        if row:
            return self.reader.zone(self.table, row)
        if before:
            return _copied(before)
        covering = next(r for k, r in self.coverage.rows.items() if k[:2] == key)
        ZoneCoverage().refuse(self.load, covering, "zone_city", _no_zone(key))
        return None

    def _change(self, key: Key) -> Change:
        of_coverage = self._changes_of_coverage(key)
        row = self.zones.rows.get(key)
        if row is None:
            # The zone itself neither begins nor ends where the law moves what it covers.
            is_law = all(change in OF_LAW for change in of_coverage)
            return Change.AMENDED if is_law else Change.CORRECTED
        before = self.zones.before.get(key)
        worked_out = change_of(
            before,
            row.cells,
            self.newest,
            start="designated_on",
            end="ended_on",
            beside=self.table.ends_by,
        )
        row.change = row.change or worked_out
        return Change(row.change)

    def _changes_of_coverage(self, zone: Key) -> list[Change]:
        """What each changed coverage of a zone is: as its row says, else as its cells do."""
        found: list[Change] = []
        for key, row in self.coverage.rows.items():
            if key[:2] == zone:
                row.change = row.change or change_of(
                    self.coverage.before.get(key),
                    row.cells,
                    self.newest,
                    start="covered_from",
                    end="covered_until",
                    beside=ZoneCoverage.ends_by,
                )
                found.append(Change(row.change))
        lost = self.coverage.absent if self.load.withdraw else {}
        return [*found, *(Change.WITHDRAWN for key in lost if key[:2] == zone)]

    def _kept_coverage(self, key: Key, lost: set[Key]) -> dict[Key, Coverage]:
        before = self.before.get(key)
        known = {
            own_key(key, coverage): coverage
            for coverage in (before.coverages.all() if before else ())
        }
        return {own: coverage for own, coverage in known.items() if own not in lost}

    def _save_coverage(self, draft: Zone, key: Key, kept: dict[Key, Coverage]) -> None:
        for coverage in kept.values():
            coverage.pk, coverage.zone = None, draft
            coverage._state.adding = True
            if own_key(key, coverage) not in self.coverage.rows:
                self.reader.note(coverage)
        for own, row in self.coverage.rows.items():
            if own[:2] == key and (new := self.reader.coverage(ZoneCoverage(), row, draft)):
                kept[own] = new
        if self.load.problems.found:
            return
        for coverage in kept.values():
            coverage.save()


def own_key(zone: Key, coverage: Coverage) -> Key:
    """Return the natural key of a coverage of a zone."""
    return (*zone, coverage.city.slug, str(coverage.covered_from))


def identities_of_zones() -> dict[Key, str]:
    """Return the identities of the current zones, by programme and city.

    Both may have had other keys when the zone was born.
    """
    zones = Zone.objects.current().not_withdrawn().order_by()
    named = zones.values_list("batch__programme__slug", "city__slug", "identity")
    return {(programme, city): identity for programme, city, identity in named}


def _copied(zone: Zone) -> Zone:
    """An unsaved copy, to become the next version."""
    fields = {
        field.name: getattr(zone, field.name)
        for field in zone._meta.concrete_fields
        if not field.generated and field.name not in {"id", "recorded_in", "replaced_in"}
    }
    return Zone(**fields)


def _no_zone(key: Key, *, is_refused: bool = False) -> str:
    why = gettext("there is no zone of %(programme)s in %(city)s")
    if is_refused:
        why = gettext("the zone of %(programme)s in %(city)s is refused: mend that first")
    return why % {"programme": key[0], "city": key[1]}
