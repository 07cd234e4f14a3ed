"""Places by the names people type: in full or short, English, Chinese, pinyin, or the key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from django.utils.translation import gettext as _

from cbec_portal.languages import in_language
from cbec_portal.punctuation import bracketed
from cbec_portal.refusals import ParameterError, shown
from zones.models import City, Level
from zones.rules.names import is_below_a_city, joined, key_forms, name_keys, short_forms
from zones.rules.other_names import also_called
from zones.selectors.likeness import likest
from zones.selectors.pinyin import readings
from zones.selectors.placements import cities_of_today
from zones.selectors.snapshot import Snapshot

MOST_SUGGESTED = 5
LONGEST = 60

Names = dict[str, list[str]]


def city_name(city: City, snapshot: Snapshot, language: str) -> str:
    """Return a city's name in a language, with its province where it is another city's name too."""
    name = in_language(city, "name", language)
    if (
        snapshot.remembered(
            f"cities of a name, {language}", lambda: _named_alike(snapshot, language)
        )[name]
        < 2
    ):
        return name
    return bracketed(name, in_language(city.province, "name", language), language)


def named_before(snapshot: Snapshot, language: str) -> dict[tuple[str, int], tuple[str, str]]:
    """Return the keys and names of cities that were told in a language, by key and province, for
    whoever names hundreds: a page, which fills it.
    """
    told: dict[tuple[str, int], tuple[str, str]] = snapshot.remembered(
        f"names of cities, {language}", dict
    )
    return told


def _named_alike(snapshot: Snapshot, language: str) -> Counter[str]:
    return Counter(in_language(city, "name", language) for city in snapshot.cities.values())


def cities_named(text: str, snapshot: Snapshot) -> list[str]:
    """Return keys of the cities of which this is a name; more than one where cities share it.

    How its letters may sound is asked last: 广安 could be read as Yan'an is.
    """
    if text in snapshot.cities_by_slug:
        return [text]
    if not joined(text):
        return []
    return cities_called(text, snapshot) or keys_named(text, _city_sounds(snapshot))


def cities_called(text: str, snapshot: Snapshot) -> list[str]:
    """Return keys of the cities of which this is a name as written, perhaps with the province, of
    whatever it may be the key.
    """
    return (
        keys_named(text, city_names(snapshot))
        or _named_with_province(text, snapshot)
        or _islands_named(text, snapshot)
    )


def pilot_in(text: str, province: str, snapshot: Snapshot) -> City | None:
    """Return the pilot city of this name in a province, if there is one; not one that only sounds
    so, nor one whose name a county has, as Meizhou county.
    """
    if is_below_a_city(text):
        return None
    named = [text] if text in snapshot.cities_by_slug else keys_named(text, city_names(snapshot))
    cities = [snapshot.cities_by_slug[key] for key in named]
    return next((city for city in cities if _province(city, snapshot) == province), None)


def _province(city: City, snapshot: Snapshot) -> str:
    """The key of the province in which a city lies today, wherever it will lie; of one that was
    taken back where it lay last.
    """
    own = cities_of_today(snapshot).get(city.pk, city)
    return str(own.province.iso_3166_2)


def provinces_named(text: str, snapshot: Snapshot) -> list[str]:
    """Return keys of the provinces of this name: Shanxi is not 陕西, though it sounds so."""
    every = (province_names(snapshot), _province_sounds(snapshot))
    found = (names[form] for names in every for form in short_forms(text) if form in names)
    return next(found, [])


def city_named(
    parameter: str,
    text: str,
    snapshot: Snapshot,
    *,
    given: Collection[str] = (),
    otherwise: str = "",
) -> City:
    """Return the city of a key or of any other name.

    Args:
        given: every name that is asked for; what has one of the others is not suggested.
        otherwise: how programs ask for a place that is no city, where they may.

    Raises:
        ParameterError: there is none of that name, or more than one.
    """
    named = cities_named(text, snapshot)
    if len(named) == 1:
        return snapshot.cities_by_slug[named[0]]
    given = {key for other in given if other != text for key in cities_named(other, snapshot)}
    if named:
        several = ", ".join(_described(key, snapshot) for key in named)
        raise ParameterError(
            parameter,
            f"“{shown(text)}” names several cities: {several}.",
            value=text,
            words=_("“%s” is the name of several places.") % shown(text),
            instead=_without(named, given),
        )
    nearest = nearest_cities(text, snapshot, given=given)
    near = " or ".join(f"“{_described(key, snapshot)}”" for key in nearest)
    meant = f" Did you mean {near}?" if near else ""
    raise ParameterError(
        parameter,
        f"There is no city “{shown(text)}”.{meant} All are at /api/v1/cities/.{otherwise}",
        value=text,
        words=_("There is no city “%s”.") % shown(text),
        instead=nearest,
        unknown=text,
    )


def nearest_cities(text: str, snapshot: Snapshot, *, given: Collection[str] = ()) -> list[str]:
    """Return keys of the cities that have this name, else whose names begin so, else come near it.

    Those given already are left out.
    """
    asked = joined(text[:LONGEST])
    every = {**_city_sounds(snapshot), **city_names(snapshot)}
    names = {name: fresh for name, keys in every.items() if (fresh := _without(keys, given))}
    if not asked:
        return []
    begin = sorted((name for name in names if name.startswith(asked)), key=len)
    alike = [one for form in key_forms(text[:LONGEST]) for one in likest(form, names)]
    close = [name for likeness, name in sorted(alike) if likeness.is_close]
    near = [*close, *(begin or (name for _likeness, name in sorted(alike)))]
    own = _without(cities_named(text[:LONGEST], snapshot), given)
    found = [*own, *(key for name in near for key in names[name])]
    return list(dict.fromkeys(found))[:MOST_SUGGESTED]


def _without(keys: Iterable[str], given: Collection[str]) -> list[str]:
    return [key for key in keys if key not in given]


def keys_named(text: str, names: Names) -> list[str]:
    """Return keys of the rows of this name; that in full before that without its ending."""
    return next((names[form] for form in key_forms(text) if form in names), [])


def city_names(snapshot: Snapshot) -> Names:
    """Return keys of cities by every way of writing a name."""
    return snapshot.remembered(
        "names of cities",
        lambda: by_name(
            (city.slug, names_of(city, city.slug)) for city in snapshot.cities.values()
        ),
    )


def _city_sounds(snapshot: Snapshot) -> Names:
    """Keys of cities by everything that the letters of their names may sound like."""
    rows = ((city.slug, frozenset(_sounds(city.name_zh))) for city in snapshot.cities.values())
    return snapshot.remembered("sounds of cities", lambda: by_name(rows))


def province_names(snapshot: Snapshot) -> Names:
    """Keys of provinces by every way of writing a name."""
    rows = snapshot.related["province"].values()
    return snapshot.remembered(
        "names of provinces", lambda: by_name((row.iso_3166_2, names_of(row)) for row in rows)
    )


def _province_sounds(snapshot: Snapshot) -> Names:
    rows = snapshot.related["province"].values()
    return snapshot.remembered(
        "sounds of provinces",
        lambda: by_name((row.iso_3166_2, frozenset(_sounds(row.name_zh))) for row in rows),
    )


def names_of(row: Any, *more: str) -> frozenset[str]:
    """Return every way of writing the names of a row that has one in English and one in Chinese."""
    return name_keys([row.name_en, row.name_zh, *also_called(row.name_zh), *more])


def _sounds(name: str) -> Iterable[str]:
    return (joined(sound) for form in short_forms(name) for sound in readings(form))


def _named_with_province(text: str, snapshot: Snapshot) -> list[str]:
    """Cities named before or after their province, as *Taizhou, Zhejiang* or 浙江省台州市."""
    asked = joined(text[:LONGEST])
    found: list[str] = []
    for name, provinces in province_names(snapshot).items():
        if not (asked.startswith(name) or asked.endswith(name)):
            continue
        for rest in {asked.removeprefix(name), asked.removesuffix(name)} - {asked}:
            named = keys_named(rest, city_names(snapshot))
            found += [
                k for k in named if _province(snapshot.cities_by_slug[k], snapshot) in provinces
            ]
    return list(dict.fromkeys(found))


def _islands_named(text: str, snapshot: Snapshot) -> list[str]:
    """The island that is the province named."""
    islands = snapshot.remembered(
        "islands that are provinces",
        lambda: [one for one in snapshot.cities.values() if one.level == Level.ISLAND_PROVINCE],
    )
    named = provinces_named(text, snapshot) if islands else []
    return [city.slug for city in islands if _province(city, snapshot) in named]


def _described(key: str, snapshot: Snapshot) -> str:
    """A city's key with its name and province, to be told apart from others of its name."""
    own = snapshot.cities_by_slug[key]
    city = cities_of_today(snapshot).get(own.pk, own)
    return f"{key} ({city.name_en}, {city.province.name_en})"


def by_name(rows: Iterable[tuple[str, frozenset[str]]]) -> Names:
    """Return keys by every way of writing a name, of rows' keys and names."""
    names: Names = {}
    for key, own in rows:
        for name in own:
            names.setdefault(name, []).append(key)
    return names
