"""One search over places, zones, topics and documents: English, Chinese, pinyin, numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from cbec_portal.languages import CHINESE, ENGLISH, in_language
from zones.models import Batch, Source, Zone
from zones.rules.names import joined, name_keys, plain, short_forms
from zones.selectors.pinyin import syllables
from zones.selectors.place_names import (
    Names,
    by_name,
    cities_named,
    keys_named,
    names_of,
    provinces_named,
)
from zones.selectors.snapshot import Snapshot

MOST_OF_A_KIND = 20
#: Words around a number that its document need not hold: *No. 194 of 2018*.
SMALL_WORDS = frozenset({"no", "nos", "nr", "number", "of", "the"})
KINDS = ("city", "province", "customs_district", "batch", "zone", "topic", "source")
#: Documents by their number alone.
NUMBER = "document number"


#: A text in English and in Chinese.
Both = tuple[str, str]


class Entry(NamedTuple):
    """Something that can be found: by every word in ``text``, or by one of ``names`` as a whole."""

    kind: str
    key: str
    label_en: str
    label_zh: str
    beside_en: str
    beside_zh: str
    text: str
    names: frozenset[str]
    #: The text without its spaces, which holds every word that the text does.
    closed: str


class Hit(NamedTuple):
    """Something found, as it is shown."""

    kind: str
    key: str
    label: str
    beside: str


def search(words: str, snapshot: Snapshot, language: str) -> dict[str, list[Hit]]:
    """Return what has this name or holds every word, by kind, the best first.

    Best is what has the name, then what begins with it. Chinese is found anywhere, letters and
    digits where a word or a syllable begins: *hang* finds Hangzhou, not every Shanghai.
    """
    found = _found(words, snapshot, KINDS)
    return {
        kind: [
            Hit(kind, entry.key, *_label(entry, language)) for entry in found[kind][:MOST_OF_A_KIND]
        ]
        for kind in KINDS
        if kind in found
    }


def keys_found(words: str, snapshot: Snapshot, kind: str) -> list[str]:
    """Return the natural keys of everything of a kind that a search finds, the best first."""
    return [entry.key for entry in _found(words, snapshot, (kind,)).get(kind, [])]


def documents_numbered(words: str, snapshot: Snapshot) -> list[str]:
    """Return the keys of the documents whose number this is or is part of, however written."""
    return keys_found(words, snapshot, NUMBER)


def keys_with_name(text: str, snapshot: Snapshot, kind: str) -> list[str]:
    """Return the natural keys of whatever of a kind has this name; cities also by province."""
    if kind == "city":
        return cities_named(text, snapshot)
    if kind == "province":
        return provinces_named(text, snapshot)
    return keys_named(text, snapshot.remembered(f"names of {kind}", lambda: _names(kind, snapshot)))


def _names(kind: str, snapshot: Snapshot) -> Names:
    return by_name((entry.key, entry.names) for entry in _every(snapshot).get(kind, ()))


def _every(snapshot: Snapshot) -> dict[str, list[Entry]]:
    return snapshot.remembered("entries to search", lambda: _by_kind(_read(snapshot)))


def _found(words: str, snapshot: Snapshot, kinds: Iterable[str]) -> dict[str, list[Entry]]:
    said = plain(words).split()
    wanted = [word for word in said if word not in SMALL_WORDS] or said
    if not wanted:
        return {}
    patterns = [_pattern(word) for word in wanted]
    ranked: dict[str, list[tuple[int, Entry]]] = {}
    every = _every(snapshot)
    for kind in kinds:
        named = set(keys_with_name(words, snapshot, kind))
        for entry in every.get(kind, ()):
            if entry.key in named:
                rank = 0
            # Few hold the letters at all, and to look for those is quick.
            elif all(word in entry.closed for word in wanted) and all(
                pattern.search(entry.text) for pattern in patterns
            ):
                rank = 1 if entry.text.startswith(wanted[0]) else 2
            else:
                continue
            ranked.setdefault(kind, []).append((rank, entry))
    return {
        kind: [entry for _, entry in sorted(own, key=lambda pair: pair[0])]
        for kind, own in ranked.items()
    }


def _pattern(word: str) -> re.Pattern[str]:
    """Where a word is found. Syllables may stand apart in what is searched, and not in the word."""
    if not word.isascii():
        return re.compile(re.escape(word))
    return re.compile(r"\b" + ("" if word.isdigit() else " ?").join(map(re.escape, word)))


def _label(entry: Entry, language: str) -> tuple[str, str]:
    """What an entry is called, and what stands beside that."""
    return in_language(entry, "label", language), in_language(entry, "beside", language)


def _by_kind(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.kind, []).append(entry)
    return found


def _read(snapshot: Snapshot) -> Iterator[Entry]:
    for city in snapshot.cities_now.values():
        beside = _names_of_both(city.province)
        yield _of_row("city", city.slug, city, beside, frozenset(), city.adcode)
    for province in snapshot.related["province"].values():
        yield _of_row("province", province.iso_3166_2, province, _both(""), frozenset())
    for district in snapshot.related["customs_district"].values():
        code = district.code
        yield _of_row("customs_district", code, district, _both(code), names_of(district))
    yield from _batches()
    for zone in (
        Zone.objects.known_at(snapshot.newest).not_withdrawn().select_related("city", "batch")
    ):
        if zone.name_en or zone.name_zh:
            number = zone.batch.document_number
            yield _of_row("zone", zone.city.slug, zone, _both(number), frozenset(), number)
    for topic in snapshot.topics.values():
        labels = topic.question_en, topic.question_zh
        yield _entry("topic", topic.slug, labels, _names_of_both(topic.focus_area), topic.slug)
    for source in Source.objects.all():
        number = source.document_number
        labels = source.title_en, source.title_zh
        names = frozenset(filter(None, map(joined, (number, *labels, source.slug))))
        yield _entry("source", source.slug, labels, _both(number), number, names)
        if number:
            name = frozenset({joined(number)})
            text = plain(number)
            yield Entry(NUMBER, source.slug, *labels, *_both(number), text, name, _closed(text))


def _names_of_both(row: object) -> Both:
    """The names of a row in English and in Chinese."""
    return in_language(row, "name", ENGLISH), in_language(row, "name", CHINESE)


def _both(text: str) -> Both:
    """What is the same in both languages."""
    return text, text


def _batches() -> Iterator[Entry]:
    for batch in Batch.objects.select_related("programme"):
        key, number = f"{batch.programme.slug}.{batch.number}", batch.document_number
        labels = (
            f"{batch.programme.name_en}, batch {batch.number}",
            f"{batch.programme.name_zh}第{batch.number}批",
        )
        more = f"{number} {batch.title_en} {batch.title_zh} {batch.programme.slug} {batch.number}"
        names = name_keys([key, number, batch.title_en, batch.title_zh, *labels])
        yield _entry("batch", key, labels, _both(number), more, names)


def _of_row(
    kind: str, key: str, row: object, beside: Both, names: frozenset[str], more: str = ""
) -> Entry:
    """An entry for a row that has a name in English and one in Chinese."""
    labels = _names_of_both(row)
    # What kind of place it is names none: else zhou finds every 自治州.
    sound = labels[1] if kind == "zone" else min(short_forms(labels[1]), key=len)
    return _entry(kind, key, labels, beside, more, names, sound=sound)


def _entry(
    kind: str,
    key: str,
    labels: Both,
    beside: Both,
    more: str,
    names: frozenset[str] = frozenset(),
    *,
    sound: str = "",
) -> Entry:
    english, chinese = labels
    text = plain(" ".join([english, chinese, key, more, syllables(sound or chinese, " ")]))
    return Entry(kind, key, english, chinese, *beside, text, names, _closed(text))


def _closed(text: str) -> str:
    return text.replace(" ", "")
