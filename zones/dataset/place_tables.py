"""Tables of places and of where cities were before they moved."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from zones.dataset.alias_table import SuccessorKeys, with_keys_of_today
from zones.dataset.columns import TableColumn, kept_in, parts
from zones.dataset.model_table import Lookup, ModelTable, Reference
from zones.dataset.naming import Naming
from zones.dataset.problems import words_of
from zones.dataset.table import BATCH, Base, Cells, Changes, ForeignKey, Key, Load, Table
from zones.models import City, CustomsDistrict, Placement, Province
from zones.models.places import OF_CITY
from zones.models.scopes import PLACE_COLUMNS, Body
from zones.rules.partial_dates import first_day_text


def named(model: type[models.Model]) -> tuple[TableColumn, TableColumn]:
    """Return the columns of the two names that everything has."""
    return kept_in(model, "name_en"), kept_in(model, "name_zh")


class Provinces(ModelTable):
    """Province-level units."""

    name = "provinces"
    title = "Province-level units of the mainland"
    model = Province
    key = ("iso_3166_2",)
    unique = (("gb2260",),)
    columns = (
        kept_in(Province, "iso_3166_2"),
        kept_in(Province, "gb2260"),
        *named(Province),
        kept_in(Province, "region_en", "region"),
    )


class CustomsDistricts(ModelTable):
    """Customs districts."""

    name = "customs_districts"
    title = "Directly-under customs districts"
    model = CustomsDistrict
    key = ("code",)
    columns = (kept_in(CustomsDistrict, "code"), *named(CustomsDistrict))


class Cities(ModelTable):
    """Cities. All but their names and the note for staff is published as a placement.

    One that is taken out is placed nowhere from that revision on.
    """

    name = "cities"
    title = "Cities and areas that ever had pilot status"
    model = City
    changes_by = ("revision", "edit")
    key = ("slug",)
    unique = (("adcode",),)
    is_set_aside = True
    taken_out = "withdrawn"
    columns = (
        kept_in(City, "slug"),
        kept_in(City, "adcode"),
        *named(City),
        kept_in(City, "level"),
        kept_in(City, "province", "province__iso_3166_2"),
        kept_in(City, "customs_district", "customs_district__code"),
        parts(
            "other_customs_districts",
            pgettext_lazy("field", "other customs districts"),
            ordered=False,
            told=_(
                "Codes by semicolons, of districts under which a part of the city lies: they are "
                "shown, and their policies answer nothing there."
            ),
        ),
        kept_in(City, "lat", "latitude"),
        kept_in(City, "lon", "longitude"),
        kept_in(City, "note", staff=True),
    )
    references = (
        Reference("province", Province, "iso_3166_2"),
        Reference("customs_district", CustomsDistrict, "code"),
    )
    foreign_keys = (
        ForeignKey(("province",), "provinces", ("iso_3166_2",)),
        ForeignKey(("customs_district",), "customs_districts", ("code",)),
    )
    names: ClassVar[Mapping[str, Naming]] = {
        "other_customs_districts": Naming("customs_districts", many=True)
    }
    derived = ("other_customs_districts",)

    def queryset(self) -> Any:
        """Return cities with the districts under which a part of them lies."""
        return super().queryset().prefetch_related("other_customs_districts")

    def present(self) -> Any:
        """Return the cities that are known now."""
        return self.queryset().not_taken_back()

    def ever(self) -> Iterable[Cells]:
        """Return the cells of all cities that any revision knows."""
        return (self.cells(row) for row in self.queryset())

    def set_aside(self) -> set[Key]:
        """Return the keys of the cities that were taken back."""
        return set(City.objects.taken_back().order_by().values_list("slug"))

    def take_out(self, absent: Mapping[Key, Cells], load: Load) -> None:
        """Place cities nowhere from now on; what earlier revisions say of them stays."""
        load.former += [(self.name, list(key), cells) for key, cells in absent.items()]
        slugs = [slug for (slug,) in absent]
        for start in range(0, len(slugs), BATCH):
            batch = slugs[start : start + BATCH]
            placed = Placement.objects.current().filter(city__slug__in=batch)
            load.publication.replaced_placements += placed.select_related("city")

    def cells(self, row: City) -> dict[str, str]:
        """Return the cells of one city."""
        others = ";".join(sorted(district.code for district in row.other_customs_districts.all()))
        values = {
            c.name: c.cell_of(self._value(row, c))
            for c in self.columns
            if c.name != "other_customs_districts"
        }
        return {c.name: values.get(c.name, others) for c in self.columns}

    def check(self, changes: Changes, load: Load) -> None:
        """Note what is wrong with cities, and which further districts are none."""
        super().check(changes, load)
        districts = Lookup(CustomsDistrict, "code", load=load)
        aside = City.objects.taken_back().exclude(adcode="").order_by() if changes else ()
        codes = {city.adcode: city.slug for city in aside}
        for _key, row in changes.checked:
            own = row.cells["slug"]
            if row.has("adcode", "slug") and codes.get(row.cells["adcode"], own) != own:
                former = codes[row.cells["adcode"]]
                why = gettext("This is the code of %s, of which earlier revisions tell.") % former
                self.refuse(load, row, "adcode", why)
            self.refuse_unknown(load, row, "other_customs_districts", districts)

    def write_children(self, changes: Changes, load: Load) -> None:
        """Write the further districts."""
        districts = Lookup(CustomsDistrict, "code")
        for key, city in self.by_key(changes.rows).items():
            row = changes.rows[key]
            try:
                codes = row.values["other_customs_districts"]
                city.other_customs_districts.set([districts[code] for code in codes])
            except ValueError as wrong:
                self.refuse(load, row, "other_customs_districts", words_of(wrong))

    def moved_since(self, base: Base) -> Mapping[Key, Cells | None]:
        """Return the cities changed since, by an edit or by the publication of a placement."""
        renamed = with_keys_of_today(self, SuccessorKeys())
        moved: dict[Key, Cells | None] = {}
        # Edits name a city as it was called then.
        for key, cells in super().moved_since(base).items():
            moved.setdefault(self.key_of(renamed({"slug": key[0]})), cells)
        since = Q(recorded_in__gt=base.revision) | Q(replaced_in__gt=base.revision)
        touched = Placement.objects.published().filter(since).values("city")
        then = self._placed(Placement.objects.known_at(base.revision).filter(city__in=touched))
        now = self._placed(Placement.objects.current().filter(city__in=touched))
        others = {slug for slug in then.keys() & now.keys() if then[slug] != now[slug]}
        for city in self.queryset().filter(slug__in=others):
            key = (city.slug,)
            moved[key] = {**(moved.get(key) or self.cells(city)), **then[city.slug]}
        return moved

    def _placed(self, placements: QuerySet[Placement]) -> dict[str, Cells]:
        """What the latest of these placements says of each city."""
        found: dict[str, Cells] = {}
        for slug, own in _placements_by_city(placements).items():
            latest = own[-1]
            cells = {
                c.name: c.cell_of(self._value(latest, c))
                for c in self.columns
                if c.path in PLACEMENT_PATHS
            }
            cells["other_customs_districts"] = ";".join(_details(latest)[-1])
            found[slug] = cells
        return found

    def finish(self, load: Load) -> None:
        """Note new and moved cities for publication."""
        if FormerPlacements.name not in load.changes:
            place_cities(load)


class FormerPlacements(Table):
    """Where cities were before they moved; ``until`` is the first day they were not.

    Their rank, code and coordinates were those of ``cities``, unless a draft said otherwise.
    """

    name = "former_placements"
    title = "Provinces and customs districts of cities before they moved"
    named_by = Placement
    key = ("city", "until")

    @property
    def label(self) -> str:
        """Return what the table is called: its model has the placements of today as well."""
        return pgettext("table", "former placements of cities")

    @property
    def label_of_one(self) -> str:
        """Return what one row of it is called."""
        return pgettext("table", "former placement of a city")

    columns = (
        kept_in(Placement, "city", "city__slug"),
        replace(
            kept_in(Placement, "until", "since"),
            required=True,
            label=pgettext_lazy("field", "first day elsewhere"),
            help=_("The first day on which the city lay there no more."),
        ),
        kept_in(Placement, "province", "province__iso_3166_2"),
        kept_in(Placement, "customs_district", "customs_district__code"),
    )
    foreign_keys = (
        ForeignKey(("city",), "cities", ("slug",)),
        ForeignKey(("province",), "provinces", ("iso_3166_2",)),
        ForeignKey(("customs_district",), "customs_districts", ("code",)),
    )

    def current(self) -> Iterable[Cells]:
        """Yield the former placements as known now, by city and day."""
        yield from self._known(Placement.objects.current())

    def moved_since(self, base: Base) -> Mapping[Key, Cells | None]:
        """Return the former placements that are others now, as the base knew them."""
        then, now = (
            {self.key_of(cells): cells for cells in self._known(placements)}
            for placements in (
                Placement.objects.known_at(base.revision),
                Placement.objects.current(),
            )
        )
        return {key: then.get(key) for key in then | now if then.get(key) != now.get(key)}

    def _known(self, placements: QuerySet[Placement]) -> Iterator[Cells]:
        # Few cities were ever elsewhere.
        moved = placements.exclude(since=None).values("city")
        placements = placements.filter(city__in=moved)
        for city, own in sorted(_placements_by_city(placements).items()):
            for former, later in pairwise(own):
                yield {
                    "city": city,
                    "until": str(later.since),
                    "province": former.province.iso_3166_2,
                    "customs_district": former.customs_district.code,
                }

    def check(self, changes: Changes, load: Load) -> None:
        """Note which places of former placements are none, moves of a city on one day, and moves
        to where it lay already.
        """
        _moves({}, changes, load)
        days: dict[Key, Key] = {}
        lost = changes.absent if load.withdraw else {}
        rows = {key: row for key, row in changes.checked if row.bears(self.key)}
        known = [key for key in changes.before if key not in lost and key not in rows]
        for key in (*known, *rows):
            other = days.setdefault((key[0], first_day_text(key[1])), key)
            if other != key and key in rows:
                why = gettext("The city moved on this day already, written %s.") % other[1]
                self.refuse(load, rows[key], "until", why)
        self._check_moves(changes, load, lost)

    def _check_moves(self, changes: Changes, load: Load, lost: Mapping[Key, Cells]) -> None:
        """Refuse new moves of a city from a place to the same place."""
        new = {
            key: row
            for key, row in changes.checked
            if row.bears((*self.key, *PLACE_COLUMNS))
            and _where(row.cells) != _where(changes.before.get(key))
        }
        if not new:
            return
        places = {k: _where(cells) for k, cells in changes.before.items() if k not in lost}
        places |= {key: _where(row.cells) for key, row in changes.checked}
        why = gettext("The city lies there on that day already.")
        for city, now in _places_of_cities({key[0] for key in new}, load).items():
            own = sorted(
                (key for key in places if key[0] == city), key=lambda k: first_day_text(k[1])
            )
            line: list[tuple[Key, tuple[str, ...]]] = [
                *((key, places[key]) for key in own),
                ((), now),
            ]
            for (former, lay), (later, lies) in pairwise(line):
                if lay == lies and (row := new.get(former) or new.get(later)):
                    self.refuse(load, row, PLACE_COLUMNS[0], why)

    def write(self, changes: Changes, load: Load) -> None:
        """Leave the rows to ``finish``: a city is placed once it and all its moves are read."""

    def take_out(self, absent: Mapping[Key, Cells], load: Load) -> None:
        """Leave to ``finish`` what is taken out."""

    def finish(self, load: Load) -> None:
        """Note new and moved cities for publication."""
        place_cities(load)


def _where(cells: Cells | None) -> tuple[str, ...]:
    """Where a row says that a city lies or lay; nowhere without a row."""
    return tuple(cells[name] for name in PLACE_COLUMNS) if cells else ()


def _places_of_cities(slugs: Collection[str], load: Load) -> dict[str, tuple[str, ...]]:
    """Where cities lie as a load says, else as they are known; none of those that it takes out."""
    cities = load.changes.get(Cities.name, Changes())
    said = {
        slug: _where(row.cells)
        for (slug,), row in cities.checked
        if row.bears((*Cities.key, *PLACE_COLUMNS))
    }
    left = [(slug,) for slug in slugs if slug not in said and (slug,) not in cities.absent]
    known = Cities().known(left) if left else {}
    return {slug: said[slug] for slug in slugs if slug in said} | {
        slug: _where(cells) for (slug,), cells in known.items()
    }


#: The paths of what a placement says, of a city and of a placement alike.
PLACEMENT_PATHS = ("province__iso_3166_2", "customs_district__code", *OF_CITY)

Where = tuple[Province, CustomsDistrict]
#: What is said of a city besides: by :data:`OF_CITY`, and the codes of further districts.
Details = tuple[Any, ...]


def place_cities(load: Load) -> None:
    """Note placements that are new or were wrong, of the cities that a load touches."""
    if load.is_history:
        return
    cities = load.changes.get(Cities.name, Changes())
    former = load.changes.get(FormerPlacements.name, Changes())
    lost = set(former.absent) if load.withdraw else set()
    gone = {slug for (slug,) in cities.absent} if load.withdraw else set()
    touched = {key[0] for key in (*cities.rows, *former.rows, *lost)} - gone
    known = Placement.objects.current().filter(city__slug__in=touched)
    stored = _placements_by_city(known)
    moves = _moves(stored, former, load)
    cities_touched = City.objects.filter(slug__in=touched)
    for city in cities_touched.prefetch_related("other_customs_districts"):
        own = sorted(key for key in moves if key[0] == city.slug and key not in lost)
        starts = [None, *(until for _, until in own)]
        bodies = [*(moves[key] for key in own), (city.province, city.customs_district)]
        _note(city, list(zip(starts, bodies, strict=True)), stored.get(city.slug, []), load)


def _moves(stored: dict[str, list[Placement]], former: Changes, load: Load) -> dict[Key, Where]:
    """Where cities were until some day: as known, then as the load says."""
    moves: dict[Key, Where] = {
        (slug, str(later.since)): (before.province, before.customs_district)
        for slug, placements in stored.items()
        for before, later in pairwise(placements)
    }
    cities = Lookup(City, "slug", load=load, among=load.cells(FormerPlacements.name, "city"))
    provinces = Lookup(Province, "iso_3166_2", load=load)
    districts = Lookup(CustomsDistrict, "code", load=load)
    for key, row in former.checked:
        found = []
        named = {"city": cities, "province": provinces, "customs_district": districts}
        for column, rows in named.items():
            if not row.has(column):
                continue
            try:
                found.append(rows[row.cells[column]])
            except ValueError as wrong:
                FormerPlacements().refuse(load, row, column, words_of(wrong))
        if len(found) == len(named):
            moves[key] = found[1], found[2]
    return moves


def _note(
    city: City,
    wanted: list[tuple[str | None, Where]],
    stored: list[Placement],
    load: Load,
) -> None:
    """Draft what is wanted and not stored, and replace what is stored and not wanted."""
    known = {(p.since, (p.province, p.customs_district), _details(p)): p for p in stored}
    # What a city was before it moved is corrected with it, where it was the same. Its latest
    # placement says what the city does.
    others = {p.since: p for p in stored[:-1] if _details(p) != _details(stored[-1])}
    others.pop(wanted[-1][0], None)
    whole = [(since, body, _details(others.get(since, city))) for since, body in wanted]
    load.publication.replaced_placements += [
        placement for key, placement in known.items() if key not in whole
    ]
    for since, (province, district), details in (key for key in whole if key not in known):
        draft = Placement(city=city, province=province, customs_district=district, since=since)
        for name, value in zip(OF_CITY, details, strict=False):
            setattr(draft, name, value)
        draft.in_part = others[since].in_part if since in others else city.in_part
        draft.save()
        load.publication.placements.append(draft)


def _details(said: City | Placement) -> Details:
    codes = tuple(sorted(district.code for district in said.in_part))
    return *(getattr(said, name) for name in OF_CITY), codes


def _placements_by_city(placements: QuerySet[Placement]) -> dict[str, list[Placement]]:
    """Placements of each city, from the first to the latest."""
    placements = placements.select_related("city", "province", "customs_district")
    placements = placements.prefetch_related("districts_in_part__customs_district")
    found: dict[str, list[Placement]] = {}
    for placement in sorted(placements, key=lambda placement: placement.since or ""):
        found.setdefault(placement.city.slug, []).append(placement)
    return found


class MemberBodies(ModelTable):
    """Bodies of a kind of scope that name cities as their members: a key, names and members.

    Where there never was one there is no file of them either.
    """

    body: ClassVar[Body]
    is_written_empty = False

    def queryset(self) -> Any:
        """Return bodies with their members."""
        return super().queryset().prefetch_related(self.body.members)

    def cells(self, row: Any) -> Cells:
        """Return the cells of a body."""
        members = getattr(row, self.body.members).all()
        own = {c.name: c.cell_of(getattr(row, c.path)) for c in self.columns if not self._joins(c)}
        return own | {self.body.members: ";".join(sorted(city.slug for city in members))}

    def check(self, changes: Changes, load: Load) -> None:
        """Note what is wrong with bodies, and which members are no cities."""
        super().check(changes, load)
        cities = Lookup(City, "slug", load=load)
        for _key, row in changes.checked:
            self.refuse_unknown(load, row, self.body.members, cities)

    def finish(self, load: Load) -> None:
        """Write the members, once cities are written."""
        changes, cities = load.changes[self.name], Lookup(City, "slug")
        for key, row in self.by_key(changes.rows).items():
            slugs = changes.rows[key].values[self.body.members]
            getattr(row, self.body.members).set([cities[slug] for slug in slugs])

    def _joins(self, column: TableColumn) -> bool:
        return column.name == self.body.members


def table_of_bodies(body: Body) -> MemberBodies:
    """Return the table of the bodies of a kind that have members."""
    name, members = f"{body.kind.value}s", getattr(body.model, body.members)
    # The row that joins a body and a city names the body by its model, or as the one it is told to.
    field = members.field
    joins = field.m2m_reverse_field_name() if members.reverse else field.m2m_field_name()
    told = {
        "body": body,
        "name": name,
        "title": name.replace("_", " ").capitalize(),
        "model": body.model,
        "part_models": {members.through: joins},
        "key": (body.key,),
        "columns": (
            kept_in(body.model, body.key),
            *named(body.model),
            parts(body.members, pgettext_lazy("table", "cities"), ordered=False),
        ),
        "names": {body.members: Naming("cities", many=True)},
        "derived": (body.members,),
        "opened_options": frozenset({("scope_kind", body.kind.value)}),
    }
    made: MemberBodies = type(f"{body.model.__name__}Table", (MemberBodies,), told)()
    return made
