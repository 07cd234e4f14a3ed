"""Places by the names people type: in full or short, English, Chinese, pinyin, or the key."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from cbec_portal.api.errors import ParameterError
from cbec_portal.api.parameters import shown
from zones.models import City, Level
from zones.queries.catalogue import Catalogue
from zones.queries.pinyin import readings
from zones.rules.names import joined, key_forms, name_keys, short_forms

MOST_SUGGESTED = 5
LONGEST = 60

Names = dict[str, list[str]]


def cities_named(text: str, kept: Catalogue) -> list[str]:
    """Keys of the cities of which this is a name; more than one where cities share it."""
    if text in kept.cities_by_slug:
        return [text]
    return keys_named(text, city_names(kept)) or _named_with_province(text, kept)


def city_named(parameter: str, text: str, kept: Catalogue) -> City:
    """The city of a key or of any other name.

    Raises:
        ParameterError: there is none of that name, or more than one.
    """
    named = cities_named(text, kept)
    if len(named) == 1:
        return kept.cities_by_slug[named[0]]
    if named:
        several = ", ".join(_told(key, kept) for key in named)
        raise ParameterError(parameter, f"“{shown(text)}” names several cities: {several}.")
    near = " or ".join(f"“{_told(key, kept)}”" for key in nearest_cities(text, kept))
    meant = f" Did you mean {near}?" if near else ""
    raise ParameterError(
        parameter, f"There is no city “{shown(text)}”.{meant} All are at /api/v1/cities/."
    )


def nearest_cities(text: str, kept: Catalogue) -> list[str]:
    """Keys of the cities whose names begin so, else are written most like this; best first."""
    asked = joined(text[:LONGEST])
    names = city_names(kept)
    if not asked:
        return []
    close = sorted((name for name in names if name.startswith(asked)), key=len)
    close = close or get_close_matches(asked, names, n=MOST_SUGGESTED, cutoff=0.7)
    return list(dict.fromkeys(key for name in close for key in names[name]))[:MOST_SUGGESTED]


def nearest_city(text: str, kept: Catalogue) -> str | None:
    """The key of the city whose name is written most like this, if any comes near."""
    return next(iter(nearest_cities(text, kept)), None)


def keys_named(text: str, names: Names) -> list[str]:
    """Keys of the rows of which this is a name; that in full before that without its ending."""
    return next((names[form] for form in key_forms(text) if form in names), [])


def city_names(kept: Catalogue) -> Names:
    """Keys of cities by every way of writing a name."""
    return kept.remembered(
        "names of cities",
        lambda: by_name((city.slug, names_of_city(city)) for city in kept.cities.values()),
    )


def province_names(kept: Catalogue) -> Names:
    """Keys of provinces by every way of writing a name."""
    rows = kept.related["province"].values()
    return kept.remembered(
        "names of provinces", lambda: by_name((row.iso_3166_2, names_of(row)) for row in rows)
    )


def names_of(row: Any, *more: str) -> frozenset[str]:
    """Every way of writing the names of a row that has one in English and one in Chinese."""
    sounds = (sound for form in short_forms(row.name_zh) for sound in readings(form))
    return name_keys([row.name_en, row.name_zh, *more], sounds)


def names_of_city(city: City) -> frozenset[str]:
    """Every way of writing a city's names; an island that is a province has also its names."""
    own = names_of(city, city.slug)
    return own | names_of(city.province) if city.level == Level.ISLAND_PROVINCE else own


def _named_with_province(text: str, kept: Catalogue) -> list[str]:
    """Cities named before or after their province, as *Taizhou, Zhejiang* or 浙江省台州市."""
    asked = joined(text[:LONGEST])
    found: list[str] = []
    for name, provinces in province_names(kept).items():
        for rest in {asked.removeprefix(name), asked.removesuffix(name)} - {asked}:
            named = keys_named(rest, city_names(kept))
            found += [k for k in named if kept.cities_by_slug[k].province.iso_3166_2 in provinces]
    return list(dict.fromkeys(found))


def _told(key: str, kept: Catalogue) -> str:
    """A city's key with its name and province, to be told apart from others of its name."""
    city = kept.cities_by_slug[key]
    return f"{key} ({city.name_en}, {city.province.name_en})"


def by_name(rows: Iterable[tuple[str, frozenset[str]]]) -> Names:
    """Keys by every way of writing a name, of rows' keys and names."""
    names: Names = {}
    for key, own in rows:
        for name in own:
            names.setdefault(name, []).append(key)
    return names
