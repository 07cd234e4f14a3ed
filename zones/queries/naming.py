"""Cities by the names people type: English, Chinese with or without 市, pinyin, or the key."""

from __future__ import annotations

from difflib import get_close_matches

from zones.models import City
from zones.queries.catalogue import Catalogue
from zones.queries.searching import normal, syllables


def cities_named(text: str, kept: Catalogue) -> list[str]:
    """Keys of the cities of which this is a name; more than one where cities share it."""
    if text in kept.cities_by_slug:
        return [text]
    return _names(kept).get(normal(text), [])


def nearest_city(text: str, kept: Catalogue) -> str | None:
    """The key of the city whose name is written most like this, if any comes near."""
    names = _names(kept)
    close = get_close_matches(normal(text[:60]), names, n=1, cutoff=0.7)
    return names[close[0]][0] if close else None


def _names(kept: Catalogue) -> dict[str, list[str]]:
    return kept.remembered("names of cities", lambda: _read(kept))


def _read(kept: Catalogue) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for city in kept.cities.values():
        for name in _names_of(city):
            names.setdefault(name, []).append(city.slug)
    return names


def _names_of(city: City) -> set[str]:
    short = city.name_zh.removesuffix("市")
    said = {city.name_en, city.name_zh, short}
    return {normal(name) for name in (*said, syllables(short), syllables(short, " "), city.slug)}
