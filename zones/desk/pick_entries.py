"""What can be picked of each table: its rows by all they are called, kept for an edition."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from cbec_portal.languages import CHINESE, CODES, ENGLISH, in_language
from zones.dataset.naming import Parts, called_by, labelled, names_in
from zones.dataset.policy_table import Policies
from zones.dataset.table import Cells, Key, Table
from zones.dataset.zone_tables import Zones
from zones.models import Batch, City, Policy, Source
from zones.models.labels import words
from zones.models.scopes import BODIES
from zones.models.value_types import LISTED
from zones.rules.batch_ordinals import batch_ordinals
from zones.rules.names import joined, name_keys, plain, short_forms
from zones.rules.values import listed
from zones.rules.vocabulary import SCOPE_NAMES, ScopeKind
from zones.selectors.inquiry import Inquiry
from zones.selectors.likeness import LONGEST as LONGEST_NAME
from zones.selectors.pinyin import readings, syllables
from zones.selectors.placements import cities_of_today, stretch_of_places
from zones.selectors.rendered_values import topic_label
from zones.selectors.snapshot import Snapshot

#: Announcements and decrees are offered by their number and its year, whoever issued them.
_OF_YEAR = re.compile(r"(\d{4})年第(\d+)号")
_DECREE = re.compile(r"令第(\d+)号")


#: Topics whose policies are kept to be picked.
MOST_TOPICS = 16


class PickEntry(NamedTuple):
    """A row that can be picked.

    ``names`` are all forms of its key and names, ``sounds`` those that count where nothing has the
    name itself: how it may be read, what its number is called in English. ``asks`` are names that
    no list shows, such as the question of a topic. ``words`` are those of its key and of what lists
    call it, ``text`` all words that are said of it, ``spoken`` and ``spoken_text`` how both sound,
    a line for each name and a blank between syllables. ``within`` are names that only tell it from
    those that lie in the same row.
    """

    key: Key
    parts: Parts
    names: frozenset[str]
    sounds: frozenset[str]
    asks: frozenset[str]
    words: str
    text: str
    spoken: str
    spoken_text: str
    within: frozenset[str] = frozenset()

    @property
    def key_text(self) -> str:
        """Return the key as one text."""
        return " ".join(self.key)

    def called(self, language: str) -> str:
        """Return what a row is called, without its key."""
        return called_by(self.parts, language)

    def label(self, language: str) -> str:
        """Return what a list offers: what a row is called, and its key in brackets."""
        return labelled(self.key, self.parts, language)

    def is_called(self, text: str) -> bool:
        """Return whether this is a name of the row, in any language, or nothing."""
        return joined(text) in {"", *self.names, *self.sounds, *self.asks, *self.shown_as}

    @property
    def shown_as(self) -> set[str]:
        """Return what lists show of it beside its key: all of that, and its first part alone."""
        full = [self.called(language) for language in CODES]
        full += self.parts[0] if self.parts else ()
        return set(filter(None, map(joined, full)))


class PickEntries:
    """Rows that can be picked, in the order of their table, by what names them."""

    def __init__(self, rows: Iterable[PickEntry]) -> None:
        self.rows = list(rows)
        self.by_key: dict[str, list[PickEntry]] = {}
        self.by_name: dict[str, list[PickEntry]] = {}
        self.by_sound: dict[str, list[PickEntry]] = {}
        self.by_shown: dict[str, list[PickEntry]] = {}
        for row in self.rows:
            self.by_key.setdefault(plain(row.key_text), []).append(row)
            for name in row.names | row.asks:
                self.by_name.setdefault(name, []).append(row)
            for sound in row.sounds:
                self.by_sound.setdefault(sound, []).append(row)
            for shown in row.shown_as:
                self.by_shown.setdefault(shown, []).append(row)

    @cached_property
    def by_short_name(self) -> Mapping[str, list[PickEntry]]:
        """Return the rows by their names and sounds that are short enough to be mistyped."""
        found: dict[str, list[PickEntry]] = {}
        for by in (self.by_name, self.by_sound):
            for name, entries in by.items():
                if len(name) <= LONGEST_NAME:
                    found.setdefault(name, []).extend(entries)
        return found

    def of_key(self, key: Key) -> list[PickEntry]:
        """Return the rows whose keys read like this one."""
        return self.by_key.get(plain(" ".join(key)), [])


def entries_of(table: Table, snapshot: Snapshot, within: str | None) -> PickEntries:
    """Return the rows of a table that can be picked, in its order; those within another alone, of
    tables whose rows lie in others.

    Args:
        within: the key of the row that they lie in: of a choice or a policy its topic, of a batch
            its programme.
    """
    if table.name == "policies":
        if within is None or within not in snapshot.topics_by_slug:
            return PickEntries(())
        kept = snapshot.lately("policies to pick", MOST_TOPICS)
        known: PickEntries = kept.made(within, lambda: PickEntries(_policies(snapshot, within)))
        return known
    # A city lies elsewhere once its day has come, though nothing is published on that day.
    of_stretch = table.name == "cities"
    stretch = stretch_of_places(Inquiry.of_now(snapshot)) if of_stretch else 0
    entries = snapshot.remembered(
        f"to pick: {table.name}, {stretch}", lambda: _read(table, snapshot)
    )
    if within is None or not table.lies_in:
        return entries
    # Within another row its own part of the key is enough.
    return PickEntries(
        entry._replace(names=entry.names | entry.within | {joined(entry.key[-1])})
        for entry in entries.rows
        if entry.key[0] == within
    )


def _read(table: Table, snapshot: Snapshot) -> PickEntries:
    read = _READERS.get(table.name)
    return PickEntries(read(snapshot) if read else _any(table))


def _entry(
    key: Key,
    parts: Parts,
    *,
    names: Iterable[str] = (),
    sounds: Iterable[str] = (),
    within: Iterable[str] = (),
    more: Sequence[str] = (),
) -> PickEntry:
    """Return a row by its key, what lists call it, its other names and what ``more`` it says."""
    own = {joined(" ".join(key)), *names}
    called = [word for part in parts for word in part]
    shown = plain(" ".join([*key, *called]))
    spoken = "\n".join(_spoken_words(chinese) for _, chinese in parts)
    return PickEntry(
        key,
        parts,
        names=frozenset(filter(None, own)),
        sounds=frozenset(filter(None, sounds)),
        asks=frozenset(filter(None, map(joined, more))),
        words=shown,
        text=plain(" ".join([shown, *more])) if more else shown,
        spoken=spoken,
        spoken_text="\n".join([spoken, *map(_spoken_words, more)]) if more else spoken,
        within=frozenset(within),
    )


def _spoken_words(text: str) -> str:
    """How a text sounds, with a blank between syllables; what is no Chinese as it is written."""
    return plain(syllables(text, " ")) if text else ""


def _sounds(*chinese: str) -> set[str]:
    """How names sound in full: by this they are picked where nothing is called so."""
    return {joined(syllables(name)) for name in chinese if name and not name.isascii()}


def _named(row: object) -> tuple[str, str]:
    return in_language(row, "name", ENGLISH), in_language(row, "name", CHINESE)


def _spoken(row: Any) -> set[str]:
    """How a Chinese name is read. Where the English name says so, its letters may sound otherwise
    and are not read so: 济南 is no Jina. 喀什 is Kashgar, so that Kashi is found by sound alone.
    """
    sounds = {joined(sound) for form in short_forms(row.name_zh) for sound in readings(form)}
    told = tuple(sounds & name_keys([row.name_en]))
    return {sound for sound in sounds if sound.startswith(told)} if told else sounds


def _cities(snapshot: Snapshot) -> Iterator[PickEntry]:
    for city in cities_of_today(snapshot).values():
        yield _entry(
            (city.slug,),
            (_both_names(city), _named(city.province)),
            names={*name_keys([city.name_en, city.name_zh]), city.adcode},
            sounds=_spoken(city),
        )


def _both_names(city: City) -> tuple[str, str]:
    english, chinese = _named(city)
    return f"{english} {chinese}", f"{chinese} {english}"


def _provinces(snapshot: Snapshot) -> Iterator[PickEntry]:
    for province in snapshot.related["province"].values():
        kinds = ("province", "municipality", "autonomousregion")
        english = {f"{name}{kind}" for name in name_keys([province.name_en]) for kind in kinds}
        yield _entry(
            (province.iso_3166_2,),
            (_named(province),),
            names={*name_keys([province.name_en, province.name_zh]), *english, province.gb2260},
            sounds=_spoken(province),
        )


def _customs_districts(snapshot: Snapshot) -> Iterator[PickEntry]:
    for district in snapshot.related["customs_district"].values():
        called = [district.name_en, district.name_zh, f"{district.name_en} District"]
        yield _entry(
            (district.code,),
            (_named(district),),
            names=name_keys(called),
            sounds=_spoken(district),
        )


def _topics(snapshot: Snapshot) -> Iterator[PickEntry]:
    for topic in snapshot.topics.values():
        labels = topic_label(topic, ENGLISH), topic_label(topic, CHINESE)
        yield _entry(
            (topic.slug,),
            (labels,),
            names=map(joined, labels),
            sounds=_sounds(labels[1]),
            more=(topic.question_en, topic.question_zh),
        )


def _choices(snapshot: Snapshot) -> Iterator[PickEntry]:
    for choice in snapshot.related[LISTED.column].values():
        topic = snapshot.topics[choice.topic_id]
        labels = choice.label_en, choice.label_zh
        of_topic = topic_label(topic, ENGLISH), topic_label(topic, CHINESE)
        yield _entry(
            (topic.slug, choice.slug),
            (labels, of_topic),
            names=map(joined, (*labels, choice.slug)),
            sounds=_sounds(choice.label_zh),
        )


def _sources(snapshot: Snapshot) -> Iterator[PickEntry]:
    for source in sorted(snapshot.related["source"].values(), key=lambda one: str(one.slug)):
        number = source.document_number
        yield _entry(
            (source.slug,),
            ((number, number), (source.title_en, source.title_zh)),
            names=map(joined, (number, source.title_en, source.title_zh)),
            sounds={*map(joined, _readings_of_number(source)), *_sounds(source.title_zh)},
        )


def _readings_of_number(source: Source) -> Iterator[str]:
    """How a document number begins that somebody types: aloud, and as English has it."""
    number = source.document_number
    if not number:
        return
    aloud = syllables(number, " ")
    yield from (aloud, aloud.removesuffix("hao"))
    if found := _OF_YEAR.search(number):
        year, own = found.groups()
        for called in (f"announcement {own}", f"announcement no {own}"):
            yield from (f"{called} of {year}", f"{year} {called}")
        yield from (f"公告{year}年第{own}号", f"{year}年第{own}号公告", f"第{own}号公告")
    elif found := _DECREE.search(number):
        yield from (f"decree {found[1]}", f"decree no {found[1]}", f"第{found[1]}号令")


def _batches(_snapshot: Snapshot) -> Iterator[PickEntry]:
    for batch in Batch.objects.select_related("programme"):
        programme, number = batch.programme, batch.document_number
        english, chinese = f"batch {batch.number}", f"第{batch.number}批"
        counted = list(batch_ordinals(batch.number))
        named = (programme.name_en, programme.name_zh, programme.slug)
        called = [f"{one} {own}" for one in named for own in (str(batch.number), *counted)]
        yield _entry(
            (programme.slug, str(batch.number)),
            (
                (f"{programme.name_en}, {english}", f"{programme.name_zh}{chinese}"),
                (number or batch.title_en, number or batch.title_zh),
            ),
            names=map(joined, (*called, number, batch.title_en, batch.title_zh)),
            sounds=_sounds(f"{programme.name_zh}{chinese}", batch.title_zh),
            within=map(joined, counted),
            more=(batch.title_en, batch.title_zh),
        )


def _zones(snapshot: Snapshot) -> Iterator[PickEntry]:
    """Zones as they are known now: they are called by their cities, too."""
    table = Zones()
    programmes = {own.slug: _named(own) for own in snapshot.related["programme"].values()}
    cities = {city.slug: city for city in snapshot.cities.values()}
    for cells in table.current():
        key = table.key_of(cells)
        city, programme = cities[cells["city"]], programmes[cells["programme"]]
        own = (cells["zone_name_en"], cells["zone_name_zh"])
        names = {*name_keys([city.name_en, city.name_zh]), city.adcode, *map(joined, own)}
        whole = {f"{joined(name)}{form}" for name in (*programme, key[0]) for form in names}
        yield _entry(
            key,
            (_both_names(city), programme, own),
            names={*names, *whole},
            sounds={*_spoken(city), *_sounds(own[1])},
        )


def _policies(snapshot: Snapshot, topic: str) -> Iterator[PickEntry]:
    """The policies of a topic as known now, in one query."""
    table = Policies()
    known = Policy.objects.current().not_withdrawn().filter(topic__slug=topic).order_by()
    for cells in sorted(table.cells(known), key=table.key_of):
        key = table.key_of(cells)
        yield _entry(key, _policy_parts(snapshot, key))


def _policy_parts(snapshot: Snapshot, key: Key) -> Parts:
    topic, kind, code, start = key
    asked = snapshot.topics_by_slug[topic]
    called = topic_label(asked, ENGLISH), topic_label(asked, CHINESE)
    return called, _scope(snapshot, kind, code), (start, start)


def _scope(snapshot: Snapshot, kind: str, code: str) -> tuple[str, str]:
    """Whom a policy binds: the body, or what its kind is called where it has none."""
    own = BODIES.get(kind)
    if own is None:
        name = SCOPE_NAMES[ScopeKind(kind)]
        return words(name, ENGLISH), words(name, CHINESE)
    rows = snapshot.remembered(
        f"bodies to pick: {kind}",
        lambda: {str(getattr(row, own.key)): row for row in snapshot.related[own.column].values()},
    )
    return _named(rows[code])


def _any(table: Table) -> Iterator[PickEntry]:
    for cells in table.current():
        parts = tuple(names_in(cells))
        names = [word for part in parts for word in part]
        names += listed(cells.get("aliases", ""))
        sounds = _sounds(*(chinese for _, chinese in parts))
        yield _entry(table.key_of(cells), parts, names=map(joined, names), sounds=sounds)


def brought_entry(table: Table, key: Key, cells: Cells, *, is_within: bool) -> PickEntry:
    """Return a row that nobody knows yet as it can be picked, by its key and all it is called.

    Args:
        table: its table.
        key: its key.
        cells: what it says.
        is_within: whether it is sought within the row that it lies in, where its own part of the
            key is enough.
    """
    parts = tuple(names_in(cells))
    called = [word for part in parts for word in part if word]
    called += listed(cells.get("aliases", ""))
    places = [cells[name] for name in ("name_en", "name_zh") if cells.get(name)]
    names = {*map(joined, called), *name_keys(places)}
    names |= {joined(key[-1])} if is_within else set()
    if table.name == "batches":
        forms = list(batch_ordinals(int(key[-1]))) if key[-1].isdecimal() else []
        names |= {joined(f"{key[0]} {form}") for form in forms}
        names |= set(map(joined, forms)) if is_within else set()
    chinese = short_forms(cells.get("name_zh", ""))
    sounds = {joined(sound) for form in chinese if form for sound in readings(form)}
    sounds |= _sounds(*(own for _, own in parts))
    return _entry(key, parts, names=names, sounds=sounds)


_READERS: Mapping[str, Callable[[Snapshot], Iterator[PickEntry]]] = {
    "cities": _cities,
    "provinces": _provinces,
    "customs_districts": _customs_districts,
    "topics": _topics,
    "choices": _choices,
    "sources": _sources,
    "batches": _batches,
    "zones": _zones,
}
