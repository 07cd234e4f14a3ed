"""One search over cities, zones, topics and documents: English, Chinese, pinyin, numbers."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from zones.models import Source, Zone
from zones.queries.catalogue import Catalogue
from zones.queries.shapes import in_language

# Single characters are enough to find things; the dictionary of phrases would cost 20 MB a worker.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
from pypinyin import lazy_pinyin

MOST_OF_A_KIND = 20
KINDS = ("city", "zone", "topic", "source")


class Entry(NamedTuple):
    """Something that can be found; ``text`` is what it is found by."""

    kind: str
    key: str
    label_en: str
    label_zh: str
    beside: str
    text: str


class Hit(NamedTuple):
    """Something found, as it is shown."""

    kind: str
    key: str
    label: str
    beside: str


def search(words: str, kept: Catalogue, language: str) -> dict[str, list[Hit]]:
    """What holds every word, by kind, the best first: names that begin with it, then others.

    Chinese is found anywhere, letters and digits where a word or a syllable begins: *hang* finds
    Hangzhou, not every Shanghai.
    """
    wanted = normal(words).split()
    if not wanted:
        return {}
    patterns = [_pattern(word) for word in wanted]
    found: dict[str, list[Entry]] = {}
    for entry in kept.remembered("entries to search", lambda: list(_read(kept))):
        if all(pattern.search(entry.text) for pattern in patterns):
            found.setdefault(entry.kind, []).append(entry)
    first = wanted[0]
    return {
        kind: [
            Hit(kind, e.key, in_language(e, "label", language), e.beside)
            for e in sorted(found[kind], key=lambda e: not e.text.startswith(first))
        ][:MOST_OF_A_KIND]
        for kind in KINDS
        if kind in found
    }


def _pattern(word: str) -> re.Pattern[str]:
    """Where a word is found. Syllables may stand apart in what is searched, and not in the word."""
    if not word.isascii():
        return re.compile(re.escape(word))
    return re.compile(r"\b" + " ?".join(map(re.escape, word)))


def normal(text: str) -> str:
    """Text as it is compared: no case, width, accents, brackets or punctuation."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = (" " if re.match(r"[\W_]", c) else c for c in plain if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


def syllables(chinese: str, between: str = "") -> str:
    """Chinese as it sounds, in pinyin without tones."""
    return between.join(lazy_pinyin(chinese))


def _read(kept: Catalogue) -> Iterator[Entry]:
    for city in kept.cities.values():
        beside = city.province.name_en
        yield _entry("city", city.slug, city.name_en, city.name_zh, beside, [city.adcode])
    for zone in Zone.objects.current().standing().select_related("city", "batch"):
        if zone.name_en or zone.name_zh:
            number = zone.batch.document_number
            yield _entry("zone", zone.city.slug, zone.name_en, zone.name_zh, number, [number])
    for topic in kept.topics.values():
        beside = topic.focus_area.name_en
        yield _entry(
            "topic", topic.slug, topic.question_en, topic.question_zh, beside, [topic.slug]
        )
    for source in Source.objects.all():
        number = source.document_number
        yield _entry("source", source.slug, source.title_en, source.title_zh, number, [number])


def _entry(
    kind: str, key: str, english: str, chinese: str, beside: str, more: Iterable[str]
) -> Entry:
    found_by = [english, chinese, key, *more, syllables(chinese, " ")]
    return Entry(kind, key, english, chinese, beside, normal(" ".join(found_by)))
